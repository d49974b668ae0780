#include <edge/agent_event.h>
#include <edge/decision.h>
#include <edge/evidence.h>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>

using namespace edge;

TEST_CASE("Every event has its evidence") {
    for (const auto& event : agentEvents()) {
        INFO(std::string(event.sdkName));
        CHECK(findEvidence(EvidenceKind::Event, event.sdkName) != nullptr);
    }
}

TEST_CASE("Every action has its evidence") {
    for (auto action = Action::None; action <= Action::Fault;
         action = static_cast<Action>(static_cast<int>(action) + 1)) {
        INFO(std::string(toString(action)));
        CHECK(findEvidence(EvidenceKind::Action, toString(action)) != nullptr);
    }
}

TEST_CASE("No name has two rows, and each row says where it stands") {
    std::set<std::pair<EvidenceKind, std::string>> seen;
    for (const auto& row : evidenceRows()) {
        INFO(std::string(row.name));
        CHECK(seen.insert({row.kind, std::string(row.name)}).second);
        CHECK_FALSE(row.reference.empty());
    }
}

TEST_CASE("A reply is known by its longest beginning") {
    const auto reference = [](std::string_view reply) {
        const auto* row = findEvidence(EvidenceKind::Reply, reply);
        return row == nullptr ? std::string("unknown") : row->evidence().toString();
    };
    CHECK(reference("554 5.1.0 Sender denied") == "observed (agents.md 3.3)");
    CHECK(reference("550 5.7.1 External client with IP address 203.0.113.9 does not") ==
          "documented (agents.md 2.4)");
    CHECK(reference("550 5.7.1 Words of an administrator") == "inferred (agents.md 2.4, 6.5)");
    CHECK(reference("214-This server supports the following commands:\r\n214 HELO") ==
          "inferred (platform.md 2.6)");
    CHECK(reference("599 5.9.9 Never heard of") == "unknown");
}

TEST_CASE("Words of a stranger's agent have no evidence") {
    CHECK(findEvidence(EvidenceKind::Reason, "NoFooHere") == nullptr);
    CHECK((findEvidence(EvidenceKind::Reason, "blanksender")->level == EvidenceLevel::Ours));
}

TEST_CASE("A source tag is read as evidence") {
    CHECK(evidenceOf("agents.md 3.1, documented").toString() == "documented (agents.md 3.1)");
    CHECK(evidenceOf("platform.md 2.3, 6.1, documented").reference == "platform.md 2.3, 6.1");
    CHECK(evidenceOf("agents.md 6.5, observed; docs/decisions/0820").toString() ==
          "observed (agents.md 6.5; docs/decisions/0820)");
    CHECK(evidenceOf("edgesim's own").toString() == "ours (edgesim's own)");
    CHECK(evidenceOf("").toString() == "ours");
}
