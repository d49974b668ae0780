// Coverage of filter logic: what was exercised is counted, and what nobody tried is found.
#include <edge/agent.h>
#include <edge/testenv/scenario/memory_world.h>
#include <edge/testenv/scenario/scenario_coverage.h>
#include <edge/tests/scenario/scenario_bench.h>

using namespace edge;
using namespace edge::testenv;

namespace {

struct CoverageBench : ScenarioBench {
    SuiteCoverage coverage;

    void play(std::string_view text, const WorldFactory& worlds = makeMemoryWorld) {
        const auto parsed = parse(text);
        for (const auto& error : parsed.errors)
            FAIL_CHECK(error.toString());
        REQUIRE(parsed.scenarios.size() == 1);
        const auto result =
            runScenario(parsed.scenarios[0], worlds, {.keepsDecisions = true, .keepsSettings = true});
        CHECK((result.verdict == Verdict::Passed));
        coverage.add({&parsed.scenarios[0], 0, result, {}});
    }

    // "cell | cell" of the rows of a section, gaps marked with a dash in front.
    std::vector<std::string> rows(const std::string& title) {
        std::vector<std::string> texts;
        for (const auto& section : coverageSections(coverage))
            if (section.title == title)
                for (const auto& row : section.rows)
                    texts.push_back((row.isGap ? "- " : "") + join(row.cells, " | "));
        return texts;
    }
    bool hasRow(const std::string& title, const std::string& row) {
        const auto all = rows(title);
        return std::find(all.begin(), all.end(), row) != all.end();
    }
};

using Texts = std::vector<std::string>;

constexpr const char* kBlank =
    "PS> Set-SenderFilterConfig -BlankSenderBlockingEnabled $true -BlockedDomains contoso.com, tailspin.com\n"
    "client 203.0.113.9\nhello\nC: MAIL FROM:<>\nS: 554\nclient 203.0.113.9\nhello\nC: MAIL "
    "FROM:<a@contoso.com>\nS: 554\nclient 203.0.113.9\nhello\nC: MAIL FROM:<a@sub.tailspin.com>\nS: 250\n";

// Asks for an address and does nothing with it.
class AskAgent final : public SmtpReceiveAgent {
public:
    explicit AskAgent(SmtpServer& server)
        : server_(server) {}
    Task<> onMailCommand(ReceiveCommandEventSource&, MailCommandEventArgs& e) override {
        auto asking = server_.resolver().query(std::string(e.fromAddress.domainPart()), DnsType::A);
        co_await std::move(asking);
    }

private:
    SmtpServer& server_;
};

} // namespace

TEST_CASE("Calls, acts and reasons are counted; agents that nobody saw act are gaps") {
    CoverageBench bench;
    bench.play(kBlank);
    const auto& cell = bench.coverage.cells().at({"Sender Filter Agent", AgentEvent::OnMailCommand});
    CHECK(cell.calls == 3);
    CHECK(cell.reasons.at("BlankSender") == 1);
    CHECK(bench.hasRow("Agents",
                       "Sender Filter Agent | OnMailCommand | None 1, RejectCommand 2 (BlankSender 1, "
                       "SenderInBlockList 1)"));
    CHECK(bench.hasRow("Agents", "- Recipient Filter Agent | OnRcptCommand | never called"));
    CHECK(bench.hasRow("Agents", "- Connection Filtering Agent | OnConnect | called, never acted"));
}

TEST_CASE("An entry of a list is covered by the decision that names it, not by one that only looks like it") {
    CoverageBench bench;
    bench.play(kBlank);
    CHECK(bench.rows("Entries of lists") ==
          Texts{"SenderFilterConfig.BlockedDomains | contoso.com | decisions 1",
                "- SenderFilterConfig.BlockedDomains | tailspin.com | never matched"});
    bench.play("PS> Add-IPBlockListEntry -IPAddress 203.0.113.9\nPS> Add-ContentFilterPhrase -Phrase hello "
               "-Influence BadWord\nclient 203.0.113.9\nhello\n");
    CHECK(bench.hasRow("Entries of lists", "IPBlockListEntry | 203.0.113.9 | decisions 1"));
    CHECK(bench.hasRow("Entries of lists", "- ContentFilterPhrase | hello | never matched"));
}

TEST_CASE("Lists by which no agent judges mail are no gaps") {
    CoverageBench bench;
    bench.play("PS> Get-ReceiveConnector | Set-ReceiveConnector -RemoteIPRanges 203.0.113.0/24\n"
               "client 203.0.113.9\nS: 220\n");
    CHECK(bench.rows("Entries of lists") == Texts{});
}

TEST_CASE("A setting lists the values it had, and the words it never was") {
    CoverageBench bench;
    bench.play("PS> Set-AttachmentFilterListConfig -Action Reject\nclient 203.0.113.9\nS: 220\n");
    bench.play(kBlank);
    // Strip is what a fresh server does, so it was tried.
    CHECK(bench.rows("Settings") == Texts{"SenderFilterConfig.BlankSenderBlockingEnabled | True 1 | ",
                                          "- AttachmentFilterListConfig.Action | Reject 1 | SilentDelete"});
}

TEST_CASE("Answers of the DNS are counted by type, and those that never came are gaps") {
    CoverageBench bench;
    bench.play("zone a.com A 192.0.2.1\nzone b.com servfail\nclient 203.0.113.9\nhello\n"
               "C: MAIL FROM:<x@a.com>\nS: 250\nC: RSET\nS: 250\nC: MAIL FROM:<x@b.com>\nS: 250\n",
               [](const Scenario&, std::uint64_t seed) {
                   auto world = makeLabWorld({.seed = seed});
                   world->lab().install<AskAgent>("Ask");
                   return world;
               });
    CHECK(bench.rows("DNS") == Texts{"A | answered | 1", "A | SERVFAIL | 1", "- A | no data | never answered",
                                     "- A | NXDOMAIN | never answered", "- A | timeout | never answered"});
}

TEST_CASE("The report is a table for a terminal, and a page that stands alone with the gaps on top") {
    CoverageBench bench;
    bench.play(kBlank);
    const auto text = coverageText(bench.coverage);
    CHECK(text.starts_with("coverage by 1 scenarios\nAgents\n"));
    CHECK(text.find("  -- Never matched: no decision of these scenarios names the entry.\n"
                    "  SenderFilterConfig.BlockedDomains  tailspin.com  never matched\n") !=
          std::string::npos);
    const auto page = coveragePage(bench.coverage);
    CHECK(page.starts_with("<!DOCTYPE html>"));
    CHECK(page.find("tailspin.com") < page.find("contoso.com"));
}
