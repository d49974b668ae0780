#include <edge/base/text.h>
#include <edge/config/value.h>
#include <edge/server/ip_lists/ip_list_file.h>
#include <edge/server/logs/csv.h>

namespace edge {
namespace {

// Which cell of a line is what.
struct Columns {
    std::size_t range = 0;
    std::optional<std::size_t> comment;
    std::optional<std::size_t> expirationTime;
};

std::optional<Columns> headingOf(const std::vector<std::string>& cells) {
    Columns columns;
    bool named = false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto name = trim(cells[i]);
        if (iequals(name, "IPRange") || iequals(name, "IPAddress")) {
            columns.range = i;
            named = true;
        } else if (iequals(name, "Comment")) {
            columns.comment = i;
        } else if (iequals(name, "ExpirationTime")) {
            columns.expirationTime = i;
        }
    }
    return named ? std::optional(columns) : std::nullopt;
}

std::string_view cellOf(const std::vector<std::string>& cells, std::optional<std::size_t> column) {
    return column && *column < cells.size() ? trim(cells[*column]) : std::string_view();
}

Result<IpListEntry> entryOf(const std::vector<std::string>& cells, const Columns& columns) {
    const auto range = IpRange::parse(cellOf(cells, columns.range));
    if (!range)
        return range.error();
    IpListEntry entry;
    entry.range = *range;
    entry.comment = std::string(cellOf(cells, columns.comment));
    if (entry.comment.size() > kMaxIpListComment)
        return Error{Errc::LimitExceeded,
                     "the comment is longer than " + std::to_string(kMaxIpListComment) + " octets"};
    if (const auto text = cellOf(cells, columns.expirationTime); !text.empty()) {
        const auto when = parseDateTime(text);
        if (!when)
            return when.error();
        entry.expirationTime = *when;
    }
    return entry;
}

// A line without its comment; a # within quotes is text.
std::string_view content(std::string_view line) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        quoted ^= line[i] == '"';
        if (line[i] == '#' && !quoted)
            return trim(line.substr(0, i));
    }
    return trim(line);
}

} // namespace

Result<std::vector<IpListEntry>> parseIpList(std::string_view text) {
    std::vector<IpListEntry> entries;
    std::optional<Columns> columns;
    std::size_t number = 0;
    if (text.starts_with("\xEF\xBB\xBF")) // as Export-Csv -Encoding UTF8 begins its files
        text.remove_prefix(3);
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = content(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.empty())
            continue;
        const auto wrong = [number](const Error& error) {
            return Error{error.code, "line " + std::to_string(number) + ": " + error.message};
        };
        const auto cells = parseCsvRow(line);
        if (!cells)
            return wrong(cells.error());
        if (!columns) {
            if ((columns = headingOf(*cells)))
                continue;
            columns = Columns{};
        }
        auto entry = entryOf(*cells, *columns);
        if (!entry)
            return wrong(entry.error());
        entries.push_back(std::move(*entry));
    }
    return entries;
}

} // namespace edge
