#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/shell/text_match.h>
#include <edge/server/shell/value_operations.h>

#include <algorithm>
#include <charconv>

namespace edge {
namespace {

using Kind = CmdletValue::Kind;

// What a value built by a script may weigh: octets of text, and some for each element. Far above any list of
// the reference (800 addresses), far below what hurts.
constexpr std::size_t kMaxWeight = 4 * 1024 * 1024;
constexpr std::size_t kElementWeight = 32;
constexpr int kMaxNesting = 20; // lists within lists

Error invalid(std::string message) {
    return {Errc::InvalidArgument, std::move(message)};
}

// A number or size as a number; texts such as "10MB" too.
std::optional<std::int64_t> asNumber(const CmdletValue& value) {
    if (const auto* number = value.as<std::int64_t>())
        return *number;
    if (const auto* size = value.as<ByteQuantifiedSize>())
        return static_cast<std::int64_t>(size->octets);
    const auto* text = value.as<std::string>();
    if (text == nullptr)
        return {};
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (problem == std::errc{} && end == text->data() + text->size())
        return number;
    const auto size = ByteQuantifiedSize::parse(*text);
    return size ? std::optional(static_cast<std::int64_t>(size->octets)) : std::nullopt;
}

std::optional<Duration> asTimeSpan(const CmdletValue& value) {
    if (const auto* span = value.as<Duration>())
        return *span;
    const auto* text = value.as<std::string>();
    const auto read = text == nullptr ? Result<Duration>(invalid("")) : parseTimeSpan(*text);
    return read ? std::optional(*read) : std::nullopt;
}

std::optional<UtcTime> asDate(const CmdletValue& value) {
    if (const auto* when = value.as<UtcTime>())
        return *when;
    const auto* text = value.as<std::string>();
    const auto read = text == nullptr ? Result<UtcTime>(invalid("")) : parseDateTime(*text);
    return read ? std::optional(*read) : std::nullopt;
}

std::optional<bool> asTruth(const CmdletValue& value) {
    if (const auto* truth = value.as<bool>())
        return *truth;
    if (const auto* number = value.as<std::int64_t>())
        return *number != 0;
    const auto text = value.toText();
    if (iequals(text, "True") || iequals(text, "False"))
        return iequals(text, "True");
    return {};
}

bool isUnlimited(const CmdletValue& value) {
    const auto* text = value.as<std::string>();
    return value.kind() == Kind::Unlimited || (text != nullptr && iequals(*text, "Unlimited"));
}

template <class T>
std::optional<std::strong_ordering> ordered(const std::optional<T>& left, const std::optional<T>& right) {
    if (!left || !right)
        return {};
    return *left < *right ? std::strong_ordering::less
                          : (*right < *left ? std::strong_ordering::greater : std::strong_ordering::equal);
}

std::strong_ordering orderedTexts(std::string_view left, std::string_view right, bool caseSensitive) {
    if (caseSensitive)
        return left.compare(right) <=> 0;
    if (iequals(left, right))
        return std::strong_ordering::equal;
    return ILess()(left, right) ? std::strong_ordering::less : std::strong_ordering::greater;
}

// Adds to `weight` what the value weighs; false as soon as it is too much or too deep.
bool weigh(const CmdletValue& value, std::size_t& weight, int depth) {
    weight += kElementWeight;
    if (const auto* text = value.as<std::string>())
        weight += text->size();
    if (weight > kMaxWeight || depth > kMaxNesting)
        return false;
    if (const auto* list = value.as<CmdletList>())
        return std::all_of(list->begin(), list->end(),
                           [&](const CmdletValue& element) { return weigh(element, weight, depth + 1); });
    if (const auto* table = value.as<CmdletTable>())
        return std::all_of(table->begin(), table->end(),
                           [&](const auto& entry) { return weigh(entry.second, weight, depth + 1); });
    return true;
}

std::string_view symbolOf(BinaryOperator operation) {
    static constexpr std::string_view kSymbols[] = {
        "-and",  "-or",      "+",      "-eq",       "-ne",       "-gt",          "-ge", "-lt",   "-le",
        "-like", "-notlike", "-match", "-notmatch", "-contains", "-notcontains", "-in", "-notin"};
    return kSymbols[static_cast<std::size_t>(operation)];
}

// An operator between two single values.
Result<bool> holds(BinaryOperator operation, bool caseSensitive, const CmdletValue& left,
                   const CmdletValue& right) {
    switch (operation) {
    case BinaryOperator::Like:
        return matchesWildcard(left.toText(), right.toText(), caseSensitive);
    case BinaryOperator::NotLike:
        return !matchesWildcard(left.toText(), right.toText(), caseSensitive);
    case BinaryOperator::Match:
        return matchesPattern(left.toText(), right.toText(), caseSensitive);
    case BinaryOperator::NotMatch: {
        const auto matched = matchesPattern(left.toText(), right.toText(), caseSensitive);
        return matched ? Result<bool>(!*matched) : matched;
    }
    default:
        break;
    }
    const auto order = compare(left, right, caseSensitive);
    if (operation == BinaryOperator::Equal)
        return order == std::strong_ordering::equal;
    if (operation == BinaryOperator::NotEqual)
        return order != std::strong_ordering::equal;
    if (!order)
        return invalid("\"" + left.toText() + "\" and \"" + right.toText() + "\" have no order for " +
                       std::string(symbolOf(operation)));
    switch (operation) {
    case BinaryOperator::Greater:
        return *order > 0;
    case BinaryOperator::GreaterOrEqual:
        return *order >= 0;
    case BinaryOperator::Less:
        return *order < 0;
    default:
        return *order <= 0;
    }
}

bool contains(const CmdletValue& list, const CmdletValue& value, bool caseSensitive) {
    const auto elements = spread(list);
    return std::any_of(elements.begin(), elements.end(), [&](const CmdletValue& element) {
        return compare(element, value, caseSensitive) == std::strong_ordering::equal;
    });
}

} // namespace

bool isTrue(const CmdletValue& value) {
    switch (value.kind()) {
    case Kind::Null:
        return false;
    case Kind::Bool:
        return *value.as<bool>();
    case Kind::Integer:
        return *value.as<std::int64_t>() != 0;
    case Kind::Text:
        return !value.as<std::string>()->empty();
    case Kind::List: {
        const auto& list = *value.as<CmdletList>();
        return list.size() == 1 ? isTrue(list.front()) : !list.empty();
    }
    default:
        return true;
    }
}

Result<CmdletValue> add(const CmdletValue& left, const CmdletValue& right) {
    if (const auto* list = left.as<CmdletList>()) {
        auto joined = *list;
        // A list on the right brings its elements; $null is an element of its own only in PowerShell's books.
        for (auto& element : spread(right))
            joined.push_back(std::move(element));
        CmdletValue sum(std::move(joined));
        if (auto small = checkSize(sum); !small)
            return small.error();
        return sum;
    }
    if (left.isNull())
        return right;
    if (const auto* text = left.as<std::string>()) {
        CmdletValue sum(*text + right.toText());
        if (auto small = checkSize(sum); !small)
            return small.error();
        return sum;
    }
    const auto a = asNumber(left), b = asNumber(right);
    std::int64_t sum = 0;
    if (!a || !b || __builtin_add_overflow(*a, *b, &sum))
        return invalid("nothing can be added to " + std::string(left.kindName()) + " here");
    return CmdletValue(sum);
}

std::optional<std::strong_ordering> compare(const CmdletValue& left, const CmdletValue& right,
                                            bool caseSensitive) {
    if (isUnlimited(left) && left.kind() == Kind::Unlimited)
        return isUnlimited(right) ? std::strong_ordering::equal : std::strong_ordering::greater;
    switch (left.kind()) {
    case Kind::Null:
        if (right.isNull())
            return std::strong_ordering::equal;
        return {};
    case Kind::Bool:
        return ordered(asTruth(left), asTruth(right));
    case Kind::Integer:
    case Kind::Size:
        if (isUnlimited(right))
            return std::strong_ordering::less;
        return ordered(asNumber(left), asNumber(right));
    case Kind::TimeSpan:
        if (isUnlimited(right))
            return std::strong_ordering::less;
        return ordered(asTimeSpan(left), asTimeSpan(right));
    case Kind::DateTime:
        return ordered(asDate(left), asDate(right));
    case Kind::Text:
        if (right.isNull())
            return {};
        return orderedTexts(*left.as<std::string>(), right.toText(), caseSensitive);
    default:
        if (left == right)
            return std::strong_ordering::equal;
        return {};
    }
}

Result<CmdletValue> evaluate(BinaryOperator operation, bool caseSensitive, const CmdletValue& left,
                             const CmdletValue& right) {
    switch (operation) {
    case BinaryOperator::Plus:
        return add(left, right);
    case BinaryOperator::Contains:
        return CmdletValue(contains(left, right, caseSensitive));
    case BinaryOperator::NotContains:
        return CmdletValue(!contains(left, right, caseSensitive));
    case BinaryOperator::In:
        return CmdletValue(contains(right, left, caseSensitive));
    case BinaryOperator::NotIn:
        return CmdletValue(!contains(right, left, caseSensitive));
    default:
        break;
    }
    // A truth value against a text that is neither True nor False would be true for every text in PowerShell.
    if (left.kind() == Kind::Bool && right.kind() == Kind::Text && !asTruth(right) &&
        (operation == BinaryOperator::Equal || operation == BinaryOperator::NotEqual))
        return invalid("a truth value is compared with $true or $false");
    const auto* list = left.as<CmdletList>();
    if (list == nullptr) {
        const auto held = holds(operation, caseSensitive, left, right);
        return held ? Result<CmdletValue>(CmdletValue(*held)) : held.error();
    }
    CmdletList chosen;
    for (const auto& element : *list) {
        const auto held = holds(operation, caseSensitive, element, right);
        if (!held)
            return held.error();
        if (*held)
            chosen.push_back(element);
    }
    return CmdletValue(std::move(chosen));
}

Result<> checkSize(const CmdletValue& value) {
    std::size_t weight = 0;
    return weigh(value, weight, 0) ? Result<>()
                                   : invalid("the value is too large, or has too many lists in each other");
}

bool holdsObject(const CmdletValue& value) {
    if (value.kind() == Kind::Object)
        return true;
    if (const auto* list = value.as<CmdletList>())
        return std::any_of(list->begin(), list->end(), holdsObject);
    const auto* table = value.as<CmdletTable>();
    return table != nullptr && std::any_of(table->begin(), table->end(),
                                           [](const auto& entry) { return holdsObject(entry.second); });
}

CmdletValue collapse(CmdletList values) {
    if (values.empty())
        return {};
    return values.size() == 1 ? std::move(values.front()) : CmdletValue(std::move(values));
}

CmdletList spread(const CmdletValue& value) {
    if (const auto* list = value.as<CmdletList>())
        return *list;
    return value.isNull() ? CmdletList() : CmdletList{value};
}

} // namespace edge
