#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/terminal/decision_json.h>
#include <edge/server/terminal/decision_json_parts.h>

#include <boost/json.hpp>

#include <chrono>

namespace edge {
namespace {

namespace json = boost::json;

json::object sessionValue(const StepSnapshot& step) {
    return {
        {"id", hex16(step.sessionId)},
        {"start", isoTime(step.sessionStart)},
        {"connector", jsonText(step.connector)},
        {"local", step.localEndpoint.toString()},
        {"remote", step.remoteEndpoint.toString()},
        {"enteredOrgFromIp", step.enteredOrgFromIp.isUnspecified() ? "" : step.enteredOrgFromIp.toString()},
        {"helo", jsonText(step.heloDomain)}};
}

json::value messageValue(const StepSnapshot& step) {
    if (step.messageOrdinal == 0)
        return nullptr;
    json::value networkMessageId;
    if (!step.networkMessageId.isEmpty())
        networkMessageId = step.networkMessageId.toString();
    return json::object{{"ordinal", step.messageOrdinal},
                        {"messageId", jsonText(step.messageId)},
                        {"networkMessageId", networkMessageId},
                        {"p1From", jsonText(step.p1FromAddress)},
                        {"p2From", jsonTexts(step.p2FromAddresses)},
                        {"recipients", jsonTexts(step.recipients)}};
}

} // namespace

std::string decisionToJson(const Decision& decision) {
    static const StepSnapshot kNoStep;
    const auto& step = decision.step ? *decision.step : kNoStep;
    const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(decision.elapsed).count();
    return json::serialize(json::object{{"schema", kDecisionJsonSchema},
                                        {"time", isoTime(decision.time)},
                                        {"event", toString(decision.event)},
                                        {"agent", jsonText(decision.agent)},
                                        {"byServer", decision.byServer()},
                                        {"action", toString(decision.action)},
                                        {"response", jsonResponse(decision.response)},
                                        {"reason", jsonText(decision.reason)},
                                        {"reasonData", jsonText(decision.reasonData)},
                                        {"diagnostics", jsonText(decision.diagnostics)},
                                        {"inputs", jsonInputs(decision.inputs)},
                                        {"effects", jsonEffects(decision.effects)},
                                        {"elapsedMicroseconds", elapsed},
                                        {"overrun", decision.overrun},
                                        {"revisionBefore", decision.revisionBefore},
                                        {"revision", decision.revision},
                                        {"remedy", jsonText(decision.remedy)},
                                        {"session", sessionValue(step)},
                                        {"message", messageValue(step)}});
}

} // namespace edge
