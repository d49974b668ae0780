// Defaults by version (platform.md 2.1, 2.3, 6.1).
#include <edge/config/configuration_store.h>
#include <edge/server/config/receive_connector.h>
#include <edge/server/config/transport_server.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("A fresh Edge server has one connector for everybody on port 25") {
    for (const auto& version : profiles()) {
        const auto connector = defaultReceiveConnector(version.id);
        CHECK(connector.name == "Default internal receive connector EDGE01");
        REQUIRE(connector.bindings.size() == 1);
        CHECK(connector.bindings[0].toString() == "0.0.0.0:25");
        REQUIRE(connector.remoteIpRanges.size() == 1);
        CHECK(connector.remoteIpRanges[0].toString() == "0.0.0.0-255.255.255.255");
        CHECK((connector.authMechanism == std::set{AuthMechanism::Tls, AuthMechanism::ExchangeServer}));
        CHECK((connector.permissionGroups == std::set{PermissionGroup::AnonymousUsers,
                                                      PermissionGroup::ExchangeServers,
                                                      PermissionGroup::Partners}));
        CHECK(connector.protocolLoggingLevel == ProtocolLoggingLevel::None);
        CHECK(connector.maxMessageSize == version.maxMessageSize);
        CHECK(connector.maxHeaderSize == version.maxHeaderSize);
        CHECK(connector.maxLocalHopCount == version.maxLocalHopCount);
    }
}

TEST_CASE("The logs lie where the version puts them and live as long") {
    CHECK(defaultTransportServer(ProfileId::E2007).agentLog.path == "Logs/AgentLog");
    CHECK(defaultTransportServer(ProfileId::E2007).agentLog.maxAge == std::chrono::days(30));
    CHECK(defaultTransportServer(ProfileId::E2019).agentLog.path == "Logs/Edge/AgentLog");
    CHECK(defaultTransportServer(ProfileId::E2019).agentLog.maxAge == std::chrono::days(7));
    CHECK(defaultTransportServer(ProfileId::E2019).receiveProtocolLog.path ==
          "Logs/Edge/ProtocolLog/SmtpReceive");
    CHECK(defaultTransportServer(ProfileId::E2019).maxConnectionRatePerMinute == 1200);
}

TEST_CASE("The fresh configuration of every version keeps all rules") {
    for (const auto& version : profiles()) {
        ConfigurationStore store(
            {&transportServerSchema(), &edgeSimSubmissionSchema(), &receiveConnectorSchema()}, version.id);
        CHECK(store.update([](ConfigurationDraft&) { return Result<>(); }).has_value());
    }
}

// The defaults table of the reference, as the shell shows them.
TEST_CASE("A new connector of 2019 shows the documented defaults") {
    const std::pair<const char*, const char*> rows[] = {
        {"PipeliningEnabled", "True"},
        {"EightBitMimeEnabled", "True"},
        {"EnhancedStatusCodesEnabled", "True"},
        {"DeliveryStatusNotificationEnabled", "True"},
        {"SizeEnabled", "Enabled"},
        {"LongAddressesEnabled", "False"},
        {"RequireEHLODomain", "False"},
        {"BareLinefeedRejectionEnabled", "False"},
        {"ConnectionTimeout", "00:05:00"},
        {"ConnectionInactivityTimeout", "00:01:00"},
        {"TarpitInterval", "00:00:05"},
        {"MaxHeaderSize", "256 KB (262,144 bytes)"},
        {"MaxMessageSize", "36 MB (37,748,736 bytes)"},
        {"MaxHopCount", "30"},
        {"MaxLocalHopCount", "8"},
        {"MaxInboundConnection", "5000"},
        {"MaxInboundConnectionPerSource", "20"},
        {"MaxInboundConnectionPercentagePerSource", "2"},
        {"MaxProtocolErrors", "5"},
        {"MaxRecipientsPerMessage", "200"},
        {"MessageRateLimit", "600"},
        {"MessageRateSource", "IPAddress"},
    };
    const auto connector = defaultReceiveConnector(ProfileId::E2019);
    for (const auto& [parameter, shown] : rows) {
        CAPTURE(parameter);
        const auto* row = receiveConnectorSchema().findParameter(parameter);
        REQUIRE(row != nullptr);
        CHECK(row->valueOf(&connector).toText() == shown);
    }
}

// platform.md 2.3: every parameter of the reference is known here, be it by a refusal.
TEST_CASE("Every Set-ReceiveConnector parameter of the reference is known by name") {
    for (const char* name : {"AdvertiseClientSettings",
                             "AuthMechanism",
                             "AuthTarpitInterval",
                             "Banner",
                             "BareLinefeedRejectionEnabled",
                             "BinaryMimeEnabled",
                             "Bindings",
                             "ChunkingEnabled",
                             "Comment",
                             "ConnectionInactivityTimeout",
                             "ConnectionTimeout",
                             "DefaultDomain",
                             "DeliveryStatusNotificationEnabled",
                             "DomainSecureEnabled",
                             "EightBitMimeEnabled",
                             "EnableAuthGSSAPI",
                             "Enabled",
                             "EnhancedStatusCodesEnabled",
                             "ExtendedProtectionPolicy",
                             "Fqdn",
                             "LongAddressesEnabled",
                             "MaxAcknowledgementDelay",
                             "MaxHeaderSize",
                             "MaxHopCount",
                             "MaxInboundConnection",
                             "MaxInboundConnectionPercentagePerSource",
                             "MaxInboundConnectionPerSource",
                             "MaxLocalHopCount",
                             "MaxLogonFailures",
                             "MaxMessageSize",
                             "MaxProtocolErrors",
                             "MaxRecipientsPerMessage",
                             "MessageRateLimit",
                             "MessageRateSource",
                             "Name",
                             "OrarEnabled",
                             "PermissionGroups",
                             "PipeliningEnabled",
                             "ProtocolLoggingLevel",
                             "RejectReservedSecondLevelRecipientDomains",
                             "RejectReservedTopLevelRecipientDomains",
                             "RejectSingleLabelRecipientDomains",
                             "RemoteIPRanges",
                             "RequireEHLODomain",
                             "RequireTLS",
                             "ServiceDiscoveryFqdn",
                             "SizeEnabled",
                             "SmtpUtf8Enabled",
                             "SuppressXAnonymousTls",
                             "TarpitInterval",
                             "TlsCertificateName",
                             "TlsDomainCapabilities"}) {
        CHECK_MESSAGE(receiveConnectorSchema().findParameter(name) != nullptr, name);
    }
}

} // namespace
} // namespace edge
