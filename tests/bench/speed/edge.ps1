# edgesim's side of the speed bench: every filter on, with lists that are searched and not matched by the bench's mail.
# Tarpit, rates and connection limits are lifted by --relaxed, as Postfix's are in postfix/main.cf.
New-AcceptedDomain -Name "AdventureWorks" -DomainName adventureworks.com -DomainType Authoritative

Set-SenderFilterConfig -Enabled $true -BlankSenderBlockingEnabled $true -BlockedSenders blocked@contoso.com -BlockedDomainsAndSubdomains spam.fabrikam.com
Set-RecipientFilterConfig -Enabled $true -RecipientValidationEnabled $true -BlockListEnabled $true -BlockedRecipients secret@adventureworks.com

New-EdgeSimRecipient -PrimarySmtpAddress mary@adventureworks.com -DisplayName "Mary North"
New-EdgeSimRecipient -PrimarySmtpAddress bob@adventureworks.com -DisplayName "Bob Kelly"
New-EdgeSimRecipient -PrimarySmtpAddress secret@adventureworks.com -DisplayName "Exists, but takes no mail from outside"
