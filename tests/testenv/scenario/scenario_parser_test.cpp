// What is a scenario and what is not: each error names its place and what was expected there.
#include <edge/tests/scenario/scenario_bench.h>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;

namespace {

template <class T>
const T& only(const ParsedScenarios& parsed) {
    REQUIRE(parsed.errors.empty());
    REQUIRE(parsed.scenarios.size() == 1);
    REQUIRE(parsed.scenarios[0].steps.size() > 0);
    return std::get<T>(parsed.scenarios[0].steps.back().action);
}

} // namespace

TEST_CASE("All errors of a file are found in one run, each with line, column and what was expected") {
    ScenarioBench bench;
    CHECK(bench.errors("# wrong\n"
                       "cleint 203.0.113.9\n"
                       "client 203.0.113\n"
                       "advance 5\n"
                       "replay many\n"
                       "agent \"Sender Filter Agent\" OnMailComand RejectCommand\n"
                       "raw \"open\n"
                       "raw \"\\q\"\n"
                       "replay 1 2\n") ==
          "2:1: expected a verb, found \"cleint\"; did you mean \"client\"?\n"
          "3:8: expected an address; there is no client \"203.0.113\" yet\n"
          "4:9: expected a time span such as 5s, 10m, 24h or 00:00:05, found \"5\"\n"
          "5:8: expected a number of messages, found \"many\"\n"
          "6:29: expected an event such as OnMailCommand, or *, found \"OnMailComand\"; did "
          "you mean \"OnMailCommand\"?\n"
          "7:1: expected a client line before the dialogue, such as client 203.0.113.9\n"
          "7:5: expected a closing quote\n"
          "8:5: expected only \\r \\n \\t \\0 \\\\ \\\" and \\xHH behind backslashes\n"
          "9:10: expected the end of the line, found \"2\"\n");
}

TEST_CASE("Words and blocks that never end, and what stands beneath nothing, are errors") {
    ScenarioBench bench;
    CHECK(bench.errors("zone <<END\na A 192.0.2.1\n") ==
          "1:6: expected a line \"END\" that ends what begins here\n");
    CHECK(bench.errors("wait\n| output\n") ==
          "2:1: expected a verb; \"|\" stands beneath a PS> or table line only\n");
    CHECK(bench.errors("client 203.0.113.9\nS:\n") == "2:1: expected what the server says, or closed\n");
    CHECK(bench.errors("client 203.0.113.9\nS~ (\n").starts_with("2:1: expected a regular expression"));
    CHECK(bench.errors("profile 2008\n").starts_with("1:9: "));
    CHECK(bench.errors("dns sometimes\n") ==
          "1:5: expected strict, asked or not asked, found \"sometimes\"\n");
    CHECK(bench.errors("agent X OnConnect None because Y\n") ==
          "1:24: expected response, reason, data or input, found \"because\"\n");
    CHECK(bench.errors("file Replay/x present\n") ==
          "1:6: expected Replay/1, Replay/2, ..., found \"Replay/x\"\n");
}

TEST_CASE("A time behind a reply is read, words that only look like one are the server's") {
    ScenarioBench bench;
    const auto timed = bench.parse("client 203.0.113.9\nS: 554 5.1.0 after 5s\n");
    CHECK(only<step::Reply>(timed).text == "554 5.1.0");
    CHECK(only<step::Reply>(timed).after == 5s);
    const auto said = bench.parse("client 203.0.113.9\nS: 450 Come back after lunch\n");
    CHECK(only<step::Reply>(said).text == "450 Come back after lunch");
    CHECK_FALSE(only<step::Reply>(said).after);
    CHECK((only<step::Reply>(bench.parse("client 203.0.113.9\nS: closed\n")).match ==
           step::ReplyMatch::Closed));
}

TEST_CASE("A client's line goes out octet for octet; raw bytes have escapes, messages their dots") {
    ScenarioBench bench;
    CHECK(only<step::Send>(bench.parse("client 203.0.113.9\nC: MAIL FROM:<\"a # b\"@x.com>  # no comment\n"))
              .bytes == "MAIL FROM:<\"a # b\"@x.com>  # no comment\r\n");
    CHECK(only<step::Send>(bench.parse("client 203.0.113.9\nraw \"a\\r\\n\\x00\\xfF\\\"\\\\\" # comment\n"))
              .bytes == std::string("a\r\n\0\xff\"\\", 7));
    CHECK(
        only<step::Send>(bench.parse("client 203.0.113.9\nmessage <<END\nSubject: x\n\n.dot\nEND\n")).bytes ==
        "Subject: x\r\n\r\n..dot\r\n.\r\n");
}

TEST_CASE("A record that is none is found before anything is played") {
    ScenarioBench bench;
    CHECK(bench.errors("zone fabrikam.com XYZ 1\n") ==
          "1:1: expected a record: \"XYZ\" is no record type, servfail, timeout, nxdomain or delay\n");
    CHECK(bench.errors("zone <<END\nfabrikam.com A 192.0.2.1\n\nfabrikam.com A nonsense\nEND\n")
              .starts_with("4:1: expected a record: "));
    CHECK(bench.errors("zone fabrikam.com A 192.0.2.1 on query 0\n") ==
          "1:1: expected a record: behind \"query\" stands its number, from 1\n");
    CHECK(bench.errors("zone fabrikam.com TXT \"ask on query x\"\n") == "");
    CHECK(bench.errors("dns asked fabrikam.com XYZ\n") ==
          "1:24: expected a record type, once, twice or a number of times, found \"XYZ\"\n");
    CHECK(
        bench.errors("scanner sick\n")
            .starts_with("1:9: expected clean, infected, unscannable, error, hang or asked, found \"sick\""));
    CHECK(bench.errors("log agent row 1 Raeson is x\n").find("did you mean \"Reason\"?") !=
          std::string::npos);
}

TEST_CASE("A message file is found beside the scenario") {
    ScenarioBench bench;
    REQUIRE(bench.files.createDirectories("in").has_value());
    bench.put("in/hello.eml", "Subject: y\n\nbody\n");
    const auto parsed =
        parseScenarios(bench.files, "in/t.scenario", "client 203.0.113.9\nmessage hello.eml\n");
    CHECK(only<step::Send>(parsed).bytes == "Subject: y\r\n\r\nbody\r\n.\r\n");
    CHECK(bench.errors("client 203.0.113.9\nmessage missing.eml\n").starts_with("2:9: "));
    bench.put("in/hello.eml", "Subject: {what} {0}\n");
    CHECK(only<step::Send>(parseScenarios(bench.files, "in/t.scenario",
                                          "client 203.0.113.9\nmessage hello.eml \"what=a greeting\"\n"))
              .bytes == "Subject: a greeting {0}\r\n.\r\n");
}

TEST_CASE("What is included comes with its parameters, and its errors with its own name") {
    ScenarioBench bench;
    bench.put("from.part", "C: MAIL FROM:<{sender}>\n");
    CHECK(only<step::Send>(bench.parse("client 203.0.113.9\ninclude from.part sender=a@b.com\n")).bytes ==
          "MAIL FROM:<a@b.com>\r\n");
    bench.put("wrong.part", "\nreplai 1\n");
    const auto parsed = bench.parse("include wrong.part\n");
    REQUIRE(parsed.errors.size() == 1);
    CHECK(parsed.errors[0].toString() ==
          "wrong.part:2:1: expected a verb, found \"replai\"; did you mean \"replay\"?");
    bench.put("loop.part", "include loop.part\n");
    const auto looping = bench.parse("include loop.part\n");
    REQUIRE(looping.errors.size() == 1);
    CHECK(looping.errors[0].message == "files include each other more than 16 deep");
    CHECK(bench.errors("include nowhere.part\n").starts_with("1:1: "));
}

TEST_CASE("A table makes one scenario of each row; braces round anything else stay") {
    ScenarioBench bench;
    const auto parsed = bench.parse("# Blocked senders\n"
                                    "table sender | reason\n"
                                    "| a@b.com | SenderInBlockList\n"
                                    "|         | BlankSender\n"
                                    "client 203.0.113.9\n"
                                    "C: MAIL FROM:<{sender}> {0} @{Add='x'}\n");
    REQUIRE(parsed.errors.empty());
    REQUIRE(parsed.scenarios.size() == 2);
    CHECK(parsed.scenarios[0].name == "t[1]");
    CHECK(parsed.scenarios[1].title == "Blocked senders");
    CHECK(parsed.scenarios[1].line == 4);
    CHECK(std::get<step::Send>(parsed.scenarios[1].steps.back().action).bytes ==
          "MAIL FROM:<> {0} @{Add='x'}\r\n");
    CHECK(bench.errors("table a | b\n| 1\n") == "2:1: expected | and 2 cells, found 1\n");
    CHECK(bench.errors("table a\nwait\n") ==
          "1:1: expected names of columns, and rows beneath that begin with |\n");
    CHECK(bench.errors("table a\n| 1\ntable b\n| 2\n") ==
          "3:1: expected one table in a scenario; the first is in line 1\n");
}

TEST_CASE("An error that every row repeats is told once") {
    ScenarioBench bench;
    CHECK(bench.errors("table a\n| 1\n| 2\nreplai {a}\n") ==
          "4:1: expected a verb, found \"replai\"; did you mean \"replay\"?\n");
}

TEST_CASE("Tags, evidence, seed and conditions belong to the scenario") {
    ScenarioBench bench;
    const auto parsed =
        bench.parse("tag smoke slow\nevidence documented agents.md 3.3\nevidence ours\nseed 7\nprofile 2007\n"
                    "skip unless agent \"Sender Id Agent\"\nbare\n");
    REQUIRE(parsed.errors.empty());
    const auto& scenario = parsed.scenarios[0];
    CHECK(scenario.tags == std::vector<std::string>{"smoke", "slow"});
    REQUIRE(scenario.evidence.size() == 2);
    CHECK((scenario.evidence[0].level == EvidenceLevel::Documented));
    CHECK(scenario.evidence[0].reference == "agents.md 3.3");
    CHECK(scenario.seed == 7);
    CHECK((scenario.profile == ProfileId::E2007));
    CHECK(scenario.conditions[0].what == "Sender Id Agent");
    CHECK(scenario.bare);
}
