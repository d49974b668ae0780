#include <edge/base/text.h>
#include <edge/server/shell/refused_syntax.h>

#include <iterator>

namespace edge {
namespace {

struct Refusal {
    std::string_view name;
    const char* advice;
};

constexpr const char* kNoLoop =
    "send the objects through a pipe instead: Get-… | Set-…, or Get-… | ForEach-Object { … }";
constexpr const char* kNoCondition = "choose objects with Where-Object instead";
constexpr const char* kNoFunction = "write the cmdlets one after the other";

constexpr Refusal kKeywords[] = {
    {"if", kNoCondition},
    {"else", kNoCondition},
    {"elseif", kNoCondition},
    {"switch", kNoCondition},
    {"for", kNoLoop},
    {"foreach", kNoLoop},
    {"while", kNoLoop},
    {"do", kNoLoop},
    {"until", kNoLoop},
    {"break", kNoLoop},
    {"continue", kNoLoop},
    {"function", kNoFunction},
    {"filter", kNoFunction},
    {"workflow", kNoFunction},
    {"configuration", kNoFunction},
    {"param", kNoFunction},
    {"return", kNoFunction},
    {"begin", kNoFunction},
    {"process", kNoFunction},
    {"end", kNoFunction},
    {"clean", kNoFunction},
    {"dynamicparam", kNoFunction},
    {"class", kNoFunction},
    {"enum", kNoFunction},
    {"using", "nothing needs to be loaded"},
    {"try", "-ErrorAction decides what happens after an error"},
    {"catch", "-ErrorAction decides what happens after an error"},
    {"finally", "-ErrorAction decides what happens after an error"},
    {"trap", "-ErrorAction decides what happens after an error"},
    {"throw", ""},
    {"exit", ""},
    {"data", ""},
    {"parallel", ""},
    {"sequence", ""},
    {"inlinescript", ""},
};

constexpr const char* kNoText = "texts are compared with -like, -match and -eq only";
constexpr const char* kNoTypes = "values have the type that their cmdlet gives them";

constexpr Refusal kOperators[] = {
    {"f", kNoText},     {"replace", kNoText}, {"ireplace", kNoText}, {"creplace", kNoText},
    {"split", kNoText}, {"isplit", kNoText},  {"csplit", kNoText},   {"join", kNoText},
    {"is", kNoTypes},   {"isnot", kNoTypes},  {"as", kNoTypes},      {"band", ""},
    {"bor", ""},        {"bxor", ""},         {"bnot", ""},          {"shl", ""},
    {"shr", ""},        {"xor", ""},
};

constexpr const char* kNoModule = "nothing needs to be loaded: the cmdlets are there";
constexpr const char* kNoFiles =
    "scripts here configure one server; files are the business of the shell around";
constexpr const char* kNoProgram = "no programs are run from here";
constexpr const char* kSend = "comes with the send connectors";
constexpr const char* kSubscription = "comes with the Edge subscription";
constexpr const char* kFilters = "comes with its agent";

constexpr Refusal kCmdlets[] = {
    {"Add-PSSnapin", kNoModule},
    {"Import-Module", kNoModule},
    {"Connect-ExchangeServer", kNoModule},
    {"New-PSSession", kNoModule},
    {"Import-PSSession", kNoModule},
    {"Set-ExecutionPolicy", kNoModule},
    {"New-Object", kNoTypes},
    {"Add-Member", kNoTypes},
    {"Get-Member", "Get-… | Format-List * shows all properties"},
    {"gm", "Get-… | Format-List * shows all properties"},
    {"Group-Object", ""},
    {"group", ""},
    {"Tee-Object", ""},
    {"tee", ""},
    {"Compare-Object", ""},
    {"Out-File", kNoFiles},
    {"Out-String", ""},
    {"Out-Host", ""},
    {"Out-GridView", ""},
    {"Export-Csv", kNoFiles},
    {"Import-Csv", "Import-EdgeSimRecipient reads lists of recipients"},
    {"ConvertTo-Csv", ""},
    {"ConvertTo-Html", ""},
    {"ConvertTo-Xml", ""},
    {"ConvertFrom-Json", ""},
    {"Export-Clixml", kNoFiles},
    {"Import-Clixml", kNoFiles},
    {"Get-Content", kNoFiles},
    {"gc", kNoFiles},
    {"cat", kNoFiles},
    {"type", kNoFiles},
    {"Set-Content", kNoFiles},
    {"Add-Content", kNoFiles},
    {"Get-ChildItem", kNoFiles},
    {"dir", kNoFiles},
    {"ls", kNoFiles},
    {"Set-Location", kNoFiles},
    {"cd", kNoFiles},
    {"Test-Path", kNoFiles},
    {"New-Item", kNoFiles},
    {"Remove-Item", kNoFiles},
    {"Copy-Item", kNoFiles},
    {"Get-Date", "write the date as text: '2022-09-13 14:38'"},
    {"Start-Sleep", "configuration does not wait"},
    {"sleep", "configuration does not wait"},
    {"Invoke-Expression", kNoProgram},
    {"iex", kNoProgram},
    {"Invoke-Command", kNoProgram},
    {"icm", kNoProgram},
    {"Start-Process", kNoProgram},
    {"Start-Job", kNoProgram},
    {"Invoke-WebRequest", kNoProgram},
    {"curl", kNoProgram},
    {"net", "Restart-Service MSExchangeTransport restarts the service"},
    {"Read-Host", "cmdlets ask for mandatory parameters themselves"},
    {"Set-Variable", "write $name = value"},
    {"Get-Variable", ""},
    {"Set-Alias", ""},
    {"New-Alias", ""},
    {"Get-Alias", "Get-Command lists the aliases beside their cmdlets"},
    {"Get-Service", "Restart-Service MSExchangeTransport is there"},
    {"Start-Service", "Restart-Service MSExchangeTransport is there"},
    {"Stop-Service", "Restart-Service MSExchangeTransport is there"},
    {"Get-EventLog", "edgesim writes an operations log instead"},
    {"Add-ADPermission", "anonymous relay is Set-EdgeSimReceiveConnector … -AnonymousMayRelay $true here"},
    {"Get-ADPermission", "Get-ReceiveConnector shows PermissionGroups and AnonymousMayRelay"},
    {"Get-SendConnector", kSend},
    {"Set-SendConnector", kSend},
    {"New-SendConnector", kSend},
    {"Remove-SendConnector", kSend},
    {"New-EdgeSubscription", kSubscription},
    {"Get-EdgeSubscription", kSubscription},
    {"Remove-EdgeSubscription", kSubscription},
    {"Start-EdgeSynchronization", kSubscription},
    {"Test-EdgeSynchronization", kSubscription},
    {"Get-ForeignConnector", "comes with the foreign connectors"},
    {"Set-ForeignConnector", "comes with the foreign connectors"},
    {"New-ForeignConnector", "comes with the foreign connectors"},
    {"Get-SenderIdConfig", kFilters},
    {"Set-SenderIdConfig", kFilters},
    {"Test-SenderId", kFilters},
    {"Get-SenderReputationConfig", kFilters},
    {"Set-SenderReputationConfig", kFilters},
    {"Get-IPBlockListProvider", kFilters},
    {"Add-IPBlockListProvider", kFilters},
    {"Set-IPBlockListProvider", kFilters},
    {"Remove-IPBlockListProvider", kFilters},
    {"Test-IPBlockListProvider", kFilters},
    {"Get-IPBlockListProvidersConfig", kFilters},
    {"Set-IPBlockListProvidersConfig", kFilters},
    {"Get-IPAllowListProvider", kFilters},
    {"Add-IPAllowListProvider", kFilters},
    {"Set-IPAllowListProvider", kFilters},
    {"Remove-IPAllowListProvider", kFilters},
    {"Test-IPAllowListProvider", kFilters},
    {"Get-IPAllowListProvidersConfig", kFilters},
    {"Set-IPAllowListProvidersConfig", kFilters},
    {"Update-SafeList", kFilters},
    {"Get-TransportRule", kFilters},
    {"New-TransportRule", kFilters},
    {"Set-TransportRule", kFilters},
    {"Remove-TransportRule", kFilters},
    {"Get-AddressRewriteEntry", kFilters},
    {"New-AddressRewriteEntry", kFilters},
    {"Set-AddressRewriteEntry", kFilters},
    {"Get-RemoteDomain", "comes with the routing side"},
    {"Get-Queue", "comes with the routing side"},
    {"Get-Message", "comes with the routing side"},
    {"Export-Message", "comes with the routing side"},
    {"Get-MessageTrackingLog", "comes with message tracking"},
    {"Get-ExchangeServer", "Get-TransportServer shows this server"},
    {"Get-ExchangeCertificate", "comes with TLS"},
    {"Enable-ExchangeCertificate", "comes with TLS"},
    {"New-ExchangeCertificate", "comes with TLS"},
    {"Get-Mailbox", "an Edge server has no mailboxes; Get-EdgeSimRecipient lists the recipients it knows"},
    {"New-Mailbox", "an Edge server has no mailboxes; New-EdgeSimRecipient makes a recipient known"},
    {"Get-Recipient", "Get-EdgeSimRecipient lists the recipients this server knows"},
};

constexpr const char* kNoCapture = "assign the pipeline to a variable instead: $x = Get-…";

constexpr Refusal kParameters[] = {
    {"DomainController", "an Edge server keeps its settings itself, not in Active Directory"},
    {"Instance", "give the changed properties by name: -BlockedSenders $c.BlockedSenders"},
    {"OutVariable", kNoCapture},
    {"PipelineVariable", kNoCapture},
    {"ErrorVariable", "errors are printed"},
    {"WarningVariable", "warnings are printed"},
    {"InformationVariable", ""},
    {"InformationAction", ""},
    {"ProgressAction", ""},
    {"OutBuffer", ""},
    {"Debug", "-Verbose is there"},
};

template <std::size_t N>
const char* find(const Refusal (&table)[N], std::string_view name) {
    for (const auto& entry : table)
        if (iequals(entry.name, name))
            return entry.advice;
    return nullptr;
}

} // namespace

std::string refusedSyntax(std::string_view what, std::string_view advice) {
    auto text = std::string(what) + " is PowerShell, but not part of edgesim's subset of it";
    if (!advice.empty())
        text += "; " + std::string(advice);
    return text;
}

const char* refusedKeyword(std::string_view word) {
    return find(kKeywords, word);
}

const char* refusedOperator(std::string_view name) {
    return find(kOperators, name);
}

const char* refusedCmdlet(std::string_view name) {
    return find(kCmdlets, name);
}

const char* refusedParameter(std::string_view name) {
    return find(kParameters, name);
}

} // namespace edge
