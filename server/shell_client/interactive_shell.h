// A conversation with a server: reads statements, asks the server's questions, shows its answers. The
// language itself is the server's; here nobody knows what a cmdlet is.
#pragma once

#include <edge/server/management/cmdlet_server.h>
#include <edge/server/shell_client/line_editor.h>
#include <edge/server/shell_client/reply_printer.h>

#include <optional>
#include <string>

namespace edge {

class InteractiveShell {
public:
    // `session` names the variables that this shell has on the server; `historyFile` keeps its lines, none
    // where it is empty.
    InteractiveShell(CmdletServer& server, const std::string& historyFile, const ShellStreams& streams,
                     std::string session);

    // Talks until exit, quit or Ctrl-D; an exit code.
    int run();

private:
    enum class Next { Again, Leave };

    void greet(const ServerInfo& info);
    Next readAndRun();
    std::optional<std::string> finishStatement(std::string text);
    void runStatement(std::string text);
    std::optional<std::string> ask(const CmdletReply& question);
    CompletionReply complete(const CompletionRequest& request);

    const ShellStreams streams_;
    const std::string session_;
    ReplyPrinter printer_;
    CmdletServer& server_;
    LineEditor editor_;
    std::string prompt_;
    std::string begun_; // lines of the statement before the one that is edited
};

} // namespace edge
