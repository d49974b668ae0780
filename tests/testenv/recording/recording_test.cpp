// Reading recordings back, whole ones and broken ones.
#include <edge/testenv/recording/recording.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;

namespace {

const std::string kHead = "edgesim-recording 1\nserver \"edgesim 0.1.0\"\nstarted 2019-06-03T09:00:00.250Z\n"
                          "client 203.0.113.9:40122\nlocal 127.0.0.1:2525\nselection 127.0.0.1:25\n";

std::string errorOf(const std::string& text) {
    const auto recording = parseRecording(text, "x.edgerec");
    return recording ? "none" : recording.error().message;
}

} // namespace

TEST_CASE("What the recorder writes is read back octet for octet") {
    std::string octets;
    for (int i = 0; i < 256; ++i)
        octets += static_cast<char>(i);
    octets += "\r\n trailing blank \r\n\\x41 \"quoted\" ";
    Decision decision;
    decision.event = AgentEvent::OnMailCommand;
    decision.agent = "An \"odd\" agent";
    decision.action = Action::RejectCommand;
    decision.response = SmtpResponse(554, "5.1.0", "Sender \\ denied");
    decision.reason = "BlockedSender";
    decision.reasonData = octets;
    decision.inputs = {{"P1FromAddress", octets}};
    DnsAnswer answer{DnsOutcome::Answered, {}};
    answer.records.push_back({"v=spf1 \"x\" -all", {}, 0, {}});
    const RecordingHead head{UtcTime(std::chrono::milliseconds(1559552400250)),
                             *Endpoint::parse("203.0.113.9:40122"), *Endpoint::parse("127.0.0.1:2525"),
                             *Endpoint::parse("[2001:db8::1]:25")};
    const auto at = std::chrono::microseconds(1'500'001);
    const auto text = recordingHeadText(head, "Set-A -B 'x'\n# a comment\n", "New-C d") +
                      recordedBytes(at, true, octets) + recordedBytes(at, false, octets) +
                      recordedDecision(at, decision) +
                      recordedAnswer(at, "fabrikam.com", DnsType::Txt, answer, std::chrono::seconds(2)) +
                      recordedEnd(at, SessionEnd::ClientReset) + "end\n";

    const auto recording = parseRecording(text, "x.edgerec");
    REQUIRE_MESSAGE(recording.has_value(), recording.error().message);
    CHECK(recording->server == "edgesim " EDGE_VERSION);
    CHECK(recording->head.started == head.started);
    CHECK(recording->head.client == head.client);
    CHECK(recording->head.selection == head.selection);
    CHECK(recording->script == "Set-A -B 'x'\n");
    CHECK(recording->entries == "New-C d\n");
    REQUIRE(recording->events.size() == 5);
    CHECK(recording->events[0].at == at);
    CHECK(std::get<RecordedPacket>(recording->events[0].what).bytes == octets);
    CHECK(std::get<RecordedPacket>(recording->events[0].what).fromClient);
    CHECK_FALSE(std::get<RecordedPacket>(recording->events[1].what).fromClient);
    CHECK(std::get<RecordedDecision>(recording->events[2].what) == RecordedDecision::of(decision));
    const auto& answered = std::get<RecordedAnswer>(recording->events[3].what);
    CHECK(answered.took == std::chrono::seconds(2));
    CHECK(answered.records == std::vector<std::string>{"v=spf1 \"x\" -all"});
    CHECK(recording->has(SessionEnd::ClientReset));
    CHECK_FALSE(recording->has(SessionEnd::ServerClosed));
}

TEST_CASE("The text is plain ASCII, a line each") {
    const auto text = recordedBytes({}, true, "one\r\n\xC3\xA9 \x1b[31m\r\n.\r\n");
    CHECK(text == "0.000000 C: one\\r\\n\n0.000000 C+ \\xC3\\xA9 \\x1B[31m\\r\\n\n0.000000 C+ .\\r\\n\n");
}

TEST_CASE("A recording that breaks off is no recording") {
    const auto whole = kHead + "\n0.000100 C: NOOP\\r\\n\n0.000200 ended server-closed\nend\n";
    REQUIRE(errorOf(whole) == "none");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        CHECK(errorOf(whole.substr(0, length)) != "none");
    }
    CHECK(errorOf(whole.substr(0, whole.size() - 4)) ==
          "x.edgerec:9: the recording is cut off: the line \"end\" is missing");
}

TEST_CASE("Each damage is named with its line") {
    struct Damage {
        std::string text;
        std::string error;
    };
    const std::vector<Damage> damages{
        {"From: ann\n",
         "x.edgerec:1: this is no recording of edgesim: it does not begin with \"edgesim-recording 1\""},
        {"edgesim-recording 2\nend\n",
         "x.edgerec:1: expected \"edgesim-recording 1\", the version that this edgesim "
         "reads, found \"edgesim-recording 2\""},
        {kHead + "colour red\n\nend\n",
         "x.edgerec:7: expected server, started, client, local, selection, PS> or entry, found \"colour\""},
        {"edgesim-recording 1\nstarted yesterday\n\nend\n",
         "x.edgerec:2: expected a time such as 2019-06-03T09:00:00.000Z, found \"yesterday\""},
        {"edgesim-recording 1\nstarted 2019-02-30T09:00:00.000Z\n\nend\n",
         "x.edgerec:2: expected a time such as 2019-06-03T09:00:00.000Z, found \"2019-02-30T09:00:00.000Z\""},
        {"edgesim-recording 1\n\nend\n", "x.edgerec:3: the head lacks \"started\" or \"client\""},
        {kHead + "\nsoon C: NOOP\nend\n", "x.edgerec:8: expected a time in seconds such as 0.000120"},
        {kHead + "\n99999999999.000000 C: NOOP\nend\n",
         "x.edgerec:8: expected a time in seconds such as 0.000120"},
        {kHead + "\n0.000000 C: \\q\nend\n",
         "x.edgerec:8: expected only escapes such as \\r, \\n and \\x00 behind backslashes"},
        {kHead + "\n0.000000 C+ NOOP\nend\n", "x.edgerec:8: expected C: or S: before a line that goes on"},
        {kHead + "\n0.000000 S: 220\n0.000000 C+ NOOP\nend\n",
         "x.edgerec:9: expected C: or S: before a line that goes on"},
        {kHead + "\n0.000000 D: NOOP\nend\n",
         "x.edgerec:8: expected C:, C+, S:, S+, decision, input, dns or ended, found \"D:\""},
        {kHead + "\n0.000000 decision OnLunch \"A\" None\nend\n",
         "x.edgerec:8: expected an event, an agent and an action"},
        {kHead + "\n0.000000 decision OnConnect \"A\nend\n", "x.edgerec:8: expected a closing quote"},
        {kHead + "\n0.000000 input \"a\" \"b\"\nend\n", "x.edgerec:8: expected a decision before an input"},
        {kHead + "\n0.000000 dns \"a.com\" TXT maybe took 0.000000\nend\n",
         "x.edgerec:8: expected a name, a type, an outcome, took and a time"},
        {kHead + "\n0.000000 ended badly\nend\n",
         "x.edgerec:8: expected how the session ended, found \"badly\""},
    };
    for (const auto& damage : damages)
        CHECK(errorOf(damage.text) == damage.error);
}
