#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/terminal/decision_json_parts.h>
#include <edge/testenv/explain/explanation_json.h>

#include <boost/json.hpp>

namespace edge::testenv {
namespace {

namespace json = boost::json;

template <class Each, class Value>
json::array all(const std::vector<Each>& values, Value value) {
    json::array array;
    for (const auto& each : values)
        array.emplace_back(value(each));
    return array;
}

std::int64_t microseconds(Duration span) {
    return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

json::value optionalText(const std::optional<std::string>& value) {
    return value ? json::value(jsonText(*value)) : json::value();
}

json::value changeValue(const ExplainedChange& change) {
    if (change.empty())
        return nullptr;
    json::value recipients;
    if (change.recipientsBefore != change.recipientsAfter)
        recipients = json::object{{"before", jsonTexts(change.recipientsBefore)},
                                  {"after", jsonTexts(change.recipientsAfter)}};
    json::value body;
    if (change.bodyBefore)
        body = json::object{{"before", *change.bodyBefore}, {"after", *change.bodyAfter}};
    return json::object{{"headers", all(change.headers,
                                        [](const HeaderDifference& each) {
                                            return json::object{{"name", jsonText(each.name)},
                                                                {"before", optionalText(each.before)},
                                                                {"after", optionalText(each.after)}};
                                        })},
                        {"recipients", recipients},
                        {"bodyOctets", body}};
}

json::object evidenceValue(const ExplainedEvidence& evidence) {
    return {{"of", jsonText(toString(evidence.kind))},
            {"level", jsonText(toString(evidence.evidence.level))},
            {"reference", jsonText(evidence.evidence.reference)}};
}

json::object callValue(const ExplainedCall& call) {
    const auto& decision = call.decision;
    return {{"event", jsonText(toString(decision.event))},
            {"agent", jsonText(decision.agent)},
            {"byServer", decision.byServer()},
            {"action", jsonText(toString(decision.action))},
            {"response", jsonResponse(decision.response)},
            {"reason", jsonText(decision.reason)},
            {"reasonData", jsonText(decision.reasonData)},
            {"diagnostics", jsonText(decision.diagnostics)},
            {"inputs", jsonInputs(decision.inputs)},
            {"effects", jsonEffects(decision.effects)},
            {"dns", all(call.lookups,
                        [](const ExplainedLookup& lookup) {
                            return json::object{{"question", jsonText(questionText(lookup))},
                                                {"answer", jsonText(answerText(lookup))}};
                        })},
            {"change", changeValue(call.change)},
            {"remedy", jsonText(decision.remedy)},
            {"evidence", all(call.evidence, evidenceValue)},
            {"waitedMicroseconds", microseconds(decision.elapsed)},
            {"processorMicroseconds", microseconds(call.realTime)}};
}

json::object stepValue(const ExplainedStep& step) {
    return {{"atMicroseconds", microseconds(step.at)},
            {"client", jsonText(step.said)},
            {"calls", all(step.calls, callValue)},
            {"reply", jsonTexts(step.reply)},
            {"waitedMicroseconds", microseconds(step.waited)},
            {"closed", step.closed}};
}

json::object inputsValue(const Explanation& explanation) {
    const auto& request = explanation.request;
    const auto& session = explanation.session;
    return {{"message", jsonText(request.messageName)},
            {"octets", request.message.size()},
            {"mendedLineEnds", request.mendedLineEnds},
            {"ip", request.ip.toString()},
            {"helo", jsonText(request.helo)},
            {"from", jsonText(request.from)},
            {"to", jsonTexts(request.to)},
            {"configuration", jsonText(request.configName)},
            {"server", jsonText(session.serverName)},
            {"profile", jsonText(session.profile)},
            {"time", isoTime(session.start)}};
}

json::object changeProposal(const Change& change) {
    return {{"kind", jsonText(toString(change.kind))},
            {"what", jsonText(change.what)},
            {"cmdlet", jsonText(change.cmdlet)}};
}

json::value nearestValue(const Explanation& explanation) {
    const auto& nearest = explanation.nearest;
    if (explanation.session.letThrough())
        return nullptr;
    json::value further;
    if (nearest.firstStep) {
        auto change = changeProposal(*nearest.firstStep);
        change["then"] = jsonText(nearest.nextObstacle);
        further = std::move(change);
    }
    return json::object{{"tried", nearest.tried},
                        {"outOfTime", nearest.outOfTime},
                        {"server", all(nearest.configuration, changeProposal)},
                        {"sender", all(nearest.sending, changeProposal)},
                        {"furthest", further}};
}

json::object endValue(const ExplainedSession& session) {
    const auto verdict = verdictOf(session);
    json::value cause;
    if (!session.causes.empty())
        cause = json::object{{"step", session.causes.front().step}, {"call", session.causes.front().call}};
    return {{"verdict", jsonText(verdict.word)},
            {"sentence", jsonText(verdict.sentence)},
            {"cause", cause},
            {"recipients", all(session.recipients,
                               [](const RecipientEnd& end) {
                                   return json::object{{"address", jsonText(end.address)},
                                                       {"fate", jsonText(toString(end.fate))},
                                                       {"reply", jsonText(end.reply)}};
                               })},
            {"replay", all(session.files,
                           [](const ExplainedFile& file) {
                               return json::object{{"name", jsonText(file.name)},
                                                   {"sender", jsonText(file.sender)},
                                                   {"recipients", jsonTexts(file.recipients)},
                                                   {"octets", file.size}};
                           })},
            {"agentLog", jsonTexts(session.agentLog)},
            {"tookMicroseconds", microseconds(session.took)}};
}

// Boost.JSON writes on one line; this is read by people, too.
class Indented {
public:
    std::string of(const json::value& value) {
        write(value, 0);
        return std::move(text_) + "\n";
    }

private:
    void write(const json::value& value, std::size_t depth) {
        if (value.is_object() && !value.get_object().empty())
            return block('{', '}', value.get_object(), depth,
                         [this](const json::key_value_pair& member) -> const json::value& {
                             text_ += json::serialize(json::value(member.key())) + ": ";
                             return member.value();
                         });
        if (value.is_array() && !value.get_array().empty())
            return block('[', ']', value.get_array(), depth,
                         [](const json::value& element) -> const json::value& { return element; });
        text_ += json::serialize(value);
    }

    template <class Container, class Take>
    void block(char open, char close, const Container& container, std::size_t depth, Take take) {
        text_ += open;
        bool first = true;
        for (const auto& each : container) {
            text_ += first ? "\n" : ",\n";
            first = false;
            text_.append(2 * (depth + 1), ' ');
            write(take(each), depth + 1);
        }
        text_ += "\n";
        text_.append(2 * depth, ' ');
        text_ += close;
    }

    std::string text_;
};

} // namespace

std::string explanationJson(const Explanation& explanation) {
    const auto& session = explanation.session;
    const json::object document{
        {"schema", kExplainJsonSchema},
        {"inputs", inputsValue(explanation)},
        {"steps", all(session.steps, stepValue)},
        {"serverChanges", json::object{{"beforeAgents", changeValue(session.server.atHeaders)},
                                       {"beforeStoring", changeValue(session.server.atAcceptance)}}},
        {"routing", all(session.routing, callValue)},
        {"end", endValue(session)},
        {"nearestChange", nearestValue(explanation)}};
    return Indented().of(document);
}

} // namespace edge::testenv
