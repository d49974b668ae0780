#include <edge/base/guid.h>
#include <edge/base/random.h>

#include <algorithm>

namespace edge {

Guid Guid::make(Random& random) {
    Guid guid;
    for (std::size_t half = 0; half < 2; ++half) {
        std::uint64_t bits = random.next();
        for (std::size_t i = 0; i < 8; ++i, bits >>= 8)
            guid.bytes[half * 8 + i] = static_cast<std::uint8_t>(bits);
    }
    guid.bytes[6] = (guid.bytes[6] & 0x0F) | 0x40; // version 4
    guid.bytes[8] = (guid.bytes[8] & 0x3F) | 0x80; // RFC 4122 variant
    return guid;
}

bool Guid::isEmpty() const {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

std::string Guid::toString() const {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += kHex[bytes[i] >> 4];
        text += kHex[bytes[i] & 15];
    }
    return text;
}

} // namespace edge
