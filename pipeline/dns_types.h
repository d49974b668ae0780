// The names of DNS record types, in one place: zones, scenarios, recordings and explanations all spell them.
#pragma once

#include <edge/resolver.h>

#include <array>
#include <optional>
#include <string_view>

namespace edge {

// Every type that a Resolver can be asked for, by its number.
inline constexpr std::array kDnsTypes{DnsType::A,   DnsType::Ns, DnsType::Cname, DnsType::Soa,
                                      DnsType::Ptr, DnsType::Mx, DnsType::Txt,   DnsType::Aaaa};

// As in RFC 1035 3.2.2 and RFC 3596: "A", "AAAA", "TXT".
std::string_view toString(DnsType type);
// In any case; nothing where no type of ours has that name.
std::optional<DnsType> findDnsType(std::string_view name);

} // namespace edge
