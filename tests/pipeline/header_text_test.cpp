#include <edge/mail/header_text.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

using Addresses = std::vector<std::string>;

TEST_CASE("Header text is unfolded, trimmed and decoded") {
    const std::pair<const char*, const char*> cases[] = {
        {" plain ", "plain"},
        {"", ""},
        {" one\r\n two", "one two"},
        {"=?utf-8?q?caf=C3=A9?=", "café"},
        {"=?UTF-8?B?w6TDtsO8?= =?UTF-8?B?w58=?=", "äöüß"}, // the blank between words goes (RFC 2047 6.2)
        {"a =?utf-8?q?b?= c", "a b c"},
        {"=?iso-8859-1?q?a_b?=", "a b"},
        {"1 + 1 = 2", "1 + 1 = 2"},
    };
    for (const auto& [raw, decoded] : cases) {
        CAPTURE(std::string(raw));
        CHECK(decodeHeaderText(raw) == decoded);
    }
}

TEST_CASE("Broken encoded words stay readable and harm nobody") {
    for (const auto* raw : {"=?utf-8?B?!!!?=", "=?utf-8?X?abc?=", "=?nonsense-charset?q?abc?=",
                            "=?utf-8?q?unterminated", "=?=?=?=",
                            "=?utf-8?B?"
                            "?=",
                            "=?utf-8?q?=ZZ?=", "=\r\n", "?=", "=?"}) {
        CAPTURE(std::string(raw));
        const auto decoded = decodeHeaderText(raw);
        CHECK(decoded.find('\r') == std::string::npos);
        CHECK(decoded.find('\n') == std::string::npos);
    }
}

TEST_CASE("Text behind a NUL is not hidden") {
    CHECK(decodeHeaderText(std::string_view("before\0after", 12)) == "before after");
}

TEST_CASE("Addresses of From are found in order, without names and comments") {
    const std::pair<const char*, Addresses> cases[] = {
        {"a@b.com", {"a@b.com"}},
        {" \"Doe, Jane\" <jane@contoso.com>, bob@fabrikam.com (Bob)",
         {"jane@contoso.com", "bob@fabrikam.com"}},
        {"Team: a@x.com, b@x.com;, c@y.com", {"a@x.com", "b@x.com", "c@y.com"}},
        {"undisclosed recipients:;", {}},
        {"Jane\r\n <jane@contoso.com>", {"jane@contoso.com"}},
        {"=?utf-8?q?J=C3=BCrgen?= <j@x.com>", {"j@x.com"}},
        {"", {}},
    };
    for (const auto& [raw, expected] : cases) {
        CAPTURE(std::string(raw));
        CHECK((parseMailAddresses(raw) == expected));
    }
}

TEST_CASE("Addresses behind a NUL are not hidden") {
    CHECK((parseMailAddresses(std::string_view("a@b.com,\0c@d.com", 16)) == Addresses{"a@b.com", "c@d.com"}));
}

TEST_CASE("At most the limit is taken, however many there are") {
    std::string raw;
    for (int i = 0; i < 1000; ++i)
        raw += "u" + std::to_string(i) + "@x.com, ";
    CHECK(parseMailAddresses(raw).size() == 100);
    CHECK((parseMailAddresses(raw, 2) == Addresses{"u0@x.com", "u1@x.com"}));
}

TEST_CASE("Hostile address fields end") {
    const std::string raws[] = {std::string(100000, '('), std::string(100000, '<'), std::string(100000, ','),
                                std::string(100000, '"'), std::string(20000, ':'),  "a:b:c:d@e;;;",
                                std::string(50000, '@')};
    for (const auto& raw : raws)
        CHECK(parseMailAddresses(raw).size() <= 100);
}

} // namespace
} // namespace edge
