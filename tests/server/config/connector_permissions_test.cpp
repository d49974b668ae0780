// What an anonymous peer may do (platform.md 2.4).
#include <edge/server/config/receive_connector.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

std::string rights(std::set<PermissionGroup> groups,
                   std::set<AuthMechanism> mechanisms = {AuthMechanism::Tls}, bool relay = false) {
    ReceiveConnector connector;
    connector.permissionGroups = std::move(groups);
    connector.authMechanism = std::move(mechanisms);
    connector.anonymousMayRelay = relay;
    return permissionText(anonymousPermissions(connector));
}

TEST_CASE("Anonymous peers have the rights of the observed protocol log") {
    CHECK(rights({PermissionGroup::AnonymousUsers}) ==
          "SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders");
    CHECK(permissionText(anonymousPermissions(defaultReceiveConnector(ProfileId::E2019))) ==
          "SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders");
}

TEST_CASE("Groups of authenticated peers give an anonymous one nothing") {
    CHECK(rights({}) == "None");
    CHECK(rights({PermissionGroup::ExchangeServers, PermissionGroup::Partners,
                  PermissionGroup::ExchangeUsers}) == "None");
}

TEST_CASE("Relay is one right more") {
    CHECK(rights({PermissionGroup::AnonymousUsers}, {AuthMechanism::Tls}, true) ==
          "SMTPSubmit SMTPAcceptAnyRecipient SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender "
          "AcceptRoutingHeaders");
}

TEST_CASE("Peers of an externally secured connector are trusted, but may not bring organization headers") {
    const auto text = rights({PermissionGroup::ExchangeServers},
                             {AuthMechanism::Tls, AuthMechanism::ExternalAuthoritative});
    CHECK(text.find("SMTPAcceptAnyRecipient") != std::string::npos);
    CHECK(text.find("BypassAntiSpam") != std::string::npos);
    CHECK(text.find("AcceptOrganizationHeaders") == std::string::npos);
    CHECK(text.find("AcceptForestHeaders") == std::string::npos);
    CHECK(rights({PermissionGroup::Partners}, {AuthMechanism::Tls, AuthMechanism::ExternalAuthoritative}) ==
          "None");
}

} // namespace
} // namespace edge
