// The management API: a table of routes, and functions behind it that the server provides. Pure: a request
// goes in and an answer comes out, so the Lab and the tests ask it without a socket.
#pragma once

#include <edge/server/management/cmdlet_request.h>
#include <edge/server/management/completion.h>
#include <edge/server/management/http_message.h>
#include <edge/server/management/server_info.h>

#include <functional>
#include <string>

namespace edge {

// What the API is about; every one must be set.
struct ApiHandlers {
    // Called on one thread at a time.
    std::function<CmdletReply(const CmdletRequest&)> cmdlet;
    std::function<CompletionReply(const CompletionRequest&)> complete;
    std::function<bool(const std::string& text)> needsMore; // is the statement unfinished?
    // Called on another thread meanwhile; these return at once.
    std::function<Readiness()> readiness;
    std::function<ServerInfo()> info;
};

class ManagementApi {
public:
    explicit ManagementApi(ApiHandlers handlers);

    // Answers any request: what is not in the table with 404 or 405, what a foreign web page sent with 403.
    HttpResponse handle(const HttpRequest& request) const;
    // True for what does not wait for cmdlets (HttpServer::IsQuick).
    static bool isQuick(const HttpRequest& request);

private:
    ApiHandlers handlers_;
};

} // namespace edge
