// Where, Select, Sort, Measure, ForEach, ConvertTo-Json.
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("Where-Object has a simple form without block") {
    ShellBench bench;
    CHECK(bench.run("Get-TransportAgent | where Identity -like *filter* | % Priority") == "1\n4\n6\n7\n9\n");
    CHECK(bench.run("Get-TransportAgent | where Priority -gt 8 | % Priority") == "9\n10\n");
    CHECK(bench.run("Get-TransportAgent | ? Priority -in 1,2 | % Priority") == "1\n2\n");
    CHECK(bench.run("(Get-TransportAgent | ? Enabled).Count") == "10\n");
    CHECK(bench.run("(Get-TransportAgent | ? -Not Enabled).Count") == "0\n");
    CHECK(bench.run("(Get-TransportAgent | ? Enabled -eq $true).Count") == "10\n");
    CHECK(bench.run("(Get-TransportAgent | ? Identity -match 'rule|id').Count") == "2\n");
    CHECK(bench.error("Get-TransportAgent | ? Identty -like x*") ==
          "1:24: property: the objects have no property \"Identty\"; did you mean \"Identity\"?");
    CHECK(bench.error("Get-TransportAgent | ? Priority 3").find("a comparison is missing") !=
          std::string::npos);
    CHECK(bench.error("Get-TransportAgent | ? Priority -gt").find("a value is missing") != std::string::npos);
    CHECK(bench.error("Get-TransportAgent | ? Priority -gt 3 -lt 5").find("unexpected value") !=
          std::string::npos);
    CHECK(bench.error("Get-TransportAgent | ? Priority -gt -lt 5").find("one comparison at a time") !=
          std::string::npos);
    CHECK(bench.error("Get-TransportAgent | ?").find("Where-Object needs") != std::string::npos);
}

TEST_CASE("Select-Object takes properties, or a window") {
    ShellBench bench;
    CHECK(bench.run("1,2,3,4,5 | select -First 2") == "1\n2\n");
    CHECK(bench.run("1,2,3,4,5 | select -Last 2") == "4\n5\n");
    CHECK(bench.run("1,2,3,4,5 | select -Skip 3") == "4\n5\n");
    CHECK(bench.run("1,2,3,4,5 | select -Skip 1 -First 2") == "2\n3\n");
    CHECK(bench.run("1,2,3,4,5 | select -Skip 1 -Last 2") == "3\n4\n");
    CHECK(bench.run("1,2 | select -First 9") == "1\n2\n");
    CHECK(bench.run("1,2 | select -First 0") == "");
    CHECK(bench.run("1,2,1 | select -Unique") == "1\n2\n");
    CHECK(bench.run("Get-TransportAgent | select -First 1 Identity,Pri*") == R"(
Identity                                                               Priority
--------                                                               --------
Connection Filtering Agent                                                    1

)");
    CHECK(bench.run("Get-TransportAgent | select -First 2 -ExpandProperty Identity") ==
          "Connection Filtering Agent\nAddress Rewriting Inbound Agent\n");
    CHECK(bench.error("1 | select -First -1") == "1:19: value: -First is zero or more");
    CHECK(bench.error("1 | select -First 1 -Last 1").find("exclude each other") != std::string::npos);
    CHECK(bench.error("Get-TransportAgent | select Identiti") ==
          "1:29: property: the objects have no property \"Identiti\"; did you mean \"Identity\"?");
}

TEST_CASE("Sort-Object sorts numbers as numbers and texts without case, and is stable") {
    ShellBench bench;
    CHECK(bench.run("Get-TransportAgent | sort Priority -Descending | select -First 2 | % Priority") ==
          "10\n9\n");
    CHECK(bench.run("'b','A','c' | sort") == "A\nb\nc\n");
    CHECK(bench.run("'b','A','c' | sort -Desc") == "c\nb\nA\n");
    CHECK(bench.run("Get-TransportAgent | sort Enabled,Identity | select -First 2 | % Identity") ==
          "Address Rewriting Inbound Agent\nAddress Rewriting Outbound Agent\n");
    CHECK(bench.run("Get-TransportAgent | sort Enabled | select -First 2 | % Priority") == "1\n2\n");
}

TEST_CASE("Measure-Object counts and adds") {
    ShellBench bench;
    CHECK(bench.run("(Get-TransportAgent | measure).Count") == "10\n");
    CHECK(bench.run("Get-TransportAgent | measure Priority -Sum -Max -Min") ==
          "\nCount    : 10\nSum      : 55\nMaximum  : 10\nMinimum  : 1\nProperty : Priority\n\n\n");
    CHECK(bench.error("Get-TransportAgent | measure Identity -Sum").find("is not a number") !=
          std::string::npos);
}

TEST_CASE("ForEach-Object hands on a property or what its block makes") {
    ShellBench bench;
    CHECK(bench.run("Get-TransportAgent | select -First 1 | % Identity") == "Connection Filtering Agent\n");
    CHECK(bench.run("Get-TransportAgent | select -First 1 | foreach { $_.Identity }") ==
          "Connection Filtering Agent\n");
    CHECK(
        bench.run(
            "'Edge Rule Agent' | % { Set-TransportAgent $_ -Priority 1 -WarningAction SilentlyContinue }") ==
        "");
    CHECK(bench.host.transportAgents()[0].identity == "Edge Rule Agent");
}

TEST_CASE("ConvertTo-Json prints objects as JSON") {
    ShellBench bench;
    CHECK(bench.run("New-AcceptedDomain A -DomainName a.example | ConvertTo-Json") == R"({
  "Name": "A",
  "DomainName": "a.example",
  "DomainType": "Authoritative",
  "Default": true,
  "AddressBookEnabled": true,
  "Identity": "A"
}
)");
    CHECK(
        bench.run("Get-TransportAgent | select -First 2 Identity,Priority | ConvertTo-Json -Compress") ==
        R"([{"Identity":"Connection Filtering Agent","Priority":1},{"Identity":"Address Rewriting Inbound Agent","Priority":2}])"
        "\n");
    CHECK(bench.run("@{a=1; b=$null; c=@('x',\"q`\"\")} | ConvertTo-Json -Compress") ==
          R"({"a":1,"b":null,"c":["x","q\""]})"
          "\n");
    CHECK(bench.run(
              "Get-TransportServer | select AgentLogMaxFileSize,AgentLogMaxAge | ConvertTo-Json -Compress") ==
          R"j({"AgentLogMaxFileSize":"10 MB (10,485,760 bytes)","AgentLogMaxAge":"7.00:00:00"})j"
          "\n");
    CHECK(bench.run("@() | ConvertTo-Json") == "null\n");
}

} // namespace
} // namespace edge
