// Finds the end of the header in the octets of a message and keeps the header; what follows is body.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace edge {

// Feed until complete(); the octets not taken belong to the body.
class HeaderReader {
public:
    // `maxSize` in octets: MaxHeaderSize of the connector.
    explicit HeaderReader(std::uint64_t maxSize)
        : maxSize_(maxSize) {}

    // Takes the header's part of `bytes` and returns how many octets that was.
    std::size_t take(std::string_view bytes);
    // The blank line was seen, or the header is too large to go on.
    bool complete() const { return complete_; }
    bool tooLarge() const { return tooLarge_; }
    // The header without the blank line.
    const std::string& block() const { return block_; }

private:
    std::uint64_t maxSize_;
    std::string block_;
    bool complete_ = false;
    bool tooLarge_ = false;
};

} // namespace edge
