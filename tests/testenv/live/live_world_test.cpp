// Scenarios over TCP: whatever a scenario does, it comes out as in memory: each reply at its time, each
// decision, each published octet, and each miss.
#include <edge/base/text.h>
#include <edge/server/posix_file_system.h>
#include <edge/testenv/live/live_world.h>
#include <edge/testenv/scenario/scenario_report.h>
#include <edge/tests/live/running_lab.h>
#include <edge/tests/scenario/scenario_bench.h>

using namespace edge;
using namespace edge::testenv;

namespace {

// Both ways, one after the other.
struct BothModes {
    explicit BothModes(bool onRealFiles = false)
        : lab(onRealFiles) {}

    void play(const std::string& text, std::optional<Verdict> verdict = {}) {
        CAPTURE(text.substr(0, 2000));
        ScenarioBench bench;
        const auto parsed = bench.parse(text);
        for (const auto& error : parsed.errors)
            FAIL_CHECK(error.toString());
        for (const auto& scenario : parsed.scenarios) {
            const RunOptions options{.keepsReplay = true};
            const PlayedScenario inMemory{&scenario, 0, runInMemory(scenario, options), {}};
            const auto live = runScenario(
                scenario,
                [this](const Scenario& which, std::uint64_t seed) {
                    return makeLiveWorld(*lab.controller, lab.smtp(), which, seed);
                },
                options);
            CHECK(transcriptText({&scenario, 0, live, {}}) == transcriptText(inMemory));
            if (verdict)
                CHECK((live.verdict == *verdict));
        }
    }
    void passes(const std::string& text) { play(text, Verdict::Passed); }
    void fails(const std::string& text) { play(text, Verdict::Failed); }

    RunningLab lab;
};

const std::string kHello = "client 203.0.113.9\nhello\n";
const std::string kEnvelope = kHello + "envelope ann@fabrikam.com mary@adventureworks.com\n";
const std::string kMessage = "message <<END\nSubject: x\n\nbody\nEND\n";

} // namespace

TEST_CASE("Every example of the language's page comes out the same") {
    PosixFileSystem files;
    const auto page = readWholeFile(files, EDGE_SOURCE_DIR "/docs/scenario-language.md", 1024 * 1024);
    REQUIRE(page.has_value());
    BothModes both;
    std::size_t played = 0;
    const std::string opening = "\n```scenario\n";
    for (auto at = page->find(opening); at != std::string::npos; at = page->find(opening, at + 1)) {
        const auto begin = at + opening.size();
        both.play(page->substr(begin, page->find("\n```\n", begin) + 1 - begin));
        ++played;
    }
    CHECK(played > 10);
}

TEST_CASE("A message larger than all buffers between client and server arrives whole") {
    std::string lines;
    for (int i = 0; i < 20000; ++i)
        lines += "line " + std::to_string(i) + " of a message that no socket takes at once\n";
    BothModes both;
    both.passes(kEnvelope + "message <<END\nSubject: x\n\n" + lines + "END\nS: 250 2.6.0\nreplay 1\n" +
                "file Replay/1 body contains \"line 19999 of\"\n");
}

TEST_CASE("What is sent while the server waits for the time to pass is read when it has passed") {
    BothModes both;
    both.passes(kHello + "C: XYZZY\nwait\nC: NOOP\nwait\nC: RSET\nwait\nadvance 2s\nC: NOOP\n"
                         "S: 500 5.3.3 after 3s\nS: 250 2.0.0\nS: 250\nS: 250\n");
}

TEST_CASE("A large message behind a tarpit is taken when the tarpit ends") {
    std::string lines;
    for (int i = 0; i < 8000; ++i)
        lines += "X-Filler: " + std::string(60, 'x') + "\\r\\n";
    BothModes both;
    both.passes(kHello +
                "C: MAIL FROM:<ann@fabrikam.com>\nS: 250\nC: RCPT TO:<mary@contoso.com>\n"
                "C: RCPT TO:<mary@adventureworks.com>\nC: DATA\nraw \"Subject: x\\r\\n\\r\\n" +
                lines + "\\r\\n.\\r\\n\"\nS: 550 5.7.54 after 5s\nS: 250\nS: 354\nS: 250 2.6.0\nreplay 1\n");
}

TEST_CASE("Octet by octet") {
    BothModes both;
    both.passes("client 203.0.113.9\npieces 1\nhello\nenvelope ann@fabrikam.com mary@adventureworks.com\n" +
                kMessage + "S: 250 2.6.0\npieces 3\nC: QUIT\nS: 221\nS: closed\nreplay 1\n");
}

TEST_CASE("Peers that leave: half-closed, reset, vanished, silent from an operation on") {
    BothModes both;
    both.passes(kHello + "C: MAIL FROM:<ann@fabrikam.com>\nC: NOOP\nend\nS: 250 2.1.0\nS: 250\nS: closed\n");
    both.passes(kEnvelope + "raw \"Subject: half\\r\\n\"\nwait\ncut\nreplay 0\nadvance 1h\nreplay 0\n");
    both.passes(kHello + "C: XYZZY\nwait\ncut\nwait\nno agent * * Fault\n");
    both.passes(kHello + "C: NOOP\ncut\nadvance 10m\n");
    both.passes(kEnvelope + kMessage + "vanish\nadvance 1h\n");
    both.passes(kHello + "vanish\nadvance 1h\nclient B 198.51.100.2\nhello\n");
    both.passes(kEnvelope + "fault peer silent at 2\n" + kMessage + "advance 1h\nreplay 1\n");
    both.passes(kEnvelope + "fault peer reset after RSET\nC: RSET\nadvance 1h\n");
}

TEST_CASE("Two clients at once, and one that connects anew") {
    BothModes both;
    both.passes("client A 203.0.113.9\nhello\nclient B 198.51.100.2\nhello\nclient A\n"
                "C: MAIL FROM:<ann@fabrikam.com>\nclient B\nC: MAIL FROM:<bob@fabrikam.com>\nS: 250\n"
                "client A\nS: 250\nclient A 203.0.113.10\nhello\nclient B\nC: QUIT\nS: 221\nS: closed\n");
}

TEST_CASE("A disk that fails and is repaired does so at the same write, and the ids behind it are the same") {
    BothModes both(true);
    const auto anew =
        "fault disk repaired\nadvance 10m\n" + kEnvelope + kMessage + "S: 250 2.6.0\nreplay 1\n";
    both.passes("fault disk ENOSPC\n" + kEnvelope + kMessage + "S: 452 4.3.1\n" + anew);
    both.passes(kEnvelope + "fault disk EIO\n" + kMessage + "S: 45\n" +
                replaceAll(anew, "repaired\n", "repaired\nPS> Resume-EdgeSimQueue\n"));
}

TEST_CASE("Misses are the same, too") {
    BothModes both;
    both.fails(kHello + "C: NOOP\nS: 550\n");
    both.fails(kHello + "S: 250\n");
    both.fails(kHello + "S: closed\n");
    both.fails(kHello + "silence 2m\n");
    both.fails("dns strict\n" + kEnvelope + kMessage + "S: 250 2.6.0 wrong\n");
    both.fails("PS> Set-SenderFilterConfig -Nonsense 1\n");
    both.fails(kHello + "agent \"Content Filter Agent\" OnEndOfData RejectMessage\n");
}

TEST_CASE("A lab that has gone breaks the scenario and says so") {
    RunningLab lab;
    ScenarioBench bench;
    const auto parsed = bench.parse(kHello);
    lab.ask({{"do", "stop"}});
    const auto result =
        runScenario(parsed.scenarios.front(), [&](const Scenario& scenario, std::uint64_t seed) {
            return makeLiveWorld(*lab.controller, lab.smtp(), scenario, seed);
        });
    CHECK((result.verdict == Verdict::Broken));
    CHECK(result.reason.find("the lab") != std::string::npos);
}
