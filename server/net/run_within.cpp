#include <edge/server/net/run_within.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace edge {

namespace asio = boost::asio;

Task<bool> runWithin(Clock& clock, SteadyTime deadline, Task<> work) {
    if (deadline == kNever) {
        co_await std::move(work);
        co_return true;
    }
    const auto executor = co_await asio::this_coro::executor;
    auto working = asio::co_spawn(executor, std::move(work), asio::deferred);
    auto waiting = asio::co_spawn(executor, clock.waitUntil(deadline), asio::deferred);
    auto group = asio::experimental::make_parallel_group(std::move(working), std::move(waiting));
    auto race = group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    const auto [order, workFailure, waitFailure] = co_await std::move(race);

    // The wait ended first and of itself: time is up. A wait that ended by exception was cancelled from
    // outside, together with the work, which says so itself.
    const bool timeIsUp = order[0] == 1 && !waitFailure;
    if (timeIsUp)
        co_return false;
    if (workFailure)
        std::rethrow_exception(workFailure);
    co_return true;
}

} // namespace edge
