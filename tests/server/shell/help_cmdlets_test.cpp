#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("Get-Help shows name, syntax, examples and source") {
    ShellBench bench;
    CHECK(bench.run("Get-Help Disable-TransportAgent") == R"(
NAME
    Disable-TransportAgent

SYNOPSIS
    Takes an agent out of sessions.

SYNTAX
    Disable-TransportAgent [-Identity] <name> [-TransportService <Edge>] [-WhatIf] [-Confirm]

EVIDENCE
    documented (platform.md 1.9)

REMARKS
    For all parameters: Get-Help Disable-TransportAgent -Full

)");
}

TEST_CASE("-? behind a cmdlet is its help") {
    ShellBench bench;
    CHECK(bench.run("Remove-AcceptedDomain -?") == bench.run("Get-Help Remove-AcceptedDomain"));
    CHECK(bench.last.errors.empty());
}

TEST_CASE("A parameter without a source of its own has its cmdlet's") {
    ShellBench bench;
    CHECK(bench.run("Get-Help Get-AgentLog -Parameter Location")
              .find("evidence: documented (agents.md 13.6)") != std::string::npos);
    CHECK(bench.run("Get-Help Set-TransportConfig -Full")
              .find("-WhatIf\n        Checks and says what would be done, but "
                    "changes nothing.\n        evidence: documented (PowerShell's own)") !=
          std::string::npos);
}

TEST_CASE("Get-Help shows for each parameter where its fact comes from") {
    ShellBench bench;
    CHECK(bench.run("Get-Help Set-ReceiveConnector -Parameter TarpitInterval") == R"(
    -TarpitInterval <time span 00:00:00 to 00:10:00>
        Delay of an answer to a peer that looks abusive; 00:00:00 is none.
        evidence: documented (platform.md 2.3)

)");
    CHECK(bench.run("Get-Help Set-ReceiveConnector -Parameter RequireTLS")
              .find("Not supported: comes with TLS") != std::string::npos);
    const auto full = bench.run("help Set-SenderFilterConfig -Full");
    CHECK(full.find("-RecipientBlockedSenderAction") != std::string::npos);
    CHECK(full.find("since Exchange 2010") != std::string::npos);
    CHECK(full.find("-WhatIf") != std::string::npos);
}

TEST_CASE("Get-Help with a pattern lists cmdlets, and helps with unknown names") {
    ShellBench bench;
    CHECK(bench.run("Get-Help *Profile") ==
          "\nGet-EdgeSimProfile\n    Lists the versions of Exchange that this server can stand in for.\n"
          "Set-EdgeSimProfile\n    Makes the server behave like that version of Exchange; what was not set "
          "explicitly "
          "takes that version's default.\n\n");
    CHECK(bench.error("Get-Help Get-Agentlogs") ==
          "1:10: cmdlet: there is no cmdlet 'Get-Agentlogs'; did you mean \"Get-AgentLog\"?");
    CHECK(bench.error("Get-Help Get-SendConnector").find("comes with the send connectors") !=
          std::string::npos);
    CHECK(bench.error("Get-Help Get-AgentLog -Parameter Begin").find("has no parameter -Begin") !=
          std::string::npos);
    CHECK(bench.run("Get-Help").find("NAME\n    Get-Help") != std::string::npos);
}

TEST_CASE("Get-Command lists cmdlets by name, noun or verb") {
    ShellBench bench;
    CHECK(bench.run("Get-Command -Noun AcceptedDomain | % Name") ==
          "Get-AcceptedDomain\nNew-AcceptedDomain\nRemove-AcceptedDomain\nSet-AcceptedDomain\n");
    CHECK(bench.run("gcm -Verb Resume | % Name") == "Resume-EdgeSimQueue\n");
    CHECK(bench.run("(gcm ft*).Count; (Get-Command Format-Table).Aliases") == "0\nft\n");
    CHECK(bench.error("Get-Command Get-Agent") != "");
}

TEST_CASE("Every cmdlet and every parameter has its sentence, and ours say that they are ours") {
    ShellBench bench;
    for (const auto* cmdlet : bench.registry.all()) {
        CHECK_MESSAGE(cmdlet->synopsis.ends_with("."), cmdlet->name);
        CHECK_MESSAGE(!cmdlet->source.empty(), cmdlet->name);
        for (const auto& parameter : cmdlet->parameters)
            CHECK_MESSAGE(!parameter.help.empty(), cmdlet->name, " -", parameter.name);
        if (cmdlet->name.find("-EdgeSim") != std::string::npos)
            CHECK_MESSAGE(cmdlet->source == "edgesim's own", cmdlet->name);
        else
            CHECK_MESSAGE(cmdlet->source != "edgesim's own", cmdlet->name);
    }
}

} // namespace
} // namespace edge
