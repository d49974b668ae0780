#include <edge/server/logs/visible_text.h>
#include <edge/server/management/api_json.h>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <variant>

namespace edge {
namespace {

namespace json = boost::json;

using Strings = std::vector<std::string>;

// One member of a message and where it lives in the struct.
template <class T>
struct Member {
    std::string_view name;
    std::variant<std::string T::*, bool T::*, int T::*, std::size_t T::*, Strings T::*> place;
    bool mandatory = false;
};

// The messages. Names are those of the structs.
constexpr std::array<Member<CmdletRequest>, 6> kCmdletRequest{{
    {"script", &CmdletRequest::script, true},
    {"source", &CmdletRequest::source},
    {"width", &CmdletRequest::width},
    {"interactive", &CmdletRequest::interactive},
    {"answers", &CmdletRequest::answers},
    {"session", &CmdletRequest::session},
}};
constexpr std::array<Member<CmdletReply>, 7> kCmdletReply{{
    {"output", &CmdletReply::output, true},
    {"warnings", &CmdletReply::warnings},
    {"verbose", &CmdletReply::verbose},
    {"errors", &CmdletReply::errors},
    {"prompt", &CmdletReply::prompt},
    {"secretPrompt", &CmdletReply::secretPrompt},
    {"exitCode", &CmdletReply::exitCode, true},
}};
constexpr std::array<Member<CompletionRequest>, 2> kCompletionRequest{{
    {"line", &CompletionRequest::line, true},
    {"cursor", &CompletionRequest::cursor, true},
}};
constexpr std::array<Member<CompletionReply>, 2> kCompletionReply{{
    {"start", &CompletionReply::start, true},
    {"candidates", &CompletionReply::candidates, true},
}};

struct NeedsMoreRequest {
    std::string text;
};
struct NeedsMoreReply {
    bool needsMore = false;
};
constexpr std::array<Member<NeedsMoreRequest>, 1> kNeedsMoreRequest{
    {{"text", &NeedsMoreRequest::text, true}}};
constexpr std::array<Member<NeedsMoreReply>, 1> kNeedsMoreReply{
    {{"needsMore", &NeedsMoreReply::needsMore, true}}};

enum class Unknown { Refused, Ignored };

// Writing: whatever a cmdlet printed must arrive, so octets that are not UTF-8 become visible.

json::value toValue(const std::string& text) {
    return json::value(validUtf8(text));
}
json::value toValue(bool flag) {
    return json::value(flag);
}
json::value toValue(int number) {
    return json::value(number);
}
json::value toValue(std::size_t number) {
    return json::value(number);
}
json::value toValue(const Strings& texts) {
    json::array array;
    for (const auto& text : texts)
        array.push_back(toValue(text));
    return array;
}

template <class T>
std::string write(const T& message, std::span<const Member<T>> members) {
    json::object object;
    for (const auto& member : members)
        object[member.name] = std::visit([&](auto place) { return toValue(message.*place); }, member.place);
    return json::serialize(object) + "\n";
}

// Reading: each gives what was expected instead, or nothing when it was that.

std::string_view read(const json::value& value, std::string& into) {
    if (!value.is_string())
        return "a string";
    into = std::string(value.get_string());
    return {};
}
std::string_view read(const json::value& value, bool& into) {
    if (!value.is_bool())
        return "true or false";
    into = value.get_bool();
    return {};
}
std::string_view read(const json::value& value, int& into) {
    boost::system::error_code error;
    into = value.to_number<int>(error);
    return error || value.is_double() ? "a whole number" : "";
}
std::string_view read(const json::value& value, std::size_t& into) {
    boost::system::error_code error;
    into = value.to_number<std::size_t>(error);
    return error || value.is_double() ? "a whole number that is not negative" : "";
}
std::string_view read(const json::value& value, Strings& into) {
    constexpr std::string_view kExpected = "a list of strings";
    if (!value.is_array())
        return kExpected;
    into.clear();
    for (const auto& element : value.get_array())
        if (!read(element, into.emplace_back()).empty())
            return kExpected;
    return {};
}

Error invalid(std::string message) {
    return Error{Errc::InvalidArgument, std::move(message)};
}

Result<json::object> parseObject(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error)
        return Error{Errc::Malformed, "this is not JSON: " + error.message()};
    if (!value.is_object())
        return invalid("a JSON object was expected");
    return std::move(value.get_object());
}

template <class T>
std::string namesOf(std::span<const Member<T>> members) {
    std::string names;
    for (const auto& member : members)
        names += (names.empty() ? "" : ", ") + std::string(member.name);
    return names;
}

template <class T>
Result<T> parse(std::string_view text, std::span<const Member<T>> members, Unknown unknown) {
    const auto object = parseObject(text);
    if (!object)
        return object.error();
    T message;
    for (const auto& [name, value] : *object) {
        const auto member =
            std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.name == name; });
        if (member == members.end() && unknown == Unknown::Ignored)
            continue;
        if (member == members.end())
            return invalid("unknown member \"" + std::string(name) + "\"; there are: " + namesOf(members));
        const auto expected =
            std::visit([&](auto place) { return read(value, message.*place); }, member->place);
        if (!expected.empty())
            return invalid("\"" + std::string(name) + "\" must be " + std::string(expected));
    }
    for (const auto& member : members)
        if (member.mandatory && !object->contains(member.name))
            return invalid("\"" + std::string(member.name) + "\" is missing");
    return message;
}

// An optional string member of an answer.
std::string textOf(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

void addPorts(std::vector<NamedPort>& ports, std::string_view name, const json::value& endpoints) {
    Strings texts;
    if (!read(endpoints, texts).empty())
        return;
    for (auto& text : texts)
        ports.push_back({std::string(name), std::move(text)});
}

} // namespace

std::string toJson(const CmdletRequest& request) {
    return write<CmdletRequest>(request, kCmdletRequest);
}

std::string toJson(const CmdletReply& reply) {
    return write<CmdletReply>(reply, kCmdletReply);
}

std::string toJson(const CompletionRequest& request) {
    return write<CompletionRequest>(request, kCompletionRequest);
}

std::string toJson(const CompletionReply& reply) {
    return write<CompletionReply>(reply, kCompletionReply);
}

std::string needsMoreToJson(std::string_view text) {
    return write<NeedsMoreRequest>({std::string(text)}, kNeedsMoreRequest);
}

std::string needsMoreReplyToJson(bool needsMore) {
    return write<NeedsMoreReply>({needsMore}, kNeedsMoreReply);
}

// Members that Mailpit has, too, have its names and places; ours stand beside them. A name may have several
// ports.
std::string toJson(const ServerInfo& info) {
    json::object ports;
    for (const auto& port : info.ports) {
        auto& endpoints = ports[port.name];
        if (!endpoints.is_array())
            endpoints.emplace_array();
        endpoints.get_array().push_back(toValue(port.endpoint));
    }
    const json::object object{{"Version", info.version}, {"Name", toValue(info.name)},
                              {"Profile", info.profile}, {"DataDirectory", toValue(info.dataDirectory)},
                              {"Ports", ports},          {"RuntimeStats", {{"Uptime", info.uptime.count()}}}};
    return json::serialize(object) + "\n";
}

Result<CmdletRequest> parseCmdletRequest(std::string_view text) {
    auto request = parse<CmdletRequest>(text, kCmdletRequest, Unknown::Refused);
    if (request && (request->width < kMinWidth || request->width > kMaxWidth))
        return invalid("\"width\" must be between " + std::to_string(kMinWidth) + " and " +
                       std::to_string(kMaxWidth));
    return request;
}

Result<CmdletReply> parseCmdletReply(std::string_view text) {
    return parse<CmdletReply>(text, kCmdletReply, Unknown::Ignored);
}

Result<CompletionRequest> parseCompletionRequest(std::string_view text) {
    auto request = parse<CompletionRequest>(text, kCompletionRequest, Unknown::Refused);
    if (request && request->cursor > request->line.size())
        return invalid("\"cursor\" is behind the end of the line");
    return request;
}

Result<CompletionReply> parseCompletionReply(std::string_view text) {
    return parse<CompletionReply>(text, kCompletionReply, Unknown::Ignored);
}

Result<std::string> parseNeedsMore(std::string_view text) {
    auto request = parse<NeedsMoreRequest>(text, kNeedsMoreRequest, Unknown::Refused);
    if (!request)
        return request.error();
    return std::move(request->text);
}

Result<bool> parseNeedsMoreReply(std::string_view text) {
    const auto reply = parse<NeedsMoreReply>(text, kNeedsMoreReply, Unknown::Ignored);
    if (!reply)
        return reply.error();
    return reply->needsMore;
}

Result<ServerInfo> parseServerInfo(std::string_view text) {
    const auto object = parseObject(text);
    if (!object)
        return object.error();
    ServerInfo info{textOf(*object, "Name"),
                    textOf(*object, "Version"),
                    textOf(*object, "Profile"),
                    textOf(*object, "DataDirectory"),
                    {},
                    {}};
    if (const auto* ports = object->if_contains("Ports"); ports && ports->is_object())
        for (const auto& [name, endpoints] : ports->get_object())
            addPorts(info.ports, name, endpoints);
    if (const auto* stats = object->if_contains("RuntimeStats"); stats && stats->is_object())
        if (const auto* uptime = stats->get_object().if_contains("Uptime"); uptime && uptime->is_int64())
            info.uptime = std::chrono::seconds(uptime->get_int64());
    return info;
}

std::string problemDetail(std::string_view text) {
    const auto object = parseObject(text);
    return object ? textOf(*object, "detail") : std::string();
}

} // namespace edge
