// Accepted domains: where "is this recipient ours?" is answered (platform.md 3.5).
#pragma once

#include <string>
#include <string_view>

namespace edge {

enum class AcceptedDomainType { Authoritative, InternalRelay, ExternalRelay };

// One New-AcceptedDomain.
struct AcceptedDomain {
    std::string name;        // identity, up to 64 characters
    std::string domainName;  // "contoso.com", or "*.contoso.com" for its subdomains
    AcceptedDomainType domainType = AcceptedDomainType::Authoritative;
    bool isDefault = false;  // postmaster@<default>; exactly one, cannot be removed
    // Recipient look-up; by default on for authoritative domains only (agents.md 4.1).
    bool addressBookEnabled = true;

    // True for the domain itself, or for a subdomain where domainName starts with "*.".
    bool matches(std::string_view domain) const;
};

} // namespace edge
