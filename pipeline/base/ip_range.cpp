#include <edge/base/ip_range.h>
#include <edge/base/text.h>

#include <charconv>

namespace edge {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

Error notARange(std::string_view text) {
    return {Errc::InvalidArgument,
            "\"" + std::string(text) +
                "\" is not an IP range; write an address, first-last, or address/bits"};
}

// Sets the last `hostBits` bits of the address to `ones`.
IpAddress withHostBits(const IpAddress& address, int hostBits, bool ones) {
    Bytes bytes = address.bytes();
    for (int bit = 0; bit < hostBits; ++bit) {
        auto& octet = bytes[static_cast<std::size_t>(15 - bit / 8)];
        const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
        octet = static_cast<std::uint8_t>(ones ? octet | mask : octet & ~mask);
    }
    return IpAddress::fromBytes(bytes);
}

Result<IpRange> parseCidr(std::string_view text, std::size_t slash) {
    const auto address = IpAddress::parse(trim(text.substr(0, slash)));
    const auto digits = trim(text.substr(slash + 1));
    int bits = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (!address || error != std::errc{} || end != digits.data() + digits.size())
        return notARange(text);
    const int width = address->isV4() ? 32 : 128;
    if (bits < 0 || bits > width)
        return notARange(text);
    return IpRange{withHostBits(*address, width - bits, false), withHostBits(*address, width - bits, true)};
}

Bytes size(const IpRange& range) {
    Bytes difference{};
    int borrow = 0;
    for (std::size_t i = 16; i-- > 0;) {
        int octet = range.last.bytes()[i] - range.first.bytes()[i] - borrow;
        borrow = octet < 0;
        difference[i] = static_cast<std::uint8_t>(octet + (borrow ? 256 : 0));
    }
    return difference;
}

} // namespace

Result<IpRange> IpRange::parse(std::string_view text) {
    text = trim(text);
    if (const auto slash = text.find('/'); slash != std::string_view::npos)
        return parseCidr(text, slash);
    const auto dash = text.find('-');
    const auto first = IpAddress::parse(trim(text.substr(0, dash)));
    const auto last = dash == std::string_view::npos ? first : IpAddress::parse(trim(text.substr(dash + 1)));
    if (!first || !last || first->isV4() != last->isV4() || *last < *first)
        return notARange(text);
    return IpRange{*first, *last};
}

bool IpRange::narrowerThan(const IpRange& other) const {
    return size(*this) < size(other);
}

std::string IpRange::toString() const {
    return first == last ? first.toString() : first.toString() + "-" + last.toString();
}

} // namespace edge
