#include <edge/config/accepted_domain.h>
#include <edge/server/session/recipient_rules.h>

#include <doctest/doctest.h>

using namespace edge;

namespace {

RoutingAddress address(std::string_view text) {
    return *RoutingAddress::parse(text);
}

Configuration withDomains() {
    Configuration configuration;
    const auto make = [](std::string name, AcceptedDomainType type) {
        return std::make_shared<const AcceptedDomain>(AcceptedDomain{name, name, type, false, true});
    };
    configuration.setAll<AcceptedDomain>({make("adventureworks.com", AcceptedDomainType::Authoritative),
                                          make("*.relay.com", AcceptedDomainType::ExternalRelay)});
    return configuration;
}

} // namespace

TEST_CASE("Only recipients in accepted domains are taken from strangers (platform.md 2.7)") {
    const auto configuration = withDomains();
    ReceiveConnector connector;
    connector.name = "Internet";
    CHECK_FALSE(checkRecipient(address("a@AdventureWorks.com"), connector, {}, configuration));
    CHECK_FALSE(checkRecipient(address("a@b.relay.com"), connector, {}, configuration));
    CHECK_FALSE(checkRecipient(address("postmaster"), connector, {}, configuration));
    for (const auto* outside :
         {"a@contoso.com", "a@relay.com", "a@sub.adventureworks.com", "a@[192.0.2.1]"}) {
        const auto refused = checkRecipient(address(outside), connector, {}, configuration);
        REQUIRE(refused.has_value());
        CHECK(refused->response.statusCode() == 550);
        CHECK(refused->reason == "RecipientNotInAcceptedDomain");
        CHECK_FALSE(refused->remedy.empty());
    }
    CHECK_FALSE(checkRecipient(address("a@contoso.com"), connector, {Permission::SmtpAcceptAnyRecipient},
                               configuration));
}

TEST_CASE("Reserved and single-label domains are refused when the connector says so (platform.md 2.3)") {
    const auto configuration = withDomains();
    const Permissions relay{Permission::SmtpAcceptAnyRecipient};
    ReceiveConnector connector;
    CHECK_FALSE(checkRecipient(address("a@b.test"), connector, relay, configuration));
    connector.rejectReservedTopLevelRecipientDomains = true;
    connector.rejectReservedSecondLevelRecipientDomains = true;
    connector.rejectSingleLabelRecipientDomains = true;
    const auto code = [&](const char* text) {
        const auto refused = checkRecipient(address(text), connector, relay, configuration);
        return refused ? refused->response.enhancedStatusCode() : std::string("accepted");
    };
    CHECK(code("a@b.test") == "5.1.4");
    CHECK(code("a@mail.example.com") == "5.1.5");
    CHECK(code("a@intranet") == "5.1.6");
    CHECK(code("a@contoso.com") == "accepted");
    CHECK(code("a@notexample.com") == "accepted");
}

TEST_CASE("A sender of our own domain needs the right to be one (platform.md 2.4)") {
    const auto configuration = withDomains();
    CHECK_FALSE(checkSender(address("a@adventureworks.com"),
                            {Permission::SmtpAcceptAuthoritativeDomainSender}, configuration));
    const auto refused = checkSender(address("a@adventureworks.com"), {}, configuration);
    REQUIRE(refused.has_value());
    CHECK(refused->response.statusCode() == 550);
    CHECK_FALSE(checkSender(address("a@b.relay.com"), {}, configuration)); // not authoritative
    CHECK_FALSE(checkSender(address("<>"), {}, configuration));
}
