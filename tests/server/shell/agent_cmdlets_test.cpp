// Transport agents, pipeline, log, service (platform.md 1.9, agents.md 1.6, 13.6).
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

const std::string kWarning = "WARNING: The following service restart is required for the change(s) to take "
                             "effect : MSExchangeTransport\n";

TEST_CASE("Get-TransportAgent prints the reference's listing") {
    ShellBench bench;
    CHECK(bench.run("Get-TransportAgent") == R"(
Identity                                           Enabled         Priority
--------                                           -------         --------
Connection Filtering Agent                         True            1
Address Rewriting Inbound Agent                    True            2
Edge Rule Agent                                    True            3
Content Filter Agent                               True            4
Sender Id Agent                                    True            5
Sender Filter Agent                                True            6
Recipient Filter Agent                             True            7
Protocol Analysis Agent                            True            8
Attachment Filtering Agent                         True            9
Address Rewriting Outbound Agent                   True            10

)");
}

TEST_CASE("Enable, disable and reorder warn of the restart in Exchange's words") {
    ShellBench bench;
    CHECK(bench.run("Disable-TransportAgent 'sender filter agent'") == kWarning);
    CHECK(!bench.host.transportAgents()[5].enabled);
    CHECK(bench.run("Enable-TransportAgent 'Sender Filter Agent'") == kWarning);
    CHECK(bench.host.transportAgents()[5].enabled);
    CHECK(bench.run("Set-TransportAgent 'Content Filter Agent' -Priority 3 -Verbose") ==
          kWarning + "VERBOSE: edgesim: the change is in force for new sessions already\n");
    CHECK(bench.host.transportAgents()[2].identity == "Content Filter Agent");
    CHECK(bench.host.transportAgents()[3].identity == "Edge Rule Agent");
    CHECK(bench.run("Get-TransportAgent *rewriting* | Disable-TransportAgent -Confirm:$false -WarningAction "
                    "SilentlyContinue; (Get-TransportAgent | ? { -not $_.Enabled }).Count") == "2\n");
}

TEST_CASE("What no agent and no place is, is refused") {
    ShellBench bench;
    CHECK(bench.error("Disable-TransportAgent 'Sender ID Filter Agent'") ==
          "1:24: operation: there is no transport agent \"Sender ID Filter Agent\"; did you mean \"Sender "
          "Filter "
          "Agent\"?");
    CHECK(bench.error("Disable-TransportAgent ''").find("there is no transport agent") != std::string::npos);
    CHECK(bench.error("Set-TransportAgent 'Edge Rule Agent' -Priority 11") ==
          "1:48: value: -Priority: 11 is out of range; allowed: 1 to 10");
    CHECK(bench.error("Set-TransportAgent 'Edge Rule Agent'") ==
          "1:1: parameter: Set-TransportAgent needs -Priority (number)");
}

TEST_CASE("Get-TransportPipeline lists events with their agents, cut at four") {
    ShellBench bench;
    CHECK(bench.run("Get-TransportPipeline") ==
          "WARNING: No message has been processed since the service was started; send one, or use -All.\n");
    bench.host.pipeline = {{"OnConnectEvent", {"Connection Filtering Agent"}},
                           {"OnHeloCommand", {}},
                           {"OnEndOfHeaders", {"A", "B", "C", "D", "E"}}};
    CHECK(bench.run("Get-TransportPipeline") == R"(
Event                                   TransportAgents
-----                                   ---------------
OnConnectEvent                          {Connection Filtering Agent}
OnHeloCommand                           {}
OnEndOfHeaders                          {A, B, C, D...}

)");
    CHECK(bench.run("Get-TransportPipeline | ? { $_.TransportAgents -contains 'E' } | fl") ==
          "\nEvent           : OnEndOfHeaders\nTransportAgents : {A, B, C, D, E}\n\n\n");
}

AgentLogRecord record(int day, const char* action) {
    AgentLogRecord made;
    made.timestamp = parseDateTime("2022-09-" + std::to_string(day)).value();
    made.sessionId = "08CEC282DA2C4CFE";
    made.recipients = {"a@b.example", "c@b.example"};
    made.agent = "Sender Filter Agent";
    made.action = action;
    return made;
}

TEST_CASE("Get-AgentLog shows records, one for several recipients, between two dates") {
    ShellBench bench;
    bench.host.log.records = {record(10, "RejectCommand"), record(13, "RejectMessage")};
    CHECK(bench.run("(Get-AgentLog).Count") == "2\n");
    CHECK(bench.run("Get-AgentLog -StartDate 2022-09-11 | % Action") == "RejectMessage\n");
    CHECK(bench.run("Get-AgentLog -EndDate 9/11/2022 | fl Timestamp,SessionId,Recipients,Action") == R"(
Timestamp  : 9/10/2022 12:00:00 AM
SessionId  : 08CEC282DA2C4CFE
Recipients : {a@b.example, c@b.example}
Action     : RejectCommand


)");
    CHECK(bench.run("(Get-AgentLog | select -First 1 | ConvertTo-Json) -like '*2022-09-10T00:00:00.000Z*'") ==
          "True\n");
    bench.host.log.truncated = true;
    CHECK(bench.run("Get-AgentLog | Out-Null") ==
          "WARNING: There are more records; narrow them with -StartDate and -EndDate.\n");
}

TEST_CASE("Restart-Service restarts the one service there is") {
    ShellBench bench;
    CHECK(bench.run("Restart-Service msexchangetransport") == "");
    CHECK(bench.host.restarts == 1);
    CHECK(bench.run("Restart-Service MSExchangeTransport -WhatIf") ==
          "What if: Restarting service \"Microsoft Exchange Transport (MSExchangeTransport)\".\n");
    CHECK(bench.host.restarts == 1);
    CHECK(
        bench.error("Restart-Service MSExchangeTranport") ==
        "1:17: operation: there is no service \"MSExchangeTranport\"; did you mean \"MSExchangeTransport\"?");
}

} // namespace
} // namespace edge
