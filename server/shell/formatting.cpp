#include <edge/config/suggestion.h>
#include <edge/server/shell/formatting.h>
#include <edge/server/shell/text_match.h>
#include <edge/server/shell/value_operations.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::string_view kFormattedType = "FormattedText";
constexpr std::size_t kTableProperties = 4; // selected objects with more properties are shown as a list
constexpr std::size_t kMinColumn = 3;       // a narrower column shows nothing but dots

// Characters, not octets: columns line up for UTF-8 as well.
std::size_t lengthOf(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string_view firstCharacters(std::string_view text, std::size_t count) {
    std::size_t i = 0;
    for (std::size_t seen = 0; i < text.size(); ++i)
        if ((text[i] & 0xC0) != 0x80 && seen++ == count)
            break;
    return text.substr(0, i);
}

std::string padded(std::string text, std::size_t width, bool right) {
    const auto length = lengthOf(text);
    const std::string blanks(width > length ? width - length : 0, ' ');
    return right ? blanks + text : text + blanks;
}

std::string cut(const std::string& text, std::size_t width) {
    if (lengthOf(text) <= width)
        return text;
    if (width <= kMinColumn)
        return std::string(firstCharacters(text, width));
    return std::string(firstCharacters(text, width - 3)) + "...";
}

std::string withoutTrailingBlanks(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

// Pieces of at most `width` characters, broken at blanks where there are some.
std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    for (const auto paragraph : split(text, '\n')) {
        auto rest = paragraph;
        while (lengthOf(rest) > width) {
            auto piece = firstCharacters(rest, width);
            const auto blank = piece.rfind(' ');
            if (rest[piece.size()] != ' ' && blank != std::string_view::npos && blank > 0)
                piece = piece.substr(0, blank);
            lines.emplace_back(piece);
            rest.remove_prefix(piece.size());
            while (rest.starts_with(" "))
                rest.remove_prefix(1);
        }
        lines.emplace_back(rest);
    }
    return lines;
}

// What a terminal may show: control characters visible, line ends kept.
std::string safeText(const std::string& text) {
    std::string safe;
    for (const auto line : split(text, '\n'))
        safe += (safe.empty() ? "" : "\n") + escapeControls(line);
    return safe;
}

bool isRecord(const CmdletValue& value) {
    return value.kind() == CmdletValue::Kind::Object || value.kind() == CmdletValue::Kind::Table;
}

std::vector<std::string> namesOf(const CmdletValue& value) {
    if (const auto* record = value.as<CmdletObjectPtr>())
        return (*record)->propertyNames();
    std::vector<std::string> names;
    if (const auto* table = value.as<CmdletTable>())
        for (const auto& entry : *table)
            names.push_back(entry.first);
    return names;
}

// A laid-out column.
struct Column {
    std::string name;
    std::size_t width = 0;
    bool right = false; // numbers, where the view does not say otherwise
    bool fixed = false;
    std::vector<std::string> cells;
};

// PowerShell gives columns without a view equal shares of the line.
void shareWidth(std::vector<Column>& columns, std::size_t width) {
    const auto shares = columns.size();
    for (auto& column : columns)
        column.width = (width - std::min(width, shares - 1)) / shares;
}

void fitWidth(std::vector<Column>& columns) {
    for (auto& column : columns) {
        column.width = lengthOf(column.name);
        for (const auto& cell : column.cells)
            for (const auto line : split(cell, '\n'))
                column.width = std::max(column.width, lengthOf(line));
    }
}

// Columns that find no room on the line go; the last one that does takes what is left.
void dropOverflow(std::vector<Column>& columns, std::size_t width, std::vector<std::string>& dropped) {
    std::size_t used = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto left = width - std::min(width, used);
        if (i != 0 && left < std::min(columns[i].width, kMinColumn + lengthOf(columns[i].name))) {
            for (auto j = i; j < columns.size(); ++j)
                dropped.push_back(columns[j].name);
            columns.resize(i);
            return;
        }
        columns[i].width = std::max<std::size_t>(1, std::min(columns[i].width, left));
        used += columns[i].width + 1;
    }
}

// One row: as many lines as its longest wrapped cell.
std::string tableRow(const std::vector<Column>& columns, std::size_t row, bool wrap) {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (const auto& column : columns) {
        const auto& cell = column.cells[row];
        const auto oneLine = replaceAll(cell, "\n", " ");
        cells.push_back(wrap ? wrapped(cell, column.width) : std::vector{cut(oneLine, column.width)});
        height = std::max(height, cells.back().size());
    }
    std::string text;
    for (std::size_t line = 0; line < height; ++line) {
        std::string made;
        for (std::size_t i = 0; i < columns.size(); ++i)
            made += (i == 0 ? "" : " ") + padded(line < cells[i].size() ? cells[i][line] : std::string(),
                                                 columns[i].width, columns[i].right);
        text += withoutTrailingBlanks(std::move(made)) + "\n";
    }
    return text;
}

std::string tableHead(const std::vector<Column>& columns) {
    std::string head, dashes;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto name = cut(columns[i].name, columns[i].width);
        const std::string line(lengthOf(name), '-');
        head += (i == 0 ? "" : " ") + padded(name, columns[i].width, columns[i].right);
        dashes += (i == 0 ? "" : " ") + padded(line, columns[i].width, columns[i].right);
    }
    return withoutTrailingBlanks(head) + "\n" + withoutTrailingBlanks(dashes) + "\n";
}

std::string listOf(const CmdletValue& value, const std::vector<std::string>& names,
                   const FormatLimits& limits) {
    std::size_t longest = 0;
    for (const auto& name : names)
        longest = std::max(longest, lengthOf(name));
    const auto room = static_cast<std::size_t>(limits.width) > longest + 10
                          ? static_cast<std::size_t>(limits.width) - longest - 3
                          : 10;
    std::string text;
    for (const auto& name : names) {
        const auto lines = wrapped(safeText(propertyOf(value, name).toText(limits.inList)), room);
        for (std::size_t i = 0; i < lines.size(); ++i)
            text += withoutTrailingBlanks(padded(i == 0 ? name : "", longest, false) +
                                          (i == 0 ? " : " : "   ") + lines[i]) +
                    "\n";
        // An empty value keeps its colon, as in PowerShell.
        if (lines.size() == 1 && lines[0].empty())
            text.insert(text.size() - 1, " ");
    }
    return text;
}

std::string formatRecords(const CmdletList& records, const CmdletRegistry& registry,
                          const FormatLimits& limits) {
    const auto* record = records.front().as<CmdletObjectPtr>();
    std::vector<std::string> dropped;
    if (record != nullptr)
        if (const auto* view = registry.view((*record)->typeName))
            return formatTable(records, *view, {}, limits, dropped);
    if (record == nullptr)
        return formatTable(records, {{"Name", 30}, {"Value", 0}}, {}, limits, dropped);
    const auto names = namesOf(records.front());
    if ((*record)->typeName.starts_with("Selected") && names.size() <= kTableProperties) {
        std::vector<ViewColumn> columns;
        for (const auto& name : names)
            columns.push_back({name, 0});
        return formatTable(records, columns, {}, limits, dropped);
    }
    return formatList(records, {}, limits);
}

// A hash table is shown as its entries.
CmdletList entriesOf(const CmdletTable& table) {
    CmdletList rows;
    for (const auto& [key, value] : table)
        rows.emplace_back(CmdletTable{{"Name", key}, {"Value", value}});
    return rows;
}

} // namespace

CmdletValue formattedText(std::string text) {
    auto object = std::make_shared<CmdletObject>();
    object->typeName = kFormattedType;
    object->add("Text", CmdletValue(std::move(text)));
    return CmdletValue(std::move(object));
}

bool isFormatted(const CmdletValue& value) {
    const auto* record = value.as<CmdletObjectPtr>();
    return record != nullptr && (*record)->typeName == kFormattedType;
}

CmdletValue propertyOf(const CmdletValue& value, const std::string& name) {
    if (const auto* record = value.as<CmdletObjectPtr>()) {
        const auto* found = (*record)->find(name);
        return found == nullptr ? CmdletValue() : *found;
    }
    if (const auto* table = value.as<CmdletTable>())
        for (const auto& [key, entry] : *table)
            if (iequals(key, name))
                return entry;
    return {};
}

Result<std::vector<std::string>> chooseProperties(const CmdletList& values,
                                                  const std::vector<std::string>& patterns) {
    std::vector<std::string> known;
    for (const auto& value : values)
        for (auto& name : namesOf(value))
            if (std::find(known.begin(), known.end(), name) == known.end())
                known.push_back(std::move(name));
    if (patterns.empty())
        return known;
    std::vector<std::string> chosen;
    for (const auto& pattern : patterns) {
        bool found = false;
        for (const auto& name : known)
            if (matchesWildcard(name, pattern)) {
                found = true;
                if (std::find(chosen.begin(), chosen.end(), name) == chosen.end())
                    chosen.push_back(name);
            }
        if (!found && !hasWildcard(pattern) && !values.empty())
            return Error{Errc::NotFound,
                         "the objects have no property \"" + pattern + "\"" + didYouMean(pattern, known)};
    }
    return chosen;
}

std::string formatDefault(const CmdletList& values, const CmdletRegistry& registry,
                          const FormatLimits& limits) {
    std::string text;
    for (std::size_t i = 0; i < values.size();) {
        if (isFormatted(values[i])) {
            text += propertyOf(values[i++], "Text").toText();
        } else if (const auto* table = values[i].as<CmdletTable>()) {
            if (!table->empty())
                text += formatRecords(entriesOf(*table), registry, limits);
            ++i;
        } else if (isRecord(values[i])) {
            const auto& type = (*values[i].as<CmdletObjectPtr>())->typeName;
            CmdletList same; // neighbours of one type share a table
            for (; i < values.size() && !isFormatted(values[i]); ++i) {
                const auto* next = values[i].as<CmdletObjectPtr>();
                if (next == nullptr || (*next)->typeName != type)
                    break;
                same.push_back(values[i]);
            }
            text += formatRecords(same, registry, limits);
        } else {
            text += safeText(values[i++].toText(limits.inList)) + "\n";
        }
    }
    return text;
}

std::string formatList(const CmdletList& values, const std::vector<std::string>& properties,
                       const FormatLimits& limits) {
    std::string text = "\n";
    for (const auto& value : values) {
        if (!isRecord(value))
            text += safeText(value.toText(limits.inList)) + "\n";
        else
            text += listOf(value, properties.empty() ? namesOf(value) : properties, limits) + "\n";
    }
    return text + "\n";
}

std::string formatTable(const CmdletList& values, const std::vector<ViewColumn>& wanted,
                        const TableOptions& options, const FormatLimits& limits,
                        std::vector<std::string>& dropped) {
    std::vector<Column> columns;
    for (const auto& view : wanted) {
        Column column;
        column.name = view.property;
        column.fixed = view.width > 0;
        column.width = static_cast<std::size_t>(view.width);
        bool numbers = !values.empty();
        for (const auto& value : values) {
            const auto property = propertyOf(value, view.property);
            numbers = numbers && property.kind() == CmdletValue::Kind::Integer;
            column.cells.push_back(safeText(property.toText(limits.inTable)));
        }
        column.right = numbers && !column.fixed;
        columns.push_back(std::move(column));
    }
    if (columns.empty())
        return {};
    const auto width = static_cast<std::size_t>(limits.width) - 1; // the last column of a terminal stays free
    const bool anyFixed =
        std::any_of(columns.begin(), columns.end(), [](const Column& column) { return column.fixed; });
    if (options.autoSize)
        fitWidth(columns);
    else if (!anyFixed)
        shareWidth(columns, width);
    else
        for (auto& column : columns)
            if (!column.fixed)
                column.width = width; // takes what the fixed ones leave
    dropOverflow(columns, width, dropped);
    std::string text = "\n";
    if (!options.hideHeaders)
        text += tableHead(columns);
    for (std::size_t row = 0; row < values.size(); ++row)
        text += tableRow(columns, row, options.wrap);
    return text + "\n";
}

} // namespace edge
