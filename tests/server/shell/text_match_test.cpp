#include <edge/server/shell/text_match.h>

#include <doctest/doctest.h>

#include <string>

namespace edge {
namespace {

TEST_CASE("Wildcards match the whole text without case") {
    struct Case {
        const char* text;
        const char* pattern;
        bool matches;
    };
    const Case cases[] = {
        {"", "", true},           {"", "*", true},           {"a", "", false},       {"abc", "abc", true},
        {"ABC", "abc", true},     {"abc", "a*", true},       {"abc", "*c", true},    {"abc", "*b*", true},
        {"abc", "b*", false},     {"abc", "a?c", true},      {"ac", "a?c", false},   {"abcabd", "*abd", true},
        {"abc", "[a-c]bc", true}, {"abc", "[xyz]bc", false}, {"a-c", "a[-]c", true}, {"a[c", "a[c", true},
        {"a*c", "a`*c", true},    {"abc", "a`*c", false},    {"aab", "*a*b", true},  {"a]", "[]]]", false},
    };
    for (const auto& [text, pattern, matches] : cases) {
        CAPTURE(text);
        CAPTURE(pattern);
        CHECK(matchesWildcard(text, pattern) == matches);
    }
    CHECK(!matchesWildcard("ABC", "abc", true));
}

TEST_CASE("Many stars take no more than quadratic time") {
    const std::string text(20'000, 'a');
    std::string pattern;
    for (int i = 0; i < 200; ++i)
        pattern += "*a";
    CHECK(!matchesWildcard(text, pattern + "b"));
}

TEST_CASE("Regular expressions find a part without case") {
    CHECK(matchesPattern("Sender Filter Agent", "filter").value());
    CHECK(!matchesPattern("Sender Filter Agent", "filter", true).value());
    CHECK(!matchesPattern("abc", "^b").value());
    CHECK(matchesPattern("10.0.0.1", R"(^\d+\.\d+)").value());
}

TEST_CASE("A wrong or hopeless pattern is an error, not a hang") {
    CHECK(!matchesPattern("a", "(").has_value());
    CHECK(!matchesPattern("a", std::string(5000, 'a')).has_value());
    CHECK(!matchesPattern(std::string(40, 'a') + "b", "^(a+)+$").has_value());
    CHECK(!matchesPattern("\xFF", "a").has_value());
}

} // namespace
} // namespace edge
