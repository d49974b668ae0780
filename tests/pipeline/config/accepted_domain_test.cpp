#include <edge/config/accepted_domain.h>
#include <edge/config/configuration_store.h>

#include "kiosk.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

struct Domains {
    ConfigurationStore store{NounList{&acceptedDomainSchema()}};

    Outcome add(const char* name, const char* domain, const char* type = "Authoritative") {
        const std::vector<Assignment> assignments{
            {"Name", name}, {"DomainName", domain}, {"DomainType", type}};
        return update(store, [&](ConfigurationDraft& draft) {
            return draft.create(acceptedDomainSchema(), assignments);
        });
    }
    Outcome set(const char* name, const char* parameter, CmdletValue value) {
        const std::vector<Assignment> assignments{{parameter, value}};
        return update(store, [&](ConfigurationDraft& draft) {
            return draft.set(acceptedDomainSchema(), name, assignments);
        });
    }
    Outcome remove(const char* name) {
        return update(store,
                      [&](ConfigurationDraft& draft) { return draft.remove(acceptedDomainSchema(), name); });
    }
    const AcceptedDomain& operator[](std::size_t index) {
        return *store.current()->all<AcceptedDomain>()[index];
    }
};

TEST_CASE("A domain matches itself, one with a star its subdomains only") {
    AcceptedDomain domain;
    domain.domainName = "contoso.com";
    CHECK(domain.matches("contoso.com"));
    CHECK(domain.matches("CONTOSO.com"));
    CHECK(!domain.matches("mail.contoso.com"));
    CHECK(!domain.matches("notcontoso.com"));
    domain.domainName = "*.contoso.com";
    CHECK(domain.matches("mail.contoso.com"));
    CHECK(domain.matches("a.b.Contoso.com"));
    CHECK(!domain.matches("contoso.com"));
    CHECK(!domain.matches(".contoso.com"));
    CHECK(!domain.matches("notcontoso.com"));
}

TEST_CASE("The first accepted domain is the default, and there is always exactly one") {
    Domains domains;
    REQUIRE(domains.add("A", "a.example"));
    REQUIRE(domains.add("B", "b.example"));
    CHECK(domains[0].isDefault);
    CHECK(!domains[1].isDefault);
    REQUIRE(domains.set("B", "MakeDefault", true));
    CHECK(!domains[0].isDefault);
    CHECK(domains[1].isDefault);
    CHECK(!domains.set("B", "MakeDefault", false));
    CHECK(!domains.remove("B"));
    CHECK(domains.remove("A"));
}

TEST_CASE("Recipients are looked up in authoritative domains unless somebody says otherwise") {
    Domains domains;
    REQUIRE(domains.add("A", "a.example"));
    REQUIRE(domains.add("B", "b.example", "InternalRelay"));
    CHECK(domains[0].addressBookEnabled);
    CHECK(!domains[1].addressBookEnabled);
    REQUIRE(domains.set("A", "DomainType", "ExternalRelay"));
    CHECK(!domains[0].addressBookEnabled);
    REQUIRE(domains.set("B", "AddressBookEnabled", true));
    REQUIRE(domains.set("B", "DomainType", "ExternalRelay"));
    CHECK(domains[1].addressBookEnabled);
}

TEST_CASE("A domain is accepted once, by its name, and cannot be changed afterwards") {
    Domains domains;
    REQUIRE(domains.add("A", "a.example"));
    CHECK(!domains.add("B", "A.example"));
    CHECK(!domains.add("B", "a b"));
    CHECK(!domains.add("B", "[192.0.2.1]"));
    CHECK(domains.add("B", "*.a.example"));
    CHECK(!domains.set("A", "DomainName", "c.example"));
}

} // namespace
} // namespace edge
