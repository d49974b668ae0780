#include <edge/base/text.h>
#include <edge/tests/parity/parity_page.h>

#include <algorithm>
#include <array>

namespace edge::parity {
namespace {

constexpr std::size_t kShownFiles = 3;

constexpr auto kIntroduction = R"(# Parity with Exchange

<!-- Written by `EDGE_UPDATE_DOCS=1 ctest -R parity_test` from tests/parity/documented.tsv, the product and tests/scenarios. Do not edit. -->

Everything that Exchange's Edge Transport role is known to have in the parts that are built here: events, actions, replies, header
fields, log fields, cmdlets and their parameters. The names come from a table of facts, `tests/parity/documented.tsv`; what became of
each is asked of the product, and the scenarios that show it are found by what they set and expect. A row that is there and that no
scenario shows fails the build.

*implemented*: it does here what it does there. *simulated*: something of ours stands in for it. *refused*: it is not here, for the reason
that stands behind it; cmdlets and parameters say so by name. How sure we are of a fact is told in four words: documented, observed, inferred, ours
([decisions/0960](decisions/0960-evidence-in-four-words.md)); sections are those of the project's reference.

)";

struct Section {
    Kind kind;
    const char* heading;
    const char* column; // of the names
};
constexpr std::array<Section, kKinds> kSections{{
    {Kind::Agent, "Agents", "agent"},
    {Kind::Event, "Events", "event"},
    {Kind::Action, "Actions of the agent log", "action"},
    {Kind::Reason, "Reasons of the agent log", "reason"},
    {Kind::Reply, "Replies", "reply, or how it begins"},
    {Kind::Keyword, "EHLO keywords", "keyword"},
    {Kind::Header, "Header fields that are written", "field"},
    {Kind::Token, "Tokens of the antispam report", "token"},
    {Kind::Replay, "Header fields of the replay file", "field"},
    {Kind::Field, "Fields of the logs", "field"},
    {Kind::Cmdlet, "Cmdlets", "cmdlet"},
    {Kind::Parameter, "Parameters", "parameter"},
}};

std::string cell(std::string text) {
    return replaceAll(std::move(text), "|", "\\|");
}

// "sender_filter/blank_sender" with a link.
std::string link(const std::string& file) {
    constexpr std::string_view kEnding = ".scenario";
    auto name = file;
    if (name.ends_with(kEnding))
        name.resize(name.size() - kEnding.size());
    return "[" + name + "](../tests/scenarios/" + file + ")";
}

std::string scenarios(const std::set<std::string>& files) {
    std::string text;
    std::size_t shown = 0;
    for (const auto& file : files) {
        if (shown == kShownFiles)
            return text + " and " + std::to_string(files.size() - shown) + " more";
        text += (shown++ == 0 ? "" : ", ") + link(file);
    }
    return text;
}

std::string statusCell(const Row& row) {
    std::string text(toString(row.status));
    return row.note.empty() ? text : text + ": " + row.note;
}

std::string rowText(const Row& row, const std::string& shownName, const Citations& citations) {
    return "| `" + cell(shownName) + "` | " + cell(statusCell(row)) + " | " + row.level + ", " +
           row.reference + " | " + scenarios(citations.of(row)) + " |\n";
}

std::string tableHead(const std::string& column) {
    return "| " + column + " | here | evidence | scenarios |\n| --- | --- | --- | --- |\n";
}

std::size_t count(const std::vector<Row>& rows, Kind kind, Status status) {
    return static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [&](const Row& row) { return row.kind == kind && row.status == status; }));
}

std::string summary(const std::vector<Row>& rows) {
    std::string text = "| | implemented | simulated | refused |\n| --- | --- | --- | --- |\n";
    for (const auto& section : kSections) {
        text += std::string("| ") + section.heading;
        for (const auto status : {Status::Implemented, Status::Simulated, Status::Refused})
            text += " | " + std::to_string(count(rows, section.kind, status));
        text += " |\n";
    }
    return text;
}

// Parameters stand under their noun.
std::string parameters(const std::vector<Row>& rows, const Citations& citations) {
    std::string text;
    std::string noun;
    for (const auto& row : rows) {
        if (row.kind != Kind::Parameter)
            continue;
        const auto [own, parameter] = partsOf(row.name);
        if (own != noun) {
            noun = own;
            text += "\n### " + noun + "\n\n" + tableHead("parameter");
        }
        text += rowText(row, "-" + parameter, citations);
    }
    return text;
}

} // namespace

std::string parityPage(const std::vector<Row>& rows, const Citations& citations) {
    auto text = kIntroduction + summary(rows);
    for (const auto& section : kSections) {
        text += "\n## " + std::string(section.heading) + "\n";
        if (section.kind == Kind::Parameter) {
            text += parameters(rows, citations);
            continue;
        }
        text += "\n" + tableHead(section.column);
        for (const auto& row : rows)
            if (row.kind == section.kind)
                text += rowText(row, row.name, citations);
    }
    return text;
}

} // namespace edge::parity
