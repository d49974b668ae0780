#include <edge/base/guid.h>
#include <edge/base/random.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

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

Guid Guid::ofName(std::string_view name) {
    // The namespace is ours: a random GUID, drawn once.
    static constexpr boost::uuids::uuid kNamespace{
        {0x6b, 0x1d, 0x43, 0x5e, 0x0c, 0x9f, 0x4a, 0x27, 0x9d, 0x3e, 0x51, 0x8e, 0x70, 0xa2, 0xc4, 0x16}};
    const auto made = boost::uuids::name_generator_sha1(kNamespace)(name.data(), name.size());
    Guid guid;
    std::copy(made.begin(), made.end(), guid.bytes.begin());
    return guid;
}

std::optional<Guid> Guid::parse(std::string_view text) {
    if (text.size() == 38 && text.front() == '{' && text.back() == '}')
        text = text.substr(1, 36);
    if (text.size() != 36)
        return std::nullopt;
    const auto digit = [](char c) {
        const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower >= '0' && lower <= '9')
            return lower - '0';
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    };
    Guid guid;
    std::size_t at = 0;
    for (std::size_t i = 0; i < guid.bytes.size(); ++i, at += 2) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-')
            return std::nullopt;
        const int high = digit(text[at]);
        const int low = digit(text[at + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        guid.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
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
