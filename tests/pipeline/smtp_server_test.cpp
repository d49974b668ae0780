#include <edge/smtp_server.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

Configuration withDomains(std::initializer_list<const char*> names) {
    std::vector<std::shared_ptr<const AcceptedDomain>> domains;
    for (const auto* name : names) {
        AcceptedDomain domain;
        domain.name = domain.domainName = name;
        domains.push_back(std::make_shared<const AcceptedDomain>(domain));
    }
    Configuration configuration;
    configuration.setAll<AcceptedDomain>(std::move(domains));
    return configuration;
}

TEST_CASE("The accepted domain of an address: exact beats wildcard, a longer wildcard a shorter one") {
    const auto configuration = withDomains(
        {"*.contoso.com", "contoso.com", "*.eu.contoso.com", "mail.eu.contoso.com", "fabrikam.com"});
    const std::pair<const char*, const char*> cases[] = {
        {"contoso.com", "contoso.com"},
        {"CONTOSO.COM", "contoso.com"},
        {"sales.contoso.com", "*.contoso.com"},
        {"eu.contoso.com", "*.contoso.com"},
        {"x.eu.contoso.com", "*.eu.contoso.com"},
        {"mail.eu.contoso.com", "mail.eu.contoso.com"},
        {"sub.fabrikam.com", ""},
        {"xcontoso.com", ""},
        {"com", ""},
        {"", ""},
    };
    for (const auto& [domain, expected] : cases) {
        CAPTURE(std::string(domain));
        const auto* found = findAcceptedDomain(configuration, domain);
        CHECK((found ? found->domainName : "") == expected);
    }
}

TEST_CASE("Without accepted domains nothing is ours") {
    CHECK(findAcceptedDomain(Configuration{}, "contoso.com") == nullptr);
}

} // namespace
} // namespace edge
