#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/testenv/explain/explanation_html.h>
#include <edge/testenv/report/html_page.h>

namespace edge::testenv {
namespace {

HtmlTone toneOf(const ExplainedCall& call) {
    switch (call.decision.action) {
    case Action::None:
        return HtmlTone::Quiet;
    case Action::AcceptMessage:
    case Action::ModifyHeaders:
        return HtmlTone::Good;
    default:
        return HtmlTone::Bad;
    }
}

HtmlTone toneOf(Fate fate) {
    return fate == Fate::Delivered ? HtmlTone::Good
           : fate == Fate::Refused ? HtmlTone::Bad
                                   : HtmlTone::Warning;
}

std::string changeText(const ExplainedChange& change) {
    std::string text;
    for (const auto& difference : change.headers)
        text += join(differenceLines(difference), "\n") + "\n";
    if (change.recipientsBefore != change.recipientsAfter)
        text += "recipients: " + join(change.recipientsBefore, ", ") +
                "\n       now: " + join(change.recipientsAfter, ", ") + "\n";
    if (change.bodyBefore)
        text += "body: " + std::to_string(*change.bodyBefore) + " octets, then " +
                std::to_string(*change.bodyAfter) + "\n";
    return text;
}

void lookedAt(HtmlBody& body, const ExplainedCall& call) {
    std::vector<HtmlRow> rows;
    for (const auto& input : call.decision.inputs)
        rows.push_back({input.what, HtmlCell(input.value, HtmlTone::Plain, true)});
    for (const auto& lookup : call.lookups)
        rows.push_back({"DNS " + questionText(lookup), HtmlCell(answerText(lookup), HtmlTone::Plain, true)});
    if (!rows.empty())
        body.table({"looked at", "found"}, rows);
}

void callPart(HtmlBody& body, const ExplainedCall& call) {
    const auto& decision = call.decision;
    const bool quiet = decision.action == Action::None;
    HtmlBody inside;
    std::vector<std::pair<std::string, HtmlCell>> facts{
        {"did", HtmlCell(quiet ? "let pass" : std::string(toString(decision.action)), toneOf(call))}};
    if (!decision.reason.empty())
        facts.emplace_back("because",
                           decision.reason +
                               (decision.reasonData.empty() ? "" : " (" + decision.reasonData + ")"));
    if (!decision.diagnostics.empty())
        facts.emplace_back("says", decision.diagnostics);
    if (!call.evidence.empty())
        facts.emplace_back("evidence", HtmlCell(evidenceText(call.evidence), HtmlTone::Quiet));
    if (call.realTime > Duration::zero())
        facts.emplace_back("processor", spanText(call.realTime));
    inside.facts(facts);
    lookedAt(inside, call);
    if (const auto changed = changeText(call.change); !changed.empty())
        inside.code(changed);
    body.details(std::string(toString(decision.event)) + ": " + decision.agent + ", " +
                     (quiet ? "let pass" : std::string(toString(decision.action))),
                 inside, toneOf(call) == HtmlTone::Bad);
}

void stepPart(HtmlPage& page, const ExplainedStep& step, const Explanation& explanation) {
    const auto& session = explanation.session;
    const bool isMessage = step.said.starts_with("the message");
    page.heading(3, step.said.empty() ? explanation.request.ip.toString() + " connects" : step.said);
    if (const auto changed = changeText(session.server.atHeaders); isMessage && !changed.empty()) {
        page.text("The server, before its agents:", HtmlTone::Quiet);
        page.code(changed);
    }
    for (const auto& call : step.calls)
        callPart(page, call);
    if (const auto changed = changeText(session.server.atAcceptance); isMessage && !changed.empty()) {
        page.text("The server, before it stored the message:", HtmlTone::Quiet);
        page.code(changed);
    }
    if (!step.reply.empty())
        page.code(join(step.reply, "\n"));
    if (step.waited > Duration::zero())
        page.text("It took " + spanText(step.waited) + ".", HtmlTone::Quiet);
    if (step.closed)
        page.text("The server closes.", HtmlTone::Quiet);
}

void ends(HtmlPage& page, const ExplainedSession& session) {
    std::vector<HtmlRow> rows;
    for (const auto& end : session.recipients)
        rows.push_back({pathText(end.address), HtmlCell(std::string(toString(end.fate)), toneOf(end.fate)),
                        HtmlCell(end.reply, HtmlTone::Plain, true)});
    page.table({"recipient", "end", "reply"}, rows);
    std::string files;
    for (const auto& file : session.files)
        files += file.name + ", to " + join(file.recipients, ", ") + "\n";
    page.facts({{"Replay", files.empty() ? HtmlCell("nothing") : HtmlCell(files, HtmlTone::Plain, true)}});
    if (!session.agentLog.empty()) {
        page.text("Rows of the agent log:");
        page.code(join(session.agentLog, "\n"));
    }
}

void changeTable(HtmlPage& page, const std::string& heading, const std::vector<Change>& changes) {
    if (changes.empty())
        return;
    const bool typed = !changes.front().cmdlet.empty(); // all of a list, or none
    std::vector<HtmlRow> rows;
    for (const auto& change : changes)
        rows.push_back(typed ? HtmlRow{HtmlCell(change.cmdlet, HtmlTone::Plain, true), change.what}
                             : HtmlRow{change.what});
    page.heading(3, heading);
    page.table(typed ? std::vector<std::string>{"type", "what it does"} : std::vector<std::string>{"change"},
               rows);
}

void nearest(HtmlPage& page, const Explanation& explanation) {
    const auto& found = explanation.nearest;
    if (explanation.session.letThrough())
        return;
    page.heading(2, "The nearest change");
    const auto tried =
        std::to_string(found.tried) + " changes were tried, each by playing the session again.";
    page.text(found.found() ? "Each of these alone would have let it through. " + tried
                            : "No single change lets it through. " + tried);
    changeTable(page, "On the server, the smallest first", found.configuration);
    changeTable(page, "Where it is sent", found.sending);
    if (found.firstStep)
        page.text("Furthest comes \"" +
                  (found.firstStep->cmdlet.empty() ? found.firstStep->what : found.firstStep->cmdlet) +
                  "\"; then: " + found.nextObstacle);
}

} // namespace

std::string explanationHtml(const Explanation& explanation) {
    const auto& request = explanation.request;
    const auto& session = explanation.session;
    const auto verdict = verdictOf(session);
    HtmlPage page("Why " + request.messageName + " was " + std::string(verdict.word),
                  "One session, played in memory by edgesim explain");
    page.banner(session.letThrough() ? HtmlTone::Good : HtmlTone::Bad, verdict.sentence);
    page.facts({{"client", request.ip.toString() + ", " + request.helo},
                {"envelope", pathText(request.from) + " to " + join(request.to, ", ")},
                {"server", session.serverName + ", profile " + session.profile + ", " + request.configName},
                {"time", isoTime(session.start)}});
    ends(page, session);
    nearest(page, explanation);
    page.heading(2, "Step by step");
    for (const auto& step : session.steps)
        stepPart(page, step, explanation);
    if (!session.routing.empty())
        page.heading(3, "Behind the 250");
    for (const auto& call : session.routing)
        callPart(page, call);
    return page.toString();
}

} // namespace edge::testenv
