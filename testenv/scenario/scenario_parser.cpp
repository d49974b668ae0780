#include <edge/base/text.h>
#include <edge/server/administration/state_file.h>
#include <edge/testenv/scenario/scenario_parser.h>
#include <edge/testenv/scenario/step_parser.h>

#include <algorithm>
#include <tuple>

namespace edge::testenv {
namespace {

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
        auto scenario = StepParser(files, parsed.errors).parse(lines);
        scenario.name = withoutExtension(file);
        if (!rows[i].parameters.empty())
            scenario.name += "[" + std::to_string(i + 1) + "]";
        scenario.title = read.title;
        scenario.file = file;
        scenario.readFrom.insert(file);
        scenario.line = rows[i].line;
        parsed.scenarios.push_back(std::move(scenario));
    }
    sortOnce(parsed.errors);
    return parsed;
}

ParsedScenarios parseScenarioFile(FileSystem& files, const std::string& file) {
    const auto text = readWholeFile(files, file, kMaxScenarioFile);
    if (!text)
        return {{}, {{{file, 1, 1}, text.error().message}}};
    return parseScenarios(files, file, *text);
}

} // namespace edge::testenv
