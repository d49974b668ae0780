// Mutation of suites: what they configure is changed under them, and what they do not notice comes out.
#include <edge/server/net/system_clock.h>
#include <edge/testenv/scenario/mutation_run.h>
#include <edge/tests/scenario/scenario_bench.h>

#include <set>

using namespace edge;
using namespace edge::testenv;

namespace {

// Refuses an SCL of 8; nothing says that 7 is refused and 6 is not.
constexpr const char* kLoose = R"(scl 8
PS> Set-ContentFilterConfig -SCLRejectEnabled $true -SCLRejectThreshold 7
client 203.0.113.9
hello
envelope ann@fabrikam.com mary@adventureworks.com
message <<END
Subject: x

body
END
S: 550 5.7.1
)";

std::string withScl(int scl, const char* reply) {
    auto text = std::string(kLoose);
    text.replace(text.find("scl 8"), 5, "scl " + std::to_string(scl));
    text.replace(text.find("S: 550 5.7.1"), 12, reply);
    return text;
}

struct MutationBench : ScenarioBench {
    MutationSummary summary;
    std::vector<std::string> survivors;
    std::set<std::string> noticed;

    void mutate(const std::vector<std::string>& texts, std::size_t threads = 1, std::size_t most = 0,
                const std::string& configuration = {}) {
        std::vector<Scenario> scenarios;
        for (const auto& text : texts) {
            auto parsed = parse(text);
            for (const auto& error : parsed.errors)
                FAIL_CHECK(error.toString());
            scenarios.push_back(std::move(parsed.scenarios.at(0)));
            scenarios.back().name = "s" + std::to_string(scenarios.size());
        }
        SystemClock real;
        const PlayOptions options{
            .run = {.keepsDecisions = true, .keepsMutations = true, .configuration = configuration},
            .threads = threads};
        MutantList list;
        playSuite(scenarios, options, real, [&](const PlayedScenario& played) { list.add(played); });
        const auto mutants = list.take(most);
        survivors.clear();
        noticed.clear();
        summary = playMutants(mutants, options, real, [&](const MutantResult& result) {
            const auto name = result.mutant->mutation.toString();
            if (result.noticedBy)
                noticed.insert(name);
            else
                survivors.push_back(name);
        });
    }
};

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("A threshold that no scenario pins down survives its mutation; its neighbours kill it") {
    MutationBench bench;
    bench.mutate({kLoose});
    CHECK(bench.survivors == Texts{"ContentFilterConfig.SCLRejectThreshold 7 -> 6",
                                   "ContentFilterConfig.SCLRejectThreshold 7 -> 8"});
    CHECK(bench.noticed.contains("ContentFilterConfig.SCLRejectEnabled True -> False"));
    CHECK(bench.noticed.contains("\"Content Filter Agent\" disabled"));
    CHECK(bench.summary.noticed == 2);
    CHECK(bench.summary.survived == 2);
    bench.mutate({kLoose, withScl(7, "S: 550 5.7.1"), withScl(6, "S: 250 2.6.0")});
    CHECK(bench.survivors == Texts{});
}

TEST_CASE("Every entry of a list must be missed by somebody") {
    MutationBench bench;
    const std::string text = "PS> Set-SenderFilterConfig -BlockedDomains contoso.com, tailspin.com\n"
                             "client 203.0.113.9\nhello\nC: MAIL FROM:<a@contoso.com>\nS: 554\n";
    bench.mutate({text});
    CHECK(bench.survivors == Texts{"SenderFilterConfig.BlockedDomains without tailspin.com"});
}

TEST_CASE("Ranges of IP lists and objects of lists are dropped as well") {
    MutationBench bench;
    bench.mutate({"PS> Add-IPBlockListEntry -IPAddress 203.0.113.9\nPS> Add-IPBlockListEntry -IPAddress "
                  "198.51.100.1\nclient 203.0.113.9\nhello\nC: MAIL FROM:<a@b.com>\nC: RCPT "
                  "TO:<mary@adventureworks.com>\nS: 250\nS: 550 5.7.1\n"});
    CHECK(bench.survivors == Texts{"IPBlockListEntry without 198.51.100.1"});
    CHECK(bench.noticed.contains("IPBlockListEntry without 203.0.113.9"));
    CHECK(bench.noticed.contains("\"Connection Filtering Agent\" disabled"));
}

TEST_CASE("Cmdlets do not see the mutation: reading the setting back is no test of the filter") {
    MutationBench bench;
    bench.mutate({"PS> Set-SenderFilterConfig -BlankSenderBlockingEnabled $true\n"
                  "PS> (Get-SenderFilterConfig).BlankSenderBlockingEnabled\n| True\n"
                  "client 203.0.113.9\nhello\n"});
    CHECK(bench.survivors == Texts{"SenderFilterConfig.BlankSenderBlockingEnabled True -> False"});
}

TEST_CASE("A scenario in which nobody connects is a test of cmdlets and is not mutated") {
    MutationBench bench;
    bench.mutate({"PS> Set-SenderFilterConfig -BlankSenderBlockingEnabled $true\n"});
    CHECK(bench.summary.noticed + bench.summary.survived == 0);
}

TEST_CASE("Logs follow the mutation as sessions do") {
    MutationBench bench;
    bench.mutate(
        {"PS> Set-TransportServer -AgentLogEnabled $false\nPS> Set-SenderFilterConfig -BlockedDomains "
         "contoso.com\nclient 203.0.113.9\nhello\nC: MAIL FROM:<a@contoso.com>\nS: 554\nlog agent rows "
         "0\n"});
    CHECK(bench.noticed.contains("TransportServer.AgentLogEnabled False -> True"));
}

TEST_CASE("What a scenario changes in mid-session is mutated too") {
    MutationBench bench;
    bench.mutate({"client A 203.0.113.9\nhello\nPS> Set-SenderFilterConfig -BlockedDomains contoso.com\n"
                  "client B 203.0.113.10\nhello\nC: MAIL FROM:<a@contoso.com>\nS: 554\n"});
    CHECK(bench.noticed.contains("SenderFilterConfig.BlockedDomains without contoso.com"));
    CHECK(bench.survivors == Texts{});
}

TEST_CASE("A given configuration is mutated under scenarios that set nothing themselves") {
    MutationBench bench;
    bench.mutate({"client 203.0.113.9\nhello\nC: MAIL FROM:<>\nS: 554\n",
                  "client 203.0.113.9\nhello\nC: MAIL FROM:<a@contoso.com>\nS: 250\n"},
                 1, 0,
                 "Set-SenderFilterConfig -BlankSenderBlockingEnabled $true -BlockedDomains fabrikam.com");
    CHECK(bench.noticed.contains("SenderFilterConfig.BlankSenderBlockingEnabled True -> False"));
    CHECK(bench.survivors == Texts{"SenderFilterConfig.BlockedDomains without fabrikam.com"});
}

TEST_CASE("What failed before notices nothing, and a configuration that is wrong breaks every scenario") {
    MutationBench bench;
    bench.mutate({withScl(8, "S: 250")});
    CHECK(bench.summary.noticed + bench.summary.survived == 0);
    const auto parsed = bench.parse("client 203.0.113.9\nS: 220\n");
    const auto result = runInMemory(parsed.scenarios.at(0), {.configuration = "Set-Nonsense"});
    CHECK((result.verdict == Verdict::Broken));
    CHECK(result.reason.starts_with("the configuration: "));
}

TEST_CASE("The list of changes is the same whatever the threads do, and can be cut evenly") {
    MutationBench bench;
    const Texts texts{kLoose, withScl(7, "S: 550 5.7.1"), withScl(9, "S: 550 5.7.1")};
    bench.mutate(texts, 1);
    const auto once = bench.survivors;
    bench.mutate(texts, 4);
    CHECK(bench.survivors == once);
    bench.mutate(texts, 2, 2);
    CHECK(bench.summary.noticed + bench.summary.survived == 2);
}

TEST_CASE("A survivor is told with those that might have noticed") {
    Scenario scenario;
    scenario.name = "s/blank";
    const Mutant mutant{disabling("My Agent"), {&scenario}};
    CHECK(mutantText({&mutant, nullptr, 1}) ==
          "SURVIVED \"My Agent\" disabled\n         not noticed by s/blank\n");
    CHECK(mutantText({&mutant, &scenario, 1}) == "noticed  \"My Agent\" disabled by s/blank\n");
    CHECK(jsonLine(MutantResult{&mutant, nullptr, 1}) ==
          R"({"schema":1,"mutation":"\"My Agent\" disabled","survived":true,"played":1})");
    CHECK(summaryLine(MutationSummary{58, 10, {}}) == "68 changes: 58 noticed, 10 survived in 0.00 s");
}
