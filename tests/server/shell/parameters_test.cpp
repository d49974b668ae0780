// How arguments become parameters.
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("A parameter may be abbreviated while it stays unambiguous") {
    ShellBench bench;
    CHECK(bench.error("Set-ReceiveConnector -Id *x -Tarpit 00:00:00").find("there is no ReceiveConnector") !=
          std::string::npos);
    CHECK(bench.error("Set-TransportServer -MaxConn 100") == "");
    CHECK(bench.store.current()->get<TransportServer>().maxConnectionRatePerMinute == 100);
    CHECK(bench.error("Set-TransportServer -AgentLogMax 5") ==
          "1:21: parameter: -AgentLogMax is ambiguous: it could be -AgentLogMaxFileSize, "
          "-AgentLogMaxDirectorySize, "
          "-AgentLogMaxAge");
}

TEST_CASE("What Exchange has and we have not takes part in abbreviations") {
    ShellBench bench;
    // MaxLocalHopCount is here, MaxLogonFailures is not: a real server would not know which one is meant.
    CHECK(bench.error("Set-ReceiveConnector X -MaxLo 5") ==
          "1:24: parameter: -MaxLo is ambiguous: it could be -MaxLocalHopCount, -MaxLogonFailures");
    CHECK(bench.error("Set-ReceiveConnector X -MaxLoc 5").find("there is no ReceiveConnector") !=
          std::string::npos);
}

TEST_CASE("An exact name wins over longer ones") {
    ShellBench bench;
    CHECK(bench.error("Get-TransportAgent | where Priority -in 1,2 | % Identity") == "");
    CHECK(bench.run("Set-ReceiveConnector 'Default internal receive connector EDGE01' -MessageRateLimit 5") ==
          "");
}

TEST_CASE("Values may follow a colon or a blank, switches stand alone") {
    ShellBench bench;
    CHECK(bench.error("Set-TransportServer -MaxConnectionRatePerMinute:100") == "");
    CHECK(bench.error("Set-TransportServer -MaxConnectionRatePerMinute: 200") == "");
    CHECK(bench.store.current()->get<TransportServer>().maxConnectionRatePerMinute == 200);
    CHECK(bench.run("Set-TransportServer -MaxConnectionRatePerMinute 300 -WhatIf:$false") == "");
    CHECK(bench.store.current()->get<TransportServer>().maxConnectionRatePerMinute == 300);
}

TEST_CASE("Named parameters are taken out before the others are counted") {
    ShellBench bench;
    CHECK(bench.error("New-AcceptedDomain -DomainName a.example Adatum") == "");
    REQUIRE(bench.store.current()->all<AcceptedDomain>().size() == 1);
    CHECK(bench.store.current()->all<AcceptedDomain>()[0]->name == "Adatum");
}

TEST_CASE("What cannot be bound is refused where it stands") {
    const std::pair<const char*, const char*> cases[] = {
        {"Set-TransportServer -MaxConnectionRatePerMinute",
         "1:21: parameter: a value is missing behind -MaxConnectionRatePerMinute; expected: number 1 to "
         "2147483647"},
        {"Set-TransportServer -MaxConnectionRatePerMinute -Verbose",
         "1:21: parameter: a value is missing behind -MaxConnectionRatePerMinute; expected: number 1 to "
         "2147483647"},
        {"Set-TransportServer -MaxConn 5 -MaxConn 6",
         "1:32: parameter: -MaxConnectionRatePerMinute is given twice"},
        {"Get-TransportAgent a b",
         "1:22: parameter: unexpected value; Get-TransportAgent takes no further value without "
         "the name of its parameter"},
        {"Get-TransportConfig a",
         "1:21: parameter: unexpected value; Get-TransportConfig takes no value without the "
         "name of its parameter"},
        {"Get-TransportConfig -WhatIf", "1:21: parameter: Get-TransportConfig has no parameter -WhatIf"},
        {"Set-TransportServer -MaxConnectionRate 5 -Nonsense 6",
         "1:42: parameter: Set-TransportServer has no parameter -Nonsense"},
        {"Set-TransportServer -AgentLogPaht x", "1:21: parameter: Set-TransportServer has no parameter "
                                                "-AgentLogPaht; did you mean \"AgentLogPath\"?"},
        {"New-AcceptedDomain Adatum",
         "1:1: parameter: New-AcceptedDomain needs -DomainName (domain (*.domain for its "
         "subdomains))"},
        {"Get-TransportAgent -ErrorAction Perhaps",
         "1:33: value: -ErrorAction: \"Perhaps\" is none of Continue | SilentlyContinue | Stop | Ignore"},
        {"Get-AgentLog -StartDate soon", "1:25: value: -StartDate: \"soon\" is not a date; write for example "
                                         "2022-09-13 or 9/13/2022 2:38 PM"},
        {"Set-TransportAgent 'Edge Rule Agent' -Priority first",
         "1:48: value: -Priority: \"first\" does not fit; expected: number"},
    };
    for (const auto& [script, message] : cases) {
        ShellBench bench;
        CHECK(bench.error(script) == message);
    }
}

TEST_CASE("Parameters of a later version are refused by name") {
    ShellBench bench(ProfileId::E2007);
    CHECK(bench.error(
              "Set-ReceiveConnector 'Default internal receive connector EDGE01' -MessageRateSource All") ==
          "1:85: unsupported: -MessageRateSource came with Exchange 2010; this server has profile 2007");
    CHECK(bench.error("Get-TransportAgent -TransportService Edge") ==
          "1:38: unsupported: -TransportService came with Exchange 2013; this server has profile 2007");
}

} // namespace
} // namespace edge
