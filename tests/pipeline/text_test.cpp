#include <edge/base/text.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("Case is ASCII's, whatever the locale") {
    CHECK(asciiLower("MiXeD-09 \xC4") == "mixed-09 \xC4");
    CHECK(asciiUpper("MiXeD-09 \xE4") == "MIXED-09 \xE4");
    CHECK(iequals("Contoso.COM", "contoso.com"));
    CHECK_FALSE(iequals("contoso.com", "contoso.co"));
    CHECK_FALSE(iequals("@", "`")); // neighbours of the letters stay themselves
    CHECK_FALSE(iequals("[", "{"));
    CHECK(iequals("", ""));
}

TEST_CASE("Prefix and suffix without case") {
    CHECK(istartsWith("X-MS-Exchange", "x-ms-"));
    CHECK(istartsWith("anything", ""));
    CHECK_FALSE(istartsWith("x", "x-ms"));
    CHECK(iendsWith("mail.CONTOSO.com", ".contoso.com"));
    CHECK_FALSE(iendsWith("com", ".contoso.com"));
}

TEST_CASE("ILess orders without case and agrees with iequals") {
    const ILess less;
    CHECK(less("alpha", "BETA"));
    CHECK(less("ALPHA", "beta"));
    CHECK_FALSE(less("Alpha", "aLPHA"));
    CHECK_FALSE(less("aLPHA", "Alpha"));
    CHECK(less("a", "ab"));
    CHECK(less("z", "\xC4")); // octets are unsigned
}

TEST_CASE("trim takes blanks, tabs and line ends from both sides only") {
    CHECK(trim(" \t a b\r\n") == "a b");
    CHECK(trim(" \r\n\t ").empty());
    CHECK(trim("").empty());
}

TEST_CASE("split keeps empty pieces, join is its opposite") {
    CHECK(split("a,b,,c", ',') == std::vector<std::string_view>{"a", "b", "", "c"});
    CHECK(split("", ',') == std::vector<std::string_view>{""});
    CHECK(split(",", ',') == std::vector<std::string_view>{"", ""});
    CHECK(join({"a", "", "c"}, "; ") == "a; ; c");
    CHECK(join({}, "; ").empty());
    CHECK(join({"x", "x"}, ",") == "x,x"); // equal pieces are not the same piece
}

TEST_CASE("replaceAll does not look into what it put there") {
    CHECK(replaceAll("a'b'", "'", "''") == "a''b''");
    CHECK(replaceAll("aaa", "aa", "a") == "aa");
    CHECK(replaceAll("abc", "", "x") == "abc");
}

TEST_CASE("Control characters become visible, text stays") {
    CHECK(escapeControls(std::string_view("a\r\nb\tc\0d\x1B[31m\x7F", 14)) ==
          "a\\r\\nb\\tc\\x00d\\x1b[31m\\x7f");
    CHECK(escapeControls("M\xC3\xBCller") == "M\xC3\xBCller");
}

TEST_CASE("A session id has 16 upper-case digits") {
    CHECK(hex16(0x08CEC282DA2C4CFEULL) == "08CEC282DA2C4CFE");
    CHECK(hex16(0) == "0000000000000000");
    CHECK(hex16(~0ULL) == "FFFFFFFFFFFFFFFF");
}

} // namespace
} // namespace edge
