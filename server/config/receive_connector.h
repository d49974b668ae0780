// A Receive connector: which peers it serves, what it announces, how much it takes (platform.md 2.1 to 2.4).
// Every Set-ReceiveConnector parameter of the reference stands here with the Edge default of profile 2019.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_range.h>
#include <edge/base/profile.h>
#include <edge/config/enum_words.h>
#include <edge/server/smtp/ehlo.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace edge {

class Configuration;
class NounSchema;

enum class AuthMechanism {
    Tls,
    Integrated,
    BasicAuth,
    BasicAuthRequireTLS,
    ExchangeServer,
    ExternalAuthoritative
};
enum class PermissionGroup {
    AnonymousUsers,
    ExchangeUsers,
    ExchangeServers,
    ExchangeLegacyServers,
    Partners,
    Custom
};
enum class ProtocolLoggingLevel { None, Verbose };
enum class MessageRateSource { None, IPAddress, User, All };
enum class ExtendedProtectionPolicy { None, Allow, Require };

// What a session may do; granted by the permission groups to the peer's principal (platform.md 2.4).
enum class Permission {
    SmtpSubmit,
    SmtpAcceptAnyRecipient,
    SmtpAcceptAnySender,
    SmtpAcceptAuthoritativeDomainSender,
    SmtpAcceptAuthenticationFlag,
    AcceptRoutingHeaders,
    AcceptOrganizationHeaders,
    AcceptForestHeaders,
    SmtpAcceptExch50,
    BypassMessageSizeLimit,
    BypassAntiSpam,
};
using Permissions = std::set<Permission>;

// clang-format off
template <>
struct EnumWords<AuthMechanism> {
    static constexpr EnumWord<AuthMechanism> words[] = {
        {AuthMechanism::Tls, "Tls"},
        {AuthMechanism::Integrated, "Integrated"},
        {AuthMechanism::BasicAuth, "BasicAuth"},
        {AuthMechanism::BasicAuthRequireTLS, "BasicAuthRequireTLS"},
        {AuthMechanism::ExchangeServer, "ExchangeServer"},
        {AuthMechanism::ExternalAuthoritative, "ExternalAuthoritative"},
    };
};
template <>
struct EnumWords<PermissionGroup> {
    static constexpr EnumWord<PermissionGroup> words[] = {
        {PermissionGroup::AnonymousUsers, "AnonymousUsers"},
        {PermissionGroup::ExchangeUsers, "ExchangeUsers"},
        {PermissionGroup::ExchangeServers, "ExchangeServers"},
        {PermissionGroup::ExchangeLegacyServers, "ExchangeLegacyServers"},
        {PermissionGroup::Partners, "Partners"},
        {PermissionGroup::Custom, "Custom"},
    };
};
template <>
struct EnumWords<ProtocolLoggingLevel> {
    static constexpr EnumWord<ProtocolLoggingLevel> words[] = {
        {ProtocolLoggingLevel::None, "None"},
        {ProtocolLoggingLevel::Verbose, "Verbose"},
    };
};
template <>
struct EnumWords<MessageRateSource> {
    static constexpr EnumWord<MessageRateSource> words[] = {
        {MessageRateSource::None, "None"},
        {MessageRateSource::IPAddress, "IPAddress"},
        {MessageRateSource::User, "User"},
        {MessageRateSource::All, "All"},
    };
};
template <>
struct EnumWords<ExtendedProtectionPolicy> {
    static constexpr EnumWord<ExtendedProtectionPolicy> words[] = {
        {ExtendedProtectionPolicy::None, "None"},
        {ExtendedProtectionPolicy::Allow, "Allow"},
        {ExtendedProtectionPolicy::Require, "Require"},
    };
};
template <>
struct EnumWords<smtp::SizeMode> {
    static constexpr EnumWord<smtp::SizeMode> words[] = {
        {smtp::SizeMode::Enabled, "Enabled"},
        {smtp::SizeMode::EnabledWithoutValue, "EnabledWithoutValue"},
        {smtp::SizeMode::Disabled, "Disabled"},
    };
};
// clang-format on

struct ReceiveConnector {
    std::string name; // identity, up to 64 characters; "Default internal receive connector EDGE01"
    bool enabled = true;
    std::vector<Endpoint> bindings;      // default 0.0.0.0:25
    std::vector<IpRange> remoteIpRanges; // default 0.0.0.0-255.255.255.255
    std::string fqdn;                    // empty: the server's
    std::string banner;                  // empty: the built-in banner; else starts with 220
    std::string comment;
    std::set<AuthMechanism> authMechanism{AuthMechanism::Tls, AuthMechanism::ExchangeServer};
    std::set<PermissionGroup> permissionGroups{PermissionGroup::AnonymousUsers,
                                               PermissionGroup::ExchangeServers, PermissionGroup::Partners};
    // Rights given to ANONYMOUS LOGON beyond its group (in Exchange: Add-ADPermission). Ours: one switch for
    // the one right that labs need, anonymous relay.
    bool anonymousMayRelay = false;
    ProtocolLoggingLevel protocolLoggingLevel = ProtocolLoggingLevel::None;

    // What is announced.
    bool pipeliningEnabled = true;
    bool eightBitMimeEnabled = true;
    bool enhancedStatusCodesEnabled = true;
    bool deliveryStatusNotificationEnabled = true;
    bool chunkingEnabled = true;   // announced from the chunking issue on
    bool binaryMimeEnabled = true; // the same
    smtp::SizeMode sizeEnabled = smtp::SizeMode::Enabled;
    bool orarEnabled = false;
    bool longAddressesEnabled = false;
    bool smtpUtf8Enabled = false;
    bool suppressXAnonymousTls = false;
    bool advertiseClientSettings = false;

    // What is demanded.
    bool requireEhloDomain = false;
    bool requireTls = false;
    bool bareLinefeedRejectionEnabled = false;
    bool rejectReservedTopLevelRecipientDomains = false;
    bool rejectReservedSecondLevelRecipientDomains = false;
    bool rejectSingleLabelRecipientDomains = false;
    bool domainSecureEnabled = false;
    bool enableAuthGssapi = false;
    ExtendedProtectionPolicy extendedProtectionPolicy = ExtendedProtectionPolicy::None;
    std::string defaultDomain;
    std::string serviceDiscoveryFqdn;
    std::string tlsCertificateName;
    std::vector<std::string> tlsDomainCapabilities;

    // Limits and times. nullopt: unlimited.
    Duration connectionTimeout = std::chrono::minutes(5);
    Duration connectionInactivityTimeout = std::chrono::minutes(1);
    Duration tarpitInterval = std::chrono::seconds(5);
    Duration authTarpitInterval = std::chrono::seconds(5);
    Duration maxAcknowledgementDelay = std::chrono::seconds(30);
    std::uint64_t maxHeaderSize = 256 * 1024;        // octets
    std::uint64_t maxMessageSize = 36 * 1024 * 1024; // octets
    int maxHopCount = 30;
    int maxLocalHopCount = 8;
    int maxLogonFailures = 3;
    int maxRecipientsPerMessage = 200;
    std::optional<int> maxInboundConnection = 5000;
    int maxInboundConnectionPercentagePerSource = 2; // percent of the connections still free
    std::optional<int> maxInboundConnectionPerSource = 20;
    std::optional<int> maxProtocolErrors = 5;
    std::optional<int> messageRateLimit = 600; // per minute and source
    MessageRateSource messageRateSource = MessageRateSource::IPAddress;
};

// What an anonymous peer of this connector may do (platform.md 2.4).
Permissions anonymousPermissions(const ReceiveConnector& connector);
// The short names of the protocol log, "SMTPSubmit SMTPAcceptAnySender ...", "None" (platform.md 2.4, 6.2).
std::string permissionText(const Permissions& permissions);
// What New-ReceiveConnector -Usage chooses at creation (platform.md 2.1).
enum class ConnectorUsage { Custom, Internet, Internal, Partner };
// A new connector of that version: usage Custom, nothing granted, no name.
ReceiveConnector newReceiveConnector(ProfileId profile);
// Sets the permission groups and authentication of the usage.
void applyUsage(ReceiveConnector& connector, ConnectorUsage usage);
// The connector that a fresh Edge server of that version has: "Default internal receive connector EDGE01" on
// port 25.
ReceiveConnector defaultReceiveConnector(ProfileId profile);
// Every address of the Internet: the default of RemoteIPRanges.
IpRange everyIpV4Address();

// The table of New-, Get-, Set- and Remove-ReceiveConnector.
const NounSchema& receiveConnectorSchema();

} // namespace edge
