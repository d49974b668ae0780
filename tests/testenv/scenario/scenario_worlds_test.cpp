// The scripted worlds that no built-in agent asks yet: a DNS whose answers change, a virus engine. Two agents
// of the test's own ask them, as agents of a user's would.
#include <edge/agent.h>
#include <edge/testenv/scenario/memory_world.h>
#include <edge/tests/scenario/scenario_bench.h>

using namespace edge;
using namespace edge::testenv;

namespace {

std::string_view wordOf(DnsOutcome outcome) {
    constexpr std::array<std::string_view, 5> kWords{"answered", "nodata", "nxdomain", "servfail", "timeout"};
    return kWords[static_cast<std::size_t>(outcome)];
}

std::string_view wordOf(ScanOutcome outcome) {
    constexpr std::array<std::string_view, 4> kWords{"clean", "infected", "unscannable", "unavailable"};
    return kWords[static_cast<std::size_t>(outcome)];
}

// Looks up where the sender's domain lives and says what it heard.
class LookUpAgent final : public SmtpReceiveAgent {
public:
    explicit LookUpAgent(SmtpServer& server)
        : server_(server) {}
    Task<> onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs& e) override {
        auto asking = server_.resolver().query(std::string(e.fromAddress.domainPart()), DnsType::A);
        const auto answer = co_await std::move(asking);
        source.addInput("A", std::string(wordOf(answer.outcome)));
        for (const auto& record : answer.records)
            source.addInput("address", record.address.toString());
        if (answer.outcome == DnsOutcome::ServFail || answer.outcome == DnsOutcome::Timeout)
            source.rejectCommand({451, "4.4.3", "Try again"}, {"NoAnswer", {}});
    }

private:
    SmtpServer& server_;
};

// Writes how often it was called into the header.
class MarkAgent final : public SmtpReceiveAgent {
public:
    Task<> onEndOfHeaders(ReceiveMessageEventSource&, const EndOfHeadersEventArgs& e) override {
        e.headers.append("X-Mark", "1");
        co_return;
    }
    Task<> onEndOfData(ReceiveMessageEventSource&, const EndOfDataEventArgs& e) override {
        e.mailItem.headers.set("X-Mark", "2");
        co_return;
    }
};

// Has every message scanned, and waits for the engine no longer than a minute.
class ScanAgent final : public SmtpReceiveAgent {
public:
    explicit ScanAgent(SmtpServer& server)
        : server_(server) {}
    Task<> onEndOfData(ReceiveMessageEventSource& source, const EndOfDataEventArgs&) override {
        ScanVerdict verdict{ScanOutcome::Unavailable, "no answer within a minute"};
        auto asking = ask(verdict);
        auto bounded =
            server_.clock().within(server_.clock().steadyNow() + std::chrono::minutes(1), std::move(asking));
        co_await std::move(bounded);
        source.addInput(std::string(wordOf(verdict.outcome)), verdict.what);
        if (verdict.outcome == ScanOutcome::Infected)
            source.rejectMessage({554, "5.7.1", "Infected"}, {"Virus", verdict.what});
        else if (verdict.outcome != ScanOutcome::Clean)
            source.rejectMessage({451, "4.7.1", "Not scanned"}, {"NotScanned", verdict.what});
    }

private:
    Task<> ask(ScanVerdict& verdict) {
        auto scanning = server_.virusScanner().scan("content");
        verdict = co_await std::move(scanning);
    }

    SmtpServer& server_;
};

struct WorldBench : ScenarioBench {
    // "" where it passes, else the first miss.
    std::string missWithAgents(std::string_view text) {
        const auto parsed = parse(text);
        for (const auto& error : parsed.errors)
            FAIL_CHECK(error.toString());
        REQUIRE(parsed.scenarios.size() == 1);
        const auto result =
            runScenario(parsed.scenarios.front(), [](const Scenario& scenario, std::uint64_t seed) {
                auto world = makeLabWorld({.seed = seed, .profile = scenario.profile});
                world->lab().install<LookUpAgent>("Look-up");
                world->lab().install<MarkAgent>("Mark");
                world->lab().install<ScanAgent>("Scan");
                return world;
            });
        if (result.misses.empty())
            return result.verdict == Verdict::Passed ? "" : result.reason;
        const auto& first = result.misses.front();
        return std::to_string(first.place.line) + ": expected " + first.expected + " / got " + first.got;
    }
};

const std::string kMail = "C: MAIL FROM:<ann@fabrikam.com>\n";
const std::string kMessage = "envelope ann@fabrikam.com mary@adventureworks.com\nmessage <<END\nSubject: "
                             "x\n\nbody\nEND\n";
const std::string kClean = "zone fabrikam.com A 192.0.2.1\nclient 203.0.113.9\nhello\n";

} // namespace

TEST_CASE("The n-th answer of the DNS is another one") {
    WorldBench bench;
    CHECK(bench.missWithAgents("zone <<END\n"
                               "fabrikam.com servfail on query 1\n"
                               "fabrikam.com A 192.0.2.1\n"
                               "fabrikam.com A 192.0.2.3 from query 3\n"
                               "fabrikam.com nxdomain from query 4\n"
                               "END\n"
                               "client 203.0.113.9\nhello\n" +
                               kMail + "S: 451 4.4.3\n" + kMail + "S: 250\nC: RSET\nS: 250\n" + kMail +
                               "S: 250\nC: RSET\nS: 250\n" + kMail +
                               "S: 250\n"
                               "agent Look-up OnMailCommand RejectCommand input A servfail\n"
                               "agent Look-up OnMailCommand None input address 192.0.2.1\n"
                               "agent Look-up OnMailCommand None input address 192.0.2.3\n"
                               "agent Look-up OnMailCommand None input A nxdomain\n"
                               "dns asked fabrikam.com A 4 times\n"
                               "dns asked fabrikam.com\n"
                               "dns not asked fabrikam.com TXT\n") == "");
}

TEST_CASE("Questions are counted for each name and type by itself, and wrong counts say what was asked") {
    WorldBench bench;
    CHECK(bench.missWithAgents("zone fabrikam.com A 192.0.2.1\nzone contoso.com timeout on query 1\n"
                               "client 203.0.113.9\nhello\nC: MAIL FROM:<a@contoso.com>\nS: 451 4.4.3 after "
                               "5s\n" +
                               kMail +
                               "S: 250\ndns asked fabrikam.com once\ndns asked contoso.com A twice\n") ==
          "10: expected twice / got once; asked were\ncontoso.com\nfabrikam.com");
}

TEST_CASE("A delay holds for the question it names") {
    WorldBench bench;
    CHECK(bench.missWithAgents("zone <<END\nfabrikam.com A 192.0.2.1\nfabrikam.com delay 3s on query 2\nEND\n"
                               "client 203.0.113.9\nhello\n" +
                               kMail + "S: 250 2.1.0 after 0s\nC: RSET\nS: 250\n" + kMail +
                               "S: 250 2.1.0 after 3s\n") == "");
}

TEST_CASE("A header is what an agent found, and what it left") {
    WorldBench bench;
    const std::string marked = "scanner clean\n" + kClean + kMessage + "S: 250 2.6.0\n";
    CHECK(bench.missWithAgents(marked + "header X-Mark before Mark not present\n"
                                        "header X-Mark after Mark is 2\n"
                                        "header X-Mark after Mark OnEndOfHeaders is 1\n"
                                        "header X-Mark before Mark OnEndOfData is 1\n"
                                        "header Subject after \"Content Filter Agent\" is x\n") == "");
    CHECK(bench.missWithAgents(marked + "header X-Mark after Mark is 1\n") ==
          "12: expected the text \"1\" / got 2");
    CHECK(bench.missWithAgents(marked + "header Subject after Nobody is x\n") ==
          "12: expected a message in the hands of Nobody / got nothing");
    // Of two messages it is the later one that counts.
    CHECK(bench.missWithAgents(marked + kMessage + "S: 250 2.6.0\nheader X-Mark before Mark not present\n") ==
          "");
    CHECK(bench.errors("header Subject before X OnSometime is x\n").starts_with("1:25: expected an event"));
}

TEST_CASE("Without a scanner line there is no scanner, as on the real server") {
    WorldBench bench;
    CHECK(bench.missWithAgents(kClean + kMessage +
                               "S: 451 4.7.1\nagent Scan OnEndOfData RejectMessage reason NotScanned data "
                               "\"no virus scanner is configured\"\n") == "");
}

TEST_CASE("The engine says what the scenario says: for all scans, for the n-th, late, or never") {
    WorldBench bench;
    CHECK(bench.missWithAgents("scanner clean\nscanner infected EICAR on scan 2\nscanner unscannable "
                               "encrypted after 2s from scan 3\n" +
                               kClean + kMessage + "S: 250 2.6.0\n" + kMessage + "S: 554 5.7.1\n" + kMessage +
                               "S: 451 4.7.1 Not scanned after 2s\n"
                               "agent Scan OnEndOfData RejectMessage reason Virus data EICAR\n"
                               "agent Scan OnEndOfData RejectMessage data encrypted\n"
                               "scanner asked 3 times\nreplay 1\n") == "");
    CHECK(bench.missWithAgents("scanner error\n" + kClean + kMessage + "S: 451\nscanner hang\n" + kMessage +
                               "S: 451 4.7.1 Not scanned after 1m\n") == "");
    CHECK(bench.missWithAgents("scanner clean\n" + kClean + "scanner asked 0 times\n" + kMessage +
                               "S: 250\nscanner asked twice\n") == "13: expected twice / got once");
}
