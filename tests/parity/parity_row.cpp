#include <edge/agent_event.h>
#include <edge/agents/builtin_agents.h>
#include <edge/base/text.h>
#include <edge/decision.h>
#include <edge/evidence.h>
#include <edge/server/shell/refused_syntax.h>
#include <edge/tests/parity/parity_row.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace edge::parity {
namespace {

constexpr std::size_t kColumns = 6;

constexpr std::array<std::string_view, kKinds> kKindWords{"agent",  "event",   "action", "reason",
                                                          "reply",  "keyword", "header", "token",
                                                          "replay", "field",   "cmdlet", "parameter"};
constexpr std::array<std::string_view, 4> kStatusWords{"", "implemented", "simulated", "refused"};

// What the product says of a name: known or not, and why not.
struct Answer {
    Status status = Status::Unknown;
    std::string note;
};

constexpr auto kHas = Status::Implemented;

Answer knownIf(bool known) {
    return {known ? kHas : Status::Unknown, {}};
}

// Events that no session raises yet, because what they tell of is not there.
Answer askEvent(const std::string& name) {
    const auto event = findAgentEvent(name);
    if (!event)
        return {};
    if (info(*event).extended)
        return {Status::Refused, "agents may subscribe; raised once TLS and AUTH are there"};
    if (*event == AgentEvent::OnAuthCommand || *event == AgentEvent::OnEndOfAuthentication)
        return {Status::Refused, "agents may subscribe; raised once the AUTH command is there"};
    return {kHas, {}};
}

bool isBuiltIn(const std::string& name) {
    AgentRegistry registry;
    registerBuiltInAgents(registry);
    const auto& agents = registry.agents();
    return std::any_of(agents.begin(), agents.end(),
                       [&](const auto& agent) { return agent.identity == name; });
}

bool isAction(const std::string& name) {
    for (auto action = Action::None; action <= Action::Fault;
         action = static_cast<Action>(static_cast<int>(action) + 1))
        if (toString(action) == name)
            return true;
    return false;
}

bool hasEvidence(EvidenceKind kind, const std::string& name) {
    const auto* row = findEvidence(kind, name);
    return row != nullptr && row->name == name;
}

Answer askCmdlet(const std::string& name, const CmdletRegistry& cmdlets) {
    if (cmdlets.find(name) != nullptr)
        return {kHas, {}};
    if (const auto* reason = refusedCmdlet(name))
        return {Status::Refused, reason};
    return {};
}

Answer askNoun(const NounSchema& schema, const std::string& parameter) {
    if (const auto* row = schema.findParameter(parameter))
        return row->use == ParameterUse::Later ? Answer{Status::Refused, row->laterReason} : Answer{kHas, {}};
    for (const auto& refused : schema.refused())
        if (iequals(refused.name, parameter))
            return {Status::Refused, refused.reason};
    return {};
}

Answer askParameter(const std::string& name, const NounList& nouns, const CmdletRegistry& cmdlets) {
    const auto [noun, parameter] = partsOf(name);
    for (const auto* schema : nouns)
        if (iequals(schema->noun(), noun))
            if (auto answer = askNoun(*schema, parameter); answer.status != Status::Unknown)
                return answer;
    for (const std::string verb : {"New-", "Set-", "Add-", "Get-", "Remove-", "Install-"})
        if (const auto* cmdlet = cmdlets.find(verb + noun))
            for (const auto& known : cmdlet->parameters)
                if (iequals(known.name, parameter))
                    return known.laterReason.empty() ? Answer{kHas, {}}
                                                     : Answer{Status::Refused, known.laterReason};
    return {};
}

Answer ask(const Row& row, const NounList& nouns, const CmdletRegistry& cmdlets) {
    switch (row.kind) {
    case Kind::Agent:
        return knownIf(isBuiltIn(row.name));
    case Kind::Event:
        return askEvent(row.name);
    case Kind::Action:
        return knownIf(isAction(row.name));
    case Kind::Reason:
        return knownIf(hasEvidence(EvidenceKind::Reason, row.name));
    case Kind::Reply:
        return knownIf(hasEvidence(EvidenceKind::Reply, row.name));
    case Kind::Cmdlet:
        return askCmdlet(row.name, cmdlets);
    case Kind::Parameter:
        return askParameter(row.name, nouns, cmdlets);
    case Kind::Keyword:
    case Kind::Header:
    case Kind::Token:
    case Kind::Replay:
    case Kind::Field:
        break; // nobody to ask: the scenarios show them
    }
    return {kHas, {}};
}

template <std::size_t N>
std::optional<std::size_t> indexOf(const std::array<std::string_view, N>& words, std::string_view word) {
    for (std::size_t i = 0; i < N; ++i)
        if (words[i] == word)
            return i;
    return std::nullopt;
}

std::string at(const Row& row) {
    return "documented.tsv:" + std::to_string(row.line) + ": " + row.name;
}

} // namespace

std::string_view toString(Kind kind) {
    return kKindWords[static_cast<std::size_t>(kind)];
}

std::string_view toString(Status status) {
    return status == Status::Unknown ? "unknown" : kStatusWords[static_cast<std::size_t>(status)];
}

std::vector<Row> readTable(std::string_view text, std::vector<std::string>& problems) {
    std::vector<Row> rows;
    int line = 0;
    for (const auto each : split(text, '\n')) {
        ++line;
        if (each.empty() || each.front() == '#')
            continue;
        const auto cells = split(each, '\t');
        const auto kind = indexOf(kKindWords, cells[0]);
        const auto status = cells.size() == kColumns ? indexOf(kStatusWords, cells[4]) : std::nullopt;
        if (!kind || !status) {
            problems.push_back("documented.tsv:" + std::to_string(line) + ": not a row of the table");
            continue;
        }
        rows.push_back({static_cast<Kind>(*kind), std::string(cells[1]), std::string(cells[2]),
                        std::string(cells[3]), static_cast<Status>(*status), std::string(cells[5]), line});
    }
    return rows;
}

void askProduct(std::vector<Row>& rows, const NounList& nouns, const CmdletRegistry& cmdlets,
                std::vector<std::string>& problems) {
    for (auto& row : rows) {
        auto answer = ask(row, nouns, cmdlets);
        if (row.status == Status::Simulated && answer.status != kHas)
            problems.push_back(at(row) + " is simulated says the table, but the product does not have it");
        if (row.status == Status::Unknown && answer.status == Status::Unknown)
            problems.push_back(at(row) + " is known neither to the product nor as refused");
        if (row.status != Status::Unknown)
            continue;
        row.status = answer.status;
        row.note = std::move(answer.note);
    }
}

std::pair<std::string, std::string> partsOf(const std::string& parameterName) {
    const auto blank = parameterName.find(" -");
    return {parameterName.substr(0, blank),
            blank == std::string::npos ? std::string() : parameterName.substr(blank + 2)};
}

} // namespace edge::parity
