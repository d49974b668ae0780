#include <edge/server/net/run_within.h>
#include <edge/server/net/system_clock.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <ctime>

namespace edge {

namespace asio = boost::asio;

UtcTime SystemClock::utcNow() const {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steadyNow() const {
    return SteadyTime(std::chrono::steady_clock::now().time_since_epoch());
}

std::chrono::minutes SystemClock::utcOffset(UtcTime when) const {
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count();
    std::tm local{};
    localtime_r(&seconds, &local);
    return std::chrono::floor<std::chrono::minutes>(std::chrono::seconds(local.tm_gmtoff));
}

Task<> SystemClock::waitUntil(SteadyTime when) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, std::chrono::steady_clock::time_point(when.time_since_epoch()));
    co_await timer.async_wait(asio::use_awaitable);
}

Task<bool> SystemClock::sleepUntil(SteadyTime when) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, std::chrono::steady_clock::time_point(when.time_since_epoch()));
    const auto [cancelled] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !cancelled;
}

Task<bool> SystemClock::within(SteadyTime deadline, Task<> work) {
    return runWithin(*this, deadline, std::move(work));
}

} // namespace edge
