#include <edge/testenv/recording/delta_debugging.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace edge::testenv {
namespace {

std::vector<std::size_t> without(const std::vector<std::size_t>& all, std::size_t begin, std::size_t count) {
    std::vector<std::size_t> rest;
    rest.reserve(all.size());
    const auto end = std::min(begin + count, all.size());
    rest.insert(rest.end(), all.begin(), all.begin() + static_cast<std::ptrdiff_t>(begin));
    rest.insert(rest.end(), all.begin() + static_cast<std::ptrdiff_t>(end), all.end());
    return rest;
}

// Leaves out pieces of that size, last one first: what comes late depends on what came early. True: some
// could go.
bool leaveOut(std::vector<std::size_t>& kept, std::size_t size, const Holds& holds) {
    bool any = false;
    const auto pieces = (kept.size() + size - 1) / size;
    for (auto piece = pieces; piece-- > 0;) {
        auto fewer = without(kept, piece * size, size);
        if (fewer.size() == kept.size() || !holds(fewer))
            continue;
        kept = std::move(fewer);
        any = true;
    }
    return any;
}

} // namespace

std::vector<std::size_t> fewestThatHold(std::size_t count, const Holds& holds) {
    std::vector<std::size_t> kept(count);
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    for (auto size = count; size > 1; size = (size + 1) / 2)
        leaveOut(kept, size, holds);
    while (!kept.empty() && leaveOut(kept, 1, holds))
        continue;
    return kept;
}

} // namespace edge::testenv
