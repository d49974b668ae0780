// The management API from the other side: typed questions to the server of a data directory.
#pragma once

#include <edge/server/management/cmdlet_server.h>
#include <edge/server/management/http_client.h>

#include <string>
#include <string_view>

namespace edge {

class ManagementClient final : public CmdletServer {
public:
    explicit ManagementClient(std::string dataDirectory, CtrlC ctrlC = CtrlC::EndsProcess)
        : http_(std::move(dataDirectory), ctrlC) {}

    // Errors of all: HttpClient::send's, and Malformed when what answers is no server of ours.
    Result<CmdletReply> run(const CmdletRequest& request) override;
    Result<CompletionReply> complete(const CompletionRequest& request) override;
    Result<bool> needsMore(std::string_view text) override;
    Result<ServerInfo> info() override;

private:
    Result<std::string> ask(const char* method, const char* target, std::string body, Duration limit);

    HttpClient http_;
};

} // namespace edge
