// A GUID as Exchange prints it: Network-Message-Id, generated Message-IDs, log rows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edge {

class Random;

// 128 bits, version 4 (RFC 4122 4.4) when made by make(); all zero means "none".
struct Guid {
    std::array<std::uint8_t, 16> bytes{};

    static Guid make(Random& random);
    // Version 5 (RFC 4122 4.3): the same name, the same GUID.
    static Guid ofName(std::string_view name);
    // With or without braces, in either case; nothing where the text is no GUID.
    static std::optional<Guid> parse(std::string_view text);
    bool isEmpty() const;
    // Lower case, 8-4-4-4-12, without braces.
    std::string toString() const;
    bool operator==(const Guid&) const = default;
};

} // namespace edge
