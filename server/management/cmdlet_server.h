// CmdletServer: whoever runs cmdlets for a shell. The running server is one, reached over its socket; a
// server in memory is another. The shell's keyboard and screen know only this.
#pragma once

#include <edge/base/result.h>
#include <edge/server/management/cmdlet_request.h>
#include <edge/server/management/completion.h>
#include <edge/server/management/server_info.h>

#include <string_view>

namespace edge {

class CmdletServer {
public:
    virtual ~CmdletServer() = default;
    // Errors of all: it cannot be asked (any more).
    virtual Result<CmdletReply> run(const CmdletRequest& request) = 0;
    virtual Result<CompletionReply> complete(const CompletionRequest& request) = 0;
    virtual Result<bool> needsMore(std::string_view text) = 0;
    virtual Result<ServerInfo> info() = 0;
};

} // namespace edge
