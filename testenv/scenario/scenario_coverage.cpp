#include <edge/agents/builtin_agents.h>
#include <edge/base/text.h>
#include <edge/dns_types.h>
#include <edge/server/edge_server.h>
#include <edge/testenv/report/html_page.h>
#include <edge/testenv/scenario/scenario_coverage.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace edge::testenv {
namespace {

using Kind = ConfiguredSetting::Kind;
using Row = CoverageSection::Row;

// What agents note of the envelope and the header, whatever is on their lists.
constexpr std::array<std::string_view, 5> kEchoes{"P1FromAddress", "Recipient", "From", "Sender",
                                                  "Directory"};

bool isPartOfName(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '@' || c == '-';
}

// `word` stands in `text` by itself, not as a part of a longer name.
bool hasWord(const std::string& text, const std::string& word) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        if ((at == 0 || !isPartOfName(text[at - 1])) && (end == text.size() || !isPartOfName(text[end])))
            return true;
    }
    return false;
}

bool names(const Decision& decision, const std::string& entry) {
    if (hasWord(asciiLower(decision.reasonData), entry))
        return true;
    return std::any_of(decision.inputs.begin(), decision.inputs.end(), [&](const DecisionInput& input) {
        const bool isEcho = std::find(kEchoes.begin(), kEchoes.end(), input.what) != kEchoes.end();
        return !isEcho && hasWord(asciiLower(input.value), entry);
    });
}

const NounList& nouns() {
    static const auto all = EdgeServer::nouns();
    return all;
}

// What the entry is called on its list; empty where the setting is no entry, or on a list by which no agent
// judges mail: decisions name what agents matched, not which connector answered.
std::string entryOf(const ConfiguredSetting& setting) {
    static const auto judging = builtinAgentSchemas();
    if (setting.kind == Kind::IpEntry)
        return setting.value.toText();
    const auto* schema = findNoun(judging, setting.noun);
    if (schema && setting.kind == Kind::Entry)
        return setting.value.toText();
    return schema && schema->listVerbs() == ListVerbs::Add ? setting.object : std::string();
}

std::string counted(const std::string& word, std::size_t count) {
    return word + " " + std::to_string(count);
}

std::string cellText(const SuiteCoverage::Cell& cell) {
    std::vector<std::string> pieces;
    for (const auto& [action, count] : cell.actions)
        pieces.push_back(counted(std::string(toString(action)), count));
    auto text = join(pieces, ", ");
    pieces.clear();
    for (const auto& [reason, count] : cell.reasons)
        pieces.push_back(counted(reason, count));
    return pieces.empty() ? text : text + " (" + join(pieces, ", ") + ")";
}

bool acted(const SuiteCoverage::Cell& cell) {
    return cell.actions.size() > 1 || cell.actions.begin()->first != Action::None;
}

CoverageSection agentSection(const SuiteCoverage& coverage) {
    CoverageSection section{"Agents",
                            "Never seen to act: no scenario shows what the agent does at that event.",
                            {"agent", "event", "what it did"},
                            {}};
    for (const auto& [key, cell] : coverage.cells())
        section.rows.push_back({{key.first, std::string(toString(key.second)), cellText(cell)}, false});
    AgentRegistry registry;
    registerBuiltInAgents(registry);
    for (const auto& agent : registry.agents()) {
        const auto events = agent.factory->events();
        for (const auto& row : agentEvents()) {
            const auto cell = coverage.cells().find({agent.identity, row.event});
            const bool called = cell != coverage.cells().end();
            if (events.test(static_cast<std::size_t>(row.event)) && (!called || !acted(cell->second)))
                section.rows.push_back({{agent.identity, std::string(row.sdkName),
                                         called ? "called, never acted" : "never called"},
                                        true});
        }
    }
    return section;
}

CoverageSection entrySection(const SuiteCoverage& coverage) {
    CoverageSection section{"Entries of lists",
                            "Never matched: no decision of these scenarios names the entry.",
                            {"list", "entry", "what became of it"},
                            {}};
    for (const bool gaps : {false, true})
        for (const auto& [key, entry] : coverage.entries())
            if ((entry.decisions == 0) == gaps)
                section.rows.push_back(
                    {{key.first, key.second, gaps ? "never matched" : counted("decisions", entry.decisions)},
                     gaps});
    return section;
}

// The words of a switch or an enumeration, as values are printed.
std::vector<std::string> wordsOf(const ParameterInfo& parameter) {
    std::vector<std::string> words;
    for (const auto& word : parameter.words)
        words.push_back(word == "$true" ? "True" : word == "$false" ? "False" : word);
    return parameter.isList ? std::vector<std::string>{} : words;
}

// The words that the setting never had; what a fresh server has counts as tried.
std::vector<std::string> untried(const NounSchema& schema, const ParameterInfo& parameter,
                                 const SuiteCoverage::Values& values) {
    const auto fresh = parameter.valueOf(schema.create(kDefaultProfile).get()).toText();
    auto words = wordsOf(parameter);
    std::erase_if(words,
                  [&](const std::string& word) { return values.contains(word) || iequals(word, fresh); });
    return words;
}

CoverageSection settingSection(const SuiteCoverage& coverage) {
    CoverageSection section{"Settings",
                            "Never tried: values that the setting may have, and had in no scenario.",
                            {"setting", "values", "never tried"},
                            {}};
    std::vector<Row> gaps;
    for (const auto& [key, values] : coverage.settings()) {
        std::vector<std::string> had;
        for (const auto& [value, count] : values)
            had.push_back(counted(value, count));
        const auto* schema = findNoun(nouns(), key.first);
        const auto* parameter = schema ? schema->findParameter(key.second) : nullptr;
        const auto missing = parameter ? untried(*schema, *parameter, values) : std::vector<std::string>{};
        auto& rows = missing.empty() ? section.rows : gaps;
        rows.push_back(
            {{key.first + "." + key.second, join(had, ", "), join(missing, ", ")}, !missing.empty()});
    }
    section.rows.insert(section.rows.end(), gaps.begin(), gaps.end());
    return section;
}

constexpr std::array<std::pair<DnsOutcome, std::string_view>, 5> kOutcomes{
    {{DnsOutcome::Answered, "answered"},
     {DnsOutcome::NoData, "no data"},
     {DnsOutcome::NxDomain, "NXDOMAIN"},
     {DnsOutcome::ServFail, "SERVFAIL"},
     {DnsOutcome::Timeout, "timeout"}}};

CoverageSection dnsSection(const SuiteCoverage& coverage) {
    CoverageSection section{"DNS",
                            "Never answered: how the filters take that answer is not shown.",
                            {"type", "answer", "how often"},
                            {}};
    std::set<DnsType> types;
    for (const auto& [key, count] : coverage.dnsAnswers())
        types.insert(key.first);
    for (const bool gaps : {false, true})
        for (const auto type : types)
            for (const auto& [outcome, word] : kOutcomes) {
                const auto found = coverage.dnsAnswers().find({type, outcome});
                const bool isGap = found == coverage.dnsAnswers().end();
                if (isGap == gaps)
                    section.rows.push_back({{std::string(toString(type)), std::string(word),
                                             isGap ? "never answered" : std::to_string(found->second)},
                                            gaps});
            }
    return section;
}

std::vector<std::size_t> widthsOf(const CoverageSection& section) {
    std::vector<std::size_t> widths(section.columns.size(), 0);
    for (const auto& row : section.rows)
        for (std::size_t i = 0; i < row.cells.size(); ++i)
            widths[i] = std::max(widths[i], row.cells[i].size() + 2);
    return widths;
}

std::string lineOf(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
    std::string line = "  ";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto cell = cells[i];
        cell.resize(std::max(cell.size(), widths[i]), ' ');
        line += cell;
    }
    return std::string(line.substr(0, line.find_last_not_of(' ') + 1)) + "\n";
}

std::string sectionText(const CoverageSection& section) {
    const auto widths = widthsOf(section);
    auto text = section.title + "\n";
    bool inGaps = false;
    for (const auto& row : section.rows) {
        if (row.isGap && !inGaps)
            text += "  -- " + section.sentence + "\n";
        inGaps = inGaps || row.isGap;
        text += lineOf(row.cells, widths);
    }
    return text;
}

std::size_t gapsOf(const CoverageSection& section) {
    return static_cast<std::size_t>(
        std::count_if(section.rows.begin(), section.rows.end(), [](const Row& row) { return row.isGap; }));
}

} // namespace

void SuiteCoverage::add(const PlayedScenario& played) {
    ++scenarios_;
    addDecisions(played.result);
    addSettings(played.result);
    for (const auto& question : played.result.questions)
        ++dns_[{question.type, question.outcome}];
}

void SuiteCoverage::addDecisions(const ScenarioResult& result) {
    for (const auto& decision : result.decisionRecords) {
        auto& cell = cells_[{decision.agent, decision.event}];
        ++cell.calls;
        ++cell.actions[decision.action];
        if (decision.action != Action::None)
            ++cell.reasons[decision.reason];
    }
}

void SuiteCoverage::addSettings(const ScenarioResult& result) {
    for (const auto& setting : result.configured) {
        if (setting.kind == Kind::Parameter) {
            ++settings_[{setting.noun, setting.parameter}][setting.value.toText()];
            continue;
        }
        const auto name = entryOf(setting);
        if (name.empty())
            continue;
        const auto list = setting.parameter.empty() ? setting.noun : setting.noun + "." + setting.parameter;
        auto& entry = entries_[{list, name}];
        ++entry.scenarios;
        entry.decisions += static_cast<std::size_t>(
            std::count_if(result.decisionRecords.begin(), result.decisionRecords.end(),
                          [&](const Decision& decision) { return names(decision, asciiLower(name)); }));
    }
}

std::vector<CoverageSection> coverageSections(const SuiteCoverage& coverage) {
    std::vector<CoverageSection> sections{agentSection(coverage), entrySection(coverage),
                                          settingSection(coverage), dnsSection(coverage)};
    std::erase_if(sections, [](const CoverageSection& section) { return section.rows.empty(); });
    return sections;
}

std::string coverageText(const SuiteCoverage& coverage) {
    auto text = "coverage by " + std::to_string(coverage.scenarios()) + " scenarios\n";
    for (const auto& section : coverageSections(coverage))
        text += sectionText(section);
    return text;
}

std::string coveragePage(const SuiteCoverage& coverage) {
    HtmlPage page("Coverage of filter logic", "by " + std::to_string(coverage.scenarios()) + " scenarios");
    for (const auto& section : coverageSections(coverage)) {
        const auto gaps = gapsOf(section);
        page.heading(2, section.title);
        page.banner(gaps == 0 ? HtmlTone::Good : HtmlTone::Warning,
                    gaps == 0 ? "Nothing is missing here."
                              : std::to_string(gaps) + " gaps. " + section.sentence);
        std::vector<HtmlRow> rows;
        for (const bool wanted : {true, false}) // gaps first: a page is read from its top
            for (const auto& row : section.rows) {
                if (row.isGap != wanted)
                    continue;
                HtmlRow cells;
                for (const auto& cell : row.cells)
                    cells.emplace_back(cell, row.isGap ? HtmlTone::Warning : HtmlTone::Plain);
                rows.push_back(std::move(cells));
            }
        page.table(section.columns, rows);
    }
    return page.toString();
}

} // namespace edge::testenv
