#include <edge/agents/address_entry.h>
#include <edge/agents/mail_scope_parameters.h>
#include <edge/agents/recipient_filter/recipient_filter_config.h>
#include <edge/config/schema.h>

namespace edge {
namespace {

NounTable<RecipientFilterConfig> table() {
    using C = RecipientFilterConfig;
    using P = Parameter<C>;
    NounTable<C> t;
    t.noun = "RecipientFilterConfig";
    t.sentence = "Which recipients are refused: the listed ones, and those that nobody here has.";
    t.source = "agents.md 4.1, documented";
    t.parameters = mailScopeParameters<C>();
    t.parameters.insert(
        t.parameters.end(),
        {
            P("BlockListEnabled", &C::blockListEnabled, "Whether BlockedRecipients is used."),
            P("BlockedRecipients", &C::blockedRecipients,
              "Addresses that get no mail, compared whole and without case, in whatever domain.")
                .maxItems(C::kMaxListEntries)
                .check(demandAddressEntry),
            P("RecipientValidationEnabled", &C::recipientValidationEnabled,
              "Refuse recipients that the directory does not have, in authoritative domains with "
              "AddressBookEnabled."),
        });
    return t;
}

} // namespace

const NounSchema& recipientFilterConfigSchema() {
    static const ObjectSchema<RecipientFilterConfig> schema(table());
    return schema;
}

} // namespace edge
