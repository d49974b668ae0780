#include <edge/base/text.h>
#include <edge/mail/header_list.h>
#include <edge/mail/header_text.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::size_t kFoldColumn = 78; // RFC 5322 2.1.1

// RFC 5322 2.2: printable US-ASCII without colon; blanks before the colon are obsolete but seen (4.5.8).
std::size_t fieldNameLength(std::string_view raw) {
    const auto colon = raw.find(':');
    if (colon == std::string_view::npos || colon == 0)
        return 0;
    auto name = raw.substr(0, colon);
    while (!name.empty() && (name.back() == ' ' || name.back() == '\t'))
        name.remove_suffix(1);
    const bool printable = std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    return printable ? name.size() : 0;
}

bool isContinuation(std::string_view line) {
    return !line.empty() && (line.front() == ' ' || line.front() == '\t');
}

// The length of the first line, with its CRLF where it has one. Only CRLF ends a line here.
std::size_t lineLength(std::string_view text) {
    const auto end = text.find("\r\n");
    return end == std::string_view::npos ? text.size() : end + 2;
}

// "Name: value CRLF", broken at blanks so that lines stay below the fold column; the continuation starts with
// the blank itself, as Exchange folds Received (platform.md 2.9).
std::string folded(std::string_view name, std::string_view value) {
    std::string field;
    field.reserve(name.size() + value.size() + value.size() / kFoldColumn * 2 + 8);
    (field += name) += ':';
    std::size_t lineStart = 0;
    bool hasWord = false; // on this line, behind the name
    for (;;) {
        const auto word = value.substr(0, value.find(' '));
        const bool blank = trim(word).empty();
        // Not before a blank word: a line of blanks only may not be made (RFC 5322 3.2.2).
        if (!blank && hasWord && field.size() - lineStart + 1 + word.size() > kFoldColumn) {
            field += "\r\n";
            lineStart = field.size();
            hasWord = false;
        }
        (field += ' ') += word;
        hasWord = hasWord || !blank;
        if (word.size() == value.size())
            return field += "\r\n";
        value.remove_prefix(word.size() + 1);
    }
}

std::string onOneLine(std::string_view value) {
    std::string line(value);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    return line;
}

} // namespace

Header::Header(std::string raw)
    : raw_(std::move(raw))
    , nameLength_(fieldNameLength(raw_)) {}

std::string_view Header::rawValue() const {
    std::string_view value(raw_);
    value.remove_prefix(nameLength_ == 0 ? 0 : value.find(':') + 1);
    if (value.ends_with("\r\n"))
        value.remove_suffix(2);
    return value;
}

std::string Header::value() const {
    return decodeHeaderText(rawValue());
}

HeaderList HeaderList::parse(std::string_view block) {
    HeaderList list;
    while (!block.empty()) {
        std::size_t length = lineLength(block);
        while (length < block.size() && isContinuation(block.substr(length)))
            length += lineLength(block.substr(length));
        std::string raw(block.substr(0, length));
        if (!raw.ends_with("\r\n"))
            raw += "\r\n";
        list.headers_.emplace_back(std::move(raw));
        block.remove_prefix(length);
    }
    return list;
}

std::optional<std::string> HeaderList::get(std::string_view name) const {
    for (const auto& header : headers_)
        if (iequals(header.name(), name))
            return header.value();
    return std::nullopt;
}

std::optional<std::string_view> HeaderList::getRaw(std::string_view name) const {
    for (const auto& header : headers_)
        if (iequals(header.name(), name))
            return header.rawValue();
    return std::nullopt;
}

std::vector<std::string> HeaderList::getAll(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& header : headers_)
        if (iequals(header.name(), name))
            values.push_back(header.value());
    return values;
}

std::size_t HeaderList::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(headers_.begin(), headers_.end(),
                      [name](const Header& header) { return iequals(header.name(), name); }));
}

void HeaderList::prepend(std::string_view name, std::string_view value) {
    headers_.emplace(headers_.begin(), folded(name, onOneLine(value)));
    ++revision_;
}

void HeaderList::append(std::string_view name, std::string_view value) {
    headers_.emplace_back(folded(name, onOneLine(value)));
    ++revision_;
}

void HeaderList::set(std::string_view name, std::string_view value) {
    const auto named = [name](const Header& header) { return iequals(header.name(), name); };
    const auto first = std::find_if(headers_.begin(), headers_.end(), named);
    if (first == headers_.end())
        return append(name, value);
    *first = Header(folded(name, onOneLine(value)));
    headers_.erase(std::remove_if(first + 1, headers_.end(), named), headers_.end());
    ++revision_;
}

std::size_t HeaderList::remove(std::string_view name) {
    return removeIf([name](const Header& header) { return iequals(header.name(), name); });
}

std::size_t HeaderList::removeIf(const std::function<bool(const Header&)>& unwanted) {
    const auto gone = std::erase_if(headers_, unwanted);
    if (gone > 0)
        ++revision_;
    return gone;
}

std::string HeaderList::toBytes() const {
    std::string bytes;
    bytes.reserve(byteCount());
    for (const auto& header : headers_)
        bytes += header.raw();
    return bytes;
}

std::size_t HeaderList::byteCount() const {
    std::size_t count = 0;
    for (const auto& header : headers_)
        count += header.raw().size();
    return count;
}

} // namespace edge
