#include <edge/base/text.h>
#include <edge/server/administration/cmdlet_service.h>
#include <edge/server/shell/standard_cmdlets.h>

namespace edge {
namespace {

constexpr std::size_t kMaxConversations =
    64; // shells whose variables are kept; the longest unused is forgotten

// Answers prompts from a list; remembers the first that it has no answer for.
struct Interview {
    std::vector<std::string> answers;
    std::size_t next = 0;
    std::string unanswered;

    std::optional<std::string> ask(const ShellPrompt& prompt) {
        if (next < answers.size())
            return answers[next++];
        if (unanswered.empty())
            unanswered = prompt.text;
        return std::nullopt;
    }
};

ShellOptions optionsFor(const CmdletRequest& request, Interview& interview) {
    ShellOptions options;
    options.width = request.width;
    if (request.interactive)
        options.prompt = [&interview](const ShellPrompt& prompt) { return interview.ask(prompt); };
    return options;
}

CmdletReply replyOf(const ShellResult& result) {
    CmdletReply reply;
    reply.output = result.output();
    reply.warnings = result.warnings();
    reply.verbose = result.texts(ShellMessage::Kind::Verbose);
    reply.errors = result.texts(ShellMessage::Kind::Error);
    reply.exitCode = result.exitCode;
    return reply;
}

} // namespace

struct CmdletService::Conversation {
    std::string session;
    Shell shell;
};

CmdletService::CmdletService(EdgeServer& server)
    : server_(server)
    , host_(server) {
    registerStandardCmdlets(registry_, server.configuration().nouns());
}

CmdletService::~CmdletService() = default;

Shell& CmdletService::shellOf(const std::string& session) {
    for (auto each = conversations_.begin(); each != conversations_.end(); ++each) {
        if (each->session != session)
            continue;
        conversations_.splice(conversations_.begin(), conversations_, each);
        return conversations_.front().shell;
    }
    conversations_.push_front({session, Shell(server_.configuration(), registry_, host_)});
    if (conversations_.size() > kMaxConversations)
        conversations_.pop_back();
    return conversations_.front().shell;
}

CmdletReply CmdletService::run(const CmdletRequest& request) {
    const std::lock_guard lock(mutex_);
    Shell nobodys(server_.configuration(), registry_, host_);
    auto& shell = request.session.empty() ? nobodys : shellOf(request.session);
    if (request.interactive) {
        Interview rehearsal{request.answers, 0, {}};
        const auto outcome = shell.rehearse(request.script, request.source, optionsFor(request, rehearsal));
        static_cast<void>(outcome);
        if (!rehearsal.unanswered.empty()) {
            CmdletReply reply;
            reply.prompt = rehearsal.unanswered;
            return reply;
        }
    }
    Interview interview{request.answers, 0, {}};
    return replyOf(shell.run(request.script, request.source, optionsFor(request, interview)));
}

CmdletReply CmdletService::runScript(std::string_view text, const std::string& name) {
    const std::lock_guard lock(mutex_);
    Shell shell(server_.configuration(), registry_, host_);
    return replyOf(shell.run(text, name));
}

CompletionReply CmdletService::complete(const CompletionRequest& request) {
    const std::lock_guard lock(mutex_);
    const Shell shell(server_.configuration(), registry_, host_);
    auto completion = shell.complete(request.line, request.cursor);
    return {completion.begin, std::move(completion.candidates)};
}

bool CmdletService::needsMore(std::string_view text) {
    return Shell::needsMore(text);
}

std::string CmdletService::exportScript() const {
    return edge::exportScript(server_.configuration().nouns(), *server_.configuration().current()) +
           server_.agents().exportScript();
}

std::string CmdletService::deviations() const {
    std::string text;
    const auto script = exportScript();
    for (const auto line : split(script, '\n'))
        if (!trim(line).empty() && trim(line).front() != '#')
            text += "  " + std::string(line) + "\n";
    return text;
}

} // namespace edge
