#include <edge/config/value.h>

#include <doctest/doctest.h>

#include <limits>

namespace edge {
namespace {

using namespace std::chrono_literals;

UtcTime at(int year, unsigned month, unsigned day, int hour, int minute, int second) {
    return std::chrono::sys_days(std::chrono::year_month_day(
               std::chrono::year(year), std::chrono::month(month), std::chrono::day(day))) +
           std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

TEST_CASE("Each kind of value prints as the shell prints it") {
    auto object = std::make_shared<CmdletObject>();
    object->add("Name", "x");
    const std::pair<CmdletValue, const char*> cases[] = {
        {CmdletValue(), ""},
        {true, "True"},
        {false, "False"},
        {36, "36"},
        {"text", "text"},
        {Duration(5s), "00:00:05"},
        {Duration(24h), "1.00:00:00"},
        {ByteQuantifiedSize{37748736}, "36 MB (37,748,736 bytes)"},
        {Unlimited{}, "Unlimited"},
        {at(2022, 9, 13, 14, 38, 59), "9/13/2022 2:38:59 PM"},
        {CmdletList{}, "{}"},
        {CmdletList{"a", 2}, "{a, 2}"},
        {CmdletTable{{"Add", "a"}, {"Remove", CmdletList{"b"}}}, "{[Add, a], [Remove, {b}]}"},
        {CmdletObjectPtr(object), "@{Name=x}"},
    };
    for (const auto& [value, text] : cases)
        CHECK(value.toText() == text);
}

TEST_CASE("A list is cut where the view says so") {
    const CmdletValue list(CmdletList{"a", "b", "c", "d", "e"});
    CHECK(list.toText(4) == "{a, b, c, d...}");
    CHECK(list.toText(5) == "{a, b, c, d, e}");
    CHECK(list.toText() == "{a, b, c, d, e}");
}

TEST_CASE("Each kind of value is written so that a script reads it again") {
    const std::pair<CmdletValue, const char*> cases[] = {
        {CmdletValue(), "$null"},
        {true, "$true"},
        {-3, "-3"},
        {"it's", "'it''s'"},
        {Duration(90s), "00:01:30"},
        {ByteQuantifiedSize{10 * 1024 * 1024}, "10MB"},
        {ByteQuantifiedSize{1000}, "1000"},
        {ByteQuantifiedSize{0}, "0"},
        {Unlimited{}, "Unlimited"},
        {CmdletList{}, "@()"},
        {CmdletList{"a"}, "@('a')"},
        {CmdletList{"a", "b"}, "'a','b'"},
        {CmdletTable{{"Add", "a"}}, "@{'Add'='a'}"},
        {at(2022, 9, 13, 14, 38, 59), "'2022-09-13T14:38:59.000Z'"},
    };
    for (const auto& [value, text] : cases)
        CHECK(value.toScript() == text);
}

TEST_CASE("Sizes are read with and without unit and as Exchange prints them") {
    const std::pair<const char*, std::uint64_t> cases[] = {
        {"0", 0},
        {"65536", 65536},
        {"1B", 1},
        {"64KB", 65536},
        {"64kb", 65536},
        {"10 MB", 10485760},
        {"1.5MB", 1572864},
        {"2GB", 2147483648},
        {"1TB", 1099511627776},
        {"36 MB (37,748,736 bytes)", 37748736},
        {"1.953 MB (2,048,000 bytes)", 2048000},
    };
    for (const auto& [text, octets] : cases) {
        CAPTURE(text);
        const auto size = ByteQuantifiedSize::parse(text);
        REQUIRE(size.has_value());
        CHECK(size->octets == octets);
    }
    for (const char* text :
         {"", "MB", "-1", "10XB", "ten", "1..5MB", "99999999999999999999", "99999999999GB", "1MB x"}) {
        CAPTURE(text);
        CHECK(!ByteQuantifiedSize::parse(text).has_value());
    }
}

TEST_CASE("A size prints in its largest unit with four digits and exactly") {
    CHECK(ByteQuantifiedSize{0}.toString() == "0 B (0 bytes)");
    CHECK(ByteQuantifiedSize{1000}.toString() == "1000 B (1,000 bytes)");
    CHECK(ByteQuantifiedSize{262144}.toString() == "256 KB (262,144 bytes)");
    CHECK(ByteQuantifiedSize{2048000}.toString() == "1.953 MB (2,048,000 bytes)");
    CHECK(ByteQuantifiedSize{1ULL << 30}.toString() == "1 GB (1,073,741,824 bytes)");
}

TEST_CASE("A printed size read again is the same size") {
    for (const std::uint64_t octets :
         {0ULL, 1ULL, 1023ULL, 1025ULL, 999999ULL, 37748736ULL, 123456789012ULL}) {
        const auto again = ByteQuantifiedSize::parse(ByteQuantifiedSize{octets}.toString());
        REQUIRE(again.has_value());
        CHECK(again->octets == octets);
    }
}

TEST_CASE("Dates are read in ISO and in American form") {
    CHECK(parseDateTime("2022-09-13").value() == at(2022, 9, 13, 0, 0, 0));
    CHECK(parseDateTime("2022-09-13T14:38:59Z").value() == at(2022, 9, 13, 14, 38, 59));
    CHECK(parseDateTime("2022-09-13T14:38:59.177Z").value() == at(2022, 9, 13, 14, 38, 59) + 177ms);
    CHECK(parseDateTime("2022-09-13 14:38").value() == at(2022, 9, 13, 14, 38, 0));
    CHECK(parseDateTime("9/13/2022").value() == at(2022, 9, 13, 0, 0, 0));
    CHECK(parseDateTime("9/13/2022 2:38 PM").value() == at(2022, 9, 13, 14, 38, 0));
    CHECK(parseDateTime("9/13/2022 12:00:01 AM").value() == at(2022, 9, 13, 0, 0, 1));
    for (const char* text : {"", "yesterday", "2022-13-01", "2022-02-30", "2022-09-13x", "2022-09-13T25:00",
                             "13:00", "9/13", "9/13/2022 13:00 PM", "2022-09-13 14:38 CET", "1500-01-01"}) {
        CAPTURE(text);
        CHECK(!parseDateTime(text).has_value());
    }
}

TEST_CASE("Values are equal by content, objects too") {
    const auto object = [](const char* name) {
        auto made = std::make_shared<CmdletObject>();
        made->typeName = "T";
        made->add("Name", name);
        return CmdletValue(CmdletObjectPtr(made));
    };
    CHECK(object("a") == object("a"));
    CHECK(object("a") != object("b"));
    CHECK(CmdletValue(CmdletList{object("a")}) == CmdletValue(CmdletList{object("a")}));
    CHECK(CmdletValue("1") != CmdletValue(1));
    CHECK(CmdletValue() == CmdletValue());
}

TEST_CASE("An object's properties are found without case") {
    CmdletObject object;
    object.add("BlockedSenders", "x");
    REQUIRE(object.find("blockedsenders") != nullptr);
    CHECK(object.find("BlockedSender") == nullptr);
    CHECK(object.propertyNames() == std::vector<std::string>{"BlockedSenders"});
}

} // namespace
} // namespace edge
