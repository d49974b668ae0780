#include <edge/base/text.h>
#include <edge/config/suggestion.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::size_t kLongestWord = 64; // longer words are no typing mistakes; also bounds the work

// Optimal string alignment: insertions, removals, exchanges and swaps of neighbours count one each.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> beforeLast(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
        beforeLast.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

} // namespace

std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates) {
    if (word.empty() || word.size() > kLongestWord)
        return {};
    const auto lower = asciiLower(word);
    const std::string* best = nullptr;
    std::size_t bestDistance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto& candidate : candidates) {
        if (candidate.size() > kLongestWord)
            continue;
        if (const auto found = distance(lower, asciiLower(candidate)); found < bestDistance) {
            best = &candidate;
            bestDistance = found;
        }
    }
    if (best != nullptr)
        return *best;
    // No typing mistake, but perhaps half the word: "Senders" for "BlockedSenders".
    for (const auto& candidate : candidates)
        if (word.size() >= 4 && asciiLower(candidate).find(lower) != std::string::npos)
            return candidate;
    return {};
}

std::string didYouMean(std::string_view word, const std::vector<std::string>& candidates) {
    const auto nearest = nearestWord(word, candidates);
    return nearest.empty() ? std::string() : "; did you mean \"" + nearest + "\"?";
}

} // namespace edge
