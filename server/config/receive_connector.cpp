#include <edge/config/schema.h>
#include <edge/connector_guid.h>
#include <edge/server/config/receive_connector.h>
#include <edge/server/config/transport_server.h>

namespace edge {
namespace {

using P = Parameter<ReceiveConnector>;
using C = ReceiveConnector;

constexpr std::size_t kMaxName = 64;            // platform.md 2.3
constexpr std::int64_t kMaxInt = 2147483647;    // upper bound of Int32 and size parameters
constexpr std::int64_t kMinMessageSize = 65536; // octets
constexpr Duration kSecond = std::chrono::seconds(1);
constexpr Duration kDay = std::chrono::days(1);
constexpr Duration kMaxTarpit =
    std::chrono::minutes(10); // documented for Set-ReceiveConnector -TarpitInterval

Error conflict(const C& connector, const std::string& problem) {
    return {Errc::InvalidArgument, "Receive connector \"" + connector.name + "\": " + problem};
}

// A banner is a reply: it starts with 220 (platform.md 2.3).
Result<> checkBanner(std::string_view text) {
    if (text == "220" || text.starts_with("220 ") || text.starts_with("220-"))
        return {};
    return Error{Errc::InvalidArgument, "a banner starts with \"220 \""};
}

// Rules between the mechanisms (platform.md 2.3, AuthMechanism).
Result<> checkAuthentication(const C& connector) {
    const auto has = [&](AuthMechanism mechanism) { return connector.authMechanism.contains(mechanism); };
    for (const auto mechanism :
         {AuthMechanism::Integrated, AuthMechanism::BasicAuth, AuthMechanism::BasicAuthRequireTLS})
        if (has(mechanism))
            return conflict(connector, "AuthMechanism " + std::string(wordOf(mechanism)) +
                                           " is not supported: it comes with the AUTH command");
    if (!has(AuthMechanism::ExternalAuthoritative))
        return {};
    if (connector.authMechanism.size() > (has(AuthMechanism::Tls) ? 2U : 1U))
        return conflict(connector, "AuthMechanism ExternalAuthoritative goes with Tls only");
    if (!connector.permissionGroups.contains(PermissionGroup::ExchangeServers))
        return conflict(connector,
                        "AuthMechanism ExternalAuthoritative needs PermissionGroups ExchangeServers");
    return {};
}

Result<> checkGroups(const C& connector) {
    if (connector.permissionGroups.contains(PermissionGroup::ExchangeLegacyServers))
        return conflict(connector, "PermissionGroups ExchangeLegacyServers does not exist on an Edge server");
    return {};
}

Result<> checkTimes(const C& connector) {
    if (connector.connectionInactivityTimeout < connector.connectionTimeout)
        return {};
    return conflict(connector, "ConnectionInactivityTimeout must be shorter than ConnectionTimeout");
}

bool shareBinding(const C& a, const C& b) {
    for (const auto& binding : a.bindings)
        for (const auto& other : b.bindings)
            if (binding == other)
                return true;
    return false;
}

// Ranges of two connectors with the same binding may overlap only where one is wholly inside the other, and
// may not be equal (platform.md 2.2, rule 3).
Result<> checkRanges(const C& connector, const C& other) {
    for (const auto& range : connector.remoteIpRanges)
        for (const auto& theirs : other.remoteIpRanges) {
            if (range == theirs)
                return conflict(connector, "binding and remote range " + range.toString() +
                                               " are those of \"" + other.name + "\" as well");
            if (range.overlaps(theirs) && !range.contains(theirs) && !theirs.contains(range))
                return conflict(connector, "remote range " + range.toString() + " overlaps " +
                                               theirs.toString() + " of \"" + other.name +
                                               "\"; one must lie wholly inside the other");
        }
    return {};
}

Result<> validate(const C& connector, const Configuration& configuration) {
    if (connector.bindings.empty())
        return conflict(connector, "needs at least one of -Bindings, for example 0.0.0.0:25");
    if (connector.remoteIpRanges.empty())
        return conflict(connector,
                        "needs at least one of -RemoteIPRanges, for example 0.0.0.0-255.255.255.255");
    if (connector.binaryMimeEnabled && !connector.chunkingEnabled)
        return conflict(connector, "BinaryMimeEnabled needs ChunkingEnabled");
    for (const auto& check : {checkTimes, checkAuthentication, checkGroups})
        if (auto good = check(connector); !good)
            return good;
    for (const auto& other : configuration.all<C>())
        if (other.get() != &connector && shareBinding(connector, *other))
            if (auto good = checkRanges(connector, *other); !good)
                return good;
    return {};
}

std::string serverPrefix(const Configuration& configuration) {
    return configuration.has<TransportServer>() ? configuration.get<TransportServer>().name + "\\" : "";
}

} // namespace

IpRange everyIpV4Address() {
    return {IpAddress::v4(0), IpAddress::v4(0xFFFFFFFF)};
}

ReceiveConnector newReceiveConnector(ProfileId profileId) {
    const auto& version = profile(profileId);
    ReceiveConnector connector;
    applyUsage(connector, ConnectorUsage::Custom);
    connector.maxHeaderSize = version.maxHeaderSize;
    connector.maxMessageSize = version.maxMessageSize;
    connector.maxHopCount = version.maxHopCount;
    connector.maxLocalHopCount = version.maxLocalHopCount;
    connector.maxInboundConnectionPerSource = version.maxInboundConnectionPerSource;
    return connector;
}

void applyUsage(ReceiveConnector& connector, ConnectorUsage usage) {
    connector.authMechanism = {AuthMechanism::Tls};
    connector.permissionGroups = {};
    switch (usage) {
    case ConnectorUsage::Custom:
        return;
    case ConnectorUsage::Internet:
        connector.permissionGroups = {PermissionGroup::AnonymousUsers};
        return;
    case ConnectorUsage::Internal:
        connector.permissionGroups = {PermissionGroup::ExchangeServers};
        connector.authMechanism = {AuthMechanism::Tls, AuthMechanism::ExchangeServer};
        return;
    case ConnectorUsage::Partner:
        connector.permissionGroups = {PermissionGroup::Partners};
        return;
    }
}

ReceiveConnector defaultReceiveConnector(ProfileId profileId) {
    auto connector = newReceiveConnector(profileId);
    connector.name = "Default internal receive connector " + std::string(kDefaultServerName);
    connector.bindings = {{IpAddress::v4(0), 25}};
    connector.remoteIpRanges = {everyIpV4Address()};
    connector.authMechanism = {AuthMechanism::Tls, AuthMechanism::ExchangeServer};
    connector.permissionGroups = {PermissionGroup::AnonymousUsers, PermissionGroup::ExchangeServers,
                                  PermissionGroup::Partners};
    return connector;
}

const NounSchema& receiveConnectorSchema() {
    constexpr auto kTls = "comes with TLS";
    constexpr auto kAuth = "comes with the AUTH command";
    constexpr auto kChunking = "comes with BDAT and CHUNKING";
    static const ObjectSchema<ReceiveConnector> schema({
        .noun = "ReceiveConnector",
        .sentence = "Where the server listens, whom it serves there, and how much it takes.",
        .source = "platform.md 2.3, documented",
        .cardinality = Cardinality::Many,
        .identity = &C::name,
        .columns = {"Identity", "Bindings", "Enabled"},
        .parameters =
            {
                P("Name", &C::name, "Its name, up to 64 characters.").maxLength(kMaxName).required(),
                P("Enabled", &C::enabled, "Whether it takes connections."),
                P(
                    "Guid",
                    [](const C& connector) {
                        return CmdletValue(receiveConnectorGuid(connector.name).toString());
                    },
                    "What ExceptionConnectors of the attachment filter names it by; computed from the name.")
                    .tagged("docs/decisions/0813"),
                P("Bindings", &C::bindings, "Local addresses and ports it listens on, such as 0.0.0.0:25."),
                P("RemoteIPRanges", &C::remoteIpRanges,
                  "The peers it serves: addresses, a-b or CIDR; the most specific range of all connectors "
                  "wins."),
                P("Fqdn", &C::fqdn,
                  "The name in banner, EHLO answer and Received; $null is the server's own.")
                    .form(TextForm::Fqdn),
                P("Banner", &C::banner, "The greeting, starting with 220; $null is the built-in one.")
                    .form(TextForm::Ascii)
                    .maxLength(400)
                    .check(checkBanner),
                P("Comment", &C::comment, "A note for people.").maxLength(256),
                P("AuthMechanism", &C::authMechanism, "What a peer may authenticate with."),
                P("PermissionGroups", &C::permissionGroups, "Who may use the connector."),
                P("ProtocolLoggingLevel", &C::protocolLoggingLevel,
                  "Verbose writes the SMTP receive protocol log."),
                P("PipeliningEnabled", &C::pipeliningEnabled, "Announces PIPELINING."),
                P("EightBitMimeEnabled", &C::eightBitMimeEnabled, "Announces and takes 8BITMIME."),
                P("EnhancedStatusCodesEnabled", &C::enhancedStatusCodesEnabled,
                  "Announces ENHANCEDSTATUSCODES."),
                P("DeliveryStatusNotificationEnabled", &C::deliveryStatusNotificationEnabled,
                  "Announces and takes DSN."),
                P("SizeEnabled", &C::sizeEnabled,
                  "Announces SIZE with its value, without it, or not at all."),
                P("LongAddressesEnabled", &C::longAddressesEnabled,
                  "Takes addresses up to 1860 characters and lines up to 8000."),
                P("SmtpUtf8Enabled", &C::smtpUtf8Enabled, "Announces and takes SMTPUTF8.")
                    .introducedIn(ProfileId::E2016),
                P("RequireEHLODomain", &C::requireEhloDomain, "Refuses EHLO and HELO without a domain."),
                P("BareLinefeedRejectionEnabled", &C::bareLinefeedRejectionEnabled,
                  "Refuses messages with LF that has no CR before it.")
                    .introducedIn(ProfileId::E2013),
                P("RejectReservedTopLevelRecipientDomains", &C::rejectReservedTopLevelRecipientDomains,
                  "Refuses recipients in .test, .example, .invalid and .localhost.")
                    .introducedIn(ProfileId::E2013),
                P("RejectReservedSecondLevelRecipientDomains", &C::rejectReservedSecondLevelRecipientDomains,
                  "Refuses recipients in example.com, example.net and example.org.")
                    .introducedIn(ProfileId::E2013),
                P("RejectSingleLabelRecipientDomains", &C::rejectSingleLabelRecipientDomains,
                  "Refuses recipients whose domain has no dot.")
                    .introducedIn(ProfileId::E2013),
                P("ConnectionTimeout", &C::connectionTimeout,
                  "Longest life of a session, even while data flows.")
                    .range(kSecond, kDay),
                P("ConnectionInactivityTimeout", &C::connectionInactivityTimeout,
                  "Longest silence of a peer; shorter than ConnectionTimeout.")
                    .range(kSecond, kDay),
                P("TarpitInterval", &C::tarpitInterval,
                  "Delay of an answer to a peer that looks abusive; 00:00:00 is none.")
                    .range(Duration::zero(), kMaxTarpit),
                P("MaxHeaderSize", &C::maxHeaderSize, "Largest header of a message.").range(1, kMaxInt),
                P("MaxMessageSize", &C::maxMessageSize, "Largest message.").range(kMinMessageSize, kMaxInt),
                P("MaxHopCount", &C::maxHopCount, "Most Received headers of a message: the loop breaker.")
                    .range(1, 500),
                P("MaxLocalHopCount", &C::maxLocalHopCount,
                  "Most Received headers that this server wrote itself; 0 counts none.")
                    .range(0, 50),
                P("MaxProtocolErrors", &C::maxProtocolErrors,
                  "Errors of a peer before the connection is closed.")
                    .unlimited()
                    .range(0, kMaxInt),
                P("MaxRecipientsPerMessage", &C::maxRecipientsPerMessage,
                  "Most recipients of a message; further ones are answered 452 4.5.3.")
                    .range(1, 512000),
                P("MaxInboundConnection", &C::maxInboundConnection, "Most connections at a time.")
                    .unlimited()
                    .range(1, kMaxInt),
                P("MaxInboundConnectionPerSource", &C::maxInboundConnectionPerSource,
                  "Most connections at a time from one address.")
                    .unlimited()
                    .range(1, 10000),
                P("MaxInboundConnectionPercentagePerSource", &C::maxInboundConnectionPercentagePerSource,
                  "Most connections from one address, in percent of those still free.")
                    .range(1, 100),
                P("MessageRateLimit", &C::messageRateLimit, "Most messages a minute from one source.")
                    .unlimited()
                    .range(1, kMaxInt),
                P("MessageRateSource", &C::messageRateSource, "What MessageRateLimit counts by.")
                    .introducedIn(ProfileId::E2010),
                P("AnonymousMayRelay", &C::anonymousMayRelay,
                  "Gives anonymous peers the right to send to any domain (in Exchange: Add-ADPermission with "
                  "ms-Exch-SMTP-Accept-Any-Recipient).")
                    .setBy("EdgeSimReceiveConnector"),
                P("ChunkingEnabled", &C::chunkingEnabled, "Announces and takes CHUNKING.").later(kChunking),
                P("BinaryMimeEnabled", &C::binaryMimeEnabled, "Announces and takes BINARYMIME.")
                    .later(kChunking),
                P("OrarEnabled", &C::orarEnabled, "Announces and takes XORAR.")
                    .later("XORAR, the originator-requested alternate recipient, comes later"),
                P("RequireTLS", &C::requireTls, "Demands STARTTLS before MAIL.").later(kTls),
                P("DomainSecureEnabled", &C::domainSecureEnabled, "Mutual TLS.").later(kTls),
                P("SuppressXAnonymousTls", &C::suppressXAnonymousTls, "Hides X-ANONYMOUSTLS.").later(kTls),
                P("TlsCertificateName", &C::tlsCertificateName, "The certificate shown.").later(kTls),
                P("TlsDomainCapabilities", &C::tlsDomainCapabilities,
                  "Rights of domains known by certificate.")
                    .later(kTls),
                P("AuthTarpitInterval", &C::authTarpitInterval, "Delay after a failed AUTH.").later(kAuth),
                P("MaxLogonFailures", &C::maxLogonFailures, "Failed AUTHs before the connection is closed.")
                    .later(kAuth),
                P("EnableAuthGSSAPI", &C::enableAuthGssapi, "Announces GSSAPI.").later(kAuth),
                P("ExtendedProtectionPolicy", &C::extendedProtectionPolicy, "Channel binding of AUTH.")
                    .later(kAuth),
                P("DefaultDomain", &C::defaultDomain, "Domain put behind addresses without one.")
                    .later("completing addresses comes with address rewriting"),
                P("MaxAcknowledgementDelay", &C::maxAcknowledgementDelay,
                  "Delay of the 250 for shadow redundancy.")
                    .later("shadow redundancy belongs to Mailbox servers"),
                P("ServiceDiscoveryFqdn", &C::serviceDiscoveryFqdn, "Name that clients are told.")
                    .later("client settings belong to Mailbox servers"),
                P("AdvertiseClientSettings", &C::advertiseClientSettings,
                  "Shows the connector in Outlook on the web.")
                    .later("client settings belong to Mailbox servers"),
            },
        .refused =
            {
                {"TransportRole", "an Edge server has one role"},
                {"DomainController", "an Edge server keeps its settings itself, not in Active Directory"},
                {"LiveCredentialEnabled", "reserved for internal use in Exchange"},
                {"ProxyEnabled", "reserved for internal use in Exchange"},
            },
        .defaults = newReceiveConnector,
        .fresh = [](ProfileId profile) { return std::vector<C>{defaultReceiveConnector(profile)}; },
        .identityPrefix = serverPrefix,
        .validate = validate,
    });
    return schema;
}

} // namespace edge
