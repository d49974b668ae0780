// Randomness behind an interface: one seed makes every session id, GUID and shuffle of a test repeatable.
#pragma once

#include <cstdint>

namespace edge {

class Random {
public:
    virtual ~Random() = default;
    // 64 bits, each equally likely to be set. Callable from every thread.
    virtual std::uint64_t next() = 0;
};

} // namespace edge
