// Everything of PowerShell that is not part of the subset is refused by name; nothing is read as something
// else.
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("PowerShell outside the subset is refused by name") {
    struct Case {
        const char* script;
        const char* named; // what the message names
    };
    const Case cases[] = {
        {"if ($x) { echo a }", "'if'"},
        {"foreach ($a in 1,2) { $a }", "'foreach'"},
        {"for ($i = 0; $i -lt 3; $i++) { }", "'for'"},
        {"while ($true) { }", "'while'"},
        {"do { } until ($true)", "'do'"},
        {"switch ($x) { }", "'switch'"},
        {"function f { }", "'function'"},
        {"filter f { }", "'filter'"},
        {"param($x)", "'param'"},
        {"return 5", "'return'"},
        {"break", "'break'"},
        {"continue", "'continue'"},
        {"try { } catch { }", "'try'"},
        {"trap { }", "'trap'"},
        {"throw 'x'", "'throw'"},
        {"exit 1", "'exit'"},
        {"class C { }", "'class'"},
        {"enum E { }", "'enum'"},
        {"using namespace System", "'using'"},
        {"workflow w { }", "'workflow'"},
        {"begin { }", "'begin'"},
        {"echo a && echo b", "'&&'"},
        {"echo a || echo b", "'||'"},
        {"echo a &", "'&'"},
        {"& 'Get-Help'", "'&'"},
        {". ./other.ps1", "'.' (running another script in place)"},
        {"./other.ps1", "'./other.ps1'"},
        {".\\other.ps1", "'.\\other.ps1'"},
        {"notepad.exe", "'notepad.exe'"},
        {"echo a > file", "'>'"},
        {"echo a >> file", "'>'"},
        {"echo a 2> file", "'>'"},
        {"Get-Content < file", "'<'"},
        {"Get-TransportAgent | ? { $_.Priority > 5 }", "'>'"},
        {"[int]5", "'[…]' (a type name)"},
        {"$x = [string]'a'", "'[…]' (a type name)"},
        {"$x = 'a','b'; $x[0]", "'[…]' behind a value (an index)"},
        {"$(echo a)", "'$(…)'"},
        {"\"a $(echo b)\"", "'$(…)'"},
        {"echo a$(echo b)", "'$(…)'"},
        {"Get-Help @arguments", "'@' before a name (splatting)"},
        {"@\"\ntext\n\"@", "'@\"' (a here-string)"},
        {"@'\ntext\n'@", "'@\"' (a here-string)"},
        {"$env:PATH", "'$env:'"},
        {"$global:x = 5", "'$global:'"},
        {"$?", "'$?'"},
        {"$$", "'$$'"},
        {"$x = 'a'; $x.ToUpper()", "'.ToUpper()' (a method call)"},
        {"$c = Get-TransportConfig; $c.InternalSMTPServers.Add('x')", "'.Add()' (a method call)"},
        {"$x++", "'++'"},
        {"$x--", "'--'"},
        {"$x -= 5", "'-' (arithmetic)"},
        {"$x *= 5", "'*=' (arithmetic)"},
        {"5 - 3", "'-' (arithmetic)"},
        {"5 * 3", "'*' (arithmetic)"},
        {"5 / 3", "'/' (arithmetic)"},
        {"5 % 3", "'%' (arithmetic)"},
        {"1..5", "'..' (a range)"},
        {"$x ? 1 : 2", "'?' (a choice between values)"},
        {"'a' -replace 'a','b'", "'-replace'"},
        {"'a' -split ','", "'-split'"},
        {"'a','b' -join ','", "'-join'"},
        {"'{0}' -f 5", "'-f'"},
        {"5 -is 'int'", "'-is'"},
        {"5 -as 'int'", "'-as'"},
        {"5 -band 1", "'-band'"},
        {"$true -xor $false", "'-xor'"},
        {"-join 'a'", "'-join'"},
        {"echo --% a b", "'--%' (stop parsing)"},
        {"{ echo a }", "'{…}' (a script block)"},
        {"$x = { echo a }", "'{…}' (a script block)"},
        {"Get-Help -Name { a }", "'{…}' (a script block) as -Name"},
        {"Get-TransportAgent { a }", "'{…}' (a script block)"},
        {"Get-TransportAgent | select @{n='x';e={$_}}", "'{…}' (a script block)"},
        {"Get-TransportAgent | select @{n='x'}", "'@{…}' (a calculated property)"},
        {"(echo a; echo b)", "several statements within brackets"},
        {"$VerbosePreference = 'Continue'", "$VerbosePreference (a preference of the shell)"},
        {"$ConfirmPreference = 'None'", "$ConfirmPreference (a preference of the shell)"},
        {"Get-TransportAgent -OutVariable x", "-OutVariable"},
        {"Set-TransportConfig -Instance $null", "-Instance"},
        {"Get-ReceiveConnector -DomainController dc1", "-DomainController"},
        {"Get-ReceiveConnector -Debug", "-Debug"},
    };
    for (const auto& [script, named] : cases) {
        ShellBench bench;
        bench.run(script);
        REQUIRE_MESSAGE(!bench.last.errors.empty(), script);
        const auto& error = bench.last.errors.front();
        CHECK_MESSAGE((error.category == ErrorCategory::Unsupported), std::string(script));
        CHECK_MESSAGE(error.message.find(named) != std::string::npos, script, " gave ", error.message);
        CHECK_MESSAGE(error.message.find("is PowerShell, but not part of edgesim's subset of it") !=
                          std::string::npos,
                      script, " gave ", error.message);
    }
}

TEST_CASE("Cmdlets of PowerShell and Exchange that are not here are named with the reason") {
    const std::pair<const char*, const char*> cases[] = {
        {"Get-ChildItem", "files are the business of the shell around"},
        {"Import-Module X", "nothing needs to be loaded"},
        {"Add-PSSnapin X", "nothing needs to be loaded"},
        {"New-Object X", "values have the type"},
        {"Get-SendConnector", "comes with the send connectors"},
        {"Set-SenderIdConfig -Enabled $true", "comes with its agent"},
        {"Add-ADPermission X", "AnonymousMayRelay"},
        {"Get-Mailbox", "Get-EdgeSimRecipient"},
        {"Group-Object", "not part of edgesim"},
    };
    for (const auto& [script, reason] : cases) {
        ShellBench bench;
        bench.run(script);
        REQUIRE_MESSAGE(!bench.last.errors.empty(), script);
        CHECK_MESSAGE((bench.last.errors.front().category == ErrorCategory::Unsupported), script);
        CHECK_MESSAGE(bench.last.errors.front().message.find(reason) != std::string::npos, script);
    }
}

TEST_CASE("An unknown cmdlet gets the nearest right name") {
    ShellBench bench;
    CHECK(bench.error("Get-RecieveConnector") ==
          "1:1: cmdlet: there is no cmdlet 'Get-RecieveConnector'; did you mean \"Get-ReceiveConnector\"?");
    CHECK(bench.error("Frobnicate") == "1:1: cmdlet: there is no cmdlet 'Frobnicate'");
}

TEST_CASE("Known parameters of Exchange that do nothing yet are refused with the reason") {
    const std::pair<const char*, const char*> cases[] = {
        {"Set-ReceiveConnector X -RequireTLS $true",
         "1:24: unsupported: -RequireTLS of Set-ReceiveConnector is not supported: comes with TLS"},
        {"Set-ReceiveConnector X -ChunkingEnabled $false",
         "1:24: unsupported: -ChunkingEnabled of Set-ReceiveConnector is not supported: comes with BDAT and "
         "CHUNKING"},
        {"Set-TransportServer -PickupDirectoryPath C:\\x",
         "1:21: unsupported: -PickupDirectoryPath of Set-TransportServer is not supported: the pickup "
         "directory, an "
         "input, comes later"},
        {"Set-TransportServer -ReplayDirectoryPath C:\\x",
         "1:21: unsupported: -ReplayDirectoryPath of Set-TransportServer is not supported: in Exchange it is "
         "a folder "
         "from which messages are read, which comes later; the folder to which accepted messages are written "
         "is "
         "Set-EdgeSimSubmission -ReplayDirectory"},
        {"Set-AcceptedDomain X -DomainName b.example",
         "1:22: unsupported: -DomainName of Set-AcceptedDomain is not supported: it is given once, to "
         "New-AcceptedDomain"},
        {"New-AcceptedDomain X -AddressBookEnabled $true",
         "1:22: unsupported: -AddressBookEnabled of New-AcceptedDomain is not supported: use "
         "Set-AcceptedDomain "
         "afterwards"},
        {"Set-ReceiveConnector X -AnonymousMayRelay $true",
         "1:24: unsupported: -AnonymousMayRelay of Set-ReceiveConnector is not supported: it is a setting of "
         "edgesim's "
         "own: Set-EdgeSimReceiveConnector"},
    };
    for (const auto& [script, message] : cases) {
        ShellBench bench;
        CHECK(bench.error(script) == message);
    }
}

} // namespace
} // namespace edge
