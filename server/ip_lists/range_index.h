// RangeIndex: which of many ranges contain a key, by one binary search and a few steps. Ranges may nest and
// overlap: each remembers the nearest one before it that reaches further, so a walk to the left meets the
// ranges that contain the key and skips whole runs that end before it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace edge {

// Immutable; Key is ordered by <=>. Parts of a range lie in arrays of their own, since the search reads the
// first keys only and they shall fit into the cache.
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
        lasts_.reserve(items.size());
        rows_.reserve(items.size());
        furtherBefore_.reserve(items.size());
        for (const auto& item : items)
            append(item);
    }

    // Calls visit(row) for each range that contains `key`.
    template <class Visit>
    void visitContaining(const Key& key, Visit visit) const {
        const auto behind = std::upper_bound(firsts_.begin(), firsts_.end(), key);
        auto at = static_cast<std::uint32_t>(behind - firsts_.begin()) - 1; // wraps to kNone at 0
        while (at != kNone) {
            if (lasts_[at] < key) {
                at = furtherBefore_[at];
                continue;
            }
            visit(rows_[at]);
            --at;
        }
    }

private:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    void append(const Item& item) {
        auto further = static_cast<std::uint32_t>(firsts_.size()) - 1;
        while (further != kNone && !(item.last < lasts_[further]))
            further = furtherBefore_[further];
        firsts_.push_back(item.first);
        lasts_.push_back(item.last);
        rows_.push_back(item.row);
        furtherBefore_.push_back(further);
    }

    std::vector<Key> firsts_; // ascending
    std::vector<Key> lasts_;
    std::vector<std::uint32_t> rows_;
    std::vector<std::uint32_t> furtherBefore_; // the nearest range before this one with a greater last
};

} // namespace edge
