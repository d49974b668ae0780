#include <edge/agent_registry.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

class NoAgent final : public SmtpReceiveAgent {};

Result<> install(AgentRegistry& registry, std::string name, bool enabled = false) {
    return registry.install(std::move(name), "factory", "built in",
                            std::make_shared<SimpleAgentFactory<NoAgent>>(), enabled);
}

AgentRegistry registryOf(std::initializer_list<const char*> names) {
    AgentRegistry registry;
    for (const auto* name : names)
        REQUIRE(install(registry, name, true).has_value());
    return registry;
}

std::string order(const AgentRegistry& registry) {
    std::string names;
    for (const auto& agent : registry.agents())
        names += agent.identity + " ";
    return names;
}

TEST_CASE("A newly installed agent is disabled and last (platform.md 9, item 19)") {
    auto registry = registryOf({"A", "B"});
    REQUIRE(install(registry, "C").has_value());
    CHECK(order(registry) == "A B C ");
    CHECK_FALSE(registry.find("C")->enabled);
    CHECK(registry.find("C")->transportAgentFactory == "factory");
    CHECK(registry.find("C")->assemblyPath == "built in");
}

TEST_CASE("An agent's name has 1 to 64 characters and is taken once, without case") {
    AgentRegistry registry;
    CHECK(install(registry, "").error().code == Errc::InvalidArgument);
    CHECK(install(registry, std::string(65, 'x')).error().code == Errc::InvalidArgument);
    CHECK(install(registry, std::string(64, 'x')).has_value());
    CHECK(install(registry, std::string(64, 'X')).error().code == Errc::AlreadyExists);
    CHECK(registry.agents().size() == 1);
}

TEST_CASE("Agents are found, enabled and removed by name without case; strangers are an error by name") {
    auto registry = registryOf({"Sender Filter Agent"});
    REQUIRE(registry.setEnabled("sender filter agent", false).has_value());
    CHECK_FALSE(registry.find("SENDER FILTER AGENT")->enabled);
    REQUIRE(registry.setEnabled("Sender Filter Agent", true).has_value());
    CHECK(registry.agents()[0].enabled);
    for (const auto& failed : {registry.setEnabled("Nobody", true), registry.setPriority("Nobody", 1),
                               registry.uninstall("Nobody")}) {
        REQUIRE(failed.has_error());
        CHECK(failed.error().code == Errc::NotFound);
        CHECK(failed.error().message.find("\"Nobody\"") != std::string::npos);
    }
    REQUIRE(registry.uninstall("sender FILTER agent").has_value());
    CHECK(registry.agents().empty());
    CHECK(registry.find("Sender Filter Agent") == nullptr);
}

TEST_CASE("Set-TransportAgent -Priority moves the agent, the others shift") {
    struct Case {
        const char* agent;
        int priority;
        const char* expected;
    };
    const Case cases[] = {
        {"D", 3, "A B D C E "}, // pushes the previous holder down
        {"A", 3, "B C A D E "}, {"E", 1, "E A B C D "},
        {"E", 0, "E A B C D "}, // 0 is taken for 1 (agents.md 1.1)
        {"A", 5, "B C D E A "}, {"C", 3, "A B C D E "},
    };
    for (const auto& c : cases) {
        CAPTURE(std::string(c.expected));
        auto registry = registryOf({"A", "B", "C", "D", "E"});
        REQUIRE(registry.setPriority(c.agent, c.priority).has_value());
        CHECK(order(registry) == c.expected);
    }
}

TEST_CASE("A priority beyond the list is refused and changes nothing") {
    for (const int priority : {-1, 3, 2147483647}) {
        auto registry = registryOf({"A", "B"});
        CHECK(registry.setPriority("A", priority).error().code == Errc::InvalidArgument);
        CHECK(order(registry) == "A B ");
    }
}

TEST_CASE("Content Filter at priority 3 makes the Edge Rule Agent 4 (agents.md 16)") {
    auto registry = registryOf({"Connection Filtering Agent", "Address Rewriting Inbound Agent",
                                "Edge Rule Agent", "Content Filter Agent", "Sender Id Agent"});
    REQUIRE(registry.setPriority("Content Filter Agent", 3).has_value());
    CHECK(registry.agents()[2].identity == "Content Filter Agent");
    CHECK(registry.agents()[3].identity == "Edge Rule Agent");
    CHECK(registry.agents()[4].identity == "Sender Id Agent");
}

TEST_CASE("A restart forgets the calls that were counted; earlier snapshots keep theirs") {
    auto registry = registryOf({"A"});
    const auto before = registry.agents()[0].statistics;
    before->calls[0] = 5;
    registry.resetStatistics();
    CHECK(registry.agents()[0].statistics->calls[0] == 0);
    CHECK(before->calls[0] == 5);
}

} // namespace
} // namespace edge
