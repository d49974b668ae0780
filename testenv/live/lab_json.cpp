#include <edge/mail/charset_text.h>
#include <edge/testenv/live/lab_json.h>

#include <openssl/evp.h>

#include <limits>
#include <stdexcept>

namespace edge::testenv {

namespace json = boost::json;

namespace {

constexpr std::string_view kBase64 = "base64";

std::string base64(std::string_view octets) {
    std::string text(4 * ((octets.size() + 2) / 3) + 1, '\0'); // OpenSSL ends it with a NUL
    const auto length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                        reinterpret_cast<const unsigned char*>(octets.data()),
                                        static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<std::string> fromBase64(std::string_view text) {
    if (text.size() % 4 != 0)
        return std::nullopt;
    std::string octets(text.size() / 4 * 3, '\0');
    const auto length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(octets.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (length < 0)
        return std::nullopt;
    const auto padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    octets.resize(static_cast<std::size_t>(length - padding));
    return octets;
}

// Reads the members of an object; what is missing or of the wrong kind is thrown and caught in decisionOf().
class Members {
public:
    explicit Members(const json::value& value)
        : object_(value.as_object()) {}

    const json::value& at(std::string_view name) const { return object_.at(name); }
    bool has(std::string_view name) const { return object_.contains(name) && !object_.at(name).is_null(); }
    std::string text(std::string_view name) const { return required(octetsOf(at(name)), name); }
    std::vector<std::string> texts(std::string_view name) const { return required(textsOf(at(name)), name); }
    template <class T>
    T number(std::string_view name) const {
        return at(name).to_number<T>();
    }
    bool flag(std::string_view name) const { return at(name).as_bool(); }
    template <class T>
    T parsed(std::string_view name, Result<T> (*parse)(std::string_view)) const {
        return parse(text(name)).value();
    }
    template <class T>
    static T required(std::optional<T> value, std::string_view name) {
        if (!value)
            throw std::runtime_error("\"" + std::string(name) + "\" is not what it should be");
        return std::move(*value);
    }

private:
    const json::object& object_;
};

std::int64_t ticks(UtcTime when) {
    return when.time_since_epoch().count();
}

UtcTime utc(std::int64_t microseconds) {
    return UtcTime(std::chrono::microseconds(microseconds));
}

std::optional<Action> findAction(std::string_view word) {
    for (auto i = static_cast<int>(Action::None); i <= static_cast<int>(Action::Fault); ++i)
        if (toString(static_cast<Action>(i)) == word)
            return static_cast<Action>(i);
    return std::nullopt;
}

json::value responseJson(const SmtpResponse& response) {
    if (response.isEmpty())
        return nullptr;
    return json::object{{"code", response.statusCode()},
                        {"enhanced", toJson(response.enhancedStatusCode())},
                        {"text", toJson(response.statusText())}};
}

SmtpResponse responseOf(const Members& decision) {
    if (!decision.has("response"))
        return {};
    const Members response(decision.at("response"));
    return {response.number<int>("code"), response.text("enhanced"), response.texts("text")};
}

json::value stepJson(const StepSnapshot* step) {
    if (!step)
        return nullptr;
    return json::object{{"session", step->sessionId},
                        {"session_start", ticks(step->sessionStart)},
                        {"message", step->messageOrdinal},
                        {"connector", toJson(step->connector)},
                        {"local", step->localEndpoint.toString()},
                        {"remote", step->remoteEndpoint.toString()},
                        {"entered_org_from", step->enteredOrgFromIp.toString()},
                        {"helo", toJson(step->heloDomain)},
                        {"message_id", toJson(step->messageId)},
                        {"from", toJson(step->p1FromAddress)},
                        {"header_from", toJson(step->p2FromAddresses)},
                        {"recipients", toJson(step->recipients)},
                        {"network_message_id", step->networkMessageId.toString()}};
}

std::shared_ptr<const StepSnapshot> stepOf(const Members& decision) {
    if (!decision.has("step"))
        return nullptr;
    const Members members(decision.at("step"));
    auto step = std::make_shared<StepSnapshot>();
    step->sessionId = members.number<std::uint64_t>("session");
    step->sessionStart = utc(members.number<std::int64_t>("session_start"));
    step->messageOrdinal = members.number<std::uint32_t>("message");
    step->connector = members.text("connector");
    step->localEndpoint = members.parsed("local", Endpoint::parse);
    step->remoteEndpoint = members.parsed("remote", Endpoint::parse);
    step->enteredOrgFromIp = members.parsed("entered_org_from", IpAddress::parse);
    step->heloDomain = members.text("helo");
    step->messageId = members.text("message_id");
    step->p1FromAddress = members.text("from");
    step->p2FromAddresses = members.texts("header_from");
    step->recipients = members.texts("recipients");
    step->networkMessageId = Members::required(Guid::parse(members.text("network_message_id")), "a GUID");
    return step;
}

json::array inputsJson(const std::vector<DecisionInput>& inputs) {
    json::array array;
    for (const auto& input : inputs)
        array.emplace_back(json::object{{"what", toJson(input.what)}, {"value", toJson(input.value)}});
    return array;
}

json::array effectsJson(const std::vector<Effect>& effects) {
    json::array array;
    for (const auto& effect : effects)
        array.emplace_back(
            json::object{{"action", toString(effect.action)}, {"targets", toJson(effect.targets)}});
    return array;
}

Decision read(const json::value& value) {
    const Members members(value);
    Decision decision;
    decision.time = utc(members.number<std::int64_t>("time"));
    decision.event = Members::required(findAgentEvent(members.text("event")), "event");
    decision.agent = members.text("agent");
    decision.action = Members::required(findAction(members.text("action")), "action");
    decision.response = responseOf(members);
    decision.reason = members.text("reason");
    decision.reasonData = members.text("data");
    decision.diagnostics = members.text("diagnostics");
    for (const auto& each : members.at("inputs").as_array())
        decision.inputs.push_back({Members(each).text("what"), Members(each).text("value")});
    for (const auto& each : members.at("effects").as_array())
        decision.effects.push_back({Members::required(findAction(Members(each).text("action")), "action"),
                                    Members(each).texts("targets")});
    decision.elapsed = Duration(members.number<std::int64_t>("elapsed"));
    decision.overrun = members.flag("overrun");
    decision.revisionBefore = members.number<std::uint32_t>("revision_before");
    decision.revision = members.number<std::uint32_t>("revision");
    decision.remedy = members.text("remedy");
    decision.step = stepOf(members);
    return decision;
}

} // namespace

json::value toJson(std::string_view octets) {
    if (isUtf8(octets))
        return json::string(octets);
    return json::object{{kBase64, base64(octets)}};
}

json::array toJson(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts)
        array.push_back(toJson(text));
    return array;
}

std::optional<std::string> octetsOf(const json::value& value) {
    if (const auto* text = value.if_string())
        return std::string(*text);
    const auto* object = value.if_object();
    if (!object || object->size() != 1)
        return std::nullopt;
    const auto* encoded = object->if_contains(kBase64);
    return encoded && encoded->is_string() ? fromBase64(encoded->get_string()) : std::nullopt;
}

std::optional<std::vector<std::string>> textsOf(const json::value& value) {
    const auto* array = value.if_array();
    if (!array)
        return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& each : *array) {
        auto text = octetsOf(each);
        if (!text)
            return std::nullopt;
        texts.push_back(std::move(*text));
    }
    return texts;
}

json::object toJson(const Decision& decision) {
    return {{"time", ticks(decision.time)},
            {"event", toString(decision.event)},
            {"agent", toJson(decision.agent)},
            {"action", toString(decision.action)},
            {"response", responseJson(decision.response)},
            {"reason", toJson(decision.reason)},
            {"data", toJson(decision.reasonData)},
            {"diagnostics", toJson(decision.diagnostics)},
            {"inputs", inputsJson(decision.inputs)},
            {"effects", effectsJson(decision.effects)},
            {"elapsed", decision.elapsed.count()},
            {"overrun", decision.overrun},
            {"revision_before", decision.revisionBefore},
            {"revision", decision.revision},
            {"remedy", toJson(decision.remedy)},
            {"step", stepJson(decision.step.get())}};
}

Result<Decision> decisionOf(const json::value& value) {
    try {
        return read(value);
    } catch (const std::exception& wrong) {
        return Error{Errc::Malformed, std::string("this is no decision: ") + wrong.what()};
    }
}

} // namespace edge::testenv
