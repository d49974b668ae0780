// `edgesim check`: every problem of a script with its place, without changing anything.
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("A good script has no problems, and lines may build on each other") {
    ShellBench bench;
    CHECK(bench.check("Set-EdgeSimProfile 2010\n"
                      "New-AcceptedDomain A -DomainName a.example\n"
                      "New-AcceptedDomain B -DomainName b.example\n"
                      "Set-AcceptedDomain B -MakeDefault $true\n"
                      "Remove-AcceptedDomain A\n"
                      "New-EdgeSimRecipient kim@b.example\n"
                      "Remove-EdgeSimRecipient kim@b.example\n"
                      "Get-TransportAgent *Rule* | Disable-TransportAgent\n"
                      "$c = Get-SenderFilterConfig\n"
                      "$c.BlockedSenders += 'a@b.example'\n"
                      "Set-SenderFilterConfig -BlockedSenders $c.BlockedSenders\n") == "");
    CHECK(bench.store.current()->profile == ProfileId::E2019);
    CHECK(bench.store.current()->all<AcceptedDomain>().empty());
    CHECK(bench.host.transportAgents()[2].enabled);
    CHECK(bench.host.recipients().empty());
}

TEST_CASE("All problems are listed in the order of their places, syntax and sense together") {
    ShellBench bench;
    CHECK(bench.check("Set-SenderFilterConfig -BlockedSender a@b.example -Actoin Reject\n"
                      "foreach ($x in 1,2) { }\n"
                      "Set-SenderFilterConfig -Action Rejekt -BlankSenderBlockingEnabled yes\n"
                      "Get-Nothing\n"
                      "New-AcceptedDomain A -DomainName 'a b'\n"
                      "echo 'open\n") ==
          "1:51: parameter: Set-SenderFilterConfig has no parameter -Actoin; did you mean \"Action\"?\n"
          "2:1: unsupported: 'foreach' is PowerShell, but not part of edgesim's subset of it; send the "
          "objects through a "
          "pipe instead: Get-… | Set-…, or Get-… | ForEach-Object { … }\n"
          "3:32: value: -Action: \"Rejekt\" is none of Reject | StampStatus; did you mean \"Reject\"?\n"
          "3:67: value: -BlankSenderBlockingEnabled: \"yes\" does not fit; expected: $true or $false\n"
          "4:1: cmdlet: there is no cmdlet 'Get-Nothing'\n"
          "5:34: value: -DomainName: \"a b\" is not a domain name such as contoso.com or *.contoso.com\n"
          "6:6: incomplete: the text that begins here has no closing quote\n");
}

TEST_CASE("-ErrorAction does not hide problems from a check") {
    ShellBench bench;
    CHECK(bench.check("$ErrorActionPreference = 'SilentlyContinue'\n"
                      "Get-AcceptedDomain Nope -ErrorAction Stop\n"
                      "Get-AcceptedDomain No -ErrorAction Ignore") ==
          "2:20: operation: there is no AcceptedDomain \"Nope\"\n"
          "3:20: operation: there is no AcceptedDomain \"No\"\n");
}

TEST_CASE("A check sees the server's agents and recipients and leaves them alone") {
    ShellBench bench;
    bench.run("New-EdgeSimRecipient kim@b.example");
    CHECK(bench.check("New-EdgeSimRecipient kim@b.example") ==
          "1:22: operation: there is a recipient kim@b.example already\n");
    CHECK(bench.check("Remove-EdgeSimRecipient kim@b.example; Restart-Service MSExchangeTransport; "
                      "Resume-EdgeSimQueue; Import-EdgeSimRecipient /x") == "");
    CHECK(bench.host.recipients().size() == 1);
    CHECK(bench.host.restarts == 0);
    CHECK(bench.host.resumes == 0);
    CHECK(bench.host.imports.empty());
}

} // namespace
} // namespace edge
