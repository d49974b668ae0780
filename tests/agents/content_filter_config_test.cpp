// Every parameter of Set-ContentFilterConfig and Add-ContentFilterPhrase: default, type, bounds
// (agents.md 6.1).
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

std::string shown(const AgentBench& bench, const char* parameter) {
    const auto object = contentFilterConfigSchema().toObject(&bench.contentFilter(), bench.server.settings);
    const auto* value = object->find(parameter);
    return value ? value->toText() : "(not shown)";
}

std::string errorOf(const Result<>& result) {
    return result ? std::string() : result.error().message;
}

CmdletList addresses(int count) {
    CmdletList list;
    for (int i = 0; i < count; ++i)
        list.emplace_back("user" + std::to_string(i) + "@contoso.com");
    return list;
}

Result<> addPhrase(AgentBench& bench, std::string phrase, const char* influence = "BadWord") {
    return bench.create(contentFilterPhraseSchema(),
                        {{"Phrase", std::move(phrase)}, {"Influence", influence}});
}

TEST_CASE("Content filter: defaults are Exchange's") {
    const AgentBench bench;
    const std::pair<const char*, const char*> defaults[] = {
        {"Enabled", "True"},
        {"ExternalMailEnabled", "True"},
        {"InternalMailEnabled", "False"},
        {"SCLDeleteEnabled", "False"},
        {"SCLDeleteThreshold", "9"},
        {"SCLRejectEnabled", "True"},
        {"SCLRejectThreshold", "7"},
        {"SCLQuarantineEnabled", "False"},
        {"SCLQuarantineThreshold", "9"},
        {"QuarantineMailbox", ""},
        {"RejectionResponse", "Message rejected as spam by Content Filtering."},
        {"BypassedRecipients", "{}"},
        {"BypassedSenders", "{}"},
        {"BypassedSenderDomains", "{}"},
        {"OutlookEmailPostmarkValidationEnabled", "False"},
        {"SclHeaderEnabled", "False"},
    };
    for (const auto& [parameter, value] : defaults) {
        CAPTURE(std::string(parameter));
        CHECK(shown(bench, parameter) == value);
    }
    CHECK(contentFilterConfigSchema().parameters().size() == std::size(defaults));
}

TEST_CASE("Content filter: every switch is set and shown") {
    for (const auto* parameter : {"Enabled", "ExternalMailEnabled", "InternalMailEnabled", "SCLDeleteEnabled",
                                  "SCLRejectEnabled", "SclHeaderEnabled"}) {
        CAPTURE(std::string(parameter));
        AgentBench bench;
        const bool before = shown(bench, parameter) == "True";
        REQUIRE(bench.setContentFilter(parameter, !before).has_value());
        CHECK(shown(bench, parameter) == (before ? "False" : "True"));
        CHECK(bench.setContentFilter(parameter, "perhaps").has_error());
    }
}

TEST_CASE("Content filter: thresholds go from 1 to 9") {
    for (const auto* parameter : {"SCLDeleteThreshold", "SCLRejectThreshold", "SCLQuarantineThreshold"}) {
        CAPTURE(std::string(parameter));
        AgentBench bench;
        for (const std::int64_t good : {1, 5, 9}) {
            REQUIRE(bench.setContentFilter(parameter, good).has_value());
            CHECK(shown(bench, parameter) == std::to_string(good));
        }
        for (const std::int64_t bad : {-1, 0, 10})
            CHECK(errorOf(bench.setContentFilter(parameter, bad)).find("allowed: 1 to 9") !=
                  std::string::npos);
    }
}

TEST_CASE("Quarantine needs a mailbox, and keeps it") {
    AgentBench bench;
    CHECK(errorOf(bench.setContentFilter("SCLQuarantineEnabled", true)) ==
          "-SCLQuarantineEnabled $true needs -QuarantineMailbox");
    CHECK(bench.setContentFilter("QuarantineMailbox", "nobody").has_error());
    CHECK(bench.setContentFilter("QuarantineMailbox", "<>").has_error());
    REQUIRE(bench.setContentFilter("QuarantineMailbox", "spam@adventureworks.com").has_value());
    REQUIRE(bench.setContentFilter("SCLQuarantineEnabled", true).has_value());
    CHECK(bench.setContentFilter("QuarantineMailbox", CmdletValue()).has_error());
    REQUIRE(bench.setContentFilter("SCLQuarantineEnabled", false).has_value());
    CHECK(bench.setContentFilter("QuarantineMailbox", CmdletValue()).has_value());
}

TEST_CASE("RejectionResponse is ASCII, up to 240 characters, and says something") {
    AgentBench bench;
    CHECK(bench.setContentFilter("RejectionResponse", std::string(240, 'x')).has_value());
    for (const auto& bad :
         {std::string(241, 'x'), std::string("n\u00F6"), std::string("a\r\nb"), std::string(" ")})
        CHECK(bench.setContentFilter("RejectionResponse", bad).has_error());
}

TEST_CASE("Bypass lists take addresses and domains; 100 entries, 800 under profile 2007") {
    for (const auto* parameter : {"BypassedRecipients", "BypassedSenders"}) {
        CAPTURE(std::string(parameter));
        AgentBench bench;
        REQUIRE(bench.setContentFilter(parameter, addresses(100)).has_value());
        CHECK(errorOf(bench.setContentFilter(parameter, addresses(101)))
                  .find("101 entries; at most 100 are allowed") != std::string::npos);
        CHECK(bench.setContentFilter(parameter, CmdletList{"contoso.com"}).has_error());
        AgentBench old(ProfileId::E2007);
        CHECK(old.setContentFilter(parameter, addresses(800)).has_value());
        CHECK(old.setContentFilter(parameter, addresses(801)).has_error());
    }
    AgentBench bench;
    CHECK(bench.setContentFilter("BypassedSenderDomains", CmdletList{"contoso.com", "*.fabrikam.com"})
              .has_value());
    for (const auto* bad : {"*", "*.", "a@contoso.com", "x.*.com", "[192.0.2.1]", "*contoso.com"})
        CHECK(bench.setContentFilter("BypassedSenderDomains", CmdletList{bad}).has_error());
}

TEST_CASE("Postmark validation may be off, and is refused by name when on") {
    AgentBench bench;
    CHECK(bench.setContentFilter("OutlookEmailPostmarkValidationEnabled", false).has_value());
    const auto refused = bench.setContentFilter("OutlookEmailPostmarkValidationEnabled", true);
    REQUIRE(refused.has_error());
    CHECK((refused.error().code == Errc::Unsupported));
    CHECK(errorOf(refused).find("OutlookEmailPostmarkValidationEnabled") != std::string::npos);
}

TEST_CASE("A phrase has 1 to 256 characters, once without case, and an influence") {
    AgentBench bench;
    CHECK(addPhrase(bench, "Buy now").has_value());
    CHECK(addPhrase(bench, "invoice", "GoodWord").has_value());
    CHECK(errorOf(addPhrase(bench, "BUY NOW", "GoodWord")) ==
          "ContentFilterPhrase \"BUY NOW\" exists already");
    CHECK(addPhrase(bench, std::string(256, 'x')).has_value());
    CHECK(addPhrase(bench, std::string(257, 'x')).has_error());
    std::string umlauts;
    for (int i = 0; i < 256; ++i)
        umlauts += "\u00FC";
    CHECK(addPhrase(bench, umlauts).has_value());
    CHECK(addPhrase(bench, umlauts + "\u00FC").has_error());
    for (const auto* bad : {"", "  ", "a\tb"})
        CHECK(addPhrase(bench, bad).has_error());
    CHECK(addPhrase(bench, "other", "Word").has_error());
}

TEST_CASE("Eight hundred phrases are allowed, and no more") {
    AgentBench bench;
    for (int i = 0; i < 800; ++i)
        REQUIRE(addPhrase(bench, "phrase " + std::to_string(i)).has_value());
    CHECK(errorOf(addPhrase(bench, "one more")) == "there are 800 phrases already, and no more are allowed");
    CHECK(bench.server.settings.all<ContentFilterPhrase>().size() == 800);
}

} // namespace
} // namespace edge::bench
