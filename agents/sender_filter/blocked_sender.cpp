#include <edge/agents/sender_filter/blocked_sender.h>

#include <array>

namespace edge {
namespace {

using Domains = std::set<std::string, ILess>;

// The entry that is `domain` or one of its parents, nearest first.
const std::string* findDomainOrParent(const Domains& entries, std::string_view domain) {
    for (;;) {
        if (const auto found = entries.find(domain); found != entries.end())
            return &*found;
        const auto dot = domain.find('.');
        if (dot == std::string_view::npos)
            return nullptr;
        domain.remove_prefix(dot + 1);
    }
}

} // namespace

std::string_view toString(SenderList list) {
    static constexpr std::array<std::string_view, 4> kParameters{
        "BlankSenderBlockingEnabled", "BlockedSenders", "BlockedDomains", "BlockedDomainsAndSubdomains"};
    return kParameters[static_cast<std::size_t>(list)];
}

std::optional<BlockedSenderMatch> findBlockedSender(const SenderFilterConfig& config,
                                                    const RoutingAddress& sender) {
    if (sender.isNullReversePath()) {
        if (config.blankSenderBlockingEnabled)
            return BlockedSenderMatch{SenderList::BlankSender, sender.toString()};
        return std::nullopt;
    }
    if (const auto found = config.blockedSenders.find(sender); found != config.blockedSenders.end())
        return BlockedSenderMatch{SenderList::BlockedSenders, found->toString()};
    const auto domain = sender.domainPart();
    if (const auto found = config.blockedDomains.find(domain); found != config.blockedDomains.end())
        return BlockedSenderMatch{SenderList::BlockedDomains, *found};
    if (const auto* found = findDomainOrParent(config.blockedDomainsAndSubdomains, domain))
        return BlockedSenderMatch{SenderList::BlockedDomainsAndSubdomains, *found};
    return std::nullopt;
}

} // namespace edge
