#include <edge/base/text.h>
#include <edge/pipeline_snapshot.h>
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace edge::bench {
namespace {

std::vector<std::string> installed() {
    AgentRegistry registry;
    registerBuiltInAgents(registry);
    std::vector<std::string> names;
    for (const auto& agent : registry.agents())
        names.push_back(agent.identity);
    return names;
}

TEST_CASE("The built-in agents are enabled, in Exchange's order, under Exchange's names") {
    CHECK((installed() == std::vector<std::string>{"Connection Filtering Agent", "Content Filter Agent",
                                                   "Sender Filter Agent", "Recipient Filter Agent",
                                                   "Attachment Filtering Agent"}));
    AgentRegistry registry;
    registerBuiltInAgents(registry);
    for (const auto& agent : registry.agents()) {
        CHECK(agent.enabled);
        CHECK(agent.assemblyPath == "built in");
        CHECK(agent.transportAgentFactory.starts_with("edge::"));
        CHECK(agent.transportAgentFactory.ends_with("AgentFactory"));
    }
}

TEST_CASE("Their relative order is that of a default Edge server (corpus edge-default-agents.tsv)") {
    std::ifstream file(EDGE_CORPORA "/exchange-samples/edge-default-agents.tsv");
    if (!file) {
        MESSAGE("skipped: " EDGE_CORPORA "/exchange-samples/edge-default-agents.tsv is not there");
        return;
    }
    std::vector<std::string> names;
    std::string line;
    std::getline(file, line); // column titles
    while (std::getline(file, line)) {
        const auto columns = split(line, '\t');
        REQUIRE(columns.size() >= 2);
        names.emplace_back(columns[1]);
    }
    std::size_t place = 0;
    for (const auto& agent : installed()) {
        CAPTURE(agent);
        const auto found = std::find(names.begin() + static_cast<std::ptrdiff_t>(place), names.end(), agent);
        REQUIRE(found != names.end());
        place = static_cast<std::size_t>(found - names.begin());
    }
}

TEST_CASE("Each agent is registered for the documented events (agents.md 1.3)") {
    AgentRegistry registry;
    registerBuiltInAgents(registry);
    const PipelineSnapshot snapshot(registry);
    // In the order in which they are called (agents.md 1.4).
    const std::map<AgentEvent, std::vector<std::string>> expected{
        {AgentEvent::OnConnect, {"Connection Filtering Agent"}},
        {AgentEvent::OnMailCommand, {"Connection Filtering Agent", "Sender Filter Agent"}},
        {AgentEvent::OnRcptCommand, {"Connection Filtering Agent", "Recipient Filter Agent"}},
        {AgentEvent::OnEndOfHeaders, {"Connection Filtering Agent", "Sender Filter Agent"}},
        {AgentEvent::OnEndOfData, {"Content Filter Agent", "Attachment Filtering Agent"}},
    };
    for (const auto& event : agentEvents()) {
        CAPTURE(std::string(toString(event.event)));
        std::vector<std::string> called;
        for (const auto index : snapshot.order(event.event))
            called.push_back(snapshot.agents()[index].identity);
        const auto row = expected.find(event.event);
        CHECK((called == (row == expected.end() ? std::vector<std::string>{} : row->second)));
    }
}

TEST_CASE(
    "Their nouns are named as their cmdlets, and every parameter says what it is and where that is written") {
    std::vector<std::string> nouns;
    for (const auto* schema : builtinAgentSchemas()) {
        nouns.push_back(schema->noun());
        for (const auto& parameter : schema->parameters()) {
            CAPTURE(parameter.name);
            CHECK(parameter.help.ends_with("."));
            const bool ours = parameter.source == "edgesim's own";
            CHECK((ours || parameter.source.starts_with("agents.md")));
        }
    }
    CHECK((nouns == std::vector<std::string>{"IPAllowListConfig", "IPBlockListConfig", "ContentFilterConfig",
                                             "ContentFilterPhrase", "SenderFilterConfig",
                                             "RecipientFilterConfig", "AttachmentFilterListConfig",
                                             "AttachmentFilterEntry"}));
}

TEST_CASE("User agents come after the built-in ones") {
    AgentBench bench;
    bench.add("NoFooAgent", {.mail = [](auto&, auto&) {}});
    CHECK(bench.registry.agents().back().identity == "NoFooAgent");
    bench.mail();
    CHECK(
        (bench.decisions.lines() == std::vector<std::string>{"Connection Filtering Agent OnMailCommand None",
                                                             "Sender Filter Agent OnMailCommand None",
                                                             "NoFooAgent OnMailCommand None"}));
}

} // namespace
} // namespace edge::bench
