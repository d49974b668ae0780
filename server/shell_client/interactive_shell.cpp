#include <edge/base/text.h>
#include <edge/server/shell_client/interactive_shell.h>
#include <edge/server/shell_client/shell_client.h>

namespace edge {
namespace {

constexpr std::string_view kContinuation = ">> ";
// Questions about one statement; more means that server and shell misunderstand each other.
constexpr std::size_t kMaxAnswers = 100;
// What marks a question with letters for answers, and what they mean.
constexpr std::string_view kChoiceMark = "[?] Help";
constexpr std::string_view kChoiceHelp = "Y  does it\n"
                                         "A  does it, and the rest without asking again\n"
                                         "N  leaves this one out\n"
                                         "L  leaves out this one and the rest\n";

bool means(std::string_view text, std::string_view word) {
    return iequals(trim(text), word);
}

} // namespace

InteractiveShell::InteractiveShell(CmdletServer& server, const std::string& historyFile,
                                   const ShellStreams& streams, std::string session)
    : streams_(streams)
    , session_(std::move(session))
    , printer_(streams)
    , server_(server)
    , editor_(streams, historyFile, [this](const CompletionRequest& request) { return complete(request); }) {}

int InteractiveShell::run() {
    const auto info = server_.info();
    if (!info) {
        printer_.printError(info.error().message);
        return kShellNoServer;
    }
    greet(*info);
    while (readAndRun() == Next::Again) {
    }
    return kShellDone;
}

void InteractiveShell::greet(const ServerInfo& info) {
    writeTo(streams_.out,
            screenText("edgesim " + info.version + " on " + info.name + ", profile " + info.profile +
                       ": a stand-in for Exchange Edge Transport, for learning and testing.\n"
                       "Get-Command lists the cmdlets, Get-Help NAME explains one; exit leaves.\n"));
    prompt_ = screenText("[PS] " + info.name + ">");
}

InteractiveShell::Next InteractiveShell::readAndRun() {
    begun_.clear();
    const auto line = editor_.readLine(prompt_);
    if (line.end == EditedLine::End::Ended || means(line.text, "exit") || means(line.text, "quit"))
        return Next::Leave;
    if (trim(line.text).empty())
        return Next::Again;
    if (auto statement = finishStatement(line.text))
        runStatement(std::move(*statement));
    return Next::Again;
}

// Reads on while the statement is unfinished; nothing when it was given up.
std::optional<std::string> InteractiveShell::finishStatement(std::string text) {
    for (;;) {
        const auto more = server_.needsMore(text);
        if (!more && more.error().code != Errc::Timeout) {
            printer_.printError(more.error().message);
            return std::nullopt;
        }
        if (!more || !*more) // a busy server is left to say what it thinks of it
            return text;
        begun_ = text + "\n";
        const auto line = editor_.readLine(std::string(kContinuation));
        if (line.end != EditedLine::End::Entered)
            return std::nullopt;
        text = begun_ + line.text;
    }
}

void InteractiveShell::runStatement(std::string text) {
    CmdletRequest request;
    request.script = std::move(text);
    request.interactive = true;
    request.session = session_;
    while (request.answers.size() <= kMaxAnswers) {
        request.width = widthOf(streams_.out, request.width);
        const auto reply = server_.run(request);
        if (!reply)
            return printer_.printError(reply.error().message);
        if (reply->prompt.empty())
            return printer_.print(*reply);
        auto answer = ask(*reply);
        if (!answer)
            return;
        request.answers.push_back(std::move(*answer));
    }
    printer_.printError("the server asks too much; the command was given up");
}

// Puts the server's question; nothing when the person would rather not.
std::optional<std::string> InteractiveShell::ask(const CmdletReply& question) {
    const auto lastLine = question.prompt.rfind('\n') + 1; // npos + 1 = 0
    const auto prompt = screenText(std::string_view(question.prompt).substr(lastLine));
    writeTo(streams_.out, screenText(std::string_view(question.prompt).substr(0, lastLine)));
    const bool isChoice = prompt.find(kChoiceMark) != std::string::npos;
    for (;;) {
        auto line = question.secretPrompt ? editor_.readSecret(prompt) : editor_.readAnswer(prompt);
        if (line.end != EditedLine::End::Entered)
            return std::nullopt;
        if (!isChoice || !means(line.text, "?"))
            return std::move(line.text);
        writeTo(streams_.out, kChoiceHelp);
    }
}

// The server sees the whole statement; a candidate may replace only what stands in the line being edited.
CompletionReply InteractiveShell::complete(const CompletionRequest& request) {
    const auto reply = server_.complete({begun_ + request.line, begun_.size() + request.cursor});
    if (!reply || reply->start < begun_.size())
        return {};
    return {reply->start - begun_.size(), reply->candidates};
}

} // namespace edge
