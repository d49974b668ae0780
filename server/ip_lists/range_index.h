// RangeIndex: which of many ranges contain a key, by one binary search and a few steps. Ranges may nest and
// overlap: each remembers the nearest one before it that reaches further, so a walk to the left meets the
// ranges that contain the key and skips whole runs that end before it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace edge {

// Immutable; Key is ordered by <=>. What a search costs in a long list is cache misses, so it begins among
// every 64th first key, which together fit into the cache, goes on in the 64 first keys that lie between two
// of those, and finds the rest of a range in one place.
template <class Key>
class RangeIndex {
public:
    // A range, both ends inside, and the number of what it stands for.
    struct Item {
        Key first;
        Key last;
        std::uint32_t row;
    };

    RangeIndex() = default;
    explicit RangeIndex(std::vector<Item> items) {
        std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
            return a.first < b.first || (a.first == b.first && b.last < a.last);
        });
        firsts_.reserve(items.size());
        rests_.reserve(items.size());
        samples_.reserve(items.size() / kStride + 1);
        for (const auto& item : items)
            append(item);
    }

    // Calls visit(row) for each range that contains `key`.
    template <class Visit>
    void visitContaining(const Key& key, Visit visit) const {
        auto at = lastBeginningAtOrBefore(key);
        while (at != kNone) {
            const auto& rest = rests_[at];
            if (rest.last < key) {
                at = rest.furtherBefore;
                continue;
            }
            visit(rest.row);
            --at; // wraps to kNone at 0
        }
    }

private:
    static constexpr std::uint32_t kNone = UINT32_MAX;
    static constexpr std::uint32_t kStride = 64;

    // A range but for its first key.
    struct Rest {
        Key last;
        std::uint32_t row;
        std::uint32_t furtherBefore; // the nearest range before this one with a greater last
    };

    void append(const Item& item) {
        const auto at = static_cast<std::uint32_t>(firsts_.size());
        auto further = at - 1; // wraps to kNone at 0
        while (further != kNone && !(item.last < rests_[further].last))
            further = rests_[further].furtherBefore;
        if (at % kStride == 0)
            samples_.push_back(item.first);
        firsts_.push_back(item.first);
        rests_.push_back({item.last, item.row, further});
    }

    std::uint32_t lastBeginningAtOrBefore(const Key& key) const {
        const auto sample = std::upper_bound(samples_.begin(), samples_.end(), key);
        if (sample == samples_.begin())
            return kNone;
        const auto begin = (sample - samples_.begin() - 1) * std::ptrdiff_t{kStride};
        const auto end = std::min(begin + kStride, static_cast<std::ptrdiff_t>(firsts_.size()));
        const auto behind = std::upper_bound(firsts_.begin() + begin, firsts_.begin() + end, key);
        return static_cast<std::uint32_t>(behind - firsts_.begin()) - 1;
    }

    std::vector<Key> samples_; // every kStride-th of firsts_
    std::vector<Key> firsts_;  // ascending
    std::vector<Rest> rests_;
};

} // namespace edge
