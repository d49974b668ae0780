#include <edge/base/text.h>
#include <edge/evidence.h>
#include <edge/tests/parity/citations.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <regex>

namespace edge::parity {
namespace {

using namespace testenv;

// "Set-ReceiveConnector" and "-MaxHopCount" as they stand in a script, and properties behind a dot.
const std::regex& words() {
    static const std::regex pattern(
        R"(([A-Z][a-z]+-[A-Z][A-Za-z]+)|\s-([A-Za-z0-9]+)|\.([A-Za-z0-9]+)|([|;]))");
    return pattern;
}

// What a regular expression stands for, where it is a plain text with a few escapes.
std::string plain(const std::string& regex) {
    std::string text;
    for (std::size_t i = regex.starts_with('^') ? 1 : 0; i < regex.size(); ++i)
        if (regex[i] != '\\')
            text += regex[i];
    return text;
}

std::string nounOf(const std::string& cmdlet) {
    const auto dash = cmdlet.find('-');
    return dash == std::string::npos ? std::string() : cmdlet.substr(dash + 1);
}

bool contains(const std::string& text, const std::string& part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return asciiLower(a) == asciiLower(b); }) != text.end();
}

// Kinds whose names are long enough to be recognized in a file or a log.
bool mayStandInText(Kind kind) {
    switch (kind) {
    case Kind::Header:
    case Kind::Replay:
    case Kind::Action:
    case Kind::Reason:
    case Kind::Reply:
    case Kind::Event:
        return true;
    default:
        return false;
    }
}

} // namespace

Citations::Citations(const std::vector<Row>& rows, const CmdletRegistry& cmdlets)
    : rows_(rows)
    , cmdlets_(cmdlets) {}

void Citations::add(const Scenario& scenario, const std::string& root) {
    file_ = scenario.file.starts_with(root) ? scenario.file.substr(root.size()) : scenario.file;
    for (const auto& step : scenario.steps) {
        if (const auto* cmdlets = std::get_if<step::Cmdlets>(&step.action)) {
            script(cmdlets->script);
            expectedOutput(cmdlets->output);
        } else if (const auto* expected = std::get_if<step::Reply>(&step.action)) {
            reply(*expected);
        } else if (const auto* decided = std::get_if<step::ExpectDecision>(&step.action)) {
            decision(*decided);
        } else if (const auto* looked = std::get_if<step::ExpectText>(&step.action)) {
            text(*looked);
        }
    }
}

const std::set<std::string>& Citations::of(const Row& row) const {
    static const std::set<std::string> kNone;
    const auto found = files_.find({row.kind, asciiLower(row.name)});
    return found == files_.end() ? kNone : found->second;
}

void Citations::cite(Kind kind, const std::string& name) {
    files_[{kind, asciiLower(name)}].insert(file_);
}

void Citations::script(const std::string& script) {
    std::string noun;
    for (auto match = std::sregex_iterator(script.begin(), script.end(), words());
         match != std::sregex_iterator(); ++match) {
        if ((*match)[1].matched) {
            const auto* cmdlet = cmdlets_.find((*match)[1].str()); // an alias is the cmdlet
            const auto name = cmdlet != nullptr ? cmdlet->name : (*match)[1].str();
            cite(Kind::Cmdlet, name);
            noun = nounOf(name);
        } else if ((*match)[2].matched) {
            cite(Kind::Parameter, noun + " -" + (*match)[2].str());
        } else if ((*match)[3].matched) {
            cite(Kind::Parameter, noun + " -" + (*match)[3].str());
        }
    }
    for (const auto& row : rows_)
        if (row.kind == Kind::Event && script.find(row.name) != std::string::npos) // "ExceptionConnectors"
            cite(Kind::Event, row.name);
}

// The listing of the pipeline.
void Citations::expectedOutput(const std::vector<std::string>& lines) {
    for (const auto& line : lines)
        if (const auto event = findAgentEvent(line))
            cite(Kind::Event, std::string(info(*event).sdkName));
}

// A reply is cited where what is expected is long enough to mean it alone.
void Citations::reply(const step::Reply& expected) {
    if (expected.match == step::ReplyMatch::Closed)
        return;
    const auto text = expected.match == step::ReplyMatch::Regex ? plain(expected.text) : expected.text;
    keyword(text);
    const Row* meant = nullptr;
    int candidates = 0;
    for (const auto& row : rows_) {
        if (row.kind != Kind::Reply)
            continue;
        if (row.name == text) { // also where a longer one begins so
            cite(Kind::Reply, row.name);
            return;
        }
        if (row.name.starts_with(text)) {
            meant = &row;
            ++candidates;
        }
    }
    if (candidates == 1)
        cite(Kind::Reply, meant->name);
    if (candidates == 0)
        if (const auto* row = findEvidence(EvidenceKind::Reply, text))
            cite(Kind::Reply, std::string(row->name));
}

// "250-SIZE 37748736", "250 8BITMIME".
void Citations::keyword(const std::string& line) {
    constexpr std::size_t kCode = 4;
    if (line.size() > kCode && line.starts_with("250"))
        cite(Kind::Keyword, line.substr(kCode, line.find(' ', kCode) - kCode));
}

void Citations::decision(const step::ExpectDecision& expected) {
    cite(Kind::Agent, expected.agent);
    if (expected.event)
        cite(Kind::Event, std::string(info(*expected.event).sdkName));
    if (expected.action && !expected.absent)
        cite(Kind::Action, std::string(toString(*expected.action)));
    if (expected.reason)
        cite(Kind::Reason, *expected.reason);
    if (expected.response)
        if (const auto* row = findEvidence(EvidenceKind::Reply, *expected.response))
            cite(Kind::Reply, std::string(row->name));
}

void Citations::text(const step::ExpectText& expected) {
    if (expected.header)
        cite(Kind::Header, *expected.header);
    const bool isFields = contains(expected.text, "#Fields");
    for (const auto& row : rows_) {
        const bool isToken = row.kind == Kind::Token; // "DV:" is not in "adv:"
        const bool inText =
            isToken ? expected.text.find(row.name) != std::string::npos : contains(expected.text, row.name);
        if (inText && (isToken || mayStandInText(row.kind) || (isFields && row.kind == Kind::Field)))
            cite(row.kind, row.name);
    }
}

} // namespace edge::parity
