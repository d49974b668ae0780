// Every parameter of Set-AttachmentFilterListConfig and Add-AttachmentFilterEntry: default, type, bounds
// (agents.md 8.1, 8.2).
#include <edge/agents/attachment_filter/attachment_filter_config.h>
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

const NounSchema& config() {
    return attachmentFilterListConfigSchema();
}

std::string shown(const AgentBench& bench, const char* parameter) {
    const auto object =
        config().toObject(&bench.server.settings.get<AttachmentFilterListConfig>(), bench.server.settings);
    const auto* value = object->find(parameter);
    return value ? value->toText() : "(not shown)";
}

Result<> add(AgentBench& bench, const char* name, const char* type) {
    return bench.create(attachmentFilterEntrySchema(), {{"Name", name}, {"Type", type}});
}

TEST_CASE("Defaults are Exchange's, and Action depends on the version") {
    const AgentBench bench;
    const std::pair<const char*, const char*> defaults[] = {
        {"Action", "Strip"},
        {"RejectResponse", "Message rejected due to unacceptable attachments"},
        {"AdminMessage", "This attachment was removed."},
        {"ExceptionConnectors", "{}"},
        {"EncryptedArchive", "Allow"},
        {"UnreadableArchive", "Block"},
    };
    for (const auto& [parameter, value] : defaults) {
        CAPTURE(std::string(parameter));
        CHECK(shown(bench, parameter) == value);
    }
    CHECK(config().parameters().size() == std::size(defaults));
    const std::pair<ProfileId, const char*> actions[] = {
        {ProfileId::E2007, "Reject"}, {ProfileId::E2010, "Reject"}, {ProfileId::E2013, "Reject"},
        {ProfileId::E2016, "Strip"},  {ProfileId::E2019, "Strip"},  {ProfileId::SE, "Strip"}};
    for (const auto& [profile, action] : actions)
        CHECK(shown(AgentBench(profile), "Action") == action);
}

TEST_CASE("Action takes Exchange's three words") {
    AgentBench bench;
    for (const auto* word : {"Reject", "Strip", "SilentDelete"}) {
        REQUIRE(bench.set(config(), "Action", word).has_value());
        CHECK(shown(bench, "Action") == word);
    }
    CHECK(bench.set(config(), "Action", "Delete").has_error());
}

TEST_CASE("RejectResponse is some ASCII text of at most 240 characters") {
    AgentBench bench;
    REQUIRE(bench.set(config(), "RejectResponse", std::string(240, 'x')).has_value());
    CHECK(bench.set(config(), "RejectResponse", std::string(241, 'x')).has_error());
    CHECK(bench.set(config(), "RejectResponse", "naïve").has_error());
    CHECK(bench.set(config(), "RejectResponse", " ").has_error());
}

TEST_CASE("AdminMessage is any text") {
    AgentBench bench;
    REQUIRE(bench.set(config(), "AdminMessage", "Entfernt: ungültig").has_value());
    CHECK(shown(bench, "AdminMessage") == "Entfernt: ungültig");
}

TEST_CASE("ExceptionConnectors takes GUIDs, with braces or without") {
    AgentBench bench;
    constexpr char kGuid[] = "{6B1D435E-0C9F-4A27-9D3E-518E70A2C416}";
    REQUIRE(bench.set(config(), "ExceptionConnectors", CmdletList{kGuid}).has_value());
    const auto& set = bench.server.settings.get<AttachmentFilterListConfig>();
    CHECK(set.isException(*Guid::parse("6b1d435e-0c9f-4a27-9d3e-518e70a2c416")));
    CHECK_FALSE(set.isException(Guid::ofName("another")));
    const auto refused = bench.set(config(), "ExceptionConnectors", CmdletList{"From the Internet"});
    REQUIRE(refused.has_error());
    CHECK(refused.error().message.find("Get-ReceiveConnector") != std::string::npos);
}

TEST_CASE("A fresh server has the complete documented list") {
    const AgentBench bench;
    std::size_t names = 0;
    std::size_t types = 0;
    for (const auto& entry : bench.server.settings.all<AttachmentFilterEntry>())
        ++(entry->type == AttachmentEntryType::FileName ? names : types);
    CHECK(names == 60);
    CHECK(types == 10);
}

TEST_CASE("An entry is added once, and its identity is type and name") {
    AgentBench bench;
    REQUIRE(add(bench, "*.iso", "FileName").has_value());
    CHECK(bench.server.settings.all<AttachmentFilterEntry>().back()->identity == "FileName:*.iso");
    CHECK(add(bench, "*.ISO", "FileName").has_error());
    CHECK(add(bench, "*.exe", "FileName").has_error());
    REQUIRE(add(bench, "image/*", "ContentType").has_value());
    CHECK(add(bench, "image/jpeg", "FileName").has_error());
    CHECK(add(bench, "", "FileName").has_error());
    CHECK(add(bench, "*.x", "Extension").has_error());
}

} // namespace
} // namespace edge::bench
