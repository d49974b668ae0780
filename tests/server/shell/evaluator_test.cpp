// Variables, pipes, errors and their bounds.
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("The administrator's idiom: get, change, set") {
    ShellBench bench;
    CHECK(bench.run("$c = Get-SenderFilterConfig\n"
                    "$c.BlockedSenders += 'john@contoso.com'\n"
                    "Set-SenderFilterConfig -BlockedSenders $c.BlockedSenders\n"
                    "(Get-SenderFilterConfig).BlockedSenders") == "john@contoso.com\n");
}

TEST_CASE("Variables live as long as the shell, and objects are shared by reference") {
    ShellBench bench;
    CHECK(bench.run("$a = Get-TransportServer; $b = $a") == "");
    CHECK(bench.run("$b.Name = 'X'; $a.Name") == "X\n");
    CHECK(bench.run("(Get-TransportServer).Name") == "EDGE01\n");
}

TEST_CASE("Unknown variables and properties are errors that name the nearest") {
    const std::pair<const char*, const char*> cases[] = {
        {"$config = 1; $confg", "1:14: property: the variable $confg has no value; did you mean \"config\"?"},
        {"(Get-TransportServer).Nam",
         "1:23: property: the object has no property \"Nam\"; did you mean \"Name\"?"},
        {"$s = Get-TransportServer; $s.AgentLogPaht = 'x'",
         "1:30: property: the object has no property \"AgentLogPaht\"; did you mean \"AgentLogPath\"?"},
        {"$s = 'text'; $s.Name = 'x'", "1:17: property: text has no property \"Name\" to be set"},
        {"$s = 'text'; $s.Name", "1:17: property: text has no property \"Name\""},
        {"$_", "1:1: property: $_ is there only within a script block"},
        {"$true = 5", "1:1: value: $true cannot be assigned to"},
        {"$_ = 5", "1:1: value: $_ cannot be assigned to"},
        {"$s = Get-TransportServer; $s.Name = $s", "1:27: value: a property takes values, not whole objects"},
        {"$true -eq 'maybe'", "1:7: value: a truth value is compared with $true or $false"},
        {"'a' -match '['",
         "1:5: value: \"[\" is not a regular expression: missing terminating ] for character class "
         "(at character 2)"},
        {"$t = $true; $t += 1", "1:13: value: nothing can be added to a truth value here"},
        {"(Get-TransportServer) -gt 5", "1:23: value: \"EDGE01\" and \"5\" have no order for -gt"},
    };
    for (const auto& [script, message] : cases) {
        ShellBench bench;
        CHECK(bench.error(script) == message);
    }
}

TEST_CASE("$null = throws a value away") {
    ShellBench bench;
    CHECK(bench.run("$null = New-AcceptedDomain A -DomainName a.example") == "");
    CHECK(bench.store.current()->all<AcceptedDomain>().size() == 1);
}

TEST_CASE("After an error the script goes on, unless it says Stop") {
    ShellBench bench;
    CHECK(bench.run("Get-AcceptedDomain Nope; echo after") ==
          "t:1:20: operation: there is no AcceptedDomain \"Nope\"\nafter\n");
    CHECK(bench.last.exitCode == ShellResult::kFailed);
    CHECK(bench.run("Get-AcceptedDomain Nope -ErrorAction Stop; echo after") ==
          "t:1:20: operation: there is no AcceptedDomain \"Nope\"\n");
    CHECK(bench.run("Get-AcceptedDomain Nope -EA SilentlyContinue; echo after") == "after\n");
    CHECK(bench.last.exitCode == ShellResult::kDone);
    CHECK(bench.run("$ErrorActionPreference = 'Stop'\nGet-AcceptedDomain Nope\necho after") ==
          "t:2:20: operation: there is no AcceptedDomain \"Nope\"\n");
}

TEST_CASE("Warnings and verbose lines come when they are wanted") {
    ShellBench bench;
    const auto warning =
        "WARNING: The command completed successfully but no settings of 'TransportConfig' have been "
        "modified.\n";
    CHECK(bench.run("Set-TransportConfig -MaxReceiveSize Unlimited") == warning);
    CHECK(bench.run("Set-TransportConfig -MaxReceiveSize Unlimited -WarningAction SilentlyContinue") == "");
    CHECK(bench.run("Import-EdgeSimRecipient /list -Verbose") == "VERBOSE: 0 recipients are new\n");
}

TEST_CASE("Only objects of its own kind go into a cmdlet by identity") {
    ShellBench bench;
    CHECK(bench.error("Get-TransportAgent | Remove-AcceptedDomain") ==
          "1:22: parameter: Remove-AcceptedDomain takes objects of type AcceptedDomain, not TransportAgent");
    CHECK(bench.error("Get-TransportAgent | Get-TransportConfig") ==
          "1:22: parameter: Get-TransportConfig takes nothing through a pipe");
    CHECK(bench.error("Get-TransportAgent | Set-TransportAgent 'Edge Rule Agent' -Priority 1") ==
          "1:22: parameter: -Identity is given and comes through the pipe as well");
    CHECK(bench.run("'Edge Rule Agent','Sender Filter Agent' | Get-TransportAgent | % Priority") == "3\n6\n");
}

TEST_CASE("An empty pipe runs nothing") {
    ShellBench bench;
    CHECK(bench.run("Get-AcceptedDomain | Remove-AcceptedDomain") == "");
    CHECK(bench.run("Get-AcceptedDomain | Format-List") == "");
}

TEST_CASE("Formatted text ends a pipe") {
    ShellBench bench;
    CHECK(bench.error("Get-TransportAgent | ft | select -First 1") ==
          "1:27: operation: what Format-List or Format-Table has made is text for the eye; they come last in "
          "a pipe");
    CHECK(bench.run("Get-TransportAgent | ft | Out-Null") == "");
}

TEST_CASE("Blocks run statements with $_ for each object") {
    ShellBench bench;
    CHECK(bench.run("'a','b' | % { \"<$_>\" }") == "<a>\n<b>\n");
    CHECK(bench.run("1,2 | % { $x = $_; $x; $x + 10 }") == "1\n11\n2\n12\n");
    CHECK(bench.run("Get-TransportAgent | ? { $_.Identity -like '*Filter*' -and -not ($_.Priority -gt 6) } | "
                    "% { $_.Identity }") ==
          "Connection Filtering Agent\nContent Filter Agent\nSender Filter Agent\n");
    CHECK(bench.run("1 | % { 2 | % { $_ }; $_ }") == "2\n1\n");
}

TEST_CASE("A script cannot grow a value beyond all bounds") {
    ShellBench bench;
    std::string doubling = "$a = 'x'\n";
    for (int i = 0; i < 60; ++i)
        doubling += "$a = $a,$a\n";
    CHECK(bench.error(doubling).find("the value is too large, or has too many lists in each other") !=
          std::string::npos);
    std::string text = "$a = 'x'\n";
    for (int i = 0; i < 60; ++i)
        text += "$a = \"$a$a\"\n";
    CHECK(bench.error(text).find("the value is too large") != std::string::npos);
    std::string sum = "$a = @('x')\n";
    for (int i = 0; i < 60; ++i)
        sum += "$a += $a\n";
    CHECK(bench.error(sum).find("the value is too large") != std::string::npos);
}

TEST_CASE("A script cannot run without end") {
    ShellBench bench;
    std::string nested = "echo x";
    for (int i = 0; i < 8; ++i)
        nested = "Get-TransportAgent | % { " + nested + " }";
    bench.run(nested + " | Out-Null");
    REQUIRE(!bench.last.errors.empty());
    CHECK(bench.last.errors.front().message == "the script runs more cmdlets than it may");
}

} // namespace
} // namespace edge
