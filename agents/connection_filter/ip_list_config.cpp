#include <edge/agents/connection_filter/ip_list_config.h>
#include <edge/config/schema.h>

namespace edge {
namespace {

// Microsoft KB 928123 (agents.md 2.4).
constexpr char kStaticResponse[] =
    "External client with IP address {0} does not have permissions to submit to this server.";
constexpr char kMachineResponse[] =
    "External client with IP address {0} does not have permissions to submit to this server. "
    "Visit http://support.microsoft.com/kb/928123 for more information.";

// The switches that both lists have.
template <class C>
std::vector<Parameter<C>> switches(const std::string& list) {
    using P = Parameter<C>;
    return {
        P(
            "Enabled", [](C& c) -> bool& { return c.scope.enabled; },
            "Whether the IP " + list + " list is used; the agent itself stays loaded."),
        P(
            "ExternalMailEnabled", [](C& c) -> bool& { return c.scope.externalMailEnabled; },
            "Examine sessions of unauthenticated peers and partners."),
        P(
            "InternalMailEnabled", [](C& c) -> bool& { return c.scope.internalMailEnabled; },
            "Examine sessions of authenticated peers of the organization."),
    };
}

NounTable<IpBlockListConfig> blockTable() {
    using C = IpBlockListConfig;
    using P = Parameter<C>;
    NounTable<C> t;
    t.noun = "IPBlockListConfig";
    t.sentence = "Whether the IP Block list is used, and what blocked clients are told.";
    t.source = "agents.md 2.1, documented";
    t.defaults = defaultIpBlockListConfig;
    t.parameters = switches<C>("Block");
    t.parameters.push_back(P("StaticEntryRejectionResponse", &C::staticEntryRejectionResponse,
                             "What clients on an administrator's entry are told behind 550 5.7.1; {0} is "
                             "their address.")
                               .form(TextForm::Ascii)
                               .maxLength(C::kMaxResponse));
    t.parameters.push_back(P("MachineEntryRejectionResponse", &C::machineEntryRejectionResponse,
                             "What clients on an entry of sender reputation are told behind 550 5.7.1; {0} "
                             "is their address.")
                               .form(TextForm::Ascii)
                               .maxLength(C::kMaxResponse));
    t.parameters.push_back(P("BlockStage", &C::blockStage,
                             "When a blocked client is refused: at once (Connect), at MAIL FROM, or at each "
                             "RCPT TO.")
                               .setBy("EdgeSimConnectionFilter")
                               .tagged("agents.md 2.3, inferred"));
    return t;
}

} // namespace

IpBlockListConfig defaultIpBlockListConfig(ProfileId profile) {
    IpBlockListConfig config;
    config.staticEntryRejectionResponse = kStaticResponse;
    config.machineEntryRejectionResponse = kMachineResponse;
    if (profile == ProfileId::E2007) // its own documentation (docs/decisions/0801)
        config.blockStage = BlockStage::Mail;
    return config;
}

const NounSchema& ipAllowListConfigSchema() {
    static const ObjectSchema<IpAllowListConfig> schema({.noun = "IPAllowListConfig",
                                                         .sentence = "Whether the IP Allow list is used.",
                                                         .source = "agents.md 2.1, documented",
                                                         .parameters = switches<IpAllowListConfig>("Allow")});
    return schema;
}

const NounSchema& ipBlockListConfigSchema() {
    static const ObjectSchema<IpBlockListConfig> schema(blockTable());
    return schema;
}

} // namespace edge
