#include <edge/base/text.h>
#include <edge/server/session/recipient_rules.h>
#include <edge/server/smtp/replies.h>
#include <edge/smtp_server.h>

#include <algorithm>
#include <array>

namespace edge {
namespace {

constexpr std::array<std::string_view, 4> kReservedTopLevel{"test", "example", "invalid",
                                                            "localhost"}; // RFC 2606 2
constexpr std::array<std::string_view, 3> kReservedSecondLevel{"example.com", "example.net",
                                                               "example.org"}; // RFC 2606 3

// `domain` itself or something below it.
bool isWithin(std::string_view domain, std::string_view suffix) {
    return iequals(domain, suffix) || iendsWith(domain, "." + std::string(suffix));
}

template <std::size_t N>
bool isWithinAny(std::string_view domain, const std::array<std::string_view, N>& suffixes) {
    return std::any_of(suffixes.begin(), suffixes.end(),
                       [domain](std::string_view suffix) { return isWithin(domain, suffix); });
}

std::string setConnector(const ReceiveConnector& connector, std::string_view change) {
    return "Set-ReceiveConnector \"" + connector.name + "\" " + std::string(change);
}

std::optional<RuleRefusal> checkReserved(std::string_view domain, const ReceiveConnector& connector,
                                         ProfileId profile) {
    using smtp::Reply;
    if (connector.rejectReservedTopLevelRecipientDomains && isWithinAny(domain, kReservedTopLevel))
        return RuleRefusal{smtp::reply(Reply::ReservedTopLevelDomain, profile),
                           "ReservedTopLevelRecipientDomain", std::string(domain),
                           setConnector(connector, "-RejectReservedTopLevelRecipientDomains $false")};
    if (connector.rejectReservedSecondLevelRecipientDomains && isWithinAny(domain, kReservedSecondLevel))
        return RuleRefusal{smtp::reply(Reply::ReservedSecondLevelDomain, profile),
                           "ReservedSecondLevelRecipientDomain", std::string(domain),
                           setConnector(connector, "-RejectReservedSecondLevelRecipientDomains $false")};
    const bool singleLabel =
        !domain.empty() && domain.front() != '[' && domain.find('.') == std::string_view::npos;
    if (connector.rejectSingleLabelRecipientDomains && singleLabel)
        return RuleRefusal{smtp::reply(Reply::SingleLabelDomain, profile), "SingleLabelRecipientDomain",
                           std::string(domain),
                           setConnector(connector, "-RejectSingleLabelRecipientDomains $false")};
    return std::nullopt;
}

} // namespace

std::optional<RuleRefusal> checkSender(const RoutingAddress& sender, const Permissions& permissions,
                                       const Configuration& configuration) {
    if (permissions.count(Permission::SmtpAcceptAuthoritativeDomainSender) != 0 || sender.isNullReversePath())
        return std::nullopt;
    const auto* domain = findAcceptedDomain(configuration, sender.domainPart());
    if (!domain || domain->domainType != AcceptedDomainType::Authoritative)
        return std::nullopt;
    return RuleRefusal{smtp::reply(smtp::Reply::AnonymousSendAsDenied, configuration.profile),
                       "SenderInAuthoritativeDomain", sender.toString(), ""};
}

std::optional<RuleRefusal> checkRecipient(const RoutingAddress& recipient, const ReceiveConnector& connector,
                                          const Permissions& permissions,
                                          const Configuration& configuration) {
    const auto domain = recipient.domainPart();
    if (auto reserved = checkReserved(domain, connector, configuration.profile))
        return reserved;
    const bool isPostmaster = domain.empty(); // RFC 5321 4.1.1.3: <postmaster> is always ours
    if (isPostmaster || permissions.count(Permission::SmtpAcceptAnyRecipient) != 0 ||
        findAcceptedDomain(configuration, domain))
        return std::nullopt;
    return RuleRefusal{smtp::reply(smtp::Reply::UnableToRelay, configuration.profile),
                       "RecipientNotInAcceptedDomain", recipient.toString(),
                       "New-AcceptedDomain -Name \"" + std::string(domain) + "\" -DomainName " +
                           std::string(domain)};
}

} // namespace edge
