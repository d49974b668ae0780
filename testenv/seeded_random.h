// Random numbers that a seed repeats: the session ids, GUIDs and shuffles of a failing run are those of its
// re-run.
#pragma once

#include <edge/base/random.h>

#include <atomic>

namespace edge::testenv {

// splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed)
        : state_(seed) {}

    std::uint64_t next() override;
    // A number below `bound`, which is not 0. The bias is below bound / 2^64: none that a test could see.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

private:
    std::atomic<std::uint64_t> state_;
};

} // namespace edge::testenv
