#include <edge/base/text.h>
#include <edge/config/suggestion.h>
#include <edge/server/administration/state_file.h>
#include <edge/testenv/lab_client.h>
#include <edge/testenv/scenario/scenario_parser.h>
#include <edge/testenv/scenario/scenario_verbs.h>

#include <algorithm>
#include <array>
#include <regex>

namespace edge::testenv {
namespace {

constexpr std::uint64_t kMaxFile = 256ULL * 1024 * 1024;
constexpr std::uint64_t kMaxCount = 1'000'000'000; // of anything that is counted in a scenario

std::vector<std::string> eventWords() {
    std::vector<std::string> words{"*"};
    for (const auto& row : agentEvents())
        words.emplace_back(row.sdkName);
    return words;
}

std::vector<std::string> actionWords() {
    std::vector<std::string> words{"*"};
    for (auto action = Action::None; action <= Action::Fault;
         action = static_cast<Action>(static_cast<int>(action) + 1))
        words.emplace_back(toString(action));
    return words;
}

struct TypeWord {
    const char* word;
    DnsType type;
};
constexpr std::array<TypeWord, 8> kTypes{{{"A", DnsType::A},
                                          {"AAAA", DnsType::Aaaa},
                                          {"CNAME", DnsType::Cname},
                                          {"MX", DnsType::Mx},
                                          {"NS", DnsType::Ns},
                                          {"PTR", DnsType::Ptr},
                                          {"SOA", DnsType::Soa},
                                          {"TXT", DnsType::Txt}}};

// Lines ending in LF alone get the CRLF of the wire; those that have it keep it.
std::string wireLines(std::string_view text) {
    std::string lines;
    for (const char c : text) {
        if (c == '\n' && !lines.ends_with('\r'))
            lines += '\r';
        lines += c;
    }
    return lines;
}

// One scenario, line by line: a table from verb to member function.
class Parser {
public:
    Parser(FileSystem& files, ScenarioErrors& errors)
        : files_(files)
        , errors_(errors) {}

    Scenario parse(const std::vector<ScenarioLine>& lines);

private:
    using Handler = void (Parser::*)(const ScenarioLine&, ScenarioWords&);
    static Handler handlerOf(Verb verb);

    void parseLine(const ScenarioLine& line);
    void add(const ScenarioLine& line, StepAction action);
    void wrong(const ScenarioPlace& place, std::string message) {
        errors_.push_back({place, std::move(message)});
    }
    // What stands behind the verb, blanks, quotes and # included.
    static std::string_view rest(const ScenarioLine& line);

    void profile(const ScenarioLine& line, ScenarioWords& words);
    void bare(const ScenarioLine& line, ScenarioWords& words);
    void seed(const ScenarioLine& line, ScenarioWords& words);
    void cmdlet(const ScenarioLine& line, ScenarioWords& words);
    void zone(const ScenarioLine& line, ScenarioWords& words);
    void dns(const ScenarioLine& line, ScenarioWords& words);
    void directory(const ScenarioLine& line, ScenarioWords& words);
    void scl(const ScenarioLine& line, ScenarioWords& words);
    void fault(const ScenarioLine& line, ScenarioWords& words);
    void client(const ScenarioLine& line, ScenarioWords& words);
    void say(const ScenarioLine& line, ScenarioWords& words);
    void expectPrefix(const ScenarioLine& line, ScenarioWords& words);
    void expectExactly(const ScenarioLine& line, ScenarioWords& words);
    void expectRegex(const ScenarioLine& line, ScenarioWords& words);
    void expectLine(const ScenarioLine& line, ScenarioWords& words);
    void expectNoLine(const ScenarioLine& line, ScenarioWords& words);
    void hello(const ScenarioLine& line, ScenarioWords& words);
    void envelope(const ScenarioLine& line, ScenarioWords& words);
    void message(const ScenarioLine& line, ScenarioWords& words);
    void raw(const ScenarioLine& line, ScenarioWords& words);
    void pieces(const ScenarioLine& line, ScenarioWords& words);
    void end(const ScenarioLine& line, ScenarioWords& words);
    void cut(const ScenarioLine& line, ScenarioWords& words);
    void vanish(const ScenarioLine& line, ScenarioWords& words);
    void advance(const ScenarioLine& line, ScenarioWords& words);
    void wait(const ScenarioLine& line, ScenarioWords& words);
    void silence(const ScenarioLine& line, ScenarioWords& words);
    void agent(const ScenarioLine& line, ScenarioWords& words);
    void no(const ScenarioLine& line, ScenarioWords& words);
    void replay(const ScenarioLine& line, ScenarioWords& words);
    void file(const ScenarioLine& line, ScenarioWords& words);
    void log(const ScenarioLine& line, ScenarioWords& words);
    void include(const ScenarioLine& line, ScenarioWords& words);
    void table(const ScenarioLine& line, ScenarioWords& words);
    void tag(const ScenarioLine& line, ScenarioWords& words);
    void evidence(const ScenarioLine& line, ScenarioWords& words);
    void skip(const ScenarioLine& line, ScenarioWords& words);

    void leave(const ScenarioLine& line, step::Ending ending);
    void addReply(const ScenarioLine& line, step::ReplyMatch match, bool timed);
    step::ExpectDecision decision(ScenarioWords& words, bool needsAction);
    void needTextMatch(ScenarioWords& words, step::ExpectText& expectation);
    void needClient(const ScenarioLine& line);

    FileSystem& files_;
    ScenarioErrors& errors_;
    Scenario scenario_;
    std::vector<std::string> clients_;
};

Parser::Handler Parser::handlerOf(Verb verb) {
    static constexpr std::array<Handler, kVerbCount> kHandlers{
        &Parser::profile,       &Parser::bare,        &Parser::seed,
        &Parser::cmdlet,        &Parser::zone,        &Parser::dns,
        &Parser::directory,     &Parser::scl,         &Parser::fault,
        &Parser::client,        &Parser::say,         &Parser::expectPrefix,
        &Parser::expectExactly, &Parser::expectRegex, &Parser::expectLine,
        &Parser::expectNoLine,  &Parser::hello,       &Parser::envelope,
        &Parser::message,       &Parser::raw,         &Parser::pieces,
        &Parser::end,           &Parser::cut,         &Parser::vanish,
        &Parser::advance,       &Parser::wait,        &Parser::silence,
        &Parser::agent,         &Parser::no,          &Parser::replay,
        &Parser::file,          &Parser::log,         &Parser::include,
        &Parser::table,         &Parser::tag,         &Parser::evidence,
        &Parser::skip};
    return kHandlers[static_cast<std::size_t>(verb)];
}

Scenario Parser::parse(const std::vector<ScenarioLine>& lines) {
    for (const auto& line : lines)
        parseLine(line);
    return std::move(scenario_);
}

void Parser::parseLine(const ScenarioLine& line) {
    const auto word = line.text.substr(0, line.text.find_first_of(" \t"));
    const auto verb = findVerb(word);
    if (!verb)
        return wrong(line.place, "expected a verb, found \"" + word + "\"" + didYouMean(word, verbWords()));
    auto place = line.place;
    place.column += static_cast<int>(line.text.size() - rest(line).size());
    // Lines of the dialogue and cells are not cut into words: quotes and # in them are their own.
    const bool verbatim =
        word.find(':') != std::string::npos || word == "PS>" || word == "table" || word.front() == 'S';
    ScenarioWords words(place, verbatim ? std::string_view{} : rest(line));
    (this->*handlerOf(*verb))(line, words);
    words.finish();
    if (words.failed())
        errors_.push_back(*words.error());
}

void Parser::add(const ScenarioLine& line, StepAction action) {
    scenario_.steps.push_back({line.place, line.text, line.isTemplate, std::move(action)});
}

std::string_view Parser::rest(const ScenarioLine& line) {
    const std::string_view text = line.text;
    const auto end = text.find_first_of(" \t");
    return end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
}

// ---- the world

void Parser::profile(const ScenarioLine&, ScenarioWords& words) {
    const auto version = words.need("a version: 2007, 2010, 2013, 2016, 2019 or SE");
    if (words.failed())
        return;
    if (const auto id = findProfile(version))
        scenario_.profile = *id;
    else
        words.reject(id.error().message);
}

void Parser::bare(const ScenarioLine&, ScenarioWords&) {
    scenario_.bare = true;
}

void Parser::seed(const ScenarioLine&, ScenarioWords& words) {
    scenario_.seed = words.needNumber("a number", 0, ~std::uint64_t{0});
}

void Parser::cmdlet(const ScenarioLine& line, ScenarioWords&) {
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

void Parser::zone(const ScenarioLine& line, ScenarioWords& words) {
    std::string text = line.block.value_or(std::string(rest(line)));
    if (trim(text).empty())
        return words.reject("expected a record such as fabrikam.com TXT \"v=spf1 -all\"");
    while (!words.empty())
        words.need("a word");
    add(line, step::Zone{std::move(text)});
}

void Parser::dns(const ScenarioLine& line, ScenarioWords& words) {
    if (words.takeIf("strict"))
        return add(line, step::DnsStrict{});
    step::ExpectQuestion question;
    question.negated = words.takeIf("not");
    words.needOneOf("strict, asked or not asked", {"asked"});
    question.name = words.need("the name that was asked for");
    if (!words.empty()) {
        std::vector<std::string> types;
        for (const auto& row : kTypes)
            types.emplace_back(row.word);
        question.type = kTypes[words.needOneOf("a record type", types)].type;
    }
    add(line, std::move(question));
}

void Parser::directory(const ScenarioLine& line, ScenarioWords& words) {
    step::Directory directory;
    do
        directory.addresses.push_back(words.need("an address"));
    while (!words.empty());
    add(line, std::move(directory));
}

void Parser::scl(const ScenarioLine& line, ScenarioWords& words) {
    step::Scl scl;
    if (!words.takeIf("error"))
        scl.level = static_cast<int>(words.needNumber("0 to 9, or error", 0, 9));
    add(line, scl);
}

void Parser::fault(const ScenarioLine& line, ScenarioWords& words) {
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
        fault.count = words.needNumber("the number of a read or write, from 1", 1, kMaxCount);
    }
    const bool counted = fault.kind == step::FaultKind::DiskFull || fault.kind == step::FaultKind::DiskSync ||
                         fault.kind == step::FaultKind::AgentThrows;
    if (counted && words.takeIf("once"))
        fault.count = 1;
    else if (counted && !words.empty())
        fault.count = words.needNumber("once, or how many times", 1, kMaxCount);
    add(line, std::move(fault));
}

// ---- the dialogue

void Parser::client(const ScenarioLine& line, ScenarioWords& words) {
    step::Client client;
    auto first = words.need("an address, or a name and an address");
    if (words.failed())
        return;
    if (const auto address = IpAddress::parse(first)) {
        client.address = *address;
    } else {
        client.name = first;
        const bool known = std::find(clients_.begin(), clients_.end(), first) != clients_.end();
        if (words.empty() && !known)
            return words.reject("expected an address; there is no client \"" + first + "\" yet" +
                                didYouMean(first, clients_));
        if (!words.empty()) {
            const auto second = words.need("an address");
            const auto address2 = IpAddress::parse(second);
            if (!address2)
                return words.reject("expected an address, found \"" + second + "\"");
            client.address = *address2;
        }
    }
    clients_.push_back(client.name);
    add(line, std::move(client));
}

void Parser::needClient(const ScenarioLine& line) {
    if (clients_.empty())
        wrong(line.place, "expected a client line before the dialogue, such as client 203.0.113.9");
    if (clients_.empty())
        clients_.emplace_back(); // said once
}

void Parser::say(const ScenarioLine& line, ScenarioWords&) {
    needClient(line);
    add(line, step::Send{std::string(rest(line)) + "\r\n"});
}

// "... after 5s": the words at the end, where they are a time.
void Parser::addReply(const ScenarioLine& line, step::ReplyMatch match, bool timed) {
    needClient(line);
    step::Reply reply;
    reply.match = match;
    std::string_view text = trim(rest(line));
    constexpr std::string_view kAfter = " after ";
    const auto after = text.rfind(kAfter);
    if (timed && after != std::string_view::npos) {
        reply.after = scenarioSpan(text.substr(after + kAfter.size()));
        if (reply.after)
            text = trim(text.substr(0, after));
    }
    if (match == step::ReplyMatch::Prefix && text == "closed")
        reply.match = step::ReplyMatch::Closed;
    if (text.empty())
        return wrong(line.place, "expected what the server says, or closed");
    reply.text = text;
    add(line, std::move(reply));
}

void Parser::expectPrefix(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::Prefix, true);
}

void Parser::expectExactly(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::Exact, true);
}

void Parser::expectRegex(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::Regex, true);
    if (scenario_.steps.empty() || !std::holds_alternative<step::Reply>(scenario_.steps.back().action))
        return;
    try {
        const std::regex pattern(std::get<step::Reply>(scenario_.steps.back().action).text);
    } catch (const std::regex_error& error) {
        wrong(line.place, std::string("expected a regular expression: ") + error.what());
    }
}

void Parser::expectLine(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::HasLine, false);
}

void Parser::expectNoLine(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::LacksLine, false);
}

void Parser::hello(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    add(line, step::Hello{words.empty() ? "mail.fabrikam.com" : words.need("a domain")});
}

void Parser::envelope(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    step::Envelope envelope;
    envelope.from = words.need("the sender, or <>");
    do
        envelope.recipients.push_back(words.need("a recipient"));
    while (!words.empty());
    add(line, std::move(envelope));
}

void Parser::message(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    std::string content;
    if (line.block) {
        content = *line.block;
    } else {
        const auto path = words.need("a file, or <<END");
        if (words.failed())
            return;
        auto text = readWholeFile(files_, besideFile(line.place.file, path), kMaxFile);
        if (!text)
            return words.reject(text.error().message);
        content = std::move(*text);
    }
    add(line, step::Send{dotStuffed(wireLines(content))});
}

void Parser::raw(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    add(line, step::Send{words.need("bytes in quotes")});
}

void Parser::pieces(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    add(line, step::Pieces{words.needNumber("a number of octets", 1, kMaxCount)});
}

void Parser::leave(const ScenarioLine& line, step::Ending ending) {
    needClient(line);
    add(line, step::Leave{ending});
}

void Parser::end(const ScenarioLine& line, ScenarioWords&) {
    leave(line, step::Ending::End);
}

void Parser::cut(const ScenarioLine& line, ScenarioWords&) {
    leave(line, step::Ending::Cut);
}

void Parser::vanish(const ScenarioLine& line, ScenarioWords&) {
    leave(line, step::Ending::Vanish);
}

// ---- time

void Parser::advance(const ScenarioLine& line, ScenarioWords& words) {
    add(line, step::Advance{words.needSpan()});
}

void Parser::wait(const ScenarioLine& line, ScenarioWords&) {
    add(line, step::Wait{});
}

void Parser::silence(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    add(line, step::Silence{words.needSpan()});
}

// ---- what became of it

step::ExpectDecision Parser::decision(ScenarioWords& words, bool needsAction) {
    step::ExpectDecision expected;
    expected.agent = words.need("the agent's name, or *");
    if (expected.agent == "*")
        expected.agent.clear();
    if (needsAction || !words.empty()) {
        const auto event = words.needOneOf("an event such as OnMailCommand, or *", eventWords());
        if (event > 0)
            expected.event = agentEvents()[event - 1].event;
    }
    if (needsAction || !words.empty()) {
        const auto action = words.needOneOf("an action such as RejectCommand, or *", actionWords());
        if (action > 0)
            expected.action = static_cast<Action>(action - 1);
    }
    return expected;
}

void Parser::agent(const ScenarioLine& line, ScenarioWords& words) {
    auto expected = decision(words, true);
    while (!words.empty()) {
        switch (words.needOneOf("response, reason, data or input", {"response", "reason", "data", "input"})) {
        case 0:
            expected.response = words.need("a reply in quotes");
            break;
        case 1:
            expected.reason = words.need("a reason");
            break;
        case 2:
            expected.data = words.need("the reason's data");
            break;
        default: {
            auto what = words.need("what was looked at");
            expected.inputs.push_back({std::move(what), words.need("its value")});
        }
        }
    }
    add(line, std::move(expected));
}

void Parser::no(const ScenarioLine& line, ScenarioWords& words) {
    words.needOneOf("agent", {"agent"});
    auto expected = decision(words, false);
    expected.absent = true;
    add(line, std::move(expected));
}

void Parser::replay(const ScenarioLine& line, ScenarioWords& words) {
    add(line, step::ExpectReplay{words.needNumber("a number of messages", 0, kMaxCount)});
}

void Parser::needTextMatch(ScenarioWords& words, step::ExpectText& expectation) {
    expectation.negated = words.takeIf("not");
    expectation.match = static_cast<step::TextMatch>(
        words.needOneOf("contains, is, matches or present", {"contains", "is", "matches", "present"}));
    if (expectation.match == step::TextMatch::Present)
        return;
    expectation.text = words.need("a text");
    if (expectation.match != step::TextMatch::Matches || words.failed())
        return;
    try {
        const std::regex pattern(expectation.text);
    } catch (const std::regex_error& error) {
        words.reject(std::string("expected a regular expression: ") + error.what());
    }
}

void Parser::file(const ScenarioLine& line, ScenarioWords& words) {
    step::ExpectText expectation;
    expectation.path = words.need("a file such as Replay/1");
    if (expectation.path.starts_with("Replay/")) {
        ScenarioWords number(line.place, expectation.path.substr(7));
        expectation.source = step::ExpectText::Source::Replay;
        expectation.number = number.needNumber("a number", 1, kMaxCount);
        if (number.failed())
            words.reject("expected Replay/1, Replay/2, ..., found \"" + expectation.path + "\"");
    }
    if (words.takeIf("header"))
        expectation.header = words.need("a header's name");
    else
        expectation.body = words.takeIf("body");
    needTextMatch(words, expectation);
    add(line, std::move(expectation));
}

void Parser::log(const ScenarioLine& line, ScenarioWords& words) {
    step::ExpectText expectation;
    const bool isAgentLog = words.needOneOf("agent or receive", {"agent", "receive"}) == 0;
    expectation.source =
        isAgentLog ? step::ExpectText::Source::AgentLog : step::ExpectText::Source::ReceiveLog;
    if (isAgentLog && words.takeIf("rows"))
        return add(line, step::ExpectRows{words.needNumber("a number of rows", 0, kMaxCount)});
    needTextMatch(words, expectation);
    add(line, std::move(expectation));
}

// ---- the file itself

// Includes are in place, tables spread out before a scenario is parsed.
void Parser::include(const ScenarioLine&, ScenarioWords&) {}
void Parser::table(const ScenarioLine&, ScenarioWords&) {}

void Parser::tag(const ScenarioLine&, ScenarioWords& words) {
    do
        scenario_.tags.push_back(words.need("a tag"));
    while (!words.empty());
}

void Parser::evidence(const ScenarioLine&, ScenarioWords& words) {
    Evidence evidence;
    evidence.level = static_cast<EvidenceLevel>(words.needOneOf(
        "documented, observed, inferred or ours", {"documented", "observed", "inferred", "ours"}));
    while (!words.empty())
        evidence.reference += (evidence.reference.empty() ? "" : " ") + words.need("a reference");
    scenario_.evidence.push_back(std::move(evidence));
}

void Parser::skip(const ScenarioLine& line, ScenarioWords& words) {
    Condition condition;
    words.needOneOf("unless", {"unless"});
    condition.kind =
        static_cast<Condition::Kind>(words.needOneOf("agent, cmdlet or file", {"agent", "cmdlet", "file"}));
    condition.what = words.need("what must be there");
    if (condition.kind == Condition::Kind::File)
        condition.what = besideFile(line.place.file, condition.what);
    scenario_.conditions.push_back(std::move(condition));
}

// ---- tables

std::vector<std::string> cellsOf(std::string_view row) {
    std::vector<std::string> cells;
    for (const auto cell : split(row, '|'))
        cells.emplace_back(trim(cell));
    return cells;
}

struct TableRow {
    int line = 1;
    Parameters parameters;
};

// The rows of the file's table; one without parameters where it has none.
std::vector<TableRow> rowsOf(const std::vector<ScenarioLine>& lines, ScenarioErrors& errors) {
    const auto isTable = [](const ScenarioLine& line) {
        return line.text == "table" || line.text.starts_with("table ");
    };
    const auto table = std::find_if(lines.begin(), lines.end(), isTable);
    if (table == lines.end())
        return {TableRow{}};
    const auto second = std::find_if(table + 1, lines.end(), isTable);
    if (second != lines.end())
        errors.push_back({second->place, "expected one table in a scenario; the first is in line " +
                                             std::to_string(table->place.line)});
    const auto names = cellsOf(std::string_view(table->text).substr(5));
    if (names.front().empty() || table->below.empty())
        errors.push_back({table->place, "expected names of columns, and rows beneath that begin with |"});
    std::vector<TableRow> rows;
    for (const auto& lower : table->below) {
        const auto cells = cellsOf(lower.text);
        if (lower.mark != "|" || cells.size() != names.size()) {
            errors.push_back({lower.place, "expected | and " + std::to_string(names.size()) +
                                               " cells, found " + std::to_string(cells.size())});
            continue;
        }
        TableRow row{lower.place.line, {}};
        for (std::size_t i = 0; i < names.size(); ++i)
            row.parameters[names[i]] = cells[i];
        rows.push_back(std::move(row));
    }
    return rows;
}

// Rows of a table repeat the errors of lines that no parameter touches.
void sortOnce(ScenarioErrors& errors) {
    std::stable_sort(errors.begin(), errors.end(), [](const ScenarioError& a, const ScenarioError& b) {
        return std::tie(a.place.file, a.place.line, a.place.column) <
               std::tie(b.place.file, b.place.line, b.place.column);
    });
    errors.erase(std::unique(errors.begin(), errors.end()), errors.end());
}

std::string withoutExtension(const std::string& file) {
    constexpr std::string_view kExtension = ".scenario";
    return file.ends_with(kExtension) ? file.substr(0, file.size() - kExtension.size()) : file;
}

} // namespace

ParsedScenarios parseScenarios(FileSystem& files, const std::string& file, std::string_view text) {
    ParsedScenarios parsed;
    const auto read = readScenarioLines(files, file, text, parsed.errors);
    const auto rows = rowsOf(read.lines, parsed.errors);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::vector<ScenarioLine> lines;
        for (const auto& line : read.lines)
            lines.push_back(filledIn(line, rows[i].parameters));
        auto scenario = Parser(files, parsed.errors).parse(lines);
        scenario.name = withoutExtension(file);
        if (!rows[i].parameters.empty())
            scenario.name += "[" + std::to_string(i + 1) + "]";
        scenario.title = read.title;
        scenario.file = file;
        scenario.line = rows[i].line;
        parsed.scenarios.push_back(std::move(scenario));
    }
    sortOnce(parsed.errors);
    return parsed;
}

ParsedScenarios parseScenarioFile(FileSystem& files, const std::string& file) {
    const auto text = readWholeFile(files, file, kMaxFile);
    if (!text)
        return {{}, {{{file, 1, 1}, text.error().message}}};
    return parseScenarios(files, file, *text);
}

} // namespace edge::testenv
