#include <edge/base/text.h>
#include <edge/server/logs/csv.h>
#include <edge/server/logs/visible_text.h>

#include <algorithm>

namespace edge {
namespace {

// Takes a quoted field off the front of `rest`, which begins with its quote; false where it has no end.
bool takeQuoted(std::string_view& rest, std::string& field) {
    rest.remove_prefix(1);
    for (;;) {
        const auto quote = rest.find('"');
        if (quote == std::string_view::npos)
            return false;
        field += rest.substr(0, quote);
        rest.remove_prefix(quote + 1);
        if (rest.empty() || rest.front() != '"')
            return true;
        field += '"';
        rest.remove_prefix(1);
    }
}

// Takes a bare field off the front of `rest`; false where a quote stands inside it.
bool takeBare(std::string_view& rest, std::string& field) {
    const auto bare = rest.substr(0, rest.find(','));
    field = bare;
    rest.remove_prefix(bare.size());
    return bare.find('"') == std::string_view::npos;
}

// Goes into the row as it is: nearly every field of every row.
bool isPlain(std::string_view text) {
    const auto plain = [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '"'; };
    return text.size() <= kMaxCsvFieldBytes && std::all_of(text.begin(), text.end(), plain);
}

} // namespace

std::string csvField(std::string_view text) {
    auto field = shortened(visibleText(text), kMaxCsvFieldBytes);
    if (field.find_first_of(",\"") == std::string::npos)
        return field;
    return "\"" + replaceAll(std::move(field), "\"", "\"\"") + "\"";
}

std::string csvRow(std::span<const std::string> fields) {
    std::size_t size = fields.size();
    for (const auto& field : fields)
        size += field.size();
    std::string row;
    row.reserve(size);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0)
            row += ',';
        if (isPlain(fields[i]))
            row += fields[i];
        else
            row += csvField(fields[i]);
    }
    return row;
}

Result<std::vector<std::string>> parseCsvRow(std::string_view line) {
    std::vector<std::string> fields;
    for (auto rest = line;; rest.remove_prefix(1)) {
        auto& field = fields.emplace_back();
        const bool quoted = !rest.empty() && rest.front() == '"';
        if (!(quoted ? takeQuoted(rest, field) : takeBare(rest, field)))
            return Error{Errc::Malformed,
                         "the quotes of field " + std::to_string(fields.size()) + " do not match"};
        if (rest.empty())
            return fields;
        if (rest.front() != ',')
            return Error{Errc::Malformed,
                         "field " + std::to_string(fields.size()) + " goes on behind its closing quote"};
    }
}

} // namespace edge
