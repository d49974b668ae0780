// What the configuration alone says of a recipient (agents.md 4.2), as a table.
#include <edge/agents/recipient_filter/recipient_check.h>

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace edge {
namespace {

RoutingAddress address(const char* text) {
    return RoutingAddress::parse(text).value();
}

TEST_CASE("The block list counts first and everywhere, look-ups only in authoritative domains with an "
          "address book") {
    using enum RecipientCheck;
    using Type = AcceptedDomainType;
    struct Case {
        const char* what;
        bool blockList, validation;
        const char* recipient;
        std::optional<Type> domain;
        bool addressBook;
        RecipientCheck expected;
    };
    const Case cases[] = {
        {"all off", false, false, "a@x.com", Type::Authoritative, true, ValidationDisabled},
        {"listed, list off", false, false, "Blocked@x.com", Type::Authoritative, true, ValidationDisabled},
        {"listed, list on", true, false, "blocked@X.com", Type::Authoritative, true, Blocked},
        {"listed and validated", true, true, "blocked@x.com", Type::Authoritative, true, Blocked},
        {"listed in a relay domain", true, true, "blocked@x.com", Type::ExternalRelay, false, Blocked},
        {"listed in a foreign domain", true, false, "blocked@x.com", std::nullopt, false, Blocked},
        {"not listed", true, false, "a@x.com", Type::Authoritative, true, ValidationDisabled},
        {"authoritative", false, true, "a@x.com", Type::Authoritative, true, LookUp},
        {"listed, list off, validated", false, true, "blocked@x.com", Type::Authoritative, true, LookUp},
        {"address book off", false, true, "a@x.com", Type::Authoritative, false, AddressBookDisabled},
        {"internal relay", false, true, "a@x.com", Type::InternalRelay, true, NotAuthoritative},
        {"external relay", false, true, "a@x.com", Type::ExternalRelay, true, NotAuthoritative},
        {"foreign", false, true, "a@x.com", std::nullopt, true, ForeignDomain},
        {"bare postmaster", true, true, "postmaster", std::nullopt, true, ForeignDomain},
    };
    for (const auto& c : cases) {
        CAPTURE(std::string(c.what));
        RecipientFilterConfig config;
        config.blockListEnabled = c.blockList;
        config.recipientValidationEnabled = c.validation;
        config.blockedRecipients = {address("blocked@x.com")};
        AcceptedDomain domain;
        domain.domainType = c.domain.value_or(Type::Authoritative);
        domain.addressBookEnabled = c.addressBook;
        const auto check = examineRecipient(config, address(c.recipient), c.domain ? &domain : nullptr);
        CHECK(std::string(toString(check)) == std::string(toString(c.expected)));
    }
}

} // namespace
} // namespace edge
