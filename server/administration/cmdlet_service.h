// CmdletService: the one door through which cmdlets reach the running server, for the management API, the
// start script and the Lab. It runs one script at a time and keeps each shell's variables apart.
#pragma once

#include <edge/server/administration/server_shell_host.h>
#include <edge/server/edge_server.h>
#include <edge/server/management/cmdlet_request.h>
#include <edge/server/management/completion.h>
#include <edge/server/shell/cmdlet.h>
#include <edge/server/shell/shell.h>

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace edge {

// What --relaxed runs.
inline constexpr std::string_view kRelaxedCmdlet = "Enable-EdgeSimRelaxedLimit -Confirm:$false";

// Thread-safe.
class CmdletService {
public:
    // `server` outlives the service.
    explicit CmdletService(EdgeServer& server);
    ~CmdletService();

    // A shell's request. Where it would have to ask something that `answers` does not hold, nothing is
    // changed and the reply carries the question.
    CmdletReply run(const CmdletRequest& request);
    // A script without anybody to ask: the start script. `name` stands in its errors.
    CmdletReply runScript(std::string_view text, const std::string& name);
    CompletionReply complete(const CompletionRequest& request);
    bool needsMore(std::string_view text);

    // The script that brings a fresh server to this one's state. Callable from a configuration listener.
    std::string exportScript() const;
    // The same for people: what differs from a fresh server, indented; empty where nothing does.
    std::string deviations() const;

private:
    struct Conversation; // a shell's name and its variables

    Shell& shellOf(const std::string& session);

    EdgeServer& server_;
    ServerShellHost host_;
    CmdletRegistry registry_;
    std::mutex mutex_;
    std::list<Conversation> conversations_; // most recently used first
};

} // namespace edge
