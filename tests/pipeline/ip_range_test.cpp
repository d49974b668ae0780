#include <edge/base/ip_range.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

IpRange range(const char* text) {
    return IpRange::parse(text).value();
}

TEST_CASE("A range is an address, first-last or CIDR, and prints as Exchange prints it") {
    const std::pair<const char*, const char*> cases[] = {
        {"192.168.0.1", "192.168.0.1"},
        {"192.168.0.1-192.168.0.254", "192.168.0.1-192.168.0.254"},
        {" 192.168.0.1 - 192.168.0.254 ", "192.168.0.1-192.168.0.254"},
        {"192.168.0.1/24", "192.168.0.0-192.168.0.255"}, // host bits are masked
        {"192.168.0.77/32", "192.168.0.77"},
        {"10.0.0.0/0", "0.0.0.0-255.255.255.255"},
        {"10.1.2.3/13", "10.0.0.0-10.7.255.255"},
        {"2001:db8::/126", "2001:db8::-2001:db8::3"},
        {"::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2001:db8::1-2001:db8::ff", "2001:db8::1-2001:db8::ff"},
    };
    for (const auto& [text, printed] : cases) {
        CAPTURE(std::string(text));
        const auto parsed = IpRange::parse(text);
        REQUIRE(parsed.has_value());
        CHECK(parsed->toString() == printed);
    }
}

TEST_CASE("What is no range is refused") {
    for (const auto* text :
         {"", "-", "/", "10.0.0.2-10.0.0.1", "10.0.0.1-::1", "10.0.0.1/33", "::1/129", "10.0.0.1/-1",
          "10.0.0.1/x", "10.0.0.1/", "10.0.0.1/24/24", "10.0.0.1-10.0.0.2-10.0.0.3", "10.0.0.*"}) {
        CAPTURE(std::string(text));
        CHECK(IpRange::parse(text).has_error());
    }
}

TEST_CASE("Both ends are inside; families do not mix") {
    const auto lan = range("192.168.0.0/24");
    CHECK(lan.contains(*IpAddress::parse("192.168.0.0")));
    CHECK(lan.contains(*IpAddress::parse("192.168.0.255")));
    CHECK(lan.contains(*IpAddress::parse("::ffff:192.168.0.7")));
    CHECK_FALSE(lan.contains(*IpAddress::parse("192.168.1.0")));
    CHECK_FALSE(range("0.0.0.0/0").contains(*IpAddress::parse("2001:db8::1")));
}

TEST_CASE("Ranges contain, overlap and compare by size (platform.md 2.2)") {
    CHECK(range("10.0.0.0/8").contains(range("10.1.0.0/16")));
    CHECK_FALSE(range("10.1.0.0/16").contains(range("10.0.0.0/8")));
    CHECK(range("10.0.0.0-10.0.0.5").overlaps(range("10.0.0.5-10.0.0.9")));
    CHECK_FALSE(range("10.0.0.0-10.0.0.4").overlaps(range("10.0.0.5-10.0.0.9")));
    CHECK(range("10.0.0.1").narrowerThan(range("10.0.0.0/31")));
    CHECK(range("10.0.1.0-10.0.1.255")
              .narrowerThan(range("10.0.0.255-10.0.1.255"))); // a borrow in the subtraction
    CHECK_FALSE(range("10.0.0.1").narrowerThan(range("::1")));
    CHECK(range("0.0.0.0/0").narrowerThan(range("::/0")));
}

} // namespace
} // namespace edge
