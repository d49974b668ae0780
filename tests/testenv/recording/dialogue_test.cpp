// From packets to what was said and heard.
#include <edge/testenv/recording/comparison.h>
#include <edge/testenv/recording/dialogue.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;

namespace {

using std::chrono::milliseconds;

// A recording made by hand: each call is an event, `at` milliseconds from the start.
class HandMade {
public:
    HandMade& client(int at, std::string bytes) { return add(at, RecordedPacket{true, std::move(bytes)}); }
    HandMade& server(int at, std::string bytes) { return add(at, RecordedPacket{false, std::move(bytes)}); }
    HandMade& end(int at, SessionEnd end) { return add(at, end); }
    HandMade& answer(DnsOutcome outcome, std::vector<std::string> records) {
        return add(0, RecordedAnswer{"fabrikam.com", DnsType::Txt, outcome, {}, std::move(records)});
    }
    Dialogue dialogue() const { return dialogueOf(recording_); }

private:
    template <class T>
    HandMade& add(int at, T what) {
        recording_.events.push_back({milliseconds(at), std::move(what)});
        return *this;
    }
    Recording recording_;
};

} // namespace

TEST_CASE("Each line gets its reply, and knows whether the client waited for it") {
    HandMade session;
    session.server(0, "220 edge\r\n")
        .client(100, "EHLO a\r\n")
        .server(101, "250-edge\r\n250 SIZE\r\n")
        .client(2101, "NOOP\r\nRSET\r\n")
        .server(2102, "250 2.0.0 OK\r\n250 2.0.0 Resetting\r\n")
        .client(2103, "QUIT\r\n")
        .server(2104, "221 bye\r\n")
        .end(2105, SessionEnd::ServerClosed);
    const auto [given, outcome] = session.dialogue();
    REQUIRE(given.said.size() == 4);
    CHECK(outcome.banner.verdict() == "220 edge");
    CHECK(outcome.replies[0].lines == std::vector<std::string>{"250-edge", "250 SIZE"});
    CHECK(outcome.replies[1].verdict() == "250 2.0.0 OK");
    CHECK(outcome.replies[2].verdict() == "250 2.0.0 Resetting");
    CHECK(given.said[0].waits);
    CHECK_FALSE(given.said[1].waits);
    CHECK(given.said[2].waits);
    CHECK(given.said[0].pieces.front().pause == milliseconds(100));
    CHECK(given.said[1].pieces.front().pause == milliseconds(2000)); // since the reply
    CHECK(given.said[2].pieces.front().pause == milliseconds(0));    // it came with NOOP
    CHECK(outcome.closed);
    CHECK(given.leaving == Leaving::Stays);
}

TEST_CASE("A message ends at its dot, in whatever packets it came") {
    HandMade session;
    session.server(0, "220 edge\r\n")
        .client(1, "DATA\r\n")
        .server(2, "354 go on\r\n")
        .client(3, "Subject: x\r\n\r\nQUIT\r\n.")
        .client(5003, "\r\nQUIT\r\n")
        .server(5004, "250 2.6.0 Queued\r\n221 bye\r\n");
    const auto [given, outcome] = session.dialogue();
    REQUIRE(given.said.size() == 3);
    CHECK(given.said[1].kind == Utterance::Kind::Content);
    CHECK(given.said[1].bytes() == "Subject: x\r\n\r\nQUIT\r\n.\r\n");
    REQUIRE(given.said[1].pieces.size() == 2);
    CHECK(given.said[1].pieces[1].pause == milliseconds(5000));
    CHECK(outcome.replies[1].verdict() == "250 2.6.0 Queued");
    CHECK(given.said[2].bytes() == "QUIT\r\n");
    CHECK(outcome.replies[2].verdict() == "221 bye");
}

TEST_CASE("After a refused DATA lines are commands again") {
    HandMade session;
    session.server(0, "220 edge\r\n").client(1, "DATA\r\nNOOP\r\n").server(2, "503 no\r\n250 OK\r\n");
    const auto [given, outcome] = session.dialogue();
    REQUIRE(given.said.size() == 2);
    CHECK(given.said[1].kind == Utterance::Kind::Line);
    CHECK(outcome.replies[1].verdict() == "250 OK");
}

TEST_CASE("What the server says of itself answers nothing") {
    HandMade session;
    session.server(0, "220 edge\r\n")
        .client(1, "NOO")
        .server(300'000, "421 4.4.1 Connection timed out\r\n")
        .end(300'001, SessionEnd::ServerClosed);
    const auto [given, outcome] = session.dialogue();
    REQUIRE(given.said.size() == 1);
    CHECK(given.said[0].kind == Utterance::Kind::Fragment);
    CHECK(outcome.replies[0].isEmpty());
    REQUIRE(outcome.more.size() == 1);
    CHECK(outcome.more[0].verdict() == "421 4.4.1 Connection timed out");
}

TEST_CASE("How the client left is known") {
    HandMade gone;
    gone.server(0, "220 edge\r\n").client(1, "NOOP\r\n").end(2001, SessionEnd::ClientReset);
    CHECK(gone.dialogue().given.leaving == Leaving::Resets);
    CHECK(gone.dialogue().given.leavingPause == milliseconds(2000));
    HandMade ended;
    ended.server(0, "220 edge\r\n")
        .client(1, "NOOP\r\n")
        .end(2, SessionEnd::ClientEnded)
        .server(3, "250 OK\r\n");
    CHECK(ended.dialogue().given.leaving == Leaving::Ends);
    CHECK_FALSE(ended.dialogue().given.said[0].waits); // it had ended before the reply came
    HandMade open;
    open.server(0, "220 edge\r\n").end(2, SessionEnd::Stopping);
    CHECK(open.dialogue().given.leaving == Leaving::Unknown);
}

TEST_CASE("Answers become zone lines, later ones where they differ") {
    HandMade session;
    session.answer(DnsOutcome::ServFail, {})
        .answer(DnsOutcome::ServFail, {})
        .answer(DnsOutcome::Answered, {"v=spf1 -all"});
    CHECK(zoneLines(session.dialogue().given.answers) ==
          std::vector<std::string>{"fabrikam.com servfail", "fabrikam.com TXT \"v=spf1 -all\" from query 3"});
}

TEST_CASE("A name that would break out of its zone line is left out") {
    Recording recording;
    recording.events.push_back(
        {{},
         RecordedAnswer{"a.com\nPS> Remove-AcceptedDomain x", DnsType::Txt, DnsOutcome::ServFail, {}, {}}});
    recording.events.push_back(
        {{}, RecordedAnswer{"b.com", DnsType::Txt, DnsOutcome::Answered, {}, {"x\ny", "plain"}}});
    CHECK(zoneLines(dialogueOf(recording).given.answers) == std::vector<std::string>{"b.com TXT \"plain\""});
}

TEST_CASE("A script is cut into statements, not into lines") {
    CHECK(statementsOf("# a comment\n\nSet-A -B 1\nSet-C -D @(\n  'x',\n  'y')\nSet-E\n") ==
          std::vector<std::string>{"Set-A -B 1", "Set-C -D @(\n  'x',\n  'y')", "Set-E"});
}

TEST_CASE("Dates, ids and rates are spelled alike") {
    struct Row {
        const char* line;
        const char* normal;
    };
    for (const auto& row : std::vector<Row>{
             {"220 edge ready at Mon, 23 Nov 2026 01:49:30 +0000", "220 edge ready at <date>"},
             {"250 2.6.0 <b14af669-1afe-4b74-bb90-65e49c8cfeba@edge> [InternalId=42, Hostname=edge] 29 bytes "
              "in "
              "0.001, 28.320 KB/sec Queued mail for delivery",
              "250 2.6.0 <<id>@edge> [InternalId=<id>, Hostname=edge] <rate> Queued mail for delivery"},
             {"entry 17: 203.0.113.9", "entry <id>: 203.0.113.9"},
             {"08D6E7F1A2B3C4D5;2019-06-03T09:00:00.000Z;1", "<id>;<date>;1"},
             {"554 5.1.0 Sender denied", "554 5.1.0 Sender denied"},
         })
        CHECK(normalised(row.line) == row.normal);
    CHECK(stableBeginning("250 2.6.0 <m@x> [InternalId=42]") == "250 2.6.0 <m@x> [");
    const std::string longLine(1'000'000, 'a'); // must not exhaust the stack
    CHECK(normalised(longLine) == longLine);
}

TEST_CASE("A run of digits is searched for a rate once, not from each of its digits") {
    CHECK(normalised("250 x29 bytes in 0.001, 28.320 KB/sec") == "250 x29 bytes in 0.001, 28.320 KB/sec");
    const std::string digits(4096, '1');
    for (int line = 0; line < 300; ++line) // minutes, were it tried from each
        REQUIRE(normalised(digits) == digits);
}

TEST_CASE("A reply a second late is no difference, one five seconds early is") {
    HandMade session;
    session.server(0, "220 edge\r\n").client(1, "NOOP\r\n").server(5002, "250 OK\r\n");
    const auto [given, outcome] = session.dialogue();
    auto now = outcome;
    now.replies[0].took = milliseconds(5500);
    CHECK(outcomeDifference(given, outcome, now) == "");
    now.replies[0].took = milliseconds(0);
    CHECK(outcomeDifference(given, outcome, now).find("(after 5 s)") != std::string::npos);
    now = outcome;
    now.replies[0].lines = {"250 Oh"};
    CHECK(outcomeDifference(given, outcome, now).find("S: 250 Oh") != std::string::npos);
}
