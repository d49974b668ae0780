#include <edge/agents/address_entry.h>
#include <edge/agents/mail_scope_parameters.h>
#include <edge/agents/sender_filter/sender_filter_config.h>
#include <edge/config/schema.h>

namespace edge {
namespace {

Error refusal(std::string message) {
    return {Errc::InvalidArgument, std::move(message)};
}

Result<> demandSender(std::string_view text) {
    if (text == "<>")
        return refusal("the blank sender is blocked by -BlankSenderBlockingEnabled $true");
    return demandAddressEntry(text);
}

Result<> demandDomain(std::string_view text) {
    if (text.starts_with("*."))
        return refusal("no wildcards here: write \"" + std::string(text.substr(2)) +
                       "\", and put it into BlockedDomainsAndSubdomains where its subdomains are meant too");
    if (!isDomain(text) || isAddressLiteral(text))
        return refusal("\"" + std::string(text) + "\" is not a domain such as contoso.com");
    return {};
}

Result<> validate(const SenderFilterConfig& config, const Configuration&) {
    if (config.recipientBlockedSenderAction == RecipientBlockedSenderAction::Delete)
        return Error{Errc::Unsupported,
                     "-RecipientBlockedSenderAction Delete has nothing to act on yet: recipients' "
                     "own blocked senders come with safelist aggregation"};
    return {};
}

NounTable<SenderFilterConfig> table() {
    using C = SenderFilterConfig;
    using P = Parameter<C>;
    constexpr auto kMax = C::kMaxListEntries;
    NounTable<C> t;
    t.noun = "SenderFilterConfig";
    t.sentence = "Which envelope senders (MAIL FROM) are refused, and what happens to them.";
    t.source = "agents.md 3.1, documented";
    t.parameters = mailScopeParameters<C>();
    t.parameters.insert(
        t.parameters.end(),
        {
            P("BlockedSenders", &C::blockedSenders,
              "Addresses that are blocked, compared whole and without case.")
                .maxItems(kMax)
                .check(demandSender),
            P("BlockedDomains", &C::blockedDomains, "Domains that are blocked; their subdomains are not.")
                .maxItems(kMax)
                .check(demandDomain),
            P("BlockedDomainsAndSubdomains", &C::blockedDomainsAndSubdomains,
              "Domains that are blocked with all their subdomains; written without wildcard.")
                .maxItems(kMax)
                .check(demandDomain),
            P("BlankSenderBlockingEnabled", &C::blankSenderBlockingEnabled,
              "Block the null sender, MAIL FROM:<>; that refuses all delivery reports too."),
            P("Action", &C::action,
              "Reject answers 554 5.1.0 and closes; StampStatus accepts the message and remembers that its "
              "sender is "
              "blocked."),
            P("RecipientBlockedSenderAction", &C::recipientBlockedSenderAction,
              "What happens to senders that the recipient blocked in Outlook; only Reject until safelist "
              "aggregation is "
              "there.")
                .introducedIn(ProfileId::E2010),
        });
    t.validate = validate;
    return t;
}

} // namespace

const NounSchema& senderFilterConfigSchema() {
    static const ObjectSchema<SenderFilterConfig> schema(table());
    return schema;
}

} // namespace edge
