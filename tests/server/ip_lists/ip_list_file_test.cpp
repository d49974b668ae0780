#include <edge/server/ip_lists/ip_list_file.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

std::string ranges(const std::vector<IpListEntry>& entries) {
    std::string text;
    for (const auto& entry : entries)
        text += (text.empty() ? "" : " ") + entry.range.toString();
    return text;
}

TEST_CASE("A list is one range a line, comments and empty lines between") {
    const auto entries = parseIpList("# bad people\r\n192.0.2.1\r\n\r\n 198.51.100.77/24  # a whole net\n"
                                     "203.0.113.1-203.0.113.9\n2001:db8::/64");
    REQUIRE(entries.has_value());
    CHECK(ranges(*entries) == "192.0.2.1 198.51.100.0-198.51.100.255 203.0.113.1-203.0.113.9 "
                              "2001:db8::-2001:db8::ffff:ffff:ffff:ffff");
    CHECK(entries->front().comment.empty());
    CHECK_FALSE(entries->front().expirationTime.has_value());
}

TEST_CASE("A CSV heading names the columns, in any order") {
    const auto entries = parseIpList("\xEF\xBB\xBF\"Comment\",\"IPRange\",\"Identity\",\"ExpirationTime\"\r\n"
                                     "\"open relay, #1\",\"192.0.2.1\",\"7\",\"2030-01-02 03:04\"\r\n"
                                     ",192.0.2.2,8,\r\n");
    REQUIRE(entries.has_value());
    REQUIRE(entries->size() == 2);
    CHECK((*entries)[0].comment == "open relay, #1");
    CHECK((*entries)[0].identity == 0); // the store numbers entries
    CHECK(((*entries)[0].expirationTime ==
           UtcTime(std::chrono::sys_days(std::chrono::year(2030) / 1 / 2) + std::chrono::minutes(184))));
    CHECK((*entries)[1].comment.empty());
    CHECK_FALSE((*entries)[1].expirationTime.has_value());
}

TEST_CASE("A wrong line is named and nothing is read") {
    struct Row {
        std::string text;
        const char* begin;
    };
    const Row rows[] = {
        {"192.0.2.1\n\nnobody\n", "line 3: \"nobody\" is not an IP range"},
        {"192.0.2.300", "line 1: "},
        {"192.0.2.9-192.0.2.1", "line 1: "},
        {"192.0.2.0/33", "line 1: "},
        {"2001:db8::1-192.0.2.1", "line 1: "},
        {"\"192.0.2.1", "line 1: "},
        {"IPRange,ExpirationTime\n192.0.2.1,tomorrow\n", "line 2: \"tomorrow\" is not a date"},
        {"IPRange,Comment\n192.0.2.1," + std::string(kMaxIpListComment + 1, 'x') + "\n",
         "line 2: the comment"},
        {"Comment,IPRange\nonly a comment\n", "line 2: "},
    };
    for (const auto& row : rows) {
        CAPTURE(row.begin);
        const auto entries = parseIpList(row.text);
        REQUIRE_FALSE(entries.has_value());
        CHECK(entries.error().message.starts_with(row.begin));
    }
}

TEST_CASE("An empty file is an empty list") {
    for (const auto* text : {"", "\n\n", "# nothing\n", "IPRange\n"})
        CHECK(parseIpList(text)->empty());
}

} // namespace
} // namespace edge
