// Golden texts: what lists and tables look like.
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("A configuration is shown as a list with aligned colons") {
    ShellBench bench;
    bench.run("Set-TransportConfig -InternalSMTPServers 10.0.0.1,10.1.0.0/16 -MaxReceiveSize 10MB");
    CHECK(bench.run("Get-TransportConfig") == R"(
InternalSMTPServers       : {10.0.0.1, 10.1.0.0-10.1.255.255}
MaxReceiveSize            : 10 MB (10,485,760 bytes)
MaxRecipientEnvelopeLimit : Unlimited


)");
}

TEST_CASE("Lists of objects have a blank line between them") {
    ShellBench bench;
    CHECK(bench.run("Get-TransportAgent | select -First 2 | fl Identity,Enabled") == R"(
Identity : Connection Filtering Agent
Enabled  : True

Identity : Address Rewriting Inbound Agent
Enabled  : True


)");
}

TEST_CASE("Format-List takes patterns and wraps long values under themselves") {
    ShellBench bench;
    bench.run("Get-ReceiveConnector | Set-ReceiveConnector -Comment ('word ' + 'word '+ 'word '+ 'word '+ "
              "'word '+ 'word '"
              "+ 'word '+ 'word '+ 'word '+ 'word '+ 'word '+ 'word '+ 'word '+ 'last')");
    CHECK(bench.run("Get-ReceiveConnector | fl Name,Com*") == R"(
Name    : Default internal receive connector EDGE01
Comment : word word word word word word word word word word word word word last


)");
    bench.options.width = 40;
    CHECK(bench.run("Get-ReceiveConnector | fl Com*") == R"(
Comment : word word word word word word
          word word word word word word
          word last


)");
}

TEST_CASE("An empty value keeps its colon") {
    ShellBench bench;
    CHECK(bench.run("Get-ReceiveConnector | fl Banner,Fqdn") == "\nBanner : \nFqdn   : \n\n\n");
}

TEST_CASE("Lists within a value are cut in tables and, later, in lists; $FormatEnumerationLimit decides") {
    ShellBench bench;
    bench.run("Set-SenderFilterConfig -BlockedDomains "
              "a.x,b.x,c.x,d.x,e.x,f.x,g.x,h.x,i.x,j.x,k.x,l.x,m.x,n.x,o.x,p.x,q.x");
    CHECK(bench.run("Get-SenderFilterConfig | ft BlockedDomains -HideTableHeaders") ==
          "\n{a.x, b.x, c.x, d.x...}\n\n");
    CHECK(bench.run("Get-SenderFilterConfig | fl BlockedDomains").find("o.x, p.x...}") != std::string::npos);
    CHECK(bench.run("$FormatEnumerationLimit = 2; Get-SenderFilterConfig | fl BlockedDomains") ==
          "\nBlockedDomains : {a.x, b.x...}\n\n\n");
    CHECK(
        bench.run("$FormatEnumerationLimit = -1; Get-SenderFilterConfig | fl BlockedDomains").find("q.x}") !=
        std::string::npos);
}

TEST_CASE("Collections are shown as a table of equal columns, long values cut") {
    ShellBench bench;
    CHECK(bench.run("Get-ReceiveConnector") == R"(
Identity                  Bindings                  Enabled
--------                  --------                  -------
EDGE01\Default interna... {0.0.0.0:25}              True

)");
}

TEST_CASE("-AutoSize makes columns as wide as their content, numbers to the right") {
    ShellBench bench;
    CHECK(bench.run("Get-TransportAgent | select -Skip 8 | ft Priority,Identity,Enabled -AutoSize") == R"(
Priority Identity                         Enabled
-------- --------                         -------
       9 Attachment Filtering Agent       True
      10 Address Rewriting Outbound Agent True

)");
}

TEST_CASE("-Wrap shows long values on several lines") {
    ShellBench bench;
    bench.options.width = 40;
    CHECK(bench.run("Get-TransportAgent 'Address Rewriting Inbound Agent' | ft Identity,Enabled -Wrap") == R"(
Identity            Enabled
--------            -------
Address Rewriting   True
Inbound Agent

)");
}

TEST_CASE("Columns without room are named and left out") {
    ShellBench bench;
    bench.options.width = 40;
    CHECK(bench.run("Get-TransportAgent 'Address Rewriting Outbound Agent' | ft Identity,Enabled,Priority "
                    "-AutoSize") ==
          "WARNING: column 'Enabled' does not fit into the display and was removed.\n"
          "WARNING: column 'Priority' does not fit into the display and was removed.\n"
          R"(
Identity
--------
Address Rewriting Outbound Agent

)");
}

TEST_CASE("Columns line up for characters beyond ASCII") {
    ShellBench bench;
    bench.run(
        "New-EdgeSimRecipient a@b.example -DisplayName 'Jürgen Müller'; New-EdgeSimRecipient b@b.example "
        "-DisplayName 'Bob'");
    CHECK(bench.run("Get-EdgeSimRecipient | ft DisplayName,PrimarySmtpAddress -AutoSize") == R"(
DisplayName   PrimarySmtpAddress
-----------   ------------------
Jürgen Müller a@b.example
Bob           b@b.example

)");
}

TEST_CASE("Control characters never reach the terminal") {
    ShellBench bench;
    bench.run("Get-ReceiveConnector | Set-ReceiveConnector -Comment \"a`bb\"");
    CHECK(bench.run("Get-ReceiveConnector | fl Comment").find("a\\x08b") != std::string::npos);
    CHECK(bench.run("\"x`ay\"") == "x\\x07y\n");
    // The message of an error shows what was typed.
    CHECK(bench.run("Get-AcceptedDomain \"x`ay\"").find('\a') == std::string::npos);
}

TEST_CASE("Texts and numbers are shown as they are by Format-Table and Format-List") {
    ShellBench bench;
    CHECK(bench.run("'x',5 | Format-Table") == "x\n5\n");
    CHECK(bench.run("'x',5 | Format-List") == "\nx\n5\n\n");
}

TEST_CASE("A table without named columns shows the first ten properties") {
    ShellBench bench;
    bench.options.width = 200;
    const auto text = bench.run("Get-TransportServer | ft");
    CHECK(text.find("AgentChangesNeed...") != std::string::npos);
    CHECK(text.find("ReceiveProtocolLogPath") == std::string::npos);
}

TEST_CASE("Hash tables are shown by name and value") {
    ShellBench bench;
    CHECK(bench.run("@{Add='a'}") == R"(
Name                           Value
----                           -----
Add                            a

)");
}

TEST_CASE("A width out of reason is brought into reason") {
    ShellBench bench;
    bench.options.width = -5;
    CHECK(bench.run("Get-TransportAgent | select -First 1 | ft Identity").find("Connection Filte...") !=
          std::string::npos);
    bench.options.width = 1'000'000;
    CHECK(bench.run("Get-TransportAgent | select -First 1 | ft Identity,Enabled").size() < 5000);
}

} // namespace
} // namespace edge
