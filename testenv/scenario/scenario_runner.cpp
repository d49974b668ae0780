#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/testenv/scenario/expectations.h>
#include <edge/testenv/scenario/memory_world.h>
#include <edge/testenv/scenario/scenario_runner.h>

#include <algorithm>
#include <array>
#include <exception>
#include <map>

namespace edge::testenv {
namespace {

constexpr std::string_view kNothing = "nothing";

std::string seconds(Duration span) {
    return timeSpanText(span);
}

// "09:00:05.000", out of "2019-06-03T09:00:05.000Z".
std::string timeOfDay(UtcTime when) {
    return isoTime(when).substr(11, 12);
}

// A client of the scenario and what it last heard.
struct Actor {
    std::string name;
    std::unique_ptr<WorldClient> wire;
    std::vector<std::string> reply; // last one, lines
    SteadyTime lastWord{};          // when the client connected or said something
    bool greeted = false;           // its first reply was read
};

// One playing of one scenario.
class Run {
public:
    Run(const Scenario& scenario, ScenarioWorld& world, const RunOptions& options, ScenarioResult& result)
        : scenario_(scenario)
        , world_(world)
        , options_(options)
        , result_(result) {}

    void play();

private:
    bool conditionsHold();
    void finish();

    void act(const step::Client& client);
    void act(const step::Send& send);
    void act(const step::Hello& hello);
    void act(const step::Envelope& envelope);
    void act(const step::Reply& reply);
    void act(const step::Silence& silence);
    void act(const step::Leave& leave);
    void act(const step::Pieces& pieces);
    void act(const step::Cmdlets& cmdlets);
    void act(const step::Zone& zone);
    void act(const step::DnsStrict& strict);
    void act(const step::Directory& directory);
    void act(const step::Scl& scl);
    void act(const step::Advance& advance);
    void act(const step::Wait& wait);
    void act(const step::Fault& fault);
    void act(const step::ExpectDecision& expected);
    void act(const step::ExpectReplay& expected);
    void act(const step::ExpectText& expected);
    void act(const step::ExpectRows& expected);
    void act(const step::ExpectQuestion& expected);

    Actor& actor() { return *current_; }
    std::vector<std::string> hear();
    void expectClosed(const std::vector<std::string>& heard);
    bool command(const std::string& line, std::string_view code);
    void miss(std::string expected, std::string got);
    void missUpdatable(std::string expected, std::string got, int firstLine, int removed,
                       std::vector<std::string> lines);
    void note(std::string_view mark, std::string_view text);
    void require(const Result<>& outcome, const std::string& what);

    const Scenario& scenario_;
    ScenarioWorld& world_;
    const RunOptions& options_;
    ScenarioResult& result_;
    const Step* step_ = nullptr;
    std::map<std::string, Actor> actors_;
    Actor* current_ = nullptr;
    std::string resetAfter_;       // verb behind which the current client's peer resets
    std::size_t nextDecision_ = 0; // behind the one that the last agent line named
    std::size_t seenUnexpected_ = 0;
    bool over_ = false;
};

void Run::play() {
    if (!conditionsHold())
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

bool Run::conditionsHold() {
    constexpr std::array<std::string_view, 3> kKinds{"agent", "cmdlet", "file"};
    for (const auto& condition : scenario_.conditions) {
        if (world_.meets(condition))
            continue;
        result_.verdict = Verdict::Skipped;
        result_.reason =
            "no " + std::string(kKinds[static_cast<std::size_t>(condition.kind)]) + " " + condition.what;
        return false;
    }
    return true;
}

// Fixes everything that tells what happened, before the world is gone.
void Run::finish() {
    const auto published = options_.keepsReplay ? world_.replay() : std::vector<PublishedMessage>{};
    for (const auto& message : published)
        result_.replayFiles.push_back(message.name + "\n" + message.bytes);
    for (const auto& decision : world_.decisions())
        for (auto& line : decisionLines(decision))
            result_.decisions.push_back(std::move(line));
    if (options_.keepsDecisions)
        result_.decisionRecords = world_.decisions();
    if (!result_.misses.empty())
        result_.verdict = Verdict::Failed;
}

void Run::note(std::string_view mark, std::string_view text) {
    std::string line = timeOfDay(world_.utcNow()) + " ";
    if (current_ && !current_->name.empty() && mark != "===")
        line += current_->name + " ";
    line += std::string(mark) + " " + escapeControls(text);
    result_.transcript.push_back(std::move(line));
}

void Run::miss(std::string expected, std::string got) {
    result_.misses.push_back({step_->place, step_->text, std::move(expected), std::move(got)});
    over_ = true;
}

// A miss that rewritten lines would cure.
void Run::missUpdatable(std::string expected, std::string got, int firstLine, int removed,
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

void Run::require(const Result<>& outcome, const std::string& what) {
    if (!outcome)
        miss(what, outcome.error().message);
}

// ---- the world

void Run::act(const step::Cmdlets& cmdlets) {
    note("===", "PS> " + cmdlets.script);
    const auto answer = world_.run(cmdlets.script);
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

void Run::act(const step::Zone& zone) {
    require(world_.addZone(zone.text), "a record");
}

void Run::act(const step::DnsStrict&) {
    world_.setDnsStrict();
}

void Run::act(const step::Directory& directory) {
    for (const auto& address : directory.addresses) {
        const auto answer = world_.run("New-EdgeSimRecipient " + address);
        if (!answer.errors.empty())
            return miss("a recipient " + address, join(answer.errors, "\n"));
    }
}

void Run::act(const step::Scl& scl) {
    world_.setScl(scl.level);
}

void Run::act(const step::Fault& fault) {
    const bool ofPeer =
        fault.kind == step::FaultKind::PeerResets || fault.kind == step::FaultKind::PeerSilent;
    note("===", step_->text);
    if (!ofPeer)
        return require(world_.breakDown(fault), "something that can be broken");
    if (!current_)
        return miss("a client line before", std::string(kNothing));
    if (fault.kind == step::FaultKind::PeerResets)
        resetAfter_ = fault.subject;
    else
        actor().wire->silentAt(fault.count.value_or(1));
}

// ---- the dialogue

void Run::act(const step::Client& client) {
    current_ = &actors_[client.name];
    if (!client.address)
        return;
    current_->name = client.name;
    if (current_->wire)
        current_->wire->leave(step::Ending::End);
    note("===", "connected from " + client.address->toString());
    current_->wire = world_.connect(*client.address);
    current_->lastWord = world_.steadyNow();
    current_->reply.clear();
    current_->greeted = false;
}

void Run::act(const step::Send& send) {
    std::string_view shown = send.bytes;
    if (shown.ends_with("\r\n"))
        shown.remove_suffix(2);
    for (const auto line : split(shown, '\n'))
        note("->", line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    actor().wire->send(send.bytes);
    actor().lastWord = world_.steadyNow();
    if (resetAfter_.empty() || !istartsWith(send.bytes, resetAfter_))
        return;
    resetAfter_.clear();
    world_.settle();
    act(step::Leave{step::Ending::Cut});
}

std::vector<std::string> Run::hear() {
    auto reply = actor().wire->read();
    for (const auto& line : reply)
        note(line.starts_with('4') || line.starts_with('5') ? "<**" : "<-", line);
    if (reply.empty())
        note("===", actor().wire->closed() ? "closed by the server" : "the server says nothing more");
    else
        actor().greeted = true;
    actor().reply = reply;
    return reply;
}

void Run::act(const step::Reply& reply) {
    if (reply.match == step::ReplyMatch::HasLine || reply.match == step::ReplyMatch::LacksLine) {
        if (auto wrong = wrongLine(reply, actor().reply))
            miss(*wrong, join(actor().reply, "\n"));
        return;
    }
    const auto heard = hear();
    if (reply.match == step::ReplyMatch::Closed)
        return expectClosed(heard);
    const auto waited = world_.steadyNow() - actor().lastWord;
    const auto marker = step_->text.substr(0, 2) + " ";
    const auto suffix = reply.after ? " after " + spanWord(waited) : "";
    if (heard.empty())
        return missUpdatable("a reply", actor().wire->closed() ? "the server closed" : "silence",
                             step_->place.line, 1, {"S: closed"});
    if (!replyMatches(reply, heard.back()))
        return missUpdatable(
            replyInWords(reply), join(heard, "\n"), step_->place.line, 1,
            {marker + (reply.match == step::ReplyMatch::Exact ? heard.back() : stablePart(heard.back())) +
             suffix});
    if (reply.after && waited != *reply.after)
        missUpdatable("the reply after " + seconds(*reply.after), "it after " + seconds(waited),
                      step_->place.line, 1, {marker + reply.text + suffix});
}

void Run::expectClosed(const std::vector<std::string>& heard) {
    if (!heard.empty())
        return missUpdatable("the server to close", join(heard, "\n"), step_->place.line, 1,
                             {"S: " + stablePart(heard.back())});
    if (!actor().wire->closed())
        miss("the server to close", "silence");
}

void Run::act(const step::Silence& silence) {
    note("===", "silence for " + seconds(silence.span));
    world_.advance(silence.span);
    if (actor().wire->hasUnread())
        miss("silence for " + seconds(silence.span), join(hear(), "\n"));
    else if (actor().wire->closed())
        miss("silence for " + seconds(silence.span), "the server closed");
}

void Run::act(const step::Leave& leave) {
    constexpr std::array<std::string_view, 3> kWords{"half-closed by the client", "reset by the client",
                                                     "the client has vanished"};
    note("===", kWords[static_cast<std::size_t>(leave.ending)]);
    actor().wire->leave(leave.ending);
}

void Run::act(const step::Pieces& pieces) {
    actor().wire->setReadSize(pieces.octets);
}

// Says a line and wants a reply that begins with `code`; false, and a miss, where it does not.
bool Run::command(const std::string& line, std::string_view code) {
    if (!line.empty())
        act(step::Send{line + "\r\n"});
    const auto heard = hear();
    if (!heard.empty() && heard.back().starts_with(code))
        return true;
    miss(std::string(code) + (line.empty() ? " as banner" : " to " + line),
         heard.empty() ? "the server closed" : join(heard, "\n"));
    return false;
}

void Run::act(const step::Hello& hello) {
    if (actor().greeted || command("", "220"))
        command("EHLO " + hello.domain, "250");
}

void Run::act(const step::Envelope& envelope) {
    const auto path = [](const std::string& address) {
        return address == "<>" ? address : "<" + address + ">";
    };
    if (!command("MAIL FROM:" + path(envelope.from), "250"))
        return;
    for (const auto& recipient : envelope.recipients)
        if (!command("RCPT TO:" + path(recipient), "250"))
            return;
    command("DATA", "354");
}

// ---- time

void Run::act(const step::Advance& advance) {
    note("===", "time passes: " + seconds(advance.span));
    world_.advance(advance.span);
}

void Run::act(const step::Wait&) {
    world_.settle();
}

// ---- what became of it

void Run::act(const step::ExpectDecision& expected) {
    world_.settle();
    const auto& all = world_.decisions();
    if (expected.absent) {
        const auto found = findDecision(expected, all, 0);
        if (found < all.size())
            miss("no such decision", join(decisionLines(all[found]), "\n"));
        return;
    }
    const auto found = findDecision(expected, all, nextDecision_);
    if (found < all.size()) {
        nextDecision_ = found + 1;
        return;
    }
    const auto early = findDecision(expected, all, 0);
    const auto near = nearestDecision(expected, all);
    miss("a decision of that kind", early < all.size()
                                        ? "it only before the decision that the last agent line named"
                                    : near < all.size() ? join(decisionLines(all[near]), "\n")
                                                        : "no decision of that agent at that event");
}

void Run::act(const step::ExpectReplay& expected) {
    const auto count = world_.replay().size();
    if (count != expected.count)
        missUpdatable(std::to_string(expected.count) + " published", std::to_string(count) + " published",
                      step_->place.line, 1, {"replay " + std::to_string(count)});
}

void Run::act(const step::ExpectText& expected) {
    std::vector<std::string> values;
    using Source = step::ExpectText::Source;
    if (expected.source == Source::Replay) {
        const auto published = world_.replay();
        if (published.size() < expected.number)
            return miss("a file " + expected.path, std::to_string(published.size()) + " published");
        const auto& message = published[expected.number - 1];
        if (expected.header)
            values = message.header(*expected.header);
        else
            values = {expected.body ? message.body : message.bytes};
    } else if (expected.source == Source::AgentLog) {
        values = {join(world_.agentLog(), "\n")};
    } else {
        values = {expected.source == Source::ReceiveLog ? world_.receiveLog() : world_.file(expected.path)};
    }
    if (auto wrong = wrongText(expected, values))
        miss(*wrong, values.empty() ? std::string(kNothing) : shortened(join(values, "\n")));
}

void Run::act(const step::ExpectRows& expected) {
    const auto rows = world_.agentLog();
    if (rows.size() != expected.count)
        missUpdatable(std::to_string(expected.count) + " rows",
                      std::to_string(rows.size()) + " rows" + (rows.empty() ? "" : "\n" + join(rows, "\n")),
                      step_->place.line, 1, {"log agent rows " + std::to_string(rows.size())});
}

void Run::act(const step::ExpectQuestion& expected) {
    world_.settle();
    std::string asked;
    bool found = false;
    for (const auto& question : world_.questions()) {
        found = found || (iequals(question.name, expected.name) &&
                          (!expected.type || question.type == *expected.type));
        asked += (asked.empty() ? "" : "\n") + question.name;
    }
    if (found == expected.negated)
        miss(expected.negated ? "no such question" : "such a question",
             asked.empty() ? "no question" : asked);
}

} // namespace

ScenarioResult runScenario(const Scenario& scenario, const WorldFactory& makeWorld,
                           const RunOptions& options) {
    ScenarioResult result;
    result.seed = options.seed.value_or(scenario.seed.value_or(1));
    try {
        const auto world = makeWorld(scenario, result.seed);
        Run(scenario, *world, options, result).play();
    } catch (const std::exception& error) {
        result.verdict = Verdict::Broken;
        result.reason = error.what();
    }
    return result;
}

ScenarioResult runInMemory(const Scenario& scenario, const RunOptions& options) {
    return runScenario(scenario, makeMemoryWorld, options);
}

} // namespace edge::testenv
