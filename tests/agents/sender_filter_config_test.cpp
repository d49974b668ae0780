// Every parameter of Set-SenderFilterConfig: default, type, bounds (agents.md 3.1).
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

std::string shown(const AgentBench& bench, const char* parameter) {
    const auto object = senderFilterConfigSchema().toObject(&bench.senderFilter(), bench.server.settings);
    const auto* value = object->find(parameter);
    return value ? value->toText() : "(not shown)";
}

TEST_CASE("Defaults are Exchange's") {
    const AgentBench bench;
    const std::pair<const char*, const char*> defaults[] = {
        {"Enabled", "True"},
        {"ExternalMailEnabled", "True"},
        {"InternalMailEnabled", "False"},
        {"BlockedSenders", "{}"},
        {"BlockedDomains", "{}"},
        {"BlockedDomainsAndSubdomains", "{}"},
        {"BlankSenderBlockingEnabled", "False"},
        {"Action", "Reject"},
        {"RecipientBlockedSenderAction", "Reject"},
    };
    for (const auto& [parameter, value] : defaults) {
        CAPTURE(std::string(parameter));
        CHECK(shown(bench, parameter) == value);
    }
    CHECK(senderFilterConfigSchema().parameters().size() == std::size(defaults));
}

TEST_CASE("Every switch is set and shown") {
    for (const auto* parameter :
         {"Enabled", "ExternalMailEnabled", "InternalMailEnabled", "BlankSenderBlockingEnabled"}) {
        CAPTURE(std::string(parameter));
        AgentBench bench;
        const bool before = shown(bench, parameter) == "True";
        REQUIRE(bench.setSenderFilter(parameter, !before).has_value());
        CHECK(shown(bench, parameter) == (before ? "False" : "True"));
        CHECK(bench.setSenderFilter(parameter, "perhaps").has_error());
    }
}

TEST_CASE("Lists take entries once, without case, and edits by @{Add=…;Remove=…}") {
    AgentBench bench;
    for (const auto* parameter : {"BlockedDomains", "BlockedDomainsAndSubdomains"}) {
        CAPTURE(std::string(parameter));
        REQUIRE(bench.setSenderFilter(parameter, CmdletList{"Contoso.com", "contoso.COM", "fabrikam.com"})
                    .has_value());
        CHECK(shown(bench, parameter) == "{Contoso.com, fabrikam.com}");
        REQUIRE(
            bench.setSenderFilter(parameter, CmdletTable{{"Add", "litware.com"}, {"Remove", "FABRIKAM.com"}})
                .has_value());
        CHECK(shown(bench, parameter) == "{Contoso.com, litware.com}");
        REQUIRE(bench.setSenderFilter(parameter, CmdletValue()).has_value());
        CHECK(shown(bench, parameter) == "{}");
    }
    REQUIRE(
        bench.setSenderFilter("BlockedSenders", CmdletList{"A@contoso.com", "a@CONTOSO.com"}).has_value());
    CHECK(shown(bench, "BlockedSenders") == "{A@contoso.com}");
    REQUIRE(bench.setSenderFilter("BlockedSenders", CmdletTable{{"Remove", "a@contoso.com"}}).has_value());
    CHECK(shown(bench, "BlockedSenders") == "{}");
}

TEST_CASE("Each list has at most 800 entries") {
    CmdletList addresses, domains;
    for (int i = 0; i < 800; ++i) {
        addresses.emplace_back("u" + std::to_string(i) + "@contoso.com");
        domains.emplace_back("d" + std::to_string(i) + ".com");
    }
    const std::pair<const char*, CmdletList> lists[] = {
        {"BlockedSenders", addresses}, {"BlockedDomains", domains}, {"BlockedDomainsAndSubdomains", domains}};
    for (auto [parameter, list] : lists) {
        CAPTURE(std::string(parameter));
        AgentBench bench;
        CHECK(bench.setSenderFilter(parameter, list).has_value());
        list.emplace_back(std::string(parameter) == "BlockedSenders" ? "one@more.com" : "more.com");
        const auto tooMany = bench.setSenderFilter(parameter, list);
        REQUIRE(tooMany.has_error());
        CHECK(tooMany.error().message.find("800") != std::string::npos);
        CHECK(bench.senderFilter().blockedSenders.size() + bench.senderFilter().blockedDomains.size() +
                  bench.senderFilter().blockedDomainsAndSubdomains.size() ==
              800); // unchanged
    }
}

TEST_CASE("What is no address or no domain is refused, with the way out") {
    struct Case {
        const char* parameter;
        const char* value;
        const char* hint;
    };
    const Case cases[] = {
        {"BlockedSenders", "contoso.com", "\"contoso.com\" is not user@domain"},
        {"BlockedSenders", "postmaster", "user@domain"},
        {"BlockedSenders", "<>", "-BlankSenderBlockingEnabled"},
        {"BlockedSenders", "a@b@c", "a@b@c"},
        {"BlockedSenders", "*@contoso.com,x", "\"*@contoso.com,x\""},
        {"BlockedDomains", "*.contoso.com", "BlockedDomainsAndSubdomains"},
        {"BlockedDomains", "user@contoso.com", "is not a domain"},
        {"BlockedDomains", "[192.0.2.1]", "is not a domain"},
        {"BlockedDomains", "-contoso.com", "is not a domain"},
        {"BlockedDomainsAndSubdomains", "*.contoso.com", "\"contoso.com\""},
        {"BlockedDomainsAndSubdomains", "contoso..com", "is not a domain"},
        {"BlockedDomainsAndSubdomains", "", "empty"},
    };
    for (const auto& c : cases) {
        CAPTURE(std::string(c.value));
        AgentBench bench;
        const auto set = bench.setSenderFilter(c.parameter, CmdletList{c.value});
        REQUIRE(set.has_error());
        CHECK(set.error().message.find(c.parameter) != std::string::npos);
        CAPTURE(set.error().message);
        CHECK(set.error().message.find(c.hint) != std::string::npos);
    }
}

TEST_CASE("Action is Reject or StampStatus, without case") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("Action", "stampstatus").has_value());
    CHECK(shown(bench, "Action") == "StampStatus");
    REQUIRE(bench.setSenderFilter("Action", "REJECT").has_value());
    CHECK(shown(bench, "Action") == "Reject");
    const auto wrong = bench.setSenderFilter("Action", "Delete");
    REQUIRE(wrong.has_error());
    CHECK(wrong.error().message.find("Reject | StampStatus") != std::string::npos);
}

TEST_CASE("RecipientBlockedSenderAction takes what it does already, and says why not the rest") {
    AgentBench bench;
    CHECK(bench.setSenderFilter("RecipientBlockedSenderAction", "Reject").has_value());
    const auto deleting = bench.setSenderFilter("RecipientBlockedSenderAction", "Delete");
    REQUIRE(deleting.has_error());
    CHECK((deleting.error().code == Errc::Unsupported));
    CHECK(deleting.error().message.find("safelist aggregation") != std::string::npos);
    CHECK(shown(bench, "RecipientBlockedSenderAction") == "Reject");
    CHECK(bench.setSenderFilter("RecipientBlockedSenderAction", "Quarantine").has_error());
}

TEST_CASE("RecipientBlockedSenderAction came with 2010") {
    AgentBench bench(ProfileId::E2007);
    CHECK(shown(bench, "RecipientBlockedSenderAction") == "(not shown)");
    const auto set = bench.setSenderFilter("RecipientBlockedSenderAction", "Reject");
    REQUIRE(set.has_error());
    CHECK(set.error().message.find("2010") != std::string::npos);
}

} // namespace
} // namespace edge::bench
