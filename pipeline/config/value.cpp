#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/config/value.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace edge {
namespace {

struct SizeUnit {
    std::string_view name;
    std::uint64_t octets;
};
// Largest first: the printed unit is the largest that gives at least one.
constexpr std::array<SizeUnit, 5> kSizeUnits{
    {{"TB", 1ULL << 40}, {"GB", 1ULL << 30}, {"MB", 1ULL << 20}, {"KB", 1ULL << 10}, {"B", 1}}};

Error notASize(std::string_view text) {
    return {Errc::InvalidArgument,
            "\"" + std::string(text) + "\" is not a size; write for example 10MB, 64KB or a number of bytes"};
}

std::string_view takeWhile(std::string_view& text, std::string_view characters) {
    const auto end = std::min(text.find_first_not_of(characters), text.size());
    const auto taken = text.substr(0, end);
    text.remove_prefix(end);
    return taken;
}

// Up to four significant digits, no trailing zeros: 36, 1.953, 9.766.
std::string fourDigits(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", number);
    return text;
}

// "36" or "1.5", times `unit`. Whole octets only.
Result<std::uint64_t> scaled(std::string_view number, std::uint64_t unit, std::string_view whole) {
    const auto point = number.find('.');
    std::uint64_t integer = 0;
    const auto head = number.substr(0, point);
    const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), integer);
    if (error != std::errc{} || end != head.data() + head.size() || integer > UINT64_MAX / unit)
        return notASize(whole);
    if (point == std::string_view::npos)
        return integer * unit;
    double fraction = 0;
    double place = 0.1;
    for (const char digit : number.substr(point + 1)) {
        if (digit < '0' || digit > '9')
            return notASize(whole);
        fraction += (digit - '0') * place;
        place /= 10;
    }
    return integer * unit + static_cast<std::uint64_t>(std::llround(fraction * static_cast<double>(unit)));
}

std::string listText(const CmdletList& list, std::size_t limit) {
    std::string text = "{";
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i == limit)
            return text + "...}";
        text += (i == 0 ? "" : ", ") + list[i].toText(limit);
    }
    return text + "}";
}

std::string tableText(const CmdletTable& table) {
    std::string text = "{";
    for (const auto& [key, value] : table)
        text += (text.size() == 1 ? "[" : ", [") + key + ", " + value.toText() + "]";
    return text + "}";
}

std::string objectText(const CmdletObject& object) {
    if (!object.identity.empty())
        return object.identity;
    std::string text = "@{";
    for (const auto& [name, value] : object.properties)
        text += (text.size() == 2 ? "" : "; ") + name + "=" + value.toText();
    return text + "}";
}

std::string listScript(const CmdletList& list) {
    if (list.empty())
        return "@()";
    std::string text = list.size() == 1 ? "@(" : "";
    for (const auto& element : list)
        text += (&element == &list.front() ? "" : ",") + element.toScript();
    return list.size() == 1 ? text + ")" : text;
}

std::string tableScript(const CmdletTable& table) {
    std::string text = "@{";
    for (const auto& [key, value] : table)
        text += (text.size() == 2 ? "" : "; ") + quotedLiteral(key) + "=" + value.toScript();
    return text + "}";
}

// Octets in the largest unit that divides them: 36MB, 100.
std::string sizeScript(std::uint64_t octets) {
    for (const auto& unit : kSizeUnits)
        if (octets != 0 && octets % unit.octets == 0)
            return std::to_string(octets / unit.octets) + (unit.octets == 1 ? "" : std::string(unit.name));
    return "0";
}

struct TextOf {
    std::size_t limit;

    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(bool value) const { return value ? "True" : "False"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(Duration value) const { return timeSpanText(value); }
    std::string operator()(ByteQuantifiedSize value) const { return value.toString(); }
    std::string operator()(Unlimited) const { return "Unlimited"; }
    std::string operator()(UtcTime value) const { return dateTimeText(value); }
    std::string operator()(const CmdletList& value) const { return listText(value, limit); }
    std::string operator()(const CmdletTable& value) const { return tableText(value); }
    std::string operator()(const CmdletObjectPtr& value) const { return objectText(*value); }
};

struct ScriptOf {
    std::string operator()(std::monostate) const { return "$null"; }
    std::string operator()(bool value) const { return value ? "$true" : "$false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(const std::string& value) const { return quotedLiteral(value); }
    std::string operator()(Duration value) const { return timeSpanText(value); }
    std::string operator()(ByteQuantifiedSize value) const { return sizeScript(value.octets); }
    std::string operator()(Unlimited) const { return "Unlimited"; }
    std::string operator()(UtcTime value) const { return quotedLiteral(isoTime(value)); }
    std::string operator()(const CmdletList& value) const { return listScript(value); }
    std::string operator()(const CmdletTable& value) const { return tableScript(value); }
    std::string operator()(const CmdletObjectPtr& value) const { return quotedLiteral(objectText(*value)); }
};

// A calendar date and time of day under assembly by parseDateTime.
struct DateParts {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0;
};

bool takeInt(std::string_view& text, int& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0)
        return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

bool takeChar(std::string_view& text, char c) {
    if (text.empty() || text.front() != c)
        return false;
    text.remove_prefix(1);
    return true;
}

// "2022-09-13" or "9/13/2022".
bool takeDate(std::string_view& text, DateParts& parts) {
    int first = 0;
    if (!takeInt(text, first))
        return false;
    if (takeChar(text, '-')) {
        parts.year = first;
        return takeInt(text, parts.month) && takeChar(text, '-') && takeInt(text, parts.day);
    }
    parts.month = first;
    return takeChar(text, '/') && takeInt(text, parts.day) && takeChar(text, '/') &&
           takeInt(text, parts.year);
}

// ".177" behind the seconds.
bool takeMilliseconds(std::string_view& text, int& milliseconds) {
    const auto digits = takeWhile(text, "0123456789");
    if (digits.empty() || digits.size() > 7)
        return false;
    std::string three(digits.substr(0, 3));
    three.resize(3, '0');
    milliseconds = std::stoi(three);
    return true;
}

// "14:38", "14:38:59.177Z", "2:38:59 PM".
bool takeTime(std::string_view& text, DateParts& parts) {
    if (!takeInt(text, parts.hour) || !takeChar(text, ':') || !takeInt(text, parts.minute))
        return false;
    if (takeChar(text, ':') && !takeInt(text, parts.second))
        return false;
    if (takeChar(text, '.') && !takeMilliseconds(text, parts.millisecond))
        return false;
    text = trim(text);
    const bool pm = iequals(text, "PM");
    if (pm || iequals(text, "AM")) {
        if (parts.hour < 1 || parts.hour > 12)
            return false;
        parts.hour = parts.hour % 12 + (pm ? 12 : 0);
        text = {};
    }
    takeChar(text, 'Z');
    return true;
}

bool inCalendar(const DateParts& parts) {
    using namespace std::chrono;
    const year_month_day date{year(parts.year), month(static_cast<unsigned>(parts.month)),
                              day(static_cast<unsigned>(parts.day))};
    return date.ok() && parts.year >= 1601 && parts.year <= 9999 && parts.hour < 24 && parts.minute < 60 &&
           parts.second < 60;
}

} // namespace

Result<ByteQuantifiedSize> ByteQuantifiedSize::parse(std::string_view text) {
    const auto whole = text;
    text = trim(text);
    if (const auto bracket = text.find(" (");
        bracket != std::string_view::npos && iendsWith(text, " bytes)")) {
        const auto exact =
            text.substr(bracket + 2, text.size() - bracket - 2 - std::string_view(" bytes)").size());
        text = exact; // the printed form: the number in brackets is the exact one
    }
    const auto number = replaceAll(std::string(takeWhile(text, "0123456789.,")), ",", "");
    text = trim(text);
    for (const auto& unit : kSizeUnits)
        if (iequals(text, unit.name) || (text.empty() && unit.octets == 1)) {
            const auto octets = scaled(number, unit.octets, whole);
            if (!octets)
                return octets.error();
            return ByteQuantifiedSize{*octets};
        }
    return notASize(whole);
}

std::string ByteQuantifiedSize::toString() const {
    const auto unit = std::find_if(kSizeUnits.begin(), kSizeUnits.end() - 1,
                                   [this](const SizeUnit& candidate) { return octets >= candidate.octets; });
    const bool exact = octets % unit->octets == 0;
    const auto amount = exact ? std::to_string(octets / unit->octets)
                              : fourDigits(static_cast<double>(octets) / static_cast<double>(unit->octets));
    return amount + " " + std::string(unit->name) + " (" + groupedNumber(octets) + " bytes)";
}

std::string CmdletValue::toText(std::size_t listLimit) const {
    return std::visit(TextOf{listLimit}, value_);
}

std::string CmdletValue::toScript() const {
    return std::visit(ScriptOf{}, value_);
}

std::string_view CmdletValue::kindName() const {
    static constexpr std::array<std::string_view, 11> kNames{
        "$null",     "a truth value", "a number", "text",         "a time span", "a size",
        "Unlimited", "a date",        "a list",   "a hash table", "an object"};
    return kNames[value_.index()];
}

bool CmdletValue::operator==(const CmdletValue& other) const {
    const auto* mine = as<CmdletObjectPtr>();
    const auto* theirs = other.as<CmdletObjectPtr>();
    if (mine == nullptr || theirs == nullptr)
        return value_ == other.value_;
    return *mine == *theirs ||
           ((*mine)->typeName == (*theirs)->typeName && (*mine)->properties == (*theirs)->properties);
}

const CmdletValue* CmdletObject::find(std::string_view name) const {
    const auto found = std::find_if(properties.begin(), properties.end(),
                                    [name](const auto& property) { return iequals(property.first, name); });
    return found == properties.end() ? nullptr : &found->second;
}

CmdletValue* CmdletObject::find(std::string_view name) {
    return const_cast<CmdletValue*>(std::as_const(*this).find(name));
}

std::vector<std::string> CmdletObject::propertyNames() const {
    std::vector<std::string> names;
    for (const auto& property : properties)
        names.push_back(property.first);
    return names;
}

std::string dateTimeText(UtcTime when) {
    using namespace std::chrono;
    const auto midnight = floor<days>(when);
    const year_month_day date{midnight};
    const hh_mm_ss clock{floor<seconds>(when) - midnight};
    const auto hour = static_cast<int>(clock.hours().count());
    char text[64];
    std::snprintf(text, sizeof text, "%u/%u/%d %d:%02d:%02d %s", static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(date.year()),
                  hour % 12 == 0 ? 12 : hour % 12, static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), hour < 12 ? "AM" : "PM");
    return text;
}

Result<UtcTime> parseDateTime(std::string_view text) {
    using namespace std::chrono;
    DateParts parts;
    auto rest = trim(text);
    bool good = takeDate(rest, parts);
    if (good && !rest.empty()) {
        good = takeChar(rest, 'T') || takeChar(rest, ' ');
        rest = trim(rest);
        good = good && takeTime(rest, parts);
    }
    if (!good || !rest.empty() || !inCalendar(parts))
        return Error{Errc::InvalidArgument,
                     "\"" + std::string(text) +
                         "\" is not a date; write for example 2022-09-13 or 9/13/2022 2:38 PM"};
    const sys_days date{year_month_day{year(parts.year), month(static_cast<unsigned>(parts.month)),
                                       day(static_cast<unsigned>(parts.day))}};
    return UtcTime{date + hours(parts.hour) + minutes(parts.minute) + seconds(parts.second) +
                   milliseconds(parts.millisecond)};
}

std::string groupedNumber(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), 1, ',');
    return text;
}

std::string quotedLiteral(std::string_view text) {
    return "'" + replaceAll(std::string(text), "'", "''") + "'";
}

} // namespace edge
