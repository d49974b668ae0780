// IP addresses and endpoints as plain values: filters compare them, logs print them, nothing here opens a
// socket.
#pragma once

#include <edge/base/result.h>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace edge {

// An IPv4 or IPv6 address. IPv4 is held as ::ffff:a.b.c.d, so that one comparison serves both; an IPv4-mapped
// IPv6 address therefore *is* the IPv4 address, which is what a filter wants.
class IpAddress {
public:
    IpAddress() = default; // ::, "unspecified"
    static IpAddress v4(std::uint32_t hostOrder);
    static IpAddress fromBytes(const std::array<std::uint8_t, 16>& bytes);
    // Dotted quad or RFC 4291 text without brackets or zone.
    static Result<IpAddress> parse(std::string_view text);

    bool isV4() const;
    bool isUnspecified() const; // :: or 0.0.0.0
    bool isLoopback() const;    // 127.0.0.0/8 or ::1
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    std::string toString() const;

    auto operator<=>(const IpAddress&) const = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
};

// Address and port. Printed as Exchange's logs do: 10.0.0.6:25, [::1]:25 (platform.md 6.2).
struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;

    // "10.0.0.6:25" or "[::1]:25".
    static Result<Endpoint> parse(std::string_view text);
    std::string toString() const;
    auto operator<=>(const Endpoint&) const = default;
};

} // namespace edge
