#include <edge/server/management/api_json.h>
#include <edge/server/management/management_client.h>

namespace edge {
namespace {

constexpr unsigned kOk = 200;

// What the server wrote instead of an answer.
Error refusalOf(const HttpResponse& response) {
    const auto detail = problemDetail(response.body);
    if (detail.empty())
        return Error{Errc::Malformed,
                     "the server answered with HTTP status " + std::to_string(response.status)};
    return Error{response.status == 503 ? Errc::Unavailable : Errc::InvalidArgument,
                 "the server refused: " + detail};
}

} // namespace

Result<std::string> ManagementClient::ask(const char* method, const char* target, std::string body,
                                          Duration limit) {
    HttpRequest request{method, target, {}, std::move(body)};
    if (!request.body.empty())
        request.fields.push_back({"Content-Type", "application/json"});
    auto response = http_.send(request, limit);
    if (!response)
        return response.error();
    if (response->status != kOk)
        return refusalOf(*response);
    return std::move(response->body);
}

Result<CmdletReply> ManagementClient::run(const CmdletRequest& request) {
    const auto answer = ask("POST", "/api/cmdlet", toJson(request), Duration::max());
    return answer ? parseCmdletReply(*answer) : answer.error();
}

Result<CompletionReply> ManagementClient::complete(const CompletionRequest& request) {
    const auto answer = ask("POST", "/api/complete", toJson(request), kQuickAnswerTime);
    return answer ? parseCompletionReply(*answer) : answer.error();
}

Result<bool> ManagementClient::needsMore(std::string_view text) {
    const auto answer = ask("POST", "/api/needsmore", needsMoreToJson(text), kQuickAnswerTime);
    return answer ? parseNeedsMoreReply(*answer) : answer.error();
}

Result<ServerInfo> ManagementClient::info() {
    const auto answer = ask("GET", "/api/v1/info", {}, kQuickAnswerTime);
    return answer ? parseServerInfo(*answer) : answer.error();
}

} // namespace edge
