#include <edge/base/text.h>
#include <edge/mail/charset_text.h>
#include <edge/mail/header_text.h>
#include <edge/mail/mime_field.h>

#include <algorithm>
#include <map>
#include <optional>

namespace edge {
namespace {

constexpr int kMaxSection = 99'999; // RFC 2231 3: section numbers; the field's size bounds them too

constexpr std::string_view kBlanks = " \t";

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

// Without the line ends of folding; the blanks behind them stay (RFC 5322 2.2.3).
std::string unfolded(std::string_view raw) {
    std::string text(raw);
    text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }),
               text.end());
    return text;
}

// Without the blanks behind those line ends either: what a reader sees that takes folding for nothing.
std::string withoutFolds(std::string_view raw) {
    std::string text;
    bool folding = false;
    for (const char c : raw) {
        if (c == '\r' || c == '\n')
            folding = true;
        else if (!folding || !isBlank(c)) {
            folding = false;
            text += c;
        }
    }
    return text;
}

// Without RFC 5322 3.2.2 comments, outside quotes. An open comment swallows nothing.
std::string withoutComments(std::string_view text) {
    std::string kept;
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && i + 1 < text.size()) {
            if (depth == 0)
                kept.append(text.substr(i, 2));
            ++i;
            continue;
        }
        if (depth == 0 && c == '"')
            quoted = !quoted;
        if (!quoted && c == '(')
            ++depth;
        if (depth == 0)
            kept += c;
        if (!quoted && c == ')' && depth > 0)
            --depth;
    }
    return depth == 0 ? kept : std::string(text);
}

void addUnique(std::vector<std::string>& list, std::string text) {
    if (std::find(list.begin(), list.end(), text) == list.end())
        list.push_back(std::move(text));
}

int hexDigit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = asciiLower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// RFC 2231 4; a percent sign that starts nothing stands for itself.
std::string percentDecoded(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape =
            text[i] == '%' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0;
        if (escape) {
            bytes += static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
            i += 2;
        } else {
            bytes += text[i];
        }
    }
    return bytes;
}

struct ExtendedValue {
    std::string charset;
    std::string_view text;
};

// charset'language'text; without the two apostrophes it is all text.
ExtendedValue splitExtended(std::string_view value) {
    const auto first = value.find('\'');
    const auto second = first == std::string_view::npos ? first : value.find('\'', first + 1);
    if (second == std::string_view::npos)
        return {"", value};
    return {std::string(value.substr(0, first)), value.substr(second + 1)};
}

// One piece of a continued parameter: name*1 or name*1*.
struct Section {
    int number;
    bool extended;
    const std::string* value;
};

std::optional<Section> sectionOf(std::string_view suffix, const std::string& value) {
    const bool extended = suffix.ends_with('*');
    if (extended)
        suffix.remove_suffix(1);
    if (suffix.empty() || suffix.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    int number = 0;
    for (const char digit : suffix)
        number = std::min(number * 10 + (digit - '0'), kMaxSection);
    return Section{number, extended, &value};
}

// The pieces joined in the order given. The charset stands in the first extended one.
std::string joinSections(const std::vector<Section>& sections) {
    std::string bytes;
    std::string charset;
    bool first = true;
    for (const auto& section : sections) {
        if (!section.extended) {
            bytes += *section.value;
        } else if (first) {
            const auto value = splitExtended(*section.value);
            charset = value.charset;
            bytes += percentDecoded(value.text);
        } else {
            bytes += percentDecoded(*section.value);
        }
        first = false;
    }
    return toUtf8(bytes, charset);
}

std::vector<Section> byNumber(const std::vector<Section>& sections, bool lastWins) {
    std::map<int, Section> ordered;
    for (const auto& section : sections)
        if (lastWins)
            ordered.insert_or_assign(section.number, section);
        else
            ordered.emplace(section.number, section);
    std::vector<Section> list;
    for (const auto& [number, section] : ordered)
        list.push_back(section);
    return list;
}

// Readers differ on repeated numbers, on gaps and on the order; each view is a reading.
void addContinued(const std::vector<Section>& sections, std::vector<std::string>& readings) {
    if (sections.empty())
        return;
    auto ordered = byNumber(sections, false);
    addUnique(readings, joinSections(ordered));
    addUnique(readings, joinSections(byNumber(sections, true)));
    addUnique(readings, joinSections(sections));
    int expected = ordered.front().number;
    const auto gap = std::find_if(ordered.begin(), ordered.end(), [&expected](const Section& section) {
        return section.number != expected++;
    });
    if (gap != ordered.end()) {
        ordered.erase(gap, ordered.end());
        addUnique(readings, joinSections(ordered));
    }
}

// RFC 2047 inside a parameter is forbidden (section 5) and everywhere.
std::string decodedWords(const std::string& text) {
    return text.find("=?") == std::string::npos && isUtf8(text) ? text : decodeHeaderText(text);
}

// A reader written in C stops at a NUL, others drop it.
void addWithoutNul(std::vector<std::string>& readings) {
    const auto count = readings.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (readings[i].find('\0') == std::string::npos)
            continue;
        auto dropped = readings[i];
        dropped.erase(std::remove(dropped.begin(), dropped.end(), '\0'), dropped.end());
        auto cut = readings[i].substr(0, readings[i].find('\0'));
        addUnique(readings, std::move(dropped));
        addUnique(readings, std::move(cut));
    }
}

} // namespace

MimeField MimeField::parse(std::string_view raw) {
    MimeField field;
    const auto text = unfolded(raw);
    std::string_view rest(text);
    const auto semicolon = rest.find(';');
    auto value = withoutComments(text);
    value.resize(std::min(value.size(), value.find(';')));
    rest = semicolon == std::string_view::npos ? std::string_view() : rest.substr(semicolon + 1);
    // "text/plain name=x": the semicolon was forgotten, the parameter counts.
    if (const auto equals = value.find('='); equals != std::string::npos) {
        const auto begin = value.find_last_of(kBlanks, value.find_last_not_of(kBlanks, equals - 1));
        if (equals > 0 && begin != std::string::npos && begin > 0) {
            field.parseParameters(value.substr(begin));
            value.resize(begin);
        } else if (value.find('/') > equals) { // "filename=x": the value was forgotten
            field.parseParameters(value);
            value.clear();
        }
    }
    value.erase(std::remove_if(value.begin(), value.end(), [](char c) { return isBlank(c) || c == '\0'; }),
                value.end());
    field.value_ = asciiLower(value);
    field.parseParameters(rest);
    field.addReadingsWithoutFolds(raw);
    return field;
}

// A fold inside quotes is a blank to some readers and nothing to others: "x.<fold> exe".
void MimeField::addReadingsWithoutFolds(std::string_view raw) {
    if (raw.find_first_of("\r\n") == std::string_view::npos)
        return;
    const auto text = withoutFolds(raw);
    const auto semicolon = text.find(';');
    if (semicolon == std::string::npos)
        return;
    MimeField other;
    other.parseParameters(std::string_view(text).substr(semicolon + 1));
    for (auto& parameter : other.parameters_) {
        const auto same = std::find_if(parameters_.begin(), parameters_.end(),
                                       [&](const Parameter& mine) { return mine.name == parameter.name; });
        if (same == parameters_.end() || parameter.name.find('*') != std::string::npos)
            continue;
        for (auto& value : parameter.values)
            addUnique(same->values, std::move(value));
    }
}

void MimeField::parseParameters(std::string_view text) {
    for (;;) {
        const auto begin = text.find_first_not_of("; \t");
        if (begin == std::string_view::npos)
            return;
        text.remove_prefix(begin);
        const auto end = text.find_first_of("=;");
        if (end == std::string_view::npos)
            return;
        if (parameters_.size() == kMaxParameters) {
            tooManyParameters_ = true;
            return;
        }
        if (text[end] == ';') { // no value: not a parameter
            text.remove_prefix(end);
            continue;
        }
        auto name = withoutComments(text.substr(0, end));
        name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return isBlank(c) || c == '\0'; }),
                   name.end());
        text.remove_prefix(end + 1);
        text.remove_prefix(std::min(text.size(), text.find_first_not_of(kBlanks)));
        Parameter parameter{asciiLower(name), {}};
        const auto used =
            text.starts_with('"') ? parseQuoted(text, parameter.values) : parseToken(text, parameter.values);
        text.remove_prefix(used);
        parameters_.push_back(std::move(parameter));
    }
}

// Returns how much of `text` it used.
std::size_t MimeField::parseQuoted(std::string_view text, std::vector<std::string>& values) {
    std::string value;
    std::size_t i = 1;
    for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            ++i;
        value += text[i];
    }
    values.push_back(value);
    if (i >= text.size()) { // never closed: up to the semicolon, for some readers
        const auto end = std::min(text.size(), text.find(';'));
        addUnique(values, std::string(trim(text.substr(1, end - 1))));
        return text.size();
    }
    ++i;
    // "x".exe: what is glued to the quotes belongs to the name, for some readers.
    const auto end = std::min(text.size(), text.find_first_of("; \t", i));
    if (end > i)
        addUnique(values, value + replaceAll(std::string(text.substr(i, end - i)), "\"", ""));
    return end;
}

std::size_t MimeField::parseToken(std::string_view text, std::vector<std::string>& values) {
    const auto end = std::min(text.size(), text.find(';'));
    const auto whole = trim(text.substr(0, end));
    values.emplace_back(whole);
    addUnique(values, std::string(trim(withoutComments(whole))));
    const auto blank = whole.find_first_of(kBlanks);
    if (blank == std::string_view::npos)
        return end;
    addUnique(values, std::string(whole.substr(0, blank)));
    // A forgotten semicolon: the next parameter begins behind the blank.
    const bool another = whole.find('=', blank) != std::string_view::npos;
    return another ? static_cast<std::size_t>(whole.data() - text.data()) + blank : end;
}

std::vector<std::string> MimeField::readings(std::string_view name) const {
    std::vector<std::string> found;
    std::vector<Section> sections;
    for (const auto& parameter : parameters_) {
        if (!parameter.name.starts_with(name))
            continue;
        const auto suffix = std::string_view(parameter.name).substr(name.size());
        if (suffix == "*") { // RFC 2231 4
            for (const auto& value : parameter.values) {
                const auto extended = splitExtended(value);
                addUnique(found, toUtf8(percentDecoded(extended.text), extended.charset));
            }
        } else if (suffix.starts_with('*')) {
            if (const auto section = sectionOf(suffix.substr(1), parameter.values.front()))
                sections.push_back(*section);
        }
    }
    addContinued(sections, found);
    for (const auto& parameter : parameters_)
        if (parameter.name == name)
            for (const auto& value : parameter.values)
                addUnique(found, value);
    std::vector<std::string> decoded;
    for (const auto& reading : found)
        addUnique(decoded, decodedWords(reading));
    addWithoutNul(decoded);
    std::erase(decoded, std::string());
    return decoded;
}

std::string MimeField::first(std::string_view name) const {
    const auto all = readings(name);
    return all.empty() ? std::string() : all.front();
}

} // namespace edge
