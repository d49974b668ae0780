// Accepted domains: where "is this recipient ours?" is answered (platform.md 3.5).
#pragma once

#include <edge/config/enum_words.h>

#include <string>
#include <string_view>

namespace edge {

class NounSchema;

enum class AcceptedDomainType { Authoritative, InternalRelay, ExternalRelay };

template <>
struct EnumWords<AcceptedDomainType> {
    static constexpr EnumWord<AcceptedDomainType> words[] = {
        {AcceptedDomainType::Authoritative, "Authoritative"},
        {AcceptedDomainType::InternalRelay, "InternalRelay"},
        {AcceptedDomainType::ExternalRelay, "ExternalRelay"},
    };
};

// One New-AcceptedDomain.
struct AcceptedDomain {
    std::string name;       // identity, up to 64 characters
    std::string domainName; // "contoso.com", or "*.contoso.com" for its subdomains
    AcceptedDomainType domainType = AcceptedDomainType::Authoritative;
    bool isDefault = false; // postmaster@<default>; exactly one, cannot be removed
    // Recipient look-up; by default on for authoritative domains only (agents.md 4.1).
    bool addressBookEnabled = true;

    // True for the domain itself, or for a subdomain where domainName starts with "*.".
    bool matches(std::string_view domain) const;
};

// The table of New-, Get-, Set- and Remove-AcceptedDomain.
const NounSchema& acceptedDomainSchema();

} // namespace edge
