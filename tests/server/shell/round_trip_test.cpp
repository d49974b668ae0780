// What Export-EdgeSimConfig prints, run on a fresh server, gives the same state.
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

// Everything that can be seen of a configuration.
std::string seen(ShellBench& bench) {
    return bench.run("Get-TransportServer | fl; Get-TransportConfig | fl; Get-EdgeSimSubmission | fl; "
                     "Get-AcceptedDomain | fl; Get-ReceiveConnector | fl; Get-SenderFilterConfig | fl; "
                     "Get-RecipientFilterConfig | fl; Get-EdgeSimProfile | fl; Get-TransportAgent | fl; "
                     "Get-EdgeSimRecipient | fl");
}

void checkRoundTrip(const std::string& script) {
    ShellBench original;
    REQUIRE_MESSAGE(original.error(script) == "", script);
    const auto exported = original.run("Export-EdgeSimConfig -IncludeRecipient");
    CAPTURE(exported);
    ShellBench copy;
    CHECK(copy.run(exported + "\n").find("t:") == std::string::npos);
    CHECK(copy.last.errors.empty());
    CHECK(seen(copy) == seen(original));
    CHECK(copy.run("Export-EdgeSimConfig -IncludeRecipient") == exported);
}

TEST_CASE("A configuration survives export and import") {
    for (const char* script : {
             "",
             "Set-EdgeSimProfile 2007; Set-ReceiveConnector 'Default internal receive connector EDGE01' "
             "-TarpitInterval 00:00:00 -Banner '220 it''s me' -MaxInboundConnection Unlimited "
             "-MaxMessageSize 12345678",
             "Get-ReceiveConnector | Remove-ReceiveConnector; New-ReceiveConnector 'Out' -Internet -Bindings "
             "0.0.0.0:25,[::]:25; New-ReceiveConnector In -Internal -RemoteIPRanges 10.0.0.0/8,192.168.1.7",
             "Set-ReceiveConnector 'Default internal receive connector EDGE01' -Name 'Renamed' -MaxHopCount "
             "9",
             "New-AcceptedDomain A -DomainName a.example; New-AcceptedDomain B -DomainName *.b.example "
             "-DomainType "
             "InternalRelay; Set-AcceptedDomain B -MakeDefault $true -AddressBookEnabled $true; "
             "Remove-AcceptedDomain A",
             "Set-SenderFilterConfig -BlockedSenders a@b.example,\"o'neil@b.example\" -BlockedDomains "
             "x.example "
             "-BlankSenderBlockingEnabled $true -Action StampStatus",
             "Set-TransportServer -AgentLogPath $null -AgentLogMaxAge 00:00:00 -ExternalIPAddress 192.0.2.1",
             "Set-TransportConfig -InternalSMTPServers 10.0.0.1,10.0.0.0/8 -MaxReceiveSize 5MB",
             "Set-EdgeSimServer -Name EDGE07 -Fqdn edge07.contoso.com; Set-EdgeSimSubmission "
             "-ReplayRetention Unlimited "
             "-ReplayMaxFiles 5",
             "Enable-EdgeSimRelaxedLimit; Get-ReceiveConnector | Set-EdgeSimReceiveConnector "
             "-AnonymousMayRelay $true",
             "Disable-TransportAgent 'Edge Rule Agent' -WA Ignore",
             "New-EdgeSimRecipient kim@b.example -DisplayName 'Kim \"K\" O''Neil' -AntispamBypassEnabled "
             "$true",
             "Get-ReceiveConnector | Set-ReceiveConnector -Comment \"two`nlines `$x `` \"",
         })
        checkRoundTrip(script);
}

} // namespace
} // namespace edge
