#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/logs/visible_text.h>
#include <edge/testenv/explain/explanation_text.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace edge::testenv {
namespace {

// A line is to be read, not scrolled; JSON has everything.
constexpr std::size_t kMaxValue = 160;
constexpr std::size_t kMaxListed = 8; // changes that helped
constexpr std::size_t kAgentWidth = 28;
constexpr std::size_t kEventWidth = 17;

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kCyan = "\x1b[36m";

std::string shown(std::string_view text) {
    return shortened(visibleText(text), kMaxValue);
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string octets(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " octet" : " octets");
}

class Page {
public:
    explicit Page(bool colour)
        : colour_(colour) {}

    void line(const std::string& text, std::string_view paint = {}) {
        const bool painted = colour_ && !paint.empty();
        text_ += (painted ? std::string(paint) : "") + text + (painted ? std::string(kReset) : "") + "\n";
    }
    void gap() { text_ += "\n"; }
    std::string take() { return std::move(text_); }

private:
    bool colour_;
    std::string text_;
};

void inputs(Page& page, const Explanation& explanation) {
    const auto& request = explanation.request;
    const auto& session = explanation.session;
    page.line("explain " + shown(request.messageName) + ", " + octets(request.message.size()), kBold);
    if (request.mendedLineEnds > 0)
        page.line("  the file's lines end with a bare LF (" + std::to_string(request.mendedLineEnds) +
                  " of them); it is sent with CRLF");
    page.line("  server  " + shown(session.serverName) + ", profile " + session.profile + ", " +
              shown(request.configName));
    page.line("  time    " + isoTime(session.start));
    page.line("  client  " + request.ip.toString());
}

void changes(Page& page, const ExplainedChange& change, const std::string& indent) {
    for (const auto& difference : change.headers)
        for (const auto& line : differenceLines(difference))
            page.line(indent + shown(line), line.starts_with('-') ? kRed : kGreen);
    for (const auto& before : change.recipientsBefore)
        if (std::find(change.recipientsAfter.begin(), change.recipientsAfter.end(), before) ==
            change.recipientsAfter.end())
            page.line(indent + "- recipient " + pathText(shown(before)), kRed);
    for (const auto& after : change.recipientsAfter)
        if (std::find(change.recipientsBefore.begin(), change.recipientsBefore.end(), after) ==
            change.recipientsBefore.end())
            page.line(indent + "+ recipient " + pathText(shown(after)), kGreen);
    if (change.bodyBefore)
        page.line(indent + "body: " + octets(*change.bodyBefore) + ", then " + octets(*change.bodyAfter),
                  kCyan);
}

std::string timesOf(const ExplainedCall& call) {
    std::string text;
    if (call.decision.elapsed > Duration::zero())
        text += ", waited " + spanText(call.decision.elapsed);
    if (call.realTime > Duration::zero())
        text += ", " + spanText(call.realTime);
    return text;
}

void details(Page& page, const ExplainedCall& call) {
    const std::string indent(13, ' ');
    const auto& decision = call.decision;
    for (const auto& input : decision.inputs)
        page.line(indent + "looked at  " + shown(input.what) + " = " + shown(input.value));
    for (const auto& lookup : call.lookups)
        page.line(indent + "asked DNS  " + shown(questionText(lookup)) + " -> " + shown(answerText(lookup)));
    if (!decision.reason.empty())
        page.line(indent + "because    " + shown(decision.reason) +
                  (decision.reasonData.empty() ? "" : " (" + shown(decision.reasonData) + ")"));
    if (!decision.remedy.empty())
        page.line(indent + "lifted by  " + shown(decision.remedy));
    if (!decision.diagnostics.empty())
        page.line(indent + "says       " + shown(decision.diagnostics));
    for (const auto& effect : decision.effects)
        if (effect.action != decision.action)
            page.line(indent + "also       " + std::string(toString(effect.action)) +
                      (effect.targets.empty() ? "" : " " + shown(join(effect.targets, ", "))));
    if (!call.evidence.empty())
        page.line(indent + "evidence   " + evidenceText(call.evidence), kDim);
    changes(page, call.change, indent);
}

void callLine(Page& page, const ExplainedCall& call) {
    const auto& decision = call.decision;
    const bool quiet = decision.action == Action::None;
    const bool good = decision.action == Action::AcceptMessage || decision.action == Action::ModifyHeaders;
    const auto what = quiet ? std::string("let pass") : std::string(toString(decision.action));
    page.line("     " + padded(std::string(toString(decision.event)), kEventWidth) +
                  padded(shown(decision.agent), kAgentWidth) + what + timesOf(call),
              quiet  ? kDim
              : good ? kGreen
                     : kRed);
    details(page, call);
}

void said(Page& page, const ExplainedStep& step, const ExplainRequest& request) {
    std::array<char, 32> at{};
    std::snprintf(at.data(), at.size(), "%8.3f ", std::chrono::duration<double>(step.at).count());
    page.gap();
    page.line(at.data() + (step.said.empty() ? "=== " + request.ip.toString() + " connects"
                                             : "-> " + shown(step.said)),
              kBold);
}

void heard(Page& page, const ExplainedStep& step) {
    const auto waited = step.waited > Duration::zero() ? " (after " + spanText(step.waited) + ")" : "";
    for (std::size_t i = 0; i < step.reply.size(); ++i) {
        const bool refused = step.reply[i].starts_with('4') || step.reply[i].starts_with('5');
        const bool last = i + 1 == step.reply.size();
        page.line(std::string(refused ? "     <** " : "     <-  ") + shown(step.reply[i]) +
                      (last ? waited : ""),
                  refused ? kRed : std::string_view());
    }
    if (step.closed)
        page.line("     === the server closes");
}

void serverChange(Page& page, const ExplainedChange& change, const std::string& title) {
    if (change.empty())
        return;
    page.line("     " + title);
    changes(page, change, std::string(13, ' '));
}

void dialogue(Page& page, const Explanation& explanation) {
    const auto& session = explanation.session;
    for (const auto& step : session.steps) {
        said(page, step, explanation.request);
        const bool isMessage = step.said.starts_with("the message");
        if (isMessage)
            serverChange(page, session.server.atHeaders, "the server, before its agents");
        for (const auto& call : step.calls)
            callLine(page, call);
        if (isMessage)
            serverChange(page, session.server.atAcceptance, "the server, before it stored the message");
        heard(page, step);
    }
    if (session.routing.empty())
        return;
    page.gap();
    page.line("         behind the 250", kBold);
    for (const auto& call : session.routing)
        callLine(page, call);
}

void ends(Page& page, const Explanation& explanation) {
    const auto& session = explanation.session;
    const auto verdict = verdictOf(session);
    page.gap();
    auto word = std::string(verdict.word);
    word.front() = static_cast<char>(word.front() - 'a' + 'A');
    page.line(word + ": " + visibleText(verdict.sentence), session.letThrough() ? kGreen : kRed);
    for (const auto& end : session.recipients)
        page.line("  " + pathText(shown(end.address)) + " " + std::string(toString(end.fate)) +
                  (end.reply.empty() ? "" : ": " + shown(end.reply)));
    page.line(session.files.empty() ? "  Replay: nothing" : "  Replay:");
    for (const auto& file : session.files)
        page.line("    " + file.name + ", " + octets(file.size) + ", from " + pathText(shown(file.sender)) +
                  " to " + shown(join(file.recipients, ", ")));
    page.line(session.agentLog.empty() ? "  agent log: no row" : "  agent log:");
    for (const auto& row : session.agentLog)
        page.line("    " + visibleText(row));
}

void changeLines(Page& page, const std::vector<Change>& all) {
    for (std::size_t i = 0; i < std::min(all.size(), kMaxListed); ++i) {
        const auto& change = all[i];
        if (change.cmdlet.empty()) {
            page.line("    " + shown(change.what), i == 0 ? kGreen : std::string_view());
            continue;
        }
        page.line("    " + visibleText(change.cmdlet), i == 0 ? kGreen : std::string_view());
        page.line("        " + shown(change.what), kDim);
    }
    if (all.size() > kMaxListed)
        page.line("    and " + std::to_string(all.size() - kMaxListed) + " more");
}

void nearest(Page& page, const Explanation& explanation) {
    const auto& found = explanation.nearest;
    if (explanation.session.letThrough())
        return;
    page.gap();
    const auto tried = std::to_string(found.tried) + (found.tried == 1 ? " change was" : " changes were") +
                       " tried by playing the session again" +
                       (found.outOfTime ? "; there were more, but no more time" : "");
    if (!found.found()) {
        page.line("No single change lets it through: " + tried + ".", kBold);
        if (found.firstStep) {
            page.line("  " + visibleText(found.firstStep->cmdlet.empty() ? found.firstStep->what
                                                                         : found.firstStep->cmdlet));
            page.line("  comes furthest; then: " + shown(found.nextObstacle));
        }
        return;
    }
    page.line("One of these would have let it through (" + tried + "):", kBold);
    if (!found.configuration.empty()) {
        page.line("  on the server, the smallest first");
        changeLines(page, found.configuration);
    }
    if (!found.sending.empty()) {
        page.line("  where it is sent");
        changeLines(page, found.sending);
    }
}

} // namespace

std::string explanationText(const Explanation& explanation, bool colour) {
    Page page(colour);
    inputs(page, explanation);
    dialogue(page, explanation);
    ends(page, explanation);
    nearest(page, explanation);
    return page.take();
}

} // namespace edge::testenv
