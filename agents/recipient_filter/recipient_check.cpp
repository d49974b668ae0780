#include <edge/agents/recipient_filter/recipient_check.h>

#include <array>

namespace edge {

std::string_view toString(RecipientCheck check) {
    static constexpr std::array<std::string_view, 6> kSentences{
        "the recipient is in BlockedRecipients",    "looked up in the directory",
        "RecipientValidationEnabled is false",      "the domain is no accepted domain",
        "the accepted domain is not authoritative", "AddressBookEnabled of the accepted domain is false",
    };
    return kSentences[static_cast<std::size_t>(check)];
}

RecipientCheck examineRecipient(const RecipientFilterConfig& config, const RoutingAddress& recipient,
                                const AcceptedDomain* domain) {
    if (config.blockListEnabled && config.blockedRecipients.contains(recipient))
        return RecipientCheck::Blocked;
    if (!config.recipientValidationEnabled)
        return RecipientCheck::ValidationDisabled;
    if (!domain)
        return RecipientCheck::ForeignDomain;
    if (domain->domainType != AcceptedDomainType::Authoritative)
        return RecipientCheck::NotAuthoritative;
    return domain->addressBookEnabled ? RecipientCheck::LookUp : RecipientCheck::AddressBookDisabled;
}

} // namespace edge
