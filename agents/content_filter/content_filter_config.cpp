#include <edge/agents/address_entry.h>
#include <edge/agents/content_filter/content_filter_config.h>
#include <edge/agents/mail_scope_parameters.h>
#include <edge/config/schema.h>

namespace edge {
namespace {

constexpr std::size_t kMaxRejectionResponse = 240; // agents.md 6.1

Error refusal(std::string message) {
    return {Errc::InvalidArgument, std::move(message)};
}

Result<> demandDomain(std::string_view text) {
    const auto name = text.starts_with("*.") ? text.substr(2) : text;
    if (!isDomain(name) || isAddressLiteral(name))
        return refusal("\"" + std::string(text) +
                       "\" is neither a domain such as contoso.com nor *.contoso.com");
    return {};
}

Result<> demandSomeText(std::string_view text) {
    if (trim(text).empty())
        return refusal("the text must not be empty");
    return {};
}

Result<> demandPhrase(std::string_view text) {
    for (const unsigned char c : text)
        if (c < ' ' || c == 0x7F)
            return refusal("a phrase has no control characters");
    return demandSomeText(text);
}

Result<> checkLists(const ContentFilterConfig& config, ProfileId profileId) {
    if (profileId == ProfileId::E2007)
        return {};
    const std::pair<const char*, std::size_t> lists[] = {
        {"BypassedRecipients", config.bypassedRecipients.size()},
        {"BypassedSenders", config.bypassedSenders.size()},
        {"BypassedSenderDomains", config.bypassedSenderDomains.size()}};
    for (const auto& [name, size] : lists)
        if (size > ContentFilterConfig::kMaxListEntries)
            return refusal("-" + std::string(name) + ": " + std::to_string(size) + " entries; at most " +
                           std::to_string(ContentFilterConfig::kMaxListEntries) + " are allowed (" +
                           std::to_string(ContentFilterConfig::kMaxListEntries2007) + " under profile 2007)");
    return {};
}

Result<> validateConfig(const ContentFilterConfig& config, const Configuration& configuration) {
    if (config.outlookEmailPostmarkValidationEnabled)
        return Error{Errc::Unsupported, "-OutlookEmailPostmarkValidationEnabled $true: postmarks are not "
                                        "validated yet; leave it $false"};
    if (config.sclQuarantine.enabled && !config.quarantineMailbox)
        return refusal("-SCLQuarantineEnabled $true needs -QuarantineMailbox");
    return checkLists(config, configuration.profile);
}

Result<> validatePhrase(const ContentFilterPhrase&, const Configuration& configuration) {
    const auto count = configuration.all<ContentFilterPhrase>().size();
    if (count > ContentFilterPhrase::kMaxPhrases)
        return refusal("there are " + std::to_string(ContentFilterPhrase::kMaxPhrases) +
                       " phrases already, and no more are allowed");
    return {};
}

using C = ContentFilterConfig;
using P = Parameter<C>;

P threshold(const char* name, SclThreshold C::*which, const char* sentence) {
    return P(
               name, [which](C& c) -> int& { return (c.*which).scl; }, sentence)
        .range(1, 9);
}

P enabling(const char* name, SclThreshold C::*which, const char* sentence) {
    return P(
        name, [which](C& c) -> bool& { return (c.*which).enabled; }, sentence);
}

NounTable<C> configTable() {
    NounTable<C> t;
    t.noun = "ContentFilterConfig";
    t.sentence = "What happens to messages by their spam confidence level (SCL), and who is spared.";
    t.source = "agents.md 6.1, documented";
    t.parameters = mailScopeParameters<C>();
    t.parameters.insert(
        t.parameters.end(),
        {
            enabling("SCLDeleteEnabled", &C::sclDelete,
                     "Delete messages from SCLDeleteThreshold on; the client is told 250."),
            threshold("SCLDeleteThreshold", &C::sclDelete, "The lowest SCL that is deleted."),
            enabling("SCLRejectEnabled", &C::sclReject,
                     "Refuse messages from SCLRejectThreshold on with 550 5.7.1 and RejectionResponse.")
                .tagged("agents.md 6.1, documented; sources differ on the default, docs/decisions/0820"),
            threshold("SCLRejectThreshold", &C::sclReject, "The lowest SCL that is refused."),
            enabling(
                "SCLQuarantineEnabled", &C::sclQuarantine,
                "Send messages from SCLQuarantineThreshold on to QuarantineMailbox; the client is told 250."),
            threshold("SCLQuarantineThreshold", &C::sclQuarantine, "The lowest SCL that is quarantined."),
            P("QuarantineMailbox", &C::quarantineMailbox,
              "Who gets quarantined messages, each inside a delivery report.")
                .check(demandAddressEntry),
            P("RejectionResponse", &C::rejectionResponse, "The text behind 550 5.7.1.")
                .form(TextForm::Ascii)
                .maxLength(kMaxRejectionResponse)
                .notEmpty()
                .check(demandSomeText)
                .tagged("agents.md 6.5, observed; docs/decisions/0820"),
            P("BypassedRecipients", &C::bypassedRecipients,
              "Recipients whose mail is let through, whatever its SCL.")
                .maxItems(C::kMaxListEntries2007)
                .check(demandAddressEntry),
            P("BypassedSenders", &C::bypassedSenders, "Senders (MAIL FROM) whose mail is not examined.")
                .maxItems(C::kMaxListEntries2007)
                .check(demandAddressEntry),
            P("BypassedSenderDomains", &C::bypassedSenderDomains,
              "Domains of senders whose mail is not examined; *.contoso.com is contoso.com with all its "
              "subdomains.")
                .maxItems(C::kMaxListEntries2007)
                .check(demandDomain),
            P("OutlookEmailPostmarkValidationEnabled", &C::outlookEmailPostmarkValidationEnabled,
              "Lower the SCL of messages with a valid postmark; only $false so far."),
            P("SclHeaderEnabled", &C::sclHeaderEnabled,
              "Believe a message's X-EdgeSim-SCL header, a number from 0 to 9; for labs only, as every "
              "sender "
              "may "
              "write it.")
                .setBy("EdgeSimContentFilter"),
        });
    t.validate = validateConfig;
    return t;
}

NounTable<ContentFilterPhrase> phraseTable() {
    using F = ContentFilterPhrase;
    using Row = Parameter<F>;
    NounTable<F> t;
    t.noun = "ContentFilterPhrase";
    t.sentence = "A phrase that makes a message spam (BadWord) or clears it (GoodWord).";
    t.source = "agents.md 6.1, documented";
    t.cardinality = Cardinality::Many;
    t.identity = &F::phrase;
    t.listVerbs = ListVerbs::Add;
    t.identityAlias = "Phrase";
    t.columns = {"Influence", "Phrase"};
    t.parameters = {
        Row("Phrase", &F::phrase,
            "The words, compared whole and without case with the decoded subject and text.")
            .maxLength(F::kMaxLength)
            .check(demandPhrase)
            .required()
            .withoutName(),
        Row("Influence", &F::influence, "BadWord makes the SCL 9; GoodWord makes it 0 and wins over BadWord.")
            .required(),
    };
    t.validate = validatePhrase;
    return t;
}

} // namespace

const NounSchema& contentFilterConfigSchema() {
    static const ObjectSchema<C> schema(configTable());
    return schema;
}

const NounSchema& contentFilterPhraseSchema() {
    static const ObjectSchema<ContentFilterPhrase> schema(phraseTable());
    return schema;
}

} // namespace edge
