#include <edge/server/shell_client/completion_edit.h>
#include <edge/server/shell_client/shell_streams.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace edge;

namespace {

CompletionEdit edit(std::string line, std::size_t start, std::vector<std::string> candidates) {
    const auto cursor = line.size();
    return completionEdit({std::move(line), cursor}, {start, std::move(candidates)});
}

} // namespace

TEST_CASE("One candidate replaces the word") {
    const auto one = edit("get-sen", 0, {"Get-SenderFilterConfig"});
    CHECK(one.erase == 7);
    CHECK(one.insert == "Get-SenderFilterConfig ");
    CHECK(one.choices.empty());
}

TEST_CASE("Where a blank follows there is no second one") {
    const auto middle = completionEdit({"get-x -id 1", 5}, {0, {"Get-X"}});
    CHECK(middle.erase == 5);
    CHECK(middle.insert == "Get-X");
}

TEST_CASE("Several grow the word as far as they agree, case aside") {
    const auto grown = edit("get-s", 0, {"Get-SenderFilterConfig", "Get-senderIdConfig"});
    CHECK(grown.erase == 5);
    CHECK(grown.insert == "Get-Sender");
    const auto shown = edit("get-sender", 0, {"Get-SenderFilterConfig", "Get-SenderIdConfig"});
    CHECK(shown.erase == 0);
    CHECK(shown.insert.empty());
    CHECK(shown.choices.size() == 2);
}

TEST_CASE("Characters are counted, not octets, and never cut") {
    CHECK(edit("Get-X -Name b\xc3\xbc", 12, {"b\xc3\xbcro"}).erase == 2);
    const auto cut = edit("", 0, {"a\xc3\xbc", "a\xc3\xb6"}); // they agree in half a character
    CHECK(cut.insert == "a");
}

TEST_CASE("Nothing, and nonsense, change nothing") {
    for (const auto& none : {edit("x", 0, {}), edit("x", 2, {"xy"}), completionEdit({"x", 5}, {0, {"xy"}})}) {
        CHECK(none.erase == 0);
        CHECK(none.insert.empty());
        CHECK(none.choices.empty());
    }
}

TEST_CASE("Words stand in columns, read downwards") {
    CHECK(inColumns({"a", "bb", "ccc", "d", "e"}, 15) == "a    ccc  e\nbb   d\n");
    CHECK(inColumns({"too-long-for-it", "b"}, 5) == "too-long-for-it\nb\n");
    CHECK(inColumns({}, 80).empty());
    CHECK(inColumns({"\xc3\xbc", "b", "c"}, 6) == "\xc3\xbc  c\nb\n");
    const std::vector<std::string> many(250, "word");
    CHECK(inColumns(many, 80).ends_with("... and 50 more\n"));
}

TEST_CASE("What would steer a terminal is made visible, lines and tabs are kept") {
    CHECK(screenText("a\tb\nc\n") == "a\tb\nc\n");
    CHECK(screenText("").empty());
    CHECK(screenText("\n\n") == "\n\n");
    for (const std::string evil : {"\x1b[2J", "\x07", "\r", "\x7f",
                                   "\xc2\x9b"
                                   "2J",
                                   "\xff", "\xe2\x80\xae"})
        CHECK(screenText("a" + evil + "b").find(evil) == std::string::npos);
}
