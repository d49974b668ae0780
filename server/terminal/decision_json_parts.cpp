#include <edge/server/logs/visible_text.h>
#include <edge/server/terminal/decision_json_parts.h>

#include <boost/json/object.hpp>

namespace edge {

namespace json = boost::json;

json::string jsonText(std::string_view value) {
    return json::string(validUtf8(value));
}

json::array jsonTexts(const std::vector<std::string>& values) {
    json::array array;
    for (const auto& value : values)
        array.emplace_back(jsonText(value));
    return array;
}

json::value jsonResponse(const SmtpResponse& response) {
    if (response.isEmpty())
        return nullptr;
    return json::object{{"code", response.statusCode()},
                        {"enhanced", jsonText(response.enhancedStatusCode())},
                        {"text", jsonTexts(response.statusText())}};
}

json::array jsonInputs(const std::vector<DecisionInput>& inputs) {
    json::array array;
    for (const auto& input : inputs)
        array.emplace_back(json::object{{"what", jsonText(input.what)}, {"value", jsonText(input.value)}});
    return array;
}

json::array jsonEffects(const std::vector<Effect>& effects) {
    json::array array;
    for (const auto& effect : effects)
        array.emplace_back(
            json::object{{"action", toString(effect.action)}, {"targets", jsonTexts(effect.targets)}});
    return array;
}

} // namespace edge
