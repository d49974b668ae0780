#include <edge/base/text.h>
#include <edge/server/logs/visible_text.h>
#include <edge/server/management/http_message.h>

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace edge {
namespace {

struct StatusTitle {
    unsigned status;
    std::string_view title;
};

// RFC 9110 15, RFC 6585 5.
constexpr std::array<StatusTitle, 12> kTitles{{
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
}};

std::string_view titleOf(unsigned status) {
    const auto row =
        std::find_if(kTitles.begin(), kTitles.end(), [status](const auto& r) { return r.status == status; });
    return row == kTitles.end() ? "Error" : row->title;
}

} // namespace

std::optional<std::string_view> HttpRequest::field(std::string_view name) const {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [name](const auto& f) { return iequals(f.name, name); });
    if (found == fields.end())
        return std::nullopt;
    return found->value;
}

std::size_t HttpRequest::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(fields.begin(), fields.end(), [name](const auto& f) { return iequals(f.name, name); }));
}

HttpResponse httpProblem(unsigned status, std::string_view detail) {
    const boost::json::object problem{{"type", "about:blank"},
                                      {"title", titleOf(status)},
                                      {"status", status},
                                      {"detail", validUtf8(detail)}};
    return {status, "application/problem+json", boost::json::serialize(problem) + "\n", {}};
}

} // namespace edge
