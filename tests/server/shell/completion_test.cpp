#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

// The line up to '|' is before the cursor; "begin: a b".
std::string completed(const ShellBench& bench, const std::string& line) {
    const auto completion = bench.shell.complete(line, line.size());
    std::string text = std::to_string(completion.begin) + ":";
    for (const auto& candidate : completion.candidates)
        text += " " + candidate;
    return text;
}

TEST_CASE("Cmdlets are completed at the start of each command") {
    ShellBench bench;
    CHECK(completed(bench, "Get-Transport") ==
          "0: Get-TransportAgent Get-TransportConfig Get-TransportPipeline Get-TransportServer "
          "Get-TransportService");
    CHECK(completed(bench, "Get-TransportAgent | Disab") ==
          "21: Disable-EdgeSimRelaxedLimit Disable-TransportAgent");
    CHECK(completed(bench, "$x = Get-AgentL") == "5: Get-AgentLog");
    CHECK(completed(bench, "(Resume") == "1: Resume-EdgeSimQueue");
}

TEST_CASE("Parameters, their words and identities are completed") {
    ShellBench bench;
    CHECK(completed(bench, "Set-SenderFilterConfig -Blo") ==
          "23: -BlockedDomains -BlockedDomainsAndSubdomains -BlockedSenders");
    CHECK(completed(bench, "Set-SenderFilterConfig -Wh") == "23: -WhatIf");
    CHECK(completed(bench, "Set-SenderFilterConfig -Action ") == "31: Reject StampStatus");
    CHECK(completed(bench, "Set-SenderFilterConfig -Act St") == "28: StampStatus");
    CHECK(completed(bench, "Set-SenderFilterConfig -Enabled $") == "32: $false $true");
    CHECK(completed(bench, "Disable-TransportAgent S") == "23: 'Sender Filter Agent' 'Sender Id Agent'");
    CHECK(completed(bench, "Disable-TransportAgent 'S") == "23: 'Sender Filter Agent' 'Sender Id Agent'");
    CHECK(completed(bench, "Get-ReceiveConnector ") == "21: 'Default internal receive connector EDGE01'");
    CHECK(completed(bench, "Set-EdgeSimProfile -Name 20") == "25: 2007 2010 2013 2016 2019");
}

TEST_CASE("What is refused is not offered") {
    ShellBench bench;
    CHECK(completed(bench, "Set-ReceiveConnector X -RequireT") == "23:");
    ShellBench old(ProfileId::E2007);
    CHECK(completed(old, "Set-ReceiveConnector X -BareL") == "23:");
    CHECK(completed(bench, "Set-ReceiveConnector X -BareL") == "23: -BareLinefeedRejectionEnabled");
}

TEST_CASE("Nonsense completes to nothing") {
    ShellBench bench;
    for (const char* line : {"", "Nothing-Here -x ", "'", "$", "| |", "Get-Help \"", "@{"})
        CHECK_MESSAGE(bench.shell.complete(line, 1000).begin <= std::string(line).size(), line);
}

} // namespace
} // namespace edge
