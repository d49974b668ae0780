// What the configuration alone says about a recipient (agents.md 4.2): blocked, to be looked up, or of no
// interest. Pure, so that "why was this one not looked up?" has an answer without a directory.
#pragma once

#include <edge/agents/recipient_filter/recipient_filter_config.h>
#include <edge/config/accepted_domain.h>

#include <string_view>

namespace edge {

enum class RecipientCheck {
    Blocked,            // on the block list
    LookUp,             // the directory has the last word
    ValidationDisabled, // RecipientValidationEnabled is false
    ForeignDomain,      // no accepted domain: the relay check's business
    NotAuthoritative,   // a relay domain: its recipients are known elsewhere
    AddressBookDisabled // AddressBookEnabled of the accepted domain is false
};
// For explanations: "AddressBookEnabled of the accepted domain is false".
std::string_view toString(RecipientCheck check);

// `domain` is the accepted domain that the recipient falls into, or nullptr.
RecipientCheck examineRecipient(const RecipientFilterConfig& config, const RoutingAddress& recipient,
                                const AcceptedDomain* domain);

} // namespace edge
