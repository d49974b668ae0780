// Comparable text, the words of HTML, and the search for phrases in them (agents.md 6.3, 6.10;
// docs/decisions/0821).
#include <edge/agents/content_filter/comparable_text.h>
#include <edge/agents/content_filter/html_text.h>
#include <edge/agents/content_filter/phrase_matcher.h>

#include <doctest/doctest.h>

#include <random>

namespace edge {
namespace {

PhraseMatcher matcherOf(const std::vector<std::string>& bad, const std::vector<std::string>& good = {}) {
    PhraseMatcher::Phrases phrases;
    for (const auto& phrase : bad)
        phrases.push_back(std::make_shared<const ContentFilterPhrase>(
            ContentFilterPhrase{phrase, PhraseInfluence::BadWord}));
    for (const auto& phrase : good)
        phrases.push_back(std::make_shared<const ContentFilterPhrase>(
            ContentFilterPhrase{phrase, PhraseInfluence::GoodWord}));
    return PhraseMatcher(phrases);
}

bool finds(const std::string& phrase, std::string_view text) {
    return matcherOf({phrase}).search(comparable(text)).bad == phrase;
}

// Without trailing and repeated blanks, which mean nothing.
std::string words(std::string_view html) {
    return comparable(htmlText(html));
}

TEST_CASE("Texts compare without case, line breaks, width, accents' spelling and invisible characters") {
    CHECK(comparable("Buy\r\n\t NOW ") == "buy now");
    CHECK(comparable("\uFF22\uFF55\uFF59") == "buy");           // fullwidth
    CHECK(comparable("b\u00ADu\u200By\u2060\uFEFF") == "buy");  // soft hyphen, zero width
    CHECK(comparable("caf\u00E9") == comparable("cafe\u0301")); // composed, decomposed
    CHECK(comparable("STRASSE") == comparable("stra\u00DFe"));  // full case folding
    CHECK(comparable("\u00DCBER") == comparable("\u00FCber"));
    CHECK(comparable("a\u00A0\u2003b") == "a b");        // blanks of every kind
    CHECK(comparable("\xFFx") == comparable("\uFFFDx")); // no UTF-8
    CHECK(comparable("") == "");
}

TEST_CASE("Long foreign texts and towers of accents take linear time, and cutting them changes nothing") {
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "\u041F\u0440\u0438\u0432\u0435\u0442\u00C9";
    std::string expected;
    for (int i = 0; i < 500; ++i)
        expected += "\u043F\u0440\u0438\u0432\u0435\u0442e\u0301";
    CHECK((comparable(text) == expected));
    std::string tower = "a";
    for (int i = 0; i < 100'000; ++i)
        tower += "\u0301\u0316";
    CHECK(comparable(tower).size() == tower.size());
}

TEST_CASE("A phrase is found whole, not inside a longer word") {
    struct Row {
        const char* phrase;
        const char* text;
        bool found;
    };
    const Row rows[] = {
        {"cialis", "buy Cialis now", true},
        {"cialis", "a specialist", false},
        {"cialis", "cialis", true},
        {"cialis", "(cialis)!", true},
        {"cialis", "cialis2", false},
        {"cialis", "my_cialis", false},
        {"free money", "FREE\r\n   money!", true},
        {"free money", "free-money", false},
        {"$$$", "win $$$ today", true},
        {"$$$", "a$$$b", true},
        {"caf\u00E9", "Un CAFE\u0301 noir", true},
        {"cafe", "caf\u00E9", false},
        {"\u5229\u7387", "\u4F4E\u5229\u7387\u8D37\u6B3E", true}, // Chinese has no blanks
        {"\u0431\u0430\u043D\u043A", "\u0431\u0430\u043D\u043A\u0430", false},
        {"\u0431\u0430\u043D\u043A", "\u0411\u0410\u041D\u041A!", true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.phrase);
        CAPTURE(row.text);
        CHECK(finds(row.phrase, row.text) == row.found);
    }
}

TEST_CASE("Overlapping phrases and beginnings of one another are all found") {
    const auto matcher = matcherOf({"she sells", "sells sea", "he"}, {"sea shells"});
    auto matches = matcher.search("she sells sea shells");
    CHECK(matches.bad == "she sells");
    CHECK(matches.good == "sea shells");
    CHECK(matcher.search("there he goes").bad == "he");
    CHECK_FALSE(matcher.search("there she goes").bad);
    CHECK(matcherOf({"b c"}, {"a b c d"}).search("a b c x").bad == "b c");
}

TEST_CASE("The phrase is reported as the administrator wrote it") {
    CHECK(matcherOf({"Buy   NOW"}).search("please buy now").bad == "Buy   NOW");
}

TEST_CASE("Phrases that compare equal are both kept: the good one wins later") {
    const auto matches = matcherOf({"DEAL"}, {"d\u00ADeal"}).search("a deal");
    CHECK(matches.bad == "DEAL");
    CHECK(matches.good == "d\u00ADeal");
}

TEST_CASE("A phrase of nothing but invisible characters is never found") {
    CHECK_FALSE(matcherOf({"\u200B"}).search("any").bad);
    CHECK(matcherOf({"\u200B"}).empty());
}

TEST_CASE("The automaton finds what a plain search finds, over random texts") {
    std::mt19937 random(7);
    const auto word = [&random](int most) {
        std::string text;
        for (auto length = 1 + static_cast<int>(random() % static_cast<unsigned>(most)); length > 0; --length)
            text += "ab "[random() % 3];
        return comparable("a" + text);
    };
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::string> phrases;
        for (int i = 0; i < 4; ++i)
            phrases.push_back(word(5));
        const auto text = word(40);
        bool expected = false;
        for (const auto& phrase : phrases)
            for (auto at = text.find(phrase); at != std::string::npos; at = text.find(phrase, at + 1))
                expected = expected || (isWordEdge(text, at) && isWordEdge(text, at + phrase.size()));
        CAPTURE(text);
        CHECK(matcherOf(phrases).search(text).bad.has_value() == expected);
    }
}

TEST_CASE("HTML: tags part words only where they start something new, scripts and comments are not text") {
    const std::pair<const char*, const char*> rows[] = {
        {"<p>Buy</p><p>now</p>", "buy now"},
        {"vi<b>ag</b>ra", "viagra"},
        {"vi<!-- x -->agra", "viagra"},
        {"one<br>two", "one two"},
        {"<td>one<td>two", "one two"},
        {"<style>bad words</style><script>worse()</script>good", "good"},
        {"&#86;iagra &amp; caf&eacute; &lt;b&gt;", "viagra & cafe\u0301 <b>"},
        {"no tags at all", "no tags at all"},
        {"a < b and <unknown>c</unknown>", "a < b and c"},
        {"<a href='http://x.example/'>link</a>", "link"},
        {"un<b>closed", "unclosed"},
        {"<meta charset=utf-16>caf\u00E9", "cafe\u0301"},
    };
    for (const auto& [html, text] : rows) {
        CAPTURE(html);
        CHECK(words(html) == text);
    }
    CHECK(words(std::string_view("a\0b", 3)) == "ab");
    CHECK(words("") == "");
}

TEST_CASE("HTML: unfinished and hostile markup is read as browsers read it, in linear time") {
    const std::pair<std::string, const char*> rows[] = {
        {"a<!-- never ends", "a"},
        {"a<b never ends", "a"},
        {"a<b x='>'>c", "ac"},
        {"a<b x=\"'>\">c", "ac"},
        {"a<b x'y>c", "ac"},
        {"a<script>if (x < 3) '</b>'</SCRIPT >b", "a b"},
        {"&amp &#65 &#x42; &#0; &nosuch; &", "& a b &#0; &nosuch; &"},
        {"<", "<"},
        {"</>x", "</>x"},
        {"<?php x ?>y", "y"},
    };
    for (const auto& [html, text] : rows) {
        CAPTURE(html);
        CHECK(words(html) == text);
    }
    std::string attributes = "<p ";
    for (int i = 0; attributes.size() < 500'000; ++i)
        attributes += "a" + std::to_string(i) + "=1 ";
    CHECK(words(attributes + ">hidden") == "hidden");
    CHECK(words(std::string(500'000, '<')).size() == 500'000);
}

TEST_CASE("HTML: neither depth nor size hides the words behind them") {
    std::string deep;
    for (int i = 0; i < 20'000; ++i)
        deep += "<div><font>";
    CHECK(words(deep + "hidden").find("hidden") != std::string::npos);
    CHECK(words(std::string(300'000, 'x') + " hidden").ends_with("hidden"));
    CHECK(words("<p " + std::string(100'000, 'y') + ">hidden").find("hidden") != std::string::npos);
}

TEST_CASE("Eight hundred long phrases are all found, and their beginnings are not") {
    std::mt19937 random(1);
    std::vector<std::string> phrases;
    for (int i = 0; i < 800; ++i) {
        std::string phrase;
        while (phrase.size() < 250)
            phrase += static_cast<char>('a' + random() % 26);
        phrases.push_back(phrase);
    }
    const auto matcher = matcherOf(phrases);
    std::string beginnings;
    for (const auto& phrase : phrases) {
        CHECK(matcher.search("before " + phrase + " after").bad == phrase);
        beginnings += phrase.substr(0, 249) + " ";
    }
    CHECK_FALSE(matcher.search(beginnings).bad);
}

// Octet by octet: what the quick way must agree with.
std::string comparableAscii(const std::string& text) {
    std::string result;
    for (const char c : text) {
        const bool blank = c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
        if (!blank)
            result += asciiLower(c);
        else if (!result.empty() && result.back() != ' ')
            result += ' ';
    }
    while (!result.empty() && result.back() == ' ')
        result.pop_back();
    return result;
}

// Took twenty seconds under ASan (one now) while every foreign letter made room for all the rest.
TEST_CASE("A text in which every other letter is foreign is compared in linear time") {
    std::string text;
    std::string expected;
    for (int i = 0; i < 1'000'000; ++i) {
        text += "A\u00DF"; // sharp s folds to "ss"
        expected += "ass";
    }
    CHECK((comparable(text) == expected));
}

TEST_CASE("Eight octets at a time give what one at a time gives") {
    constexpr std::string_view kOctets("aZ 0\r\n\t @[`{~\x7F\0", 15);
    std::uint32_t state = 1;
    for (int run = 0; run < 20'000; ++run) {
        std::string text;
        const auto length = run % 41;
        for (int i = 0; i < length; ++i) {
            state = state * 1664525 + 1013904223;
            text += kOctets[(state >> 16) % kOctets.size()];
        }
        CAPTURE(text);
        REQUIRE(comparable(text) == comparableAscii(text));
        REQUIRE(comparable(text + "\u00C4" + text) == comparable(text + "A\u0308" + text));
    }
}

} // namespace
} // namespace edge
