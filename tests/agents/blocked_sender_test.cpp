// The pure algorithm of agents.md 3.2, as a table.
#include <edge/agents/sender_filter/blocked_sender.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

RoutingAddress address(const char* text) {
    return RoutingAddress::parse(text).value();
}

std::string found(const SenderFilterConfig& config, const char* sender) {
    const auto match = findBlockedSender(config, address(sender));
    return match ? std::string(toString(match->list)) + " " + match->entry : "";
}

TEST_CASE("A sender is found on the list that has it, with the entry as written") {
    SenderFilterConfig config;
    config.blockedSenders = {address("Spam@Litware.com"), address("\"a b\"@litware.com")};
    config.blockedDomains = {"Contoso.com", "eu.fabrikam.com"};
    config.blockedDomainsAndSubdomains = {"northwind.com", "deep.example.org"};
    const std::pair<const char*, const char*> cases[] = {
        {"spam@litware.com", "BlockedSenders Spam@Litware.com"},
        {"SPAM@LITWARE.COM", "BlockedSenders Spam@Litware.com"},
        {"spam2@litware.com", ""},
        {"spam@sub.litware.com", ""},
        {"\"A B\"@litware.com", "BlockedSenders \"a b\"@litware.com"},
        {"anyone@contoso.com", "BlockedDomains Contoso.com"},
        {"anyone@CONTOSO.COM", "BlockedDomains Contoso.com"},
        {"a@sales.contoso.com", ""}, // agents.md 16: that domain only
        {"a@xcontoso.com", ""},
        {"a@contoso.com.evil.net", ""},
        {"a@eu.fabrikam.com", "BlockedDomains eu.fabrikam.com"},
        {"a@fabrikam.com", ""},
        {"a@northwind.com", "BlockedDomainsAndSubdomains northwind.com"},
        {"a@sales.northwind.com", "BlockedDomainsAndSubdomains northwind.com"},
        {"a@x.y.NORTHWIND.com", "BlockedDomainsAndSubdomains northwind.com"},
        {"a@xnorthwind.com", ""}, // a subdomain begins behind a dot
        {"a@com", ""},
        {"a@example.org", ""},
        {"a@deep.example.org", "BlockedDomainsAndSubdomains deep.example.org"},
        {"a@[192.0.2.1]", ""},
        {"postmaster", ""},
        {"<>", ""},
    };
    for (const auto& [sender, expected] : cases) {
        CAPTURE(std::string(sender));
        CHECK(found(config, sender) == expected);
    }
}

TEST_CASE("The blank sender is its own list") {
    SenderFilterConfig config;
    CHECK(found(config, "<>").empty());
    config.blankSenderBlockingEnabled = true;
    CHECK(found(config, "<>") == "BlankSenderBlockingEnabled <>");
    CHECK(found(config, "a@contoso.com").empty());
}

TEST_CASE("Of several lists the address wins over the domain, the nearest domain over its parents") {
    SenderFilterConfig config;
    config.blockedDomainsAndSubdomains = {"com", "contoso.com", "eu.contoso.com"};
    CHECK(found(config, "a@mail.eu.contoso.com") == "BlockedDomainsAndSubdomains eu.contoso.com");
    CHECK(found(config, "a@us.contoso.com") == "BlockedDomainsAndSubdomains contoso.com");
    config.blockedDomains = {"contoso.com"};
    CHECK(found(config, "a@contoso.com") == "BlockedDomains contoso.com");
    config.blockedSenders = {address("a@contoso.com")};
    CHECK(found(config, "a@contoso.com") == "BlockedSenders a@contoso.com");
}

TEST_CASE("Empty lists block nobody") {
    for (const auto* sender : {"a@b.com", "<>", "postmaster"})
        CHECK_FALSE(findBlockedSender({}, address(sender)));
}

} // namespace
} // namespace edge
