// Get-, Set-, New- and Remove- as every noun has them.
#include <edge/agents/sender_filter/sender_filter_config.h>

#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("Set- changes the configuration in force, as a whole or not at all") {
    ShellBench bench;
    CHECK(bench.run("Set-SenderFilterConfig -BlankSenderBlockingEnabled $true -BlockedSenders "
                    "a@b.example,c@d.example") == "");
    CHECK(bench.store.current()->get<SenderFilterConfig>().blankSenderBlockingEnabled);
    CHECK(bench.store.current()->get<SenderFilterConfig>().blockedSenders.size() == 2);
    CHECK(bench.error("Set-SenderFilterConfig -BlankSenderBlockingEnabled $false -BlockedSenders nobody") !=
          "");
    CHECK(bench.store.current()->get<SenderFilterConfig>().blankSenderBlockingEnabled);
}

TEST_CASE("Every wrong parameter of a call is reported at its own place") {
    ShellBench bench;
    bench.run(
        "Set-ReceiveConnector 'Default internal receive connector EDGE01' -MaxHopCount 0 -Enabled $true "
        "-TarpitInterval 1:0:0 -SizeEnabled Maybe");
    REQUIRE(bench.last.errors.size() == 3);
    CHECK(bench.last.errors[0].toString() ==
          "t:1:79: value: -MaxHopCount: 0 is out of range; allowed: 1 to 500");
    CHECK(bench.last.errors[1].toString() ==
          "t:1:112: value: -TarpitInterval: 01:00:00 is out of range; allowed: 00:00:00 to 00:10:00");
    CHECK(bench.last.errors[2].toString() ==
          "t:1:131: value: -SizeEnabled: \"Maybe\" is none of Enabled | EnabledWithoutValue | Disabled");
}

TEST_CASE("Lists are replaced, or edited with Add and Remove") {
    ShellBench bench;
    const auto blocked = [&] { return bench.run("(Get-SenderFilterConfig).BlockedDomains"); };
    bench.run("Set-SenderFilterConfig -BlockedDomains a.example,b.example");
    bench.run("Set-SenderFilterConfig -BlockedDomains @{Add='c.example','d.example'; Remove='a.example'}");
    CHECK(blocked() == "b.example\nc.example\nd.example\n");
    bench.run("Set-SenderFilterConfig -BlockedDomains x.example");
    CHECK(blocked() == "x.example\n");
    bench.run("Set-SenderFilterConfig -BlockedDomains $null");
    CHECK(blocked() == "");
}

TEST_CASE("A Get- object can be given to Set- as it is printed") {
    ShellBench bench;
    CHECK(bench.error(
              "$s = Get-TransportServer\n"
              "Set-TransportServer -AgentLogMaxFileSize $s.AgentLogMaxFileSize "
              "-AgentLogMaxAge $s.AgentLogMaxAge -AgentLogPath $s.AgentLogPath\n"
              "$c = Get-ReceiveConnector\n"
              "Set-ReceiveConnector $c.Identity -Bindings $c.Bindings -PermissionGroups $c.PermissionGroups "
              "-MaxInboundConnection $c.MaxInboundConnection -SizeEnabled $c.SizeEnabled") == "");
}

TEST_CASE("An object is named by its name, by server and name, or through the pipe") {
    ShellBench bench;
    for (const char* script :
         {"Set-ReceiveConnector 'Default internal receive connector EDGE01' -MaxHopCount 10",
          "Set-ReceiveConnector 'edge01\\default internal receive connector edge01' -MaxHopCount 11",
          "Get-ReceiveConnector | Set-ReceiveConnector -MaxHopCount 12",
          "Get-ReceiveConnector *internal* | Set-ReceiveConnector -MaxHopCount 13"}) {
        CHECK(bench.error(script) == "");
    }
    CHECK(bench.store.current()->all<ReceiveConnector>().front()->maxHopCount == 13);
    CHECK(bench.run("Get-ReceiveConnector nothing*") == "");
    CHECK(bench.error("Get-ReceiveConnector nothing") ==
          "1:22: operation: there is no ReceiveConnector \"nothing\"");
    CHECK(bench.error("Set-ReceiveConnector *internal* -MaxHopCount 14") ==
          "1:22: operation: there is no ReceiveConnector \"*internal*\"");
    CHECK(bench.error("Set-ReceiveConnector '' -MaxHopCount 14") ==
          "1:22: operation: there is no ReceiveConnector \"\"");
    CHECK(bench.error("Remove-ReceiveConnector $null") ==
          "1:25: operation: there is no ReceiveConnector \"\"");
}

TEST_CASE("-WhatIf checks and says what would be done") {
    ShellBench bench;
    CHECK(bench.run("Get-ReceiveConnector | Remove-ReceiveConnector -WhatIf") ==
          "What if: Removing ReceiveConnector \"EDGE01\\Default internal receive connector EDGE01\".\n");
    CHECK(bench.run("Set-TransportConfig -MaxReceiveSize 5MB -WhatIf") ==
          "What if: Setting TransportConfig.\n");
    CHECK(bench.run("New-AcceptedDomain A -DomainName a.example -WhatIf") ==
          "What if: Making AcceptedDomain \"A\".\n");
    CHECK(bench.error("Set-TransportConfig -MaxReceiveSize much -WhatIf") != "");
    CHECK(exportScript(bench.store.nouns(), *bench.store.current()) == "");
}

TEST_CASE("New- shows what it has made") {
    ShellBench bench;
    CHECK(bench.run("(New-AcceptedDomain Adatum -DomainName adatum.example).DomainType") ==
          "Authoritative\n");
    CHECK(bench.error("New-AcceptedDomain adatum -DomainName other.example") ==
          "1:1: operation: AcceptedDomain \"adatum\" exists already");
}

TEST_CASE("TransportService is the later name of TransportServer") {
    ShellBench bench;
    CHECK(bench.run("(Get-TransportService EDGE01).Name") == "EDGE01\n");
    CHECK(bench.error("Set-TransportService EDGE01 -MaxConnectionRatePerMinute 5") == "");
    ShellBench old(ProfileId::E2007);
    CHECK(old.error("Get-TransportService") ==
          "1:1: unsupported: Get-TransportService came with Exchange 2013; this server has profile 2007: use "
          "Get-TransportServer");
    CHECK(old.run("(Get-TransportServer).AgentLogPath") == "Logs/AgentLog\n");
}

TEST_CASE("The server's names are settings of ours, and the connectors' identities follow") {
    ShellBench bench;
    CHECK(bench.run("Set-EdgeSimServer -Name EDGE02 -Fqdn edge02.contoso.com") == "");
    CHECK(bench.run("(Get-ReceiveConnector).Identity") ==
          "EDGE02\\Default internal receive connector EDGE01\n");
    CHECK(bench.error("Set-TransportServer EDGE01 -MaxConnectionRatePerMinute 5") ==
          "1:21: operation: there is no TransportServer \"EDGE01\"; did you mean \"EDGE02\"?");
}

TEST_CASE("The rules of a noun speak through the shell") {
    ShellBench bench;
    CHECK(bench.error("Get-ReceiveConnector | Set-ReceiveConnector -ConnectionTimeout 00:00:30") ==
          "1:24: value: Receive connector \"Default internal receive connector EDGE01\": "
          "ConnectionInactivityTimeout "
          "must be shorter than ConnectionTimeout");
    bench.run("New-AcceptedDomain A -DomainName a.example");
    CHECK(bench.error("Remove-AcceptedDomain A") == "1:1: value: \"A\" is the default accepted domain and "
                                                    "cannot be removed; first Set-AcceptedDomain another one "
                                                    "-MakeDefault $true");
}

} // namespace
} // namespace edge
