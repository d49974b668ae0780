// Permission groups and the rights they give (platform.md 2.4), as far as a peer without authentication may
// have them.
#include <edge/server/config/receive_connector.h>

#include <array>
#include <initializer_list>
#include <string_view>

namespace edge {
namespace {

// To NT AUTHORITY\ANONYMOUS LOGON.
constexpr std::initializer_list<Permission> kAnonymousRights{
    Permission::SmtpSubmit, Permission::SmtpAcceptAnySender, Permission::SmtpAcceptAuthoritativeDomainSender,
    Permission::AcceptRoutingHeaders};

// To MS Exchange\Externally Secured Servers: what every peer of an ExternalAuthoritative connector is taken
// for.
constexpr std::initializer_list<Permission> kExternallySecuredRights{
    Permission::SmtpSubmit,
    Permission::SmtpAcceptAnyRecipient,
    Permission::SmtpAcceptAuthenticationFlag,
    Permission::SmtpAcceptAnySender,
    Permission::SmtpAcceptAuthoritativeDomainSender,
    Permission::BypassAntiSpam,
    Permission::BypassMessageSizeLimit,
    Permission::SmtpAcceptExch50,
    Permission::AcceptRoutingHeaders};

struct PermissionName {
    Permission permission;
    std::string_view shortName;
};

// In the order of the protocol log: the first of an anonymous peer as observed, the others as the reference
// lists them.
constexpr std::array<PermissionName, 11> kShortNames{{
    {Permission::SmtpSubmit, "SMTPSubmit"},
    {Permission::SmtpAcceptAnyRecipient, "SMTPAcceptAnyRecipient"},
    {Permission::SmtpAcceptAuthenticationFlag, "SMTPAcceptAuthenticationFlag"},
    {Permission::SmtpAcceptAnySender, "SMTPAcceptAnySender"},
    {Permission::SmtpAcceptAuthoritativeDomainSender, "SMTPAcceptAuthoritativeDomainSender"},
    {Permission::BypassAntiSpam, "BypassAntiSpam"},
    {Permission::BypassMessageSizeLimit, "BypassMessageSizeLimit"},
    {Permission::SmtpAcceptExch50, "SMTPAcceptEXCH50"},
    {Permission::AcceptRoutingHeaders, "AcceptRoutingHeaders"},
    {Permission::AcceptForestHeaders, "AcceptForestHeaders"},
    {Permission::AcceptOrganizationHeaders, "AcceptOrganizationHeaders"},
}};

} // namespace

Permissions anonymousPermissions(const ReceiveConnector& connector) {
    Permissions rights;
    if (connector.permissionGroups.contains(PermissionGroup::AnonymousUsers))
        rights.insert(kAnonymousRights.begin(), kAnonymousRights.end());
    if (connector.authMechanism.contains(AuthMechanism::ExternalAuthoritative) &&
        connector.permissionGroups.contains(PermissionGroup::ExchangeServers))
        rights.insert(kExternallySecuredRights.begin(), kExternallySecuredRights.end());
    if (connector.anonymousMayRelay)
        rights.insert(Permission::SmtpAcceptAnyRecipient);
    return rights;
}

std::string permissionText(const Permissions& permissions) {
    std::string text;
    for (const auto& [permission, shortName] : kShortNames)
        if (permissions.contains(permission))
            (text += text.empty() ? "" : " ") += shortName;
    return text.empty() ? "None" : text;
}

} // namespace edge
