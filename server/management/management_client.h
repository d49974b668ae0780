// The management API from the other side: typed questions to the server of a data directory.
#pragma once

#include <edge/server/management/cmdlet_request.h>
#include <edge/server/management/completion.h>
#include <edge/server/management/http_client.h>
#include <edge/server/management/server_info.h>

#include <string>
#include <string_view>

namespace edge {

class ManagementClient {
public:
    explicit ManagementClient(std::string dataDirectory, CtrlC ctrlC = CtrlC::EndsProcess)
        : http_(std::move(dataDirectory), ctrlC) {}

    // Errors of all: HttpClient::send's, and Malformed when what answers is no server of ours.
    Result<CmdletReply> run(const CmdletRequest& request);
    Result<CompletionReply> complete(const CompletionRequest& request);
    Result<bool> needsMore(std::string_view text);
    Result<ServerInfo> info();

private:
    Result<std::string> ask(const char* method, const char* target, std::string body, Duration limit);

    HttpClient http_;
};

} // namespace edge
