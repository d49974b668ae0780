#include <edge/base/time_text.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace edge {
namespace {

using namespace std::chrono;

struct CalendarTime {
    year_month_day date;
    weekday day;
    int hour, minute, second, millisecond;
};

CalendarTime calendar(UtcTime when) {
    const auto midnight = floor<days>(when);
    const hh_mm_ss clock{floor<milliseconds>(when) - midnight};
    return {year_month_day{midnight},
            weekday{midnight},
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()),
            static_cast<int>(clock.subseconds().count())};
}

template <class... Args>
std::string printed(const char* format, Args... args) {
    char text[64];
    const int length = std::snprintf(text, sizeof text, format, args...);
    return {text, static_cast<std::size_t>(length)};
}

// Dates are written several times a message, and snprintf would be a good part of that message's cost.
class DateText {
public:
    DateText& operator<<(std::string_view text) {
        text_ += text;
        return *this;
    }
    // With leading zeros up to `width` digits.
    DateText& number(int value, int width) {
        char digits[12];
        const auto* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        const auto length = static_cast<int>(end - digits);
        text_.append(static_cast<std::size_t>(std::max(0, width - length)), '0');
        text_.append(digits, static_cast<std::size_t>(length));
        return *this;
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

Error notATimeSpan(std::string_view text) {
    return {Errc::InvalidArgument,
            "\"" + std::string(text) + "\" is not a time span; write hh:mm:ss or d.hh:mm:ss"};
}

// Takes a whole number off the front of `text`; false where there is none.
bool takeNumber(std::string_view& text, std::int64_t& number) {
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

// "5s", "10m", "2h", "1d" after the number has been taken; zero where the unit is none of these.
Duration unitLength(std::string_view unit) {
    if (unit == "s")
        return seconds(1);
    if (unit == "m")
        return minutes(1);
    if (unit == "h")
        return hours(1);
    if (unit == "d")
        return days(1);
    return {};
}

// The digits behind the point: up to seven, as .NET ticks.
bool takeFraction(std::string_view& text, Duration& fraction) {
    std::int64_t scale = 100'000'000;
    std::size_t digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9' && digits < 7; ++digits, scale /= 10) {
        fraction += nanoseconds((text.front() - '0') * scale);
        text.remove_prefix(1);
    }
    return digits > 0;
}

constexpr std::int64_t kMaxTimeSpanDays = 100'000; // far above any setting, far below overflow

} // namespace

std::string isoTime(UtcTime when) {
    const auto t = calendar(when);
    DateText text;
    text.number(static_cast<int>(t.date.year()), 4) << "-";
    text.number(static_cast<int>(static_cast<unsigned>(t.date.month())), 2) << "-";
    text.number(static_cast<int>(static_cast<unsigned>(t.date.day())), 2) << "T";
    text.number(t.hour, 2) << ":";
    text.number(t.minute, 2) << ":";
    text.number(t.second, 2) << ".";
    text.number(t.millisecond, 3) << "Z";
    return text.take();
}

std::string mailDate(UtcTime when, minutes utcOffset) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto t = calendar(when + utcOffset);
    const auto offset = std::abs(static_cast<int>(utcOffset.count()));
    DateText text;
    text << kDays[t.day.c_encoding()] << ", ";
    text.number(static_cast<int>(static_cast<unsigned>(t.date.day())), 1) << " ";
    text << kMonths[static_cast<unsigned>(t.date.month()) - 1] << " ";
    text.number(static_cast<int>(t.date.year()), 4) << " ";
    text.number(t.hour, 2) << ":";
    text.number(t.minute, 2) << ":";
    text.number(t.second, 2) << (utcOffset.count() < 0 ? " -" : " +");
    return text.number(offset / 60, 2).number(offset % 60, 2).take();
}

std::string dayStamp(UtcTime when) {
    const auto t = calendar(when);
    return printed("%04d%02u%02u", static_cast<int>(t.date.year()), static_cast<unsigned>(t.date.month()),
                   static_cast<unsigned>(t.date.day()));
}

std::string timeSpanText(Duration span) {
    const bool negative = span < Duration::zero();
    if (negative)
        span = -span;
    const auto wholeDays = duration_cast<days>(span);
    const hh_mm_ss clock{span - wholeDays};
    std::string text = negative ? "-" : "";
    if (wholeDays.count() != 0)
        text += std::to_string(wholeDays.count()) + ".";
    text += printed("%02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                    static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    if (const auto ticks = clock.subseconds().count() / 100; ticks != 0)
        text += printed(".%07lld", static_cast<long long>(ticks));
    return text;
}

Result<Duration> parseTimeSpan(std::string_view text) {
    const auto whole = text;
    const bool negative = takeChar(text, '-');
    std::int64_t dayCount = 0, hour = 0, minute = 0, second = 0;
    Duration fraction{};
    if (!takeNumber(text, dayCount) || dayCount > kMaxTimeSpanDays)
        return notATimeSpan(whole);
    if (const auto unit = unitLength(text); unit != Duration{})
        return (negative ? -1 : 1) * dayCount * unit;
    if (!text.empty()) {
        const bool hasDays = takeChar(text, '.');
        if (hasDays ? !takeNumber(text, hour) : (hour = dayCount, dayCount = 0, false))
            return notATimeSpan(whole);
        if (!takeChar(text, ':') || !takeNumber(text, minute))
            return notATimeSpan(whole);
        if (takeChar(text, ':') && !takeNumber(text, second))
            return notATimeSpan(whole);
        if (takeChar(text, '.') && !takeFraction(text, fraction))
            return notATimeSpan(whole);
        if (!text.empty() || hour > 23 || minute > 59 || second > 59)
            return notATimeSpan(whole);
    }
    const Duration span = days(dayCount) + hours(hour) + minutes(minute) + seconds(second) + fraction;
    return negative ? -span : span;
}

} // namespace edge
