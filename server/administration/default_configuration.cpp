#include <edge/server/administration/default_configuration.h>

namespace edge {

std::string_view defaultConfigurationScript() {
    return R"(# AdventureWorks, the lab of TechNet Magazine's Edge articles (platform.md 7).
New-AcceptedDomain -Name "AdventureWorks" -DomainName adventureworks.com -DomainType Authoritative

# Exchange has both switched off until somebody asks for them; a lab wants to see them work.
Set-SenderFilterConfig -BlankSenderBlockingEnabled $true -BlockedSenders blocked@contoso.com -BlockedDomainsAndSubdomains spam.fabrikam.com
Set-RecipientFilterConfig -RecipientValidationEnabled $true -BlockListEnabled $true -BlockedRecipients secret@adventureworks.com

New-EdgeSimRecipient -PrimarySmtpAddress Administrator@adventureworks.com -DisplayName "Administrator"
New-EdgeSimRecipient -PrimarySmtpAddress mary@adventureworks.com -DisplayName "Mary North"
New-EdgeSimRecipient -PrimarySmtpAddress bob@adventureworks.com -DisplayName "Bob Kelly"
New-EdgeSimRecipient -PrimarySmtpAddress postmaster@adventureworks.com -DisplayName "Postmaster"
New-EdgeSimRecipient -PrimarySmtpAddress secret@adventureworks.com -DisplayName "Exists, but takes no mail from outside"
)";
}

} // namespace edge
