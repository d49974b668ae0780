// Which list of the Sender Filter a sender is on: the pure algorithm of agents.md 3.2. It answers with list
// and entry, because a decision that cannot name its entry helps nobody.
#pragma once

#include <edge/agents/sender_filter/sender_filter_config.h>

#include <optional>
#include <string>
#include <string_view>

namespace edge {

enum class SenderList { BlankSender, BlockedSenders, BlockedDomains, BlockedDomainsAndSubdomains };
// The parameter behind the list: "BlockedDomains"; "BlankSenderBlockingEnabled" for the blank sender.
std::string_view toString(SenderList list);

struct BlockedSenderMatch {
    SenderList list;
    std::string entry; // as the administrator wrote it; "<>" for the blank sender
    bool operator==(const BlockedSenderMatch&) const = default;
};

// The first list that has the sender, in the order of SenderList. Compared without case; a subdomain begins
// behind a dot, so contoso.com means sales.contoso.com and not xcontoso.com.
std::optional<BlockedSenderMatch> findBlockedSender(const SenderFilterConfig& config,
                                                    const RoutingAddress& sender);

} // namespace edge
