// Every parameter of Set-RecipientFilterConfig: default, type, bounds (agents.md 4.1).
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

std::string shown(const AgentBench& bench, const char* parameter) {
    const auto object =
        recipientFilterConfigSchema().toObject(&bench.recipientFilter(), bench.server.settings);
    const auto* value = object->find(parameter);
    return value ? value->toText() : "(not shown)";
}

TEST_CASE("Defaults are Exchange's") {
    const AgentBench bench;
    const std::pair<const char*, const char*> defaults[] = {
        {"Enabled", "True"},
        {"ExternalMailEnabled", "True"},
        {"InternalMailEnabled", "False"},
        {"BlockListEnabled", "False"},
        {"BlockedRecipients", "{}"},
        {"RecipientValidationEnabled", "False"},
    };
    for (const auto& [parameter, value] : defaults) {
        CAPTURE(std::string(parameter));
        CHECK(shown(bench, parameter) == value);
    }
    CHECK(recipientFilterConfigSchema().parameters().size() == std::size(defaults));
}

TEST_CASE("Every switch is set and shown") {
    for (const auto* parameter : {"Enabled", "ExternalMailEnabled", "InternalMailEnabled", "BlockListEnabled",
                                  "RecipientValidationEnabled"}) {
        CAPTURE(std::string(parameter));
        AgentBench bench;
        const bool before = shown(bench, parameter) == "True";
        REQUIRE(bench.setRecipientFilter(parameter, !before).has_value());
        CHECK(shown(bench, parameter) == (before ? "False" : "True"));
        CHECK(bench.setRecipientFilter(parameter, 7).has_error());
    }
}

TEST_CASE("BlockedRecipients takes 800 addresses once each, without case") {
    AgentBench bench;
    CmdletList addresses;
    for (int i = 0; i < 799; ++i)
        addresses.emplace_back("u" + std::to_string(i) + "@contoso.com");
    addresses.emplace_back("Last@contoso.com");
    REQUIRE(bench.setRecipientFilter("BlockedRecipients", addresses).has_value());
    CHECK(
        bench.setRecipientFilter("BlockedRecipients", CmdletTable{{"Add", "LAST@contoso.com"}}).has_value());
    const auto tooMany =
        bench.setRecipientFilter("BlockedRecipients", CmdletTable{{"Add", "more@contoso.com"}});
    REQUIRE(tooMany.has_error());
    CHECK(tooMany.error().message.find("800") != std::string::npos);
    REQUIRE(bench.setRecipientFilter("BlockedRecipients", CmdletTable{{"Remove", "lAST@contoso.com"}})
                .has_value());
    CHECK(bench.recipientFilter().blockedRecipients.size() == 799);
}

TEST_CASE("What is no address is refused") {
    for (const auto* value :
         {"contoso.com", "<>", "postmaster", "a@", "@contoso.com", "a b@contoso.com", ""}) {
        CAPTURE(std::string(value));
        AgentBench bench;
        const auto set = bench.setRecipientFilter("BlockedRecipients", CmdletList{value});
        REQUIRE(set.has_error());
        CHECK(set.error().message.find("BlockedRecipients") != std::string::npos);
    }
}

} // namespace
} // namespace edge::bench
