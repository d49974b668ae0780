#include <edge/server/logs/visible_text.h>

#include <doctest/doctest.h>

using namespace edge;

TEST_CASE("Printable text of any language is shown as it is") {
    CHECK(visibleText("") == "");
    CHECK(visibleText("EDGE01\\Internet Mail, \"x\"") == "EDGE01\\Internet Mail, \"x\"");
    CHECK(visibleText("J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x93\xA7") ==
          "J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x93\xA7");
}

TEST_CASE("What steers a terminal or ends a line is made visible") {
    struct Row {
        std::string_view text, shown;
    };
    const Row rows[] = {
        {"a\r\nb", "a\\r\\nb"},
        {"\x1b[2Jgone", "\\x1b[2Jgone"},
        {"tab\there", "tab\\there"},
        {"\x7f", "\\x7f"},
        {std::string_view("\0", 1), "\\x00"},
        {"\xC2\x9B"
         "31m",
         "\\u009b31m"},                      // CSI as one C1 control
        {"\xE2\x80\xA8next", "\\u2028next"}, // line separator
        {"\xE2\x80\xAE"
         "txt.exe",
         "\\u202etxt.exe"}, // right-to-left override
        {"\xE2\x81\xA6isolate", "\\u2066isolate"},
        {"zero\xE2\x80\x8Bwidth", "zero\\u200bwidth"},
        {"\xEF\xBB\xBF"
         "bom",
         "\\ufeffbom"},
    };
    for (const auto& row : rows)
        CHECK(visibleText(row.text) == row.shown);
}

TEST_CASE("Octets that are not UTF-8 become visible one by one") {
    struct Row {
        std::string_view text, shown;
    };
    const Row rows[] = {
        {"\xE9t\xE9", "\\xe9t\\xe9"},                 // Latin-1
        {"\xC0\xAF", "\\xc0\\xaf"},                   // overlong '/'
        {"\xED\xA0\x80", "\\xed\\xa0\\x80"},          // surrogate
        {"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, // above U+10FFFF
        {"\xE2\x82", "\\xe2\\x82"},                   // cut off
        {"\x80", "\\x80"},
        {"\xFF", "\\xff"},
    };
    for (const auto& row : rows) {
        CHECK(visibleText(row.text) == row.shown);
        CHECK(validUtf8(row.text) == row.shown);
    }
    CHECK(validUtf8("a\r\n\x1b") == "a\r\n\x1b"); // JSON escapes these itself
}

TEST_CASE("Shortening keeps characters whole and says that it cut") {
    CHECK(shortened("hello", 5) == "hello");
    CHECK(shortened("hello world", 8) == "hello...");
    CHECK(shortened("ab\xE2\x82\xAC\xE2\x82\xAC", 7) == "ab...");
    CHECK(shortened("abcdef", 2) == "...");
}
