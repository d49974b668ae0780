#include <edge/base/file_system.h>
#include <edge/base/text.h>
#include <edge/server/management/management_client.h>
#include <edge/server/net/system_random.h>
#include <edge/server/shell_client/interactive_shell.h>
#include <edge/server/shell_client/reply_printer.h>
#include <edge/server/shell_client/shell_client.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace edge {
namespace {

constexpr std::string_view kHistoryName = "shell_history";

struct Script {
    std::string text;
    std::string source; // shown in errors
};

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

// All there is, up to more than the server takes.
Result<std::string> readAll(std::FILE* file, const std::string& name) {
    std::string text;
    std::array<char, 16 * 1024> block;
    std::size_t count = 0;
    while (text.size() <= kMaxHttpBody && (count = std::fread(block.data(), 1, block.size(), file)) > 0)
        text.append(block.data(), count);
    if (std::ferror(file))
        return Error{Errc::Io, "cannot read " + name + ": " + std::strerror(errno)};
    if (text.starts_with("\xEF\xBB\xBF")) // editors on Windows mark UTF-8 so
        text.erase(0, 3);
    return text;
}

Result<std::string> readFile(const std::string& path) {
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
    if (!file)
        return Error{Errc::NotFound, "cannot read " + path + ": " + std::strerror(errno)};
    return readAll(file.get(), path);
}

// What is to be run without anybody being asked.
Result<std::vector<Script>> scriptsOf(const ShellClientOptions& options) {
    std::vector<Script> scripts;
    for (const auto& command : options.commands)
        scripts.push_back({command, "shell"});
    if (!scripts.empty())
        return scripts;
    const bool fromInput = options.scriptFile.empty() || options.scriptFile == "-";
    auto text = fromInput ? readAll(options.streams.in, "the input") : readFile(options.scriptFile);
    if (!text)
        return text.error();
    scripts.push_back({std::move(*text), fromInput ? "stdin" : options.scriptFile});
    return scripts;
}

std::string newSession() {
    SystemRandom random;
    return hex16(random.next());
}

int runScript(CmdletServer& server, const ReplyPrinter& printer, CmdletRequest request) {
    const auto reply = server.run(request);
    if (!reply) {
        printer.printError(reply.error().message);
        return reply.error().code == Errc::LimitExceeded ? kShellWrongScript : kShellNoServer;
    }
    printer.print(*reply);
    if (reply->prompt.empty())
        return reply->exitCode;
    printer.printError("the server asks \"" + std::string(trim(reply->prompt)) +
                       "\", but nobody is there to answer");
    return kShellFailed;
}

int runScripts(CmdletServer& server, const ShellClientOptions& options) {
    const ReplyPrinter printer(options.streams);
    const auto scripts = scriptsOf(options);
    if (!scripts) {
        printer.printError(scripts.error().message);
        return kShellWrongScript;
    }
    CmdletRequest request;
    request.width = widthOf(options.streams.out, request.width);
    request.session = newSession();
    int exitCode = kShellDone;
    for (const auto& script : *scripts) {
        request.script = script.text;
        request.source = script.source;
        exitCode = runScript(server, printer, request);
        if (exitCode == kShellNoServer)
            break; // the others would only say the same
    }
    return exitCode;
}

bool talks(const ShellClientOptions& options) {
    return options.commands.empty() && options.scriptFile.empty() && isTerminal(options.streams.in) &&
           isTerminal(options.streams.out);
}

int runOn(CmdletServer& server, const std::string& historyFile, const ShellClientOptions& options) {
    if (!options.commands.empty() && !options.scriptFile.empty()) {
        ReplyPrinter(options.streams).printError("give commands with -c or a script file, not both");
        return kShellWrongScript;
    }
    if (!talks(options))
        return runScripts(server, options);
    return InteractiveShell(server, historyFile, options.streams, newSession()).run();
}

} // namespace

int runShell(const ShellClientOptions& options) {
    ManagementClient client(options.dataDirectory, talks(options) ? CtrlC::EndsRequest : CtrlC::EndsProcess);
    return runOn(client, joinPath(options.dataDirectory, kHistoryName), options);
}

int runShellOn(CmdletServer& server, const ShellClientOptions& options) {
    return runOn(server, {}, options);
}

} // namespace edge
