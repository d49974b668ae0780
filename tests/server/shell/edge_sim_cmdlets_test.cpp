// Cmdlets of our own.
#include <edge/server/config/relaxed_limits.h>

#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("A profile is chosen by name; defaults follow, settings stay") {
    ShellBench bench;
    bench.run("Set-TransportServer -MaxConnectionRatePerMinute 77");
    CHECK(bench.run("Set-EdgeSimProfile 2007") == "");
    CHECK(bench.store.current()->profile == ProfileId::E2007);
    CHECK(bench.run("(Get-ReceiveConnector).MaxMessageSize; (Get-TransportServer).AgentLogMaxAge; "
                    "(Get-TransportServer).MaxConnectionRatePerMinute") ==
          "10 MB (10,485,760 bytes)\n30.00:00:00\n77\n");
    CHECK(bench.run("Get-EdgeSimProfile | ? Current | % Name") == "2007\n");
    CHECK(bench.error("Set-EdgeSimProfile 2008") ==
          "1:20: value: there is no profile \"2008\"; known are 2007, 2010, 2013, 2016, 2019, SE");
}

TEST_CASE("Recipients are made, listed, found, removed") {
    ShellBench bench;
    CHECK(bench.run("New-EdgeSimRecipient mary@adventureworks.com -DisplayName 'Mary North'\n"
                    "New-EdgeSimRecipient -PrimarySmtpAddress bob@adventureworks.com") == "");
    CHECK(bench.run("Get-EdgeSimRecipient") == R"(
PrimarySmtpAddress                            DisplayName
------------------                            -----------
bob@adventureworks.com
mary@adventureworks.com                       Mary North

)");
    CHECK(bench.run("(Get-EdgeSimRecipient MARY@adventureworks.com).DisplayName") == "Mary North\n");
    CHECK(bench.run("Get-EdgeSimRecipient m* | % PrimarySmtpAddress") == "mary@adventureworks.com\n");
    CHECK(bench.run("Get-EdgeSimRecipient -ResultSize 1 | % PrimarySmtpAddress") ==
          "WARNING: There are more recipients than 1; -ResultSize shows more.\nbob@adventureworks.com\n");
    CHECK(bench.error("New-EdgeSimRecipient Mary@adventureworks.com") ==
          "1:22: operation: there is a recipient Mary@adventureworks.com already");
    CHECK(bench.error("New-EdgeSimRecipient mary").find("value: ") != std::string::npos);
    CHECK(bench.run("Get-EdgeSimRecipient b* | Remove-EdgeSimRecipient") == "");
    CHECK(bench.host.recipients().size() == 1);
    CHECK(bench.error("Remove-EdgeSimRecipient bob@adventureworks.com") ==
          "1:25: operation: there is no recipient bob@adventureworks.com");
}

TEST_CASE("Recipients are imported by the server, not by the shell") {
    ShellBench bench;
    CHECK(bench.run("Import-EdgeSimRecipient -Path /srv/list.csv") == "");
    CHECK(bench.host.imports == std::vector<std::string>{"/srv/list.csv"});
}

TEST_CASE("The queue is resumed") {
    ShellBench bench;
    CHECK(bench.run("Resume-EdgeSimQueue") == "");
    CHECK(bench.host.resumes == 1);
}

TEST_CASE("Submission has its own bounds") {
    ShellBench bench;
    CHECK(bench.error("Set-EdgeSimSubmission -ReplayDirectory Out -ReplayQuota 5MB -ReplayMaxFiles 10 "
                      "-ReplayRetention Unlimited") == "");
    const auto submission = bench.store.current()->get<EdgeSimSubmission>();
    CHECK(submission.replayDirectory == "Out");
    CHECK(submission.replayQuota == 5 * 1024 * 1024);
    CHECK(submission.replayMaxFiles == 10);
    CHECK(!submission.replayRetention);
    CHECK(bench.error("Set-EdgeSimSubmission -ReplayDirectory $null").find("need a -ReplayDirectory") !=
          std::string::npos);
    CHECK(bench.error("Set-EdgeSimSubmission -ReplayRetention 00:00:01").find("out of range") !=
          std::string::npos);
}

TEST_CASE("The relaxed limits are ordinary settings: set, shown, exported, taken back") {
    ShellBench bench;
    CHECK(bench.run("Enable-EdgeSimRelaxedLimit") == "");
    const auto& connector = *bench.store.current()->all<ReceiveConnector>().front();
    CHECK(connector.tarpitInterval == Duration::zero());
    CHECK(!connector.maxInboundConnectionPerSource);
    CHECK(!connector.messageRateLimit);
    CHECK(connector.maxInboundConnectionPercentagePerSource == 100);
    CHECK(bench.store.current()->get<TransportServer>().maxConnectionRatePerMinute == 2147483647);
    CHECK(bench.run("Get-EdgeSimRelaxedLimit | ? { $_.InForce -ne $_.Relaxed }") == "");
    CHECK(bench.run("Export-EdgeSimConfig").find("-TarpitInterval 00:00:00") != std::string::npos);
    CHECK(bench.run("Disable-EdgeSimRelaxedLimit; Export-EdgeSimConfig") == "");
}

TEST_CASE("Every relaxed limit names a parameter that is there") {
    const auto nouns = allNouns();
    for (const auto& limit : relaxedLimits()) {
        const auto* schema = findNoun(nouns, limit.noun);
        REQUIRE(schema != nullptr);
        CHECK_MESSAGE(schema->findParameter(limit.parameter) != nullptr, std::string(limit.parameter));
    }
}

} // namespace
} // namespace edge
