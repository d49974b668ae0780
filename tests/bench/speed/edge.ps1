# edgesim's side of the speed bench: every filter on, each with a list that is searched and does not match the bench's mail.
# Tarpit, rates and connection limits are lifted by --relaxed, as Postfix's are in postfix/main.cf.
New-AcceptedDomain -Name "AdventureWorks" -DomainName adventureworks.com -DomainType Authoritative

# Connection Filtering Agent
Set-IPBlockListConfig -Enabled $true
Add-IPBlockListEntry -IPRange 203.0.113.0/24
Add-IPBlockListEntry -IPRange 2001:db8:bad::/48

# Sender Filter Agent and Recipient Filter Agent
Set-SenderFilterConfig -Enabled $true -BlankSenderBlockingEnabled $true -BlockedSenders blocked@contoso.com -BlockedDomainsAndSubdomains spam.fabrikam.com
Set-RecipientFilterConfig -Enabled $true -RecipientValidationEnabled $true -BlockListEnabled $true -BlockedRecipients secret@adventureworks.com

# Content Filter Agent: its classifier, its thresholds and phrases that are searched for in every message
Set-ContentFilterConfig -Enabled $true -SCLRejectEnabled $true -SCLRejectThreshold 7
Add-ContentFilterPhrase -Influence BadWord -Phrase "free credit report"
Add-ContentFilterPhrase -Influence BadWord -Phrase "work from home and double your income"
Add-ContentFilterPhrase -Influence GoodWord -Phrase "project northwind"

# Attachment Filtering Agent, with its complete default list
Set-AttachmentFilterListConfig -Action Reject

New-EdgeSimRecipient -PrimarySmtpAddress mary@adventureworks.com -DisplayName "Mary North"
New-EdgeSimRecipient -PrimarySmtpAddress bob@adventureworks.com -DisplayName "Bob Kelly"
New-EdgeSimRecipient -PrimarySmtpAddress secret@adventureworks.com -DisplayName "Exists, but takes no mail from outside"
