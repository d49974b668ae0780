#include <edge/testenv/decision_recorder.h>

#include <stdexcept>

namespace edge::testenv {

std::ostream& operator<<(std::ostream& out, const DecisionKey& key) {
    return out << key.agent << ' ' << edge::toString(key.event) << ' ' << edge::toString(key.action);
}

const Decision& DecisionRecorder::lastAct() const {
    for (auto each = all_.rbegin(); each != all_.rend(); ++each)
        if (each->action != Action::None)
            return *each;
    throw std::logic_error("no agent and no rule has done anything yet");
}

DecisionKey DecisionRecorder::last() const {
    const auto& act = lastAct();
    return {act.agent, act.event, act.action};
}

std::vector<Decision> DecisionRecorder::of(std::string_view agent) const {
    std::vector<Decision> found;
    for (const auto& each : all_)
        if (each.agent == agent)
            found.push_back(each);
    return found;
}

std::string DecisionRecorder::toString() const {
    std::string text;
    for (const auto& each : all_) {
        text += each.agent + " " + std::string(edge::toString(each.event)) + " " +
                std::string(edge::toString(each.action));
        if (!each.response.isEmpty())
            text += " \"" + each.response.toString() + "\"";
        if (!each.reason.empty())
            text += " because " + each.reason + (each.reasonData.empty() ? "" : " (" + each.reasonData + ")");
        text += "\n";
    }
    return text;
}

} // namespace edge::testenv
