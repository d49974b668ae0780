#include <edge/dns_types.h>

#include <doctest/doctest.h>

using namespace edge;

TEST_CASE("Every record type is found by its name, in any case") {
    for (const auto type : kDnsTypes)
        CHECK((findDnsType(toString(type)) == type));
    CHECK((findDnsType("aaaa") == DnsType::Aaaa));
    CHECK_FALSE(findDnsType("AA").has_value());
    CHECK_FALSE(findDnsType("?").has_value());
    CHECK_FALSE(findDnsType("").has_value());
}
