// The table of verbs: complete, in order, and what its examples promise.
#include <edge/base/text.h>
#include <edge/testenv/scenario/scenario_verbs.h>
#include <edge/tests/scenario/scenario_bench.h>

#include <set>

using namespace edge::testenv;

TEST_CASE("Every verb stands once, in the order of the enumerators, with all that its reader needs") {
    std::set<std::string_view> words;
    std::size_t index = 0;
    for (const auto& row : verbs()) {
        CAPTURE(row.word);
        CHECK(static_cast<std::size_t>(row.verb) == index++);
        CHECK(words.insert(row.word).second);
        CHECK_FALSE(row.group.empty());
        CHECK(row.syntax.starts_with(row.word));
        CHECK(row.sentence.ends_with('.'));
        CHECK(row.example.starts_with(row.word));
        CHECK_FALSE(row.since.empty());
    }
}

TEST_CASE("Every example of the table is a line of the language") {
    for (const auto& row : verbs()) {
        CAPTURE(row.example);
        ScenarioBench bench;
        bench.put("hello.eml", "Subject: x\n\nbody\n");
        bench.put("dialogue.part", "C: MAIL FROM:<{sender}>\n");
        const bool isTable = row.verb == Verb::Table;
        const bool isClient = row.verb == Verb::Client;
        CHECK(bench.errors((isClient ? "" : "client 203.0.113.9\n") + std::string(row.example) + "\n" +
                           (isTable ? "| a | b\n" : "")) == "");
    }
}
