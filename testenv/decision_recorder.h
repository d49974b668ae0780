// Keeps the decision stream of a Lab, so that a test asks "what did the Sender Filter decide, and why?"
// instead of parsing a log.
#pragma once

#include <edge/decision.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// Agent, event and action of a decision: what most assertions compare.
struct DecisionKey {
    std::string agent;
    AgentEvent event;
    Action action;
    bool operator==(const DecisionKey&) const = default;
};
std::ostream& operator<<(std::ostream& out, const DecisionKey& key);
inline DecisionKey decision(std::string agent, AgentEvent event, Action action) {
    return {std::move(agent), event, action};
}

class DecisionRecorder final : public DecisionSink {
public:
    void record(const Decision& decision) override { all_.push_back(decision); }

    const std::vector<Decision>& all() const { return all_; }
    // The last one that did something; a failed assertion where there is none.
    const Decision& lastAct() const;
    DecisionKey last() const;
    // Those of one agent, oldest first.
    std::vector<Decision> of(std::string_view agent) const;
    // "Sender Filter Agent OnMailCommand RejectCommand" a line: to be read when a test fails.
    std::string toString() const;
    void clear() { all_.clear(); }

private:
    std::vector<Decision> all_;
};

} // namespace edge::testenv
