#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/config/value_codec.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace edge {
namespace {

using Kind = CmdletValue::Kind;

Error invalid(std::string message) {
    return {Errc::InvalidArgument, std::move(message)};
}

std::string quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

bool isPrintableAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

// What the form demands; empty where it is met.
std::string_view formProblem(std::string_view text, TextForm form) {
    switch (form) {
    case TextForm::Any:
        return {};
    case TextForm::Ascii:
        return isPrintableAscii(text) ? "" : "may contain printable ASCII characters only";
    case TextForm::Domain:
        return isDomain(text) && !text.starts_with("[") ? "" : "is not a domain name such as contoso.com";
    case TextForm::DomainWildcard:
        return formProblem(text.starts_with("*.") ? text.substr(2) : text, TextForm::Domain).empty()
                   ? ""
                   : "is not a domain name such as contoso.com or *.contoso.com";
    case TextForm::Fqdn:
        return isDomain(text) && !text.starts_with("[") ? "" : "is not a host name such as mail.contoso.com";
    }
    return {};
}

// A whole number given as number or as text.
std::optional<std::int64_t> wholeNumber(const CmdletValue& value) {
    if (const auto* number = value.as<std::int64_t>())
        return *number;
    const auto* text = value.as<std::string>();
    std::int64_t number = 0;
    if (text == nullptr || text->empty())
        return {};
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    return error == std::errc{} && end == text->data() + text->size() ? std::optional(number) : std::nullopt;
}

// Of UTF-8: octets that begin a character.
std::size_t characterCount(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

} // namespace

Error wrongKind(const CmdletValue& value, std::string_view expected) {
    const auto shown = value.kind() == Kind::Text || value.kind() == Kind::Integer
                           ? quoted(value.toText())
                           : std::string(value.kindName());
    return invalid(shown + " does not fit; expected: " + std::string(expected));
}

Error notAWord(std::string_view value, const std::vector<std::string>& words) {
    return invalid(quoted(value) + " is none of " + wordsText(words) + didYouMean(value, words));
}

Result<> checkText(std::string_view text, const ValueRules& rules) {
    const auto limit = rules.maxLength != 0 ? rules.maxLength : ValueRules::kMaxTextLength;
    const auto length = characterCount(text);
    if (length > limit)
        return invalid("the text has " + std::to_string(length) + " characters; at most " +
                       std::to_string(limit) + " are allowed");
    if (const auto problem = formProblem(text, rules.form); !problem.empty())
        return invalid(quoted(text) + " " + std::string(problem));
    return rules.check ? rules.check(text) : Result<>();
}

Result<> checkRange(std::int64_t value, const ValueRules& rules, std::string (*print)(std::int64_t)) {
    if (value >= rules.minimum.value_or(std::numeric_limits<std::int64_t>::min()) &&
        value <= rules.maximum.value_or(std::numeric_limits<std::int64_t>::max()))
        return {};
    return invalid(print(value) + " is out of range; allowed:" + rangeText(rules, print));
}

std::string rangeText(const ValueRules& rules, std::string (*print)(std::int64_t)) {
    if (rules.minimum && rules.maximum)
        return " " + print(*rules.minimum) + " to " + print(*rules.maximum);
    if (rules.minimum)
        return " from " + print(*rules.minimum);
    return rules.maximum ? " up to " + print(*rules.maximum) : "";
}

std::string printNumber(std::int64_t number) {
    return std::to_string(number);
}

std::string printOctets(std::int64_t octets) {
    // "36 MB" where that is exact, else "2,147,483,647 bytes".
    const auto printed = ByteQuantifiedSize{static_cast<std::uint64_t>(octets)}.toString();
    const auto bracket = printed.find(" (");
    const auto brief = printed.substr(0, bracket);
    const auto again = ByteQuantifiedSize::parse(brief);
    if (again && again->octets == static_cast<std::uint64_t>(octets))
        return brief;
    return printed.substr(bracket + 2, printed.size() - bracket - 3);
}

std::string printNanoseconds(std::int64_t nanoseconds) {
    return timeSpanText(Duration(nanoseconds));
}

std::string wordsText(const std::vector<std::string>& words) {
    return join(words, " | ");
}

Result<bool> ValueCodec<bool>::fromValue(const CmdletValue& value, const ValueRules&, const bool&) {
    if (const auto* truth = value.as<bool>())
        return *truth;
    if (const auto* number = value.as<std::int64_t>(); number != nullptr && (*number == 0 || *number == 1))
        return *number == 1;
    return wrongKind(value, "$true or $false");
}

Result<int> ValueCodec<int>::fromValue(const CmdletValue& value, const ValueRules& rules, const int&) {
    const auto number = wholeNumber(value);
    if (!number)
        return wrongKind(value, typeText(rules));
    if (auto checked = checkRange(*number, rules, printNumber); !checked)
        return checked.error();
    if (*number > std::numeric_limits<int>::max() || *number < std::numeric_limits<int>::min())
        return invalid(std::to_string(*number) + " is too large for a number");
    return static_cast<int>(*number);
}

Result<std::uint64_t> ValueCodec<std::uint64_t>::fromValue(const CmdletValue& value, const ValueRules& rules,
                                                           const std::uint64_t&) {
    Result<std::uint64_t> read = wrongKind(value, typeText(rules));
    const auto number = wholeNumber(value);
    const auto* text = value.as<std::string>();
    if (number && *number >= 0) {
        read = static_cast<std::uint64_t>(*number);
    } else if (rules.count) {
        return read;
    } else if (const auto* given = value.as<ByteQuantifiedSize>()) {
        read = given->octets;
    } else if (text != nullptr) {
        const auto size = ByteQuantifiedSize::parse(*text);
        if (!size)
            return size.error();
        read = size->octets;
    }
    if (!read)
        return read;
    if (*read > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return invalid(quoted(value.toText()) + " is too large");
    const auto print = rules.count ? printNumber : printOctets;
    if (auto checked = checkRange(static_cast<std::int64_t>(*read), rules, print); !checked)
        return checked.error();
    return read;
}

std::string ValueCodec<std::uint64_t>::typeText(const ValueRules& rules) {
    return rules.count ? "number" + rangeText(rules, printNumber) : "size" + rangeText(rules, printOctets);
}

Result<Duration> ValueCodec<Duration>::fromValue(const CmdletValue& value, const ValueRules& rules,
                                                 const Duration&) {
    Result<Duration> span = wrongKind(value, typeText(rules));
    if (const auto* given = value.as<Duration>())
        span = *given;
    else if (value.kind() == Kind::Text || value.kind() == Kind::Integer)
        span = parseTimeSpan(value.toText());
    if (!span)
        return span.error();
    if (auto checked = checkRange(span->count(), rules, printNanoseconds); !checked)
        return checked.error();
    return *span;
}

Result<UtcTime> ValueCodec<UtcTime>::fromValue(const CmdletValue& value, const ValueRules& rules,
                                               const UtcTime&) {
    if (const auto* when = value.as<UtcTime>())
        return *when;
    if (const auto* text = value.as<std::string>())
        return parseDateTime(*text);
    return wrongKind(value, typeText(rules));
}

Result<std::string> ValueCodec<std::string>::fromValue(const CmdletValue& value, const ValueRules& rules,
                                                       const std::string&) {
    if (value.kind() == Kind::List || value.kind() == Kind::Table || value.kind() == Kind::Object)
        return wrongKind(value, typeText(rules));
    auto text = value.isNull() ? std::string() : value.toText();
    if (text.empty())
        return rules.notEmpty ? Result<std::string>(invalid("the text must not be empty")) : text;
    if (auto checked = checkText(text, rules); !checked)
        return checked.error();
    return text;
}

std::string ValueCodec<std::string>::typeText(const ValueRules& rules) {
    const auto length =
        rules.maxLength == 0 ? "" : " up to " + std::to_string(rules.maxLength) + " characters";
    switch (rules.form) {
    case TextForm::Any:
        return "text" + length;
    case TextForm::Ascii:
        return "ASCII text" + length;
    case TextForm::Domain:
        return "domain";
    case TextForm::DomainWildcard:
        return "domain (*.domain for its subdomains)";
    case TextForm::Fqdn:
        return "host name";
    }
    return "text";
}

Result<ListEdit> ListEdit::from(const CmdletValue& value) {
    ListEdit edit;
    const auto asList = [](const CmdletValue& part) {
        if (const auto* list = part.as<CmdletList>())
            return *list;
        return part.isNull() ? CmdletList() : CmdletList{part};
    };
    const auto* table = value.as<CmdletTable>();
    if (table == nullptr) {
        edit.add = asList(value);
        return edit;
    }
    edit.replaces = false;
    for (const auto& [key, part] : *table) {
        if (!iequals(key, "Add") && !iequals(key, "Remove"))
            return invalid("a list takes @{Add=…; Remove=…}, not the key \"" + key + "\"" +
                           didYouMean(key, {"Add", "Remove"}));
        (iequals(key, "Add") ? edit.add : edit.remove) = asList(part);
    }
    return edit;
}

Error tooManyItems(std::size_t limit) {
    return {Errc::LimitExceeded, "the list may have at most " + std::to_string(limit) + " elements"};
}

Result<std::vector<std::string>> flagWords(const CmdletValue& value) {
    std::vector<std::string> words;
    const auto take = [&words](const std::string& text) {
        for (const auto piece : split(text, ','))
            if (const auto word = trim(piece); !word.empty() && !iequals(word, "None"))
                words.emplace_back(word);
    };
    if (const auto* text = value.as<std::string>()) {
        take(*text);
        return words;
    }
    const auto* list = value.as<CmdletList>();
    if (list == nullptr && !value.isNull())
        return wrongKind(value, "words separated by commas");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const auto* text = (*list)[i].as<std::string>();
        if (text == nullptr)
            return wrongKind((*list)[i], "a word");
        take(*text);
    }
    return words;
}

} // namespace edge
