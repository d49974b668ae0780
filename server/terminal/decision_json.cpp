#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/logs/visible_text.h>
#include <edge/server/terminal/decision_json.h>

#include <boost/json.hpp>

#include <chrono>

namespace edge {
namespace {

namespace json = boost::json;

json::string text(std::string_view value) {
    return json::string(validUtf8(value));
}

json::array texts(const std::vector<std::string>& values) {
    json::array array;
    for (const auto& value : values)
        array.emplace_back(text(value));
    return array;
}

json::value responseValue(const SmtpResponse& response) {
    if (response.isEmpty())
        return nullptr;
    return json::object{{"code", response.statusCode()},
                        {"enhanced", text(response.enhancedStatusCode())},
                        {"text", texts(response.statusText())}};
}

json::array inputValues(const std::vector<DecisionInput>& inputs) {
    json::array array;
    for (const auto& input : inputs)
        array.emplace_back(json::object{{"what", text(input.what)}, {"value", text(input.value)}});
    return array;
}

json::array effectValues(const std::vector<Effect>& effects) {
    json::array array;
    for (const auto& effect : effects)
        array.emplace_back(
            json::object{{"action", toString(effect.action)}, {"targets", texts(effect.targets)}});
    return array;
}

json::object sessionValue(const StepSnapshot& step) {
    return {
        {"id", hex16(step.sessionId)},
        {"start", isoTime(step.sessionStart)},
        {"connector", text(step.connector)},
        {"local", step.localEndpoint.toString()},
        {"remote", step.remoteEndpoint.toString()},
        {"enteredOrgFromIp", step.enteredOrgFromIp.isUnspecified() ? "" : step.enteredOrgFromIp.toString()},
        {"helo", text(step.heloDomain)}};
}

json::value messageValue(const StepSnapshot& step) {
    if (step.messageOrdinal == 0)
        return nullptr;
    json::value networkMessageId;
    if (!step.networkMessageId.isEmpty())
        networkMessageId = step.networkMessageId.toString();
    return json::object{{"ordinal", step.messageOrdinal},        {"messageId", text(step.messageId)},
                        {"networkMessageId", networkMessageId},  {"p1From", text(step.p1FromAddress)},
                        {"p2From", texts(step.p2FromAddresses)}, {"recipients", texts(step.recipients)}};
}

} // namespace

std::string decisionToJson(const Decision& decision) {
    static const StepSnapshot kNoStep;
    const auto& step = decision.step ? *decision.step : kNoStep;
    const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(decision.elapsed).count();
    return json::serialize(json::object{{"schema", kDecisionJsonSchema},
                                        {"time", isoTime(decision.time)},
                                        {"event", toString(decision.event)},
                                        {"agent", text(decision.agent)},
                                        {"byServer", decision.byServer()},
                                        {"action", toString(decision.action)},
                                        {"response", responseValue(decision.response)},
                                        {"reason", text(decision.reason)},
                                        {"reasonData", text(decision.reasonData)},
                                        {"diagnostics", text(decision.diagnostics)},
                                        {"inputs", inputValues(decision.inputs)},
                                        {"effects", effectValues(decision.effects)},
                                        {"elapsedMicroseconds", elapsed},
                                        {"overrun", decision.overrun},
                                        {"revisionBefore", decision.revisionBefore},
                                        {"revision", decision.revision},
                                        {"remedy", text(decision.remedy)},
                                        {"session", sessionValue(step)},
                                        {"message", messageValue(step)}});
}

} // namespace edge
