#include <edge/testenv/seeded_random.h>

namespace edge::testenv {

std::uint64_t SeededRandom::next() {
    constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ULL; // 2^64 divided by the golden ratio
    auto mixed = state_.fetch_add(kGolden, std::memory_order_relaxed) + kGolden;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
}

} // namespace edge::testenv
