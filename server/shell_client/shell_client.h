// `edgesim shell`: cmdlets from a person, a script or a command line to a server. Everything that the
// language means happens there; this is its keyboard and its screen.
#pragma once

#include <edge/server/management/cmdlet_server.h>
#include <edge/server/shell_client/shell_streams.h>

#include <string>
#include <vector>

namespace edge {

// Exit codes of `edgesim shell`; 0 to 2 are those of the last script's CmdletReply.
inline constexpr int kShellDone = 0;
inline constexpr int kShellFailed = 1;      // a cmdlet failed
inline constexpr int kShellWrongScript = 2; // the script, or the command line, is wrong
inline constexpr int kShellNoServer = 4;    // no server there, or it went away

struct ShellClientOptions {
    std::string dataDirectory = "./edgesim-data";
    std::vector<std::string> commands; // -c, each a script of its own, run one after the other
    std::string scriptFile;            // "-": the input
    ShellStreams streams;
};

// Runs the commands, or the script file, or what stands in the input; talks when the input is a terminal.
// Variables live from the first command to the last.
int runShell(const ShellClientOptions& options);
// The same on that server; lines that were typed are forgotten at the end.
int runShellOn(CmdletServer& server, const ShellClientOptions& options);

} // namespace edge
