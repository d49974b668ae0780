// Scenarios against a server that is not ours to move: what needs only the wire is played, the rest is
// skipped and says why.
#include <edge/testenv/live/against_world.h>
#include <edge/tests/live/running_lab.h>
#include <edge/tests/scenario/scenario_bench.h>

using namespace edge;
using namespace edge::testenv;

namespace {

ScenarioResult playAgainst(const Endpoint& server, const std::string& text) {
    ScenarioBench bench;
    const auto parsed = bench.parse(text);
    for (const auto& error : parsed.errors)
        FAIL_CHECK(error.toString());
    REQUIRE(parsed.scenarios.size() == 1);
    return runScenario(parsed.scenarios.front(), worldsAgainst(server));
}

std::string reason(const std::string& text) {
    ScenarioBench bench;
    return whyNotAgainst(bench.parse(text).scenarios.at(0)).value_or("");
}

const std::string kHello = "client 203.0.113.9\nhello\n";

} // namespace

TEST_CASE("A dialogue is played against any server, message, half-close and all") {
    const RunningLab lab; // free: nothing of it is moved
    const auto passed = playAgainst(
        lab.smtp(), "client A 203.0.113.9\nhello\nS+ 250-PIPELINING\n"
                    "envelope ann@fabrikam.com mary@adventureworks.com\n"
                    "message <<END\nSubject: x\n\nbody\nEND\nS: 250 2.6.0\nwait\n"
                    "client B 203.0.113.9\nhello\nC: NOOP\nC: QUIT\nend\nS: 250\nS: 221\nS: closed\n"
                    "client A\ncut\n");
    CHECK((passed.verdict == Verdict::Passed));
    const auto failed = playAgainst(lab.smtp(), kHello + "C: NOOP\nS: 550\n");
    CHECK((failed.verdict == Verdict::Failed));
    REQUIRE(failed.misses.size() == 1);
    CHECK(failed.misses[0].got == "250 2.0.0 OK");
    CHECK((playAgainst(lab.smtp(), kHello + "C: QUIT\nsilence 1s\n").verdict == Verdict::Failed));
}

TEST_CASE("What needs more is skipped, with the line that needs it") {
    CHECK(reason(kHello + "C: NOOP\nS: 250\n") == "");
    CHECK(reason(kHello + "PS> Get-TransportAgent\n") ==
          "line 3 needs more than a connection: PS> Get-TransportAgent");
    CHECK(reason("zone x.com servfail\n" + kHello).starts_with("line 1 needs"));
    CHECK(reason(kHello + "C: NOOP\nS: 250 after 5s\n").starts_with("line 4 needs"));
    CHECK(reason(kHello + "silence 1h\n").starts_with("line 3 needs"));
    CHECK(reason(kHello + "silence 2s\n") == "");
    CHECK(reason(kHello + "vanish\n") == "");
    for (const auto* line : {"pieces 1", "advance 1h", "replay 0", "scl 5", "fault disk EIO", "agent * * *",
                             "log agent rows 0", "file Replay/1 present", "dns strict", "directory a@x.com"})
        CHECK(reason(kHello + line + "\n").starts_with("line 3 needs more than a connection: "));
    CHECK(reason("bare\n" + kHello) == "it needs a server as it is after setup");
    CHECK(reason("profile 2007\n" + kHello) == "it needs profile 2007");
    const auto skipped = playAgainst({}, kHello + "replay 0\n");
    CHECK((skipped.verdict == Verdict::Skipped));
    CHECK(skipped.reason == "line 3 needs more than a connection: replay 0");
}

TEST_CASE("A server that is not there breaks the scenario; one that closes is heard to") {
    Endpoint nobody;
    {
        const RunningLab lab;
        nobody = lab.smtp();
        const auto closed = playAgainst(lab.smtp(), kHello + "C: QUIT\nS: 221\nS: closed\n");
        CHECK((closed.verdict == Verdict::Passed));
    }
    const auto broken = playAgainst(nobody, kHello);
    CHECK((broken.verdict == Verdict::Broken));
    CHECK(broken.reason.starts_with("cannot connect to 127.0.0.1:"));
}

TEST_CASE("A server is named by address or by name, and always by port") {
    CHECK(serverToPlayAgainst("127.0.0.1:2525")->toString() == "127.0.0.1:2525");
    CHECK(serverToPlayAgainst("[::1]:25")->toString() == "[::1]:25");
    CHECK(serverToPlayAgainst("localhost:25")->port == 25);
    for (const auto* wrong : {"", "localhost", ":25", "localhost:", "localhost:nonsense"})
        CHECK_FALSE(serverToPlayAgainst(wrong).has_value());
}
