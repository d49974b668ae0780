#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/logs/log_name.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace edge {
namespace {

using namespace std::chrono;

constexpr std::string_view kExtension = ".LOG";
constexpr std::size_t kDayDigits = 8;
constexpr std::size_t kHourDigits = 10;

bool allDigits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

unsigned number(std::string_view digits) {
    unsigned value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

year_month_day dayOf(std::string_view stamp) {
    return year_month_day{year{static_cast<int>(number(stamp.substr(0, 4)))},
                          month{number(stamp.substr(4, 2))}, day{number(stamp.substr(6, 2))}};
}

bool isStamp(std::string_view stamp) {
    if (!allDigits(stamp) || (stamp.size() != kDayDigits && stamp.size() != kHourDigits))
        return false;
    return dayOf(stamp).ok() && (stamp.size() == kDayDigits || number(stamp.substr(kDayDigits)) < 24);
}

} // namespace

std::string LogName::stampOf(LogPeriod period, UtcTime when) {
    auto stamp = dayStamp(when);
    if (period == LogPeriod::Day)
        return stamp;
    const auto hour = floor<hours>(when) - floor<days>(when);
    char digits[16];
    std::snprintf(digits, sizeof digits, "%02d", static_cast<int>(hour.count()));
    return stamp += digits;
}

std::optional<LogName> LogName::parse(std::string_view prefix, std::string_view name) {
    if (name.size() < prefix.size() + kExtension.size() || !istartsWith(name, prefix) ||
        !iendsWith(name, kExtension))
        return std::nullopt;
    const auto middle = name.substr(prefix.size(), name.size() - prefix.size() - kExtension.size());
    const auto pieces = split(middle, '-');
    constexpr std::size_t kMaxInstanceDigits = 9;
    if (pieces.size() != 2 || !isStamp(pieces[0]) || !allDigits(pieces[1]) ||
        pieces[1].size() > kMaxInstanceDigits)
        return std::nullopt;
    return LogName{std::string(pieces[0]), number(pieces[1])};
}

std::string LogName::toString(std::string_view prefix) const {
    return std::string(prefix) + stamp + "-" + std::to_string(instance) + std::string(kExtension);
}

UtcTime LogName::periodBegin() const {
    const UtcTime day = sys_days{dayOf(stamp)};
    return stamp.size() == kDayDigits ? day : day + hours(number(std::string_view(stamp).substr(kDayDigits)));
}

UtcTime LogName::periodEnd() const {
    return periodBegin() + (stamp.size() == kDayDigits ? hours(24) : hours(1));
}

std::strong_ordering LogName::operator<=>(const LogName& other) const {
    if (const auto order = periodBegin() <=> other.periodBegin(); order != 0)
        return order;
    if (const auto order = stamp.size() <=> other.stamp.size(); order != 0)
        return order;
    return instance <=> other.instance;
}

} // namespace edge
