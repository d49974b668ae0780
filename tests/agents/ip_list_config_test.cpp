// Set-IPAllowListConfig, Set-IPBlockListConfig and Set-EdgeSimConnectionFilter (agents.md 2.1, 2.4).
#include <edge/agents/connection_filter/ip_list_config.h>
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

const IpBlockListConfig& blockList(AgentBench& bench) {
    return bench.server.settings.get<IpBlockListConfig>();
}

Result<> setBlockList(AgentBench& bench, std::string parameter, CmdletValue value) {
    return bench.set(ipBlockListConfigSchema(), std::move(parameter), std::move(value));
}

TEST_CASE("A fresh server uses both lists for external mail") {
    AgentBench bench;
    for (const auto& scope : {bench.server.settings.get<IpAllowListConfig>().scope, blockList(bench).scope}) {
        CHECK(scope.enabled);
        CHECK(scope.externalMailEnabled);
        CHECK_FALSE(scope.internalMailEnabled);
    }
}

TEST_CASE("The default texts are those of KB 928123") {
    AgentBench bench;
    CHECK(blockList(bench).staticEntryRejectionResponse ==
          "External client with IP address {0} does not have permissions to submit to this server.");
    CHECK(blockList(bench).machineEntryRejectionResponse ==
          "External client with IP address {0} does not have permissions to submit to this server. Visit "
          "http://support.microsoft.com/kb/928123 for more information.");
}

TEST_CASE("Blocked clients are refused at RCPT, in Exchange 2007 at MAIL") {
    for (const auto& version : profiles()) {
        AgentBench bench(version.id);
        const bool early = version.id == ProfileId::E2007;
        CHECK((blockList(bench).blockStage == (early ? BlockStage::Mail : BlockStage::Rcpt)));
    }
}

TEST_CASE("A response is printable ASCII of at most 240 characters") {
    AgentBench bench;
    CHECK(setBlockList(bench, "StaticEntryRejectionResponse", std::string(240, 'x')).has_value());
    CHECK_FALSE(setBlockList(bench, "StaticEntryRejectionResponse", std::string(241, 'x')).has_value());
    CHECK_FALSE(setBlockList(bench, "MachineEntryRejectionResponse", "caf\xC3\xA9").has_value());
    CHECK_FALSE(setBlockList(bench, "MachineEntryRejectionResponse", "two\r\nlines").has_value());
    CHECK(blockList(bench).staticEntryRejectionResponse.size() == 240);
}

TEST_CASE("BlockStage is a setting of ours and knows three words") {
    AgentBench bench;
    CHECK(ipBlockListConfigSchema().findParameter("BlockStage")->setNoun == "EdgeSimConnectionFilter");
    CHECK(setBlockList(bench, "BlockStage", "connect").has_value());
    CHECK((blockList(bench).blockStage == BlockStage::Connect));
    CHECK_FALSE(setBlockList(bench, "BlockStage", "Data").has_value());
}

} // namespace
} // namespace edge::bench
