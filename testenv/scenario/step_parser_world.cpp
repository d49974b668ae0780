#include <edge/dns_types.h>
#include <edge/testenv/scenario/step_parser.h>
#include <edge/testenv/zone_resolver.h>

#include <array>

namespace edge::testenv {

void StepParser::profile(const ScenarioLine&, ScenarioWords& words) {
    const auto version = words.need("a version: 2007, 2010, 2013, 2016, 2019 or SE");
    if (words.failed())
        return;
    if (const auto id = findProfile(version))
        scenario_.profile = *id;
    else
        words.reject(id.error().message);
}

void StepParser::bare(const ScenarioLine&, ScenarioWords&) {
    scenario_.bare = true;
}

void StepParser::seed(const ScenarioLine&, ScenarioWords& words) {
    scenario_.seed = words.needNumber("a number", 0, ~std::uint64_t{0});
}

void StepParser::cmdlet(const ScenarioLine& line, ScenarioWords&) {
    step::Cmdlets cmdlets;
    cmdlets.script = rest(line);
    cmdlets.outputLine = line.place.line + 1;
    for (const auto& lower : line.below) {
        if (lower.mark == ">>") {
            cmdlets.script += "\n" + lower.text;
            cmdlets.outputLine = lower.place.line + 1;
        } else if (lower.mark == "|") {
            cmdlets.output.push_back(lower.text);
        } else {
            cmdlets.errors.push_back(lower.text);
        }
    }
    add(line, std::move(cmdlets));
}

// Read here only to find what is wrong with it.
void StepParser::zone(const ScenarioLine& line, ScenarioWords& words) {
    std::string text = line.block.value_or(std::string(rest(line)));
    if (trim(text).empty())
        return words.reject("expected a record such as fabrikam.com TXT \"v=spf1 -all\"");
    while (!words.empty())
        words.need("a word");
    if (const auto problem = ZoneResolver::findProblem(text)) {
        auto place = line.place;
        if (line.block)
            place = {place.file, place.line + static_cast<int>(problem->line), 1};
        wrong(place, "expected a record: " + problem->message);
    }
    add(line, step::Zone{std::move(text)});
}

// "once", "twice" or "3 times", where something is left.
std::optional<std::uint64_t> StepParser::takeTimes(ScenarioWords& words) {
    if (words.empty())
        return std::nullopt;
    if (words.takeIf("once"))
        return 1;
    if (words.takeIf("twice"))
        return 2;
    const auto count =
        words.needNumber("a record type, once, twice or a number of times", 0, kMaxScenarioCount);
    words.needOneOf("times", {"times"});
    return count;
}

void StepParser::dns(const ScenarioLine& line, ScenarioWords& words) {
    if (words.takeIf("strict"))
        return add(line, step::DnsStrict{});
    step::ExpectQuestion question;
    question.negated = words.takeIf("not");
    words.needOneOf("strict, asked or not asked", {"asked"});
    question.name = words.need("the name that was asked for");
    for (const auto type : kDnsTypes)
        if (!question.type && words.takeIf(toString(type)))
            question.type = type;
    if (!question.negated)
        question.count = takeTimes(words);
    add(line, std::move(question));
}

void StepParser::directory(const ScenarioLine& line, ScenarioWords& words) {
    step::Directory directory;
    do
        directory.addresses.push_back(words.need("an address"));
    while (!words.empty());
    add(line, std::move(directory));
}

void StepParser::scl(const ScenarioLine& line, ScenarioWords& words) {
    step::Scl scl;
    if (!words.takeIf("error"))
        scl.level = static_cast<int>(words.needNumber("0 to 9, or error", 0, 9));
    add(line, scl);
}

// "on scan 2", "from scan 2".
void StepParser::whichScan(ScenarioWords& words, step::Scanner& scanner) {
    if (words.takeIf("on"))
        scanner.once = true;
    else if (!words.takeIf("from"))
        return;
    words.needOneOf("scan", {"scan"});
    scanner.scan = words.needNumber("the number of a scan, from 1", 1, kMaxScenarioCount);
}

void StepParser::scanner(const ScenarioLine& line, ScenarioWords& words) {
    step::Scanner scanner;
    switch (words.needOneOf("clean, infected, unscannable, error, hang or asked",
                            {"clean", "infected", "unscannable", "error", "hang", "asked"})) {
    case 0:
        scanner.verdict = {ScanOutcome::Clean, {}};
        break;
    case 1:
        scanner.verdict = {ScanOutcome::Infected, words.need("the name of the virus")};
        break;
    case 2:
        scanner.verdict = {ScanOutcome::Unscannable, words.need("why it cannot be scanned")};
        break;
    case 3:
        scanner.verdict = {ScanOutcome::Unavailable, "scripted: the engine is out of order"};
        break;
    case 4:
        scanner.hangs = true;
        break;
    default:
        return add(line, step::ExpectScans{takeTimes(words).value_or(1)});
    }
    if (!scanner.hangs && words.takeIf("after"))
        scanner.after = words.needSpan();
    whichScan(words, scanner);
    add(line, std::move(scanner));
}

void StepParser::fault(const ScenarioLine& line, ScenarioWords& words) {
    step::Fault fault;
    const auto subject = words.needOneOf("disk, agent or peer", {"disk", "agent", "peer"});
    if (subject == 0) {
        constexpr std::array<step::FaultKind, 3> kKinds{step::FaultKind::DiskFull, step::FaultKind::DiskSync,
                                                        step::FaultKind::DiskRepaired};
        fault.kind = kKinds[words.needOneOf("ENOSPC, EIO or repaired", {"ENOSPC", "EIO", "repaired"})];
    } else if (subject == 1) {
        fault.kind = step::FaultKind::AgentThrows;
        fault.subject = words.need("the agent's name");
        words.needOneOf("throw", {"throw"});
    } else if (words.needOneOf("reset or silent", {"reset", "silent"}) == 0) {
        fault.kind = step::FaultKind::PeerResets;
        words.needOneOf("after", {"after"});
        fault.subject = words.need("a command such as DATA");
    } else {
        fault.kind = step::FaultKind::PeerSilent;
        words.needOneOf("at", {"at"});
        fault.count = words.needNumber("the number of a read or write, from 1", 1, kMaxScenarioCount);
    }
    const bool counted = fault.kind == step::FaultKind::DiskFull || fault.kind == step::FaultKind::DiskSync ||
                         fault.kind == step::FaultKind::AgentThrows;
    if (counted && words.takeIf("once"))
        fault.count = 1;
    else if (counted && !words.empty())
        fault.count = words.needNumber("once, or how many times", 1, kMaxScenarioCount);
    add(line, std::move(fault));
}

} // namespace edge::testenv
