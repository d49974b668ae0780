#include <edge/base/ip_address.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("Addresses read and print in their usual form") {
    const std::pair<const char*, const char*> cases[] = {
        {"192.0.2.1", "192.0.2.1"}, {"2001:DB8::1", "2001:db8::1"},    {"::1", "::1"},
        {"0:0:0:0:0:0:0:0", "::"},  {"::ffff:192.0.2.1", "192.0.2.1"}, // an IPv4-mapped address is the IPv4
                                                                       // address
    };
    for (const auto& [text, printed] : cases) {
        CAPTURE(std::string(text));
        const auto address = IpAddress::parse(text);
        REQUIRE(address.has_value());
        CHECK(address->toString() == printed);
    }
}

TEST_CASE("What is no address is refused by name") {
    for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.4 ", "[::1]", "fe80::1%eth0",
                             ":::", "host", "01.2.3.4"}) {
        CAPTURE(std::string(text));
        const auto address = IpAddress::parse(text);
        REQUIRE(address.has_error());
        CHECK(address.error().message.find(text) != std::string::npos);
    }
    CHECK(IpAddress::parse(std::string_view("1.2.3.4\0x", 9)).has_error()); // a NUL does not end the text
}

TEST_CASE("Families, loopback and unspecified are told apart") {
    CHECK(IpAddress::v4(0x7F010203).isLoopback());
    CHECK(IpAddress::parse("::1")->isLoopback());
    CHECK_FALSE(IpAddress::parse("::2")->isLoopback());
    CHECK_FALSE(IpAddress::parse("::7f00:1")->isLoopback());
    CHECK(IpAddress{}.isUnspecified());
    CHECK(IpAddress::v4(0).isUnspecified());
    CHECK(IpAddress::v4(1).isV4());
    CHECK_FALSE(IpAddress::parse("2001:db8::1")->isV4());
}

TEST_CASE("IPv4 addresses are ordered as numbers") {
    CHECK((IpAddress::v4(0x0A0000FF) < IpAddress::v4(0x0A000100)));
    CHECK((IpAddress::v4(0xFFFFFFFF) > IpAddress::v4(0)));
}

TEST_CASE("Endpoints print as Exchange's logs do and read back") {
    for (const auto* text : {"10.0.0.6:25", "[::1]:25", "[2001:db8::1]:65535", "0.0.0.0:0"}) {
        CAPTURE(std::string(text));
        const auto endpoint = Endpoint::parse(text);
        REQUIRE(endpoint.has_value());
        CHECK(endpoint->toString() == text);
    }
}

TEST_CASE("An endpoint needs address, colon and a port in range; IPv6 its brackets") {
    for (const auto* text : {"", "10.0.0.6", "10.0.0.6:", ":25", "10.0.0.6:65536", "10.0.0.6:25x",
                             "10.0.0.6:-1", "::1:25", "[::1]", "[::1:25", "host:25"}) {
        CAPTURE(std::string(text));
        CHECK(Endpoint::parse(text).has_error());
    }
}

} // namespace
} // namespace edge
