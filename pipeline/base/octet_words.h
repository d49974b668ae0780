// Eight octets at a time. Text is scanned for every message several times (is it UTF-8, is it plain, in what
// form is it compared), and these scans are most of what an ordinary message costs its filters; so they look
// at words and go down to single octets only where a word has something in it.
#pragma once

#include <cstdint>
#include <cstring>

namespace edge::octets {

inline constexpr std::size_t kWord = 8;
inline constexpr std::uint64_t kOnes = 0x0101010101010101;
inline constexpr std::uint64_t kHighBits = 0x8080808080808080;

inline std::uint64_t load(const char* from) {
    std::uint64_t word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

inline void store(char* to, std::uint64_t word) {
    std::memcpy(to, &word, sizeof word);
}

// All below 0x80?
constexpr bool isAscii(std::uint64_t word) {
    return (word & kHighBits) == 0;
}

// For ASCII words: the high bit of each octet that is at least `limit` (1 to 0x80).
constexpr std::uint64_t atLeast(std::uint64_t word, std::uint8_t limit) {
    return (word + kOnes * static_cast<std::uint8_t>(0x80 - limit)) & kHighBits;
}

// For ASCII words: the high bit of each octet below `limit`.
constexpr std::uint64_t below(std::uint64_t word, std::uint8_t limit) {
    return atLeast(word, limit) ^ kHighBits;
}

// For ASCII words: 'A' to 'Z' as small letters.
constexpr std::uint64_t lower(std::uint64_t word) {
    const auto capitals = atLeast(word, 'A') & below(word, 'Z' + 1);
    return word | (capitals >> 2); // 0x80 becomes 0x20, the bit that parts small from capital
}

} // namespace edge::octets
