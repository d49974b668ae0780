#include <edge/server/session/session_services.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::uint64_t kUnixEpochInTicks = 621'355'968'000'000'000; // 1970-01-01 in 100 ns since 0001-01-01

} // namespace

std::uint64_t SessionIds::next(UtcTime now) {
    const auto ticks = kUnixEpochInTicks + static_cast<std::uint64_t>(now.time_since_epoch().count()) * 10;
    auto last = last_.load();
    std::uint64_t id;
    do
        id = std::max(ticks, last + 1);
    while (!last_.compare_exchange_weak(last, id));
    return id;
}

} // namespace edge
