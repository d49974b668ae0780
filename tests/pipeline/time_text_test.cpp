#include <edge/base/time_text.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

UtcTime at(int year, unsigned month, unsigned day, Duration inDay = {}) {
    return sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) +
           floor<microseconds>(inDay);
}

TEST_CASE("Log stamps have milliseconds and Z, cut and not rounded (platform.md 6.1)") {
    CHECK(isoTime(at(2022, 9, 13, 14h + 38min + 59s + 177ms)) == "2022-09-13T14:38:59.177Z");
    CHECK(isoTime(at(2024, 2, 29, 23h + 59min + 59s + 999999us)) == "2024-02-29T23:59:59.999Z");
    CHECK(isoTime(at(1969, 12, 31, 23h + 59min + 59s + 500ms)) == "1969-12-31T23:59:59.500Z");
}

TEST_CASE("Mail dates are local, with a day that has no leading zero (platform.md 2.5)") {
    const auto when = at(2016, 8, 5, 23h + 24min + 41s);
    CHECK(mailDate(when, -7h) == "Fri, 5 Aug 2016 16:24:41 -0700");
    CHECK(mailDate(when, 0h) == "Fri, 5 Aug 2016 23:24:41 +0000");
    CHECK(mailDate(when, 5h + 30min) == "Sat, 6 Aug 2016 04:54:41 +0530");
    CHECK(mailDate(when, -30min) == "Fri, 5 Aug 2016 22:54:41 -0030");
}

TEST_CASE("The day of a log file is the UTC day") {
    CHECK(dayStamp(at(2022, 9, 13, 23h + 59min)) == "20220913");
    CHECK(dayStamp(at(2022, 9, 14)) == "20220914");
}

TEST_CASE("Time spans print as .NET prints them") {
    const std::pair<Duration, const char*> cases[] = {
        {0s, "00:00:00"},
        {5s, "00:00:05"},
        {24h, "1.00:00:00"},
        {30 * 24h, "30.00:00:00"},
        {250ms, "00:00:00.2500000"},
        {-(25h + 1s), "-1.01:00:01"},
        {99ns, "00:00:00"}, // below one tick
    };
    for (const auto& [span, text] : cases)
        CHECK(timeSpanText(span) == text);
}

TEST_CASE("Time spans are read as the shell reads them") {
    const std::pair<const char*, Duration> cases[] = {{"00:00:05", 5s},
                                                      {"1.00:00:00", 24h},
                                                      {"0:5", 5min},
                                                      {"23:59:59", 24h - 1s},
                                                      {"00:00:00.25", 250ms},
                                                      {"00:00:00.0000001", 100ns},
                                                      {"7", 7 * 24h},
                                                      {"-00:00:01", -1s},
                                                      {"5s", 5s},
                                                      {"10m", 10min},
                                                      {"2h", 2h},
                                                      {"1d", 24h},
                                                      {"100000", 100000 * 24h}};
    for (const auto& [text, span] : cases) {
        CAPTURE(std::string(text));
        const auto read = parseTimeSpan(text);
        REQUIRE(read.has_value());
        CHECK(read->count() == span.count());
    }
}

TEST_CASE("What is no time span is refused by name") {
    for (const auto* text : {"",
                             "abc",
                             "5x",
                             "24:00:00",
                             "00:60:00",
                             "00:00:60",
                             "1:2:3:4",
                             "1.5",
                             "00:00:05 ",
                             " 5",
                             "00:00:00.",
                             "00:00:00.12345678",
                             "--1",
                             "-",
                             "00:-1:00",
                             "100001",
                             "99999999999999999999",
                             "00:",
                             ":00",
                             "5ss"}) {
        CAPTURE(std::string(text));
        const auto read = parseTimeSpan(text);
        REQUIRE(read.has_error());
        CHECK((read.error().code == Errc::InvalidArgument));
        CHECK(read.error().message.find("\"" + std::string(text) + "\"") == 0);
    }
}

TEST_CASE("A printed time span reads as itself") {
    for (const Duration span : {Duration(0s), Duration(90s), Duration(400 * 24h + 1234567us), Duration(-3h)})
        CHECK(parseTimeSpan(timeSpanText(span)).value().count() == span.count());
}

} // namespace
} // namespace edge
