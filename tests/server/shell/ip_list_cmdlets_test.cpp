// Add-, Get-, Remove-IPBlockListEntry and their kin (agents.md 2.1).
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

using namespace std::chrono_literals;

const UtcTime kNow = std::chrono::sys_days(std::chrono::year(2022) / 9 / 13) + 14h;

TEST_CASE("An entry is added, shown as it was understood, found by an address in it, removed") {
    ShellBench bench;
    CHECK(bench.run("Add-IPBlockListEntry -IPRange 192.168.0.1/24 -Comment 'open relays'") == R"(
Identity IPRange                         ExpirationTime         HasExpired
-------- -------                         --------------         ----------
1        192.168.0.0-192.168.0.255       12/31/9999 11:59:59 PM False

)");
    CHECK(bench.run("Add-IPBlockListEntry -IPAddress 2001:db8::1 | % IPRange") == "2001:db8::1\n");
    CHECK(bench.run("Get-IPBlockListEntry -IPAddress 192.168.0.77 | fl") == R"(
Identity           : 1
IPRange            : 192.168.0.0-192.168.0.255
ExpirationTime     : 12/31/9999 11:59:59 PM
HasExpired         : False
IsMachineGenerated : False
ListType           : Block
Comment            : open relays


)");
    CHECK(bench.run("Get-IPBlockListEntry -IPAddress 192.168.1.77") == "");
    CHECK(bench.run("Remove-IPBlockListEntry 1; (Get-IPBlockListEntry).Identity") == "2\n");
    CHECK(bench.error("Remove-IPBlockListEntry 1") == "1:25: operation: the IP Block list has no entry 1");
    CHECK(bench.error("Get-IPBlockListEntry 1") == "1:22: operation: the IP Block list has no entry 1");
}

TEST_CASE("The two lists are apart but share their numbers") {
    ShellBench bench;
    CHECK(bench.run("Add-IPAllowListEntry -IPAddress 192.0.2.1 | % Identity") == "1\n");
    CHECK(bench.run("Add-IPBlockListEntry -IPAddress 192.0.2.1 | % Identity") == "2\n");
    CHECK(bench.run("(Get-IPAllowListEntry).ListType; (Get-IPBlockListEntry).ListType") == "Allow\nBlock\n");
    CHECK(bench.error("Remove-IPAllowListEntry 2") == "1:25: operation: the IP Allow list has no entry 2");
    CHECK(bench.error("Get-IPAllowListEntry | Remove-IPBlockListEntry").find("IPBlockListEntry, not") !=
          std::string::npos);
}

TEST_CASE("An entry is one address or one range, and says what is wrong with it") {
    const std::pair<const char*, const char*> cases[] = {
        {"Add-IPBlockListEntry", "parameter: -IPAddress or -IPRange is missing"},
        {"Add-IPBlockListEntry -IPAddress 192.0.2.1 -IPRange 192.0.2.0/24",
         "parameter: -IPAddress and -IPRange exclude each other"},
        {"Add-IPBlockListEntry -IPAddress 192.0.2.0/24",
         "value: -IPAddress: \"192.0.2.0/24\" is not one IP address; a range is given with -IPRange"},
        {"Add-IPBlockListEntry -IPRange mail.contoso.com", "\"mail.contoso.com\" is not an IP range"},
        {"Add-IPBlockListEntry -IPRange 192.0.2.9-192.0.2.1", "is not an IP range"},
        {"Add-IPBlockListEntry -IPAddress 192.0.2.1 -ExpirationTime soon", "-ExpirationTime: "},
        {"Add-IPBlockListEntry -IPAddress 192.0.2.1 -IsMachineGenerated $true",
         "no parameter -IsMachineGenerated"},
        {"Get-IPBlockListEntry -IPAddress x", "value: -IPAddress: "},
        {"Get-IPBlockListEntry x", "\"x\" is not the number of an entry"},
        {"Get-IPBlockListEntry -ResultSize 0", "neither a number from 1 on nor Unlimited"},
        {"Remove-IPBlockListEntry", "-Identity"},
        {"Import-EdgeSimIPListEntry /x", "-List"},
        {"Import-EdgeSimIPListEntry /x -List Grey", "Grey"},
    };
    for (const auto& [script, expected] : cases) {
        ShellBench bench;
        const auto error = bench.error(script);
        CHECK_MESSAGE(error.find(expected) != std::string::npos, script, " gave ", error);
    }
}

TEST_CASE("The same range is refused while it is in force") {
    ShellBench bench;
    bench.host.time = kNow;
    bench.run("Add-IPBlockListEntry -IPRange 192.0.2.0/24 -ExpirationTime '2022-09-13 15:00'");
    CHECK(bench.error("Add-IPBlockListEntry -IPRange 192.0.2.7/24") ==
          "1:31: operation: 192.0.2.0-192.0.2.255 is on the list already, as entry 1");
    CHECK(bench.run("(Get-IPBlockListEntry).HasExpired") == "False\n");
    bench.host.time = kNow + 1h;
    CHECK(bench.run("(Get-IPBlockListEntry).HasExpired") == "True\n");
    CHECK(bench.run("Add-IPBlockListEntry -IPRange 192.0.2.7/24 | % Identity") == "2\n");
    CHECK(bench.run("Get-IPBlockListEntry | ? { $_.ExpirationTime -lt '2023-01-01' } | % Identity") == "1\n");
}

TEST_CASE("-WhatIf changes nothing, Remove- asks") {
    ShellBench bench;
    CHECK(bench.run("Add-IPBlockListEntry -IPAddress 192.0.2.1 -WhatIf").starts_with("What if: Adding"));
    CHECK(bench.host.ipListEntries(IpListKind::Block, std::nullopt, 10).empty());
    bench.run("Add-IPBlockListEntry -IPAddress 192.0.2.1");
    CHECK(bench.run("Remove-IPBlockListEntry 1 -WhatIf") ==
          "What if: Removing \"192.0.2.1\" (entry 1) from the IP Block list.\n");
    CHECK(bench.host.ipListEntries(IpListKind::Block, std::nullopt, 10).size() == 1);
    CHECK(bench.run("Import-EdgeSimIPListEntry /x -List Block -WhatIf").starts_with("What if: Importing"));
    CHECK(bench.host.imports.empty());
}

TEST_CASE("A long list is cut with a warning, unless everything is asked for") {
    ShellBench bench;
    std::string script;
    for (int i = 0; i < 3; ++i)
        script += "Add-IPBlockListEntry -IPAddress 192.0.2." + std::to_string(i) + "\n";
    bench.run(script);
    CHECK(bench.run("Get-IPBlockListEntry -ResultSize 2 | % Identity") ==
          "WARNING: There are more entries than 2; -ResultSize Unlimited shows all.\n1\n2\n");
    CHECK(bench.run("Get-IPBlockListEntry -ResultSize 3 | % Identity") == "1\n2\n3\n");
    CHECK(bench.run("Get-IPBlockListEntry -ResultSize Unlimited | % Identity") == "1\n2\n3\n");
}

TEST_CASE("A pipe removes what it was given") {
    ShellBench bench;
    bench.run(
        "Add-IPBlockListEntry -IPAddress 192.0.2.1 -Comment a; Add-IPBlockListEntry -IPAddress 192.0.2.2");
    CHECK(bench.run("Get-IPBlockListEntry | where Comment -eq a | Remove-IPBlockListEntry -Confirm:$false") ==
          "");
    CHECK(bench.run("(Get-IPBlockListEntry).IPRange") == "192.0.2.2\n");
}

TEST_CASE("A check of a script leaves the server's lists alone and sees its own changes") {
    ShellBench bench;
    bench.run("Add-IPBlockListEntry -IPAddress 192.0.2.1");
    CHECK(bench.check("Remove-IPBlockListEntry 1; Add-IPBlockListEntry -IPAddress 192.0.2.1\n"
                      "Add-IPAllowListEntry -IPAddress 192.0.2.1") == "");
    CHECK(bench.check("Add-IPBlockListEntry -IPAddress 192.0.2.1").find("already") != std::string::npos);
    CHECK(bench.check("Remove-IPBlockListEntry 1; Remove-IPBlockListEntry 1").find("no entry 1") !=
          std::string::npos);
    CHECK(bench.run("(Get-IPBlockListEntry).Identity; (Get-IPAllowListEntry).Identity") == "1\n");
}

TEST_CASE("An import is done by the server, not by the shell") {
    ShellBench bench;
    CHECK(bench.run("Import-EdgeSimIPListEntry -List Block -Path /srv/drop.txt") == "");
    CHECK(bench.host.imports == std::vector<std::string>{"/srv/drop.txt"});
}

TEST_CASE("The block stage is a setting of ours on Exchange's object") {
    ShellBench bench;
    CHECK(bench.run("Set-EdgeSimConnectionFilter -BlockStage Connect; (Get-IPBlockListConfig).BlockStage") ==
          "Connect\n");
    CHECK(bench.error("Set-IPBlockListConfig -BlockStage Mail").find("Set-EdgeSimConnectionFilter") !=
          std::string::npos);
}

} // namespace
} // namespace edge
