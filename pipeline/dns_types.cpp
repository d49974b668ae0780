#include <edge/base/text.h>
#include <edge/dns_types.h>

namespace edge {

std::string_view toString(DnsType type) {
    switch (type) {
    case DnsType::A:
        return "A";
    case DnsType::Ns:
        return "NS";
    case DnsType::Cname:
        return "CNAME";
    case DnsType::Soa:
        return "SOA";
    case DnsType::Ptr:
        return "PTR";
    case DnsType::Mx:
        return "MX";
    case DnsType::Txt:
        return "TXT";
    case DnsType::Aaaa:
        return "AAAA";
    }
    return "?";
}

std::optional<DnsType> findDnsType(std::string_view name) {
    for (const auto type : kDnsTypes)
        if (iequals(toString(type), name))
            return type;
    return std::nullopt;
}

} // namespace edge
