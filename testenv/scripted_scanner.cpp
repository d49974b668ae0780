#include <edge/server/no_virus_scanner.h>
#include <edge/testenv/scripted_scanner.h>

#include <iterator>

namespace edge::testenv {
namespace {

// Longer than any timeout of a server; the session's end cancels the wait.
constexpr Duration kForGood = std::chrono::hours(24 * 365);

} // namespace

std::optional<ScriptedScan> ScriptedScanner::scripted(std::uint64_t scan) const {
    if (const auto found = at_.find(scan); found != at_.end())
        return found->second;
    const auto later = from_.upper_bound(scan);
    if (later == from_.begin())
        return std::nullopt;
    return std::prev(later)->second;
}

Task<ScanVerdict> ScriptedScanner::scan(std::string_view bytes) {
    const auto now = scripted(++asked_);
    if (!now) {
        NoVirusScanner none;
        auto asking = none.scan(bytes);
        co_return co_await std::move(asking);
    }
    const auto span = now->hangs ? kForGood : now->after;
    if (span > Duration::zero())
        co_await clock_.waitUntil(clock_.steadyNow() + span);
    co_return now->verdict;
}

} // namespace edge::testenv
