// What Set-SenderFilterConfig sets (agents.md 3.1). Lists are sets without case: their order means nothing,
// an entry counts once, and @{Remove=…} finds it however it was typed.
#pragma once

#include <edge/agents/mail_scope.h>
#include <edge/base/text.h>
#include <edge/config/enum_words.h>
#include <edge/mail/routing_address.h>

#include <set>
#include <string>

namespace edge {

class NounSchema;

// What happens to a blocked sender.
enum class BlockedSenderAction { Reject, StampStatus };
template <>
struct EnumWords<BlockedSenderAction> {
    static constexpr EnumWord<BlockedSenderAction> words[] = {
        {BlockedSenderAction::Reject, "Reject"}, {BlockedSenderAction::StampStatus, "StampStatus"}};
};

// What happens to a sender on the recipient's own list.
enum class RecipientBlockedSenderAction { Reject, Delete };
template <>
struct EnumWords<RecipientBlockedSenderAction> {
    static constexpr EnumWord<RecipientBlockedSenderAction> words[] = {
        {RecipientBlockedSenderAction::Reject, "Reject"}, {RecipientBlockedSenderAction::Delete, "Delete"}};
};

struct SenderFilterConfig {
    static constexpr std::size_t kMaxListEntries = 800; // each list (agents.md 3.1)

    MailScope scope;
    std::set<RoutingAddress> blockedSenders;
    std::set<std::string, ILess> blockedDomains;
    std::set<std::string, ILess> blockedDomainsAndSubdomains;
    bool blankSenderBlockingEnabled = false;
    BlockedSenderAction action = BlockedSenderAction::Reject;
    RecipientBlockedSenderAction recipientBlockedSenderAction = RecipientBlockedSenderAction::Reject;
};

// The table behind Get- and Set-SenderFilterConfig.
const NounSchema& senderFilterConfigSchema();

} // namespace edge
