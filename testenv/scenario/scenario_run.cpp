#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/testenv/scenario/expectations.h>
#include <edge/testenv/scenario/scenario_run.h>

#include <array>

namespace edge::testenv {
namespace {

// "09:00:05.000", out of "2019-06-03T09:00:05.000Z".
std::string timeOfDay(UtcTime when) {
    return isoTime(when).substr(11, 12);
}

} // namespace

void ScenarioRun::play() {
    if (!configure() || !conditionsHold())
        return;
    for (const auto& step : scenario_.steps) {
        step_ = &step;
        std::visit([this](const auto& action) { act(action); }, step.action);
        if (over_)
            break;
        const auto unexpected = world_.unexpectedQuestions();
        if (unexpected.size() > seenUnexpected_) {
            seenUnexpected_ = unexpected.size();
            miss("no question to the DNS that no zone line answers",
                 "a question about " + unexpected.back().name);
            break;
        }
    }
    finish();
}

// What was there before is nobody's choice; from here on everything is.
bool ScenarioRun::configure() {
    noteSettings();
    result_.configured.clear();
    result_.mutations.clear();
    if (options_.configuration.empty())
        return true;
    const auto answer = world_.run(options_.configuration);
    noteSettings();
    if (answer.errors.empty())
        return true;
    result_.verdict = Verdict::Broken;
    result_.reason = "the configuration: " + answer.errors.front();
    return false;
}

void ScenarioRun::noteSettings() {
    if (options_.keepsSettings)
        for (auto& setting : world_.configured())
            if (seenSettings_.insert(setting.toString()).second)
                result_.configured.push_back(std::move(setting));
    if (options_.keepsMutations)
        for (auto& mutation : world_.mutations())
            if (seenMutations_.insert(mutation.toString()).second)
                result_.mutations.push_back(std::move(mutation));
}

bool ScenarioRun::conditionsHold() {
    for (const auto& condition : scenario_.conditions) {
        if (world_.meets(condition))
            continue;
        result_.verdict = condition.required ? Verdict::Failed : Verdict::Skipped;
        if (condition.required)
            result_.misses.push_back({condition.place, condition.line, condition.toString(), "none here"});
        else
            result_.reason = "no " + condition.toString();
        return false;
    }
    return true;
}

// Fixes everything that tells what happened, before the world is gone.
void ScenarioRun::finish() {
    const auto published = options_.keepsReplay ? world_.replay() : std::vector<PublishedMessage>{};
    for (const auto& message : published)
        result_.replayFiles.push_back(message.name + "\n" + message.bytes);
    for (const auto& decision : world_.decisions())
        for (auto& line : decisionLines(decision))
            result_.decisions.push_back(std::move(line));
    if (options_.keepsDecisions) {
        result_.decisionRecords = world_.decisions();
        result_.questions = world_.questions();
    }
    if (!result_.misses.empty())
        result_.verdict = Verdict::Failed;
}

void ScenarioRun::note(std::string_view mark, std::string_view text) {
    std::string line = timeOfDay(world_.utcNow()) + " ";
    if (current_ && !current_->name.empty() && mark != "===")
        line += current_->name + " ";
    line += std::string(mark) + " " + escapeControls(text);
    result_.transcript.push_back(std::move(line));
}

void ScenarioRun::miss(std::string expected, std::string got) {
    result_.misses.push_back({step_->place, step_->text, std::move(expected), std::move(got)});
    over_ = true;
}

// A miss that rewritten lines would cure.
void ScenarioRun::missUpdatable(std::string expected, std::string got, int firstLine, int removed,
                                std::vector<std::string> lines) {
    miss(std::move(expected), std::move(got));
    if (!options_.update || step_->isTemplate)
        return;
    const std::string indent(static_cast<std::size_t>(step_->place.column) - 1, ' ');
    for (auto& line : lines)
        line.insert(0, indent);
    result_.edits.push_back({step_->place.file, firstLine, removed, std::move(lines)});
    over_ = false;
}

void ScenarioRun::require(const Result<>& outcome, const std::string& what) {
    if (!outcome)
        miss(what, outcome.error().message);
}

// ---- the world

void ScenarioRun::act(const step::Cmdlets& cmdlets) {
    note("===", "PS> " + cmdlets.script);
    const auto answer = world_.run(cmdlets.script);
    noteSettings();
    if (auto missing = missingError(cmdlets.errors, answer.errors))
        return miss(*missing, answer.errors.empty() ? "no error" : join(answer.errors, "\n"));
    if (cmdlets.output.empty() || outputMatches(cmdlets.output, answer.output))
        return;
    auto lines = outputLines(answer.output);
    for (auto& line : lines)
        line = trim("| " + line);
    missUpdatable("the output\n" + join(cmdlets.output, "\n"),
                  answer.output.empty() ? "no output" : answer.output, cmdlets.outputLine,
                  static_cast<int>(cmdlets.output.size()), lines);
}

void ScenarioRun::act(const step::Zone& zone) {
    require(world_.addZone(zone.text), "a record");
}

void ScenarioRun::act(const step::DnsStrict&) {
    world_.setDnsStrict();
}

void ScenarioRun::act(const step::Directory& directory) {
    for (const auto& address : directory.addresses) {
        const auto answer = world_.run("New-EdgeSimRecipient " + address);
        if (!answer.errors.empty())
            return miss("a recipient " + address, join(answer.errors, "\n"));
    }
}

void ScenarioRun::act(const step::Scl& scl) {
    world_.setScl(scl.level);
}

void ScenarioRun::act(const step::Scanner& scanner) {
    world_.setScanner(scanner);
}

void ScenarioRun::act(const step::Fault& fault) {
    const bool ofPeer =
        fault.kind == step::FaultKind::PeerResets || fault.kind == step::FaultKind::PeerSilent;
    note("===", step_->text);
    if (!ofPeer)
        return require(world_.breakDown(fault), "something that can be broken");
    if (!current_)
        return miss("a client line before", "nothing");
    if (fault.kind == step::FaultKind::PeerResets)
        resetAfter_ = fault.subject;
    else
        actor().wire->silentAt(fault.count.value_or(1));
}

// ---- time

void ScenarioRun::act(const step::Advance& advance) {
    note("===", "time passes: " + timeSpanText(advance.span));
    world_.advance(advance.span);
}

void ScenarioRun::act(const step::Wait&) {
    world_.settle();
}

} // namespace edge::testenv
