#include <edge/base/assert.h>
#include <edge/server/net/run_within.h>
#include <edge/testenv/manual_clock.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <map>

namespace edge::testenv {

namespace asio = boost::asio;

namespace {

// Not zero, so that "a minute ago" is a time as well.
constexpr SteadyTime kSteadyStart{std::chrono::hours(24)};

} // namespace

// Who waits, by deadline; equal deadlines stay in the order of arrival. The timers never expire: they are
// only something that can be cancelled, which posts the waiter to its loop.
struct ManualClock::Waiters {
    using Map = std::multimap<SteadyTime, asio::steady_timer*>;
    Map byDeadline;

    // Registered for the life of a wait, however it ends.
    class Place {
    public:
        Place(std::shared_ptr<Waiters> waiters, SteadyTime when, asio::steady_timer& timer)
            : waiters_(std::move(waiters))
            , place_(waiters_->byDeadline.emplace(when, &timer)) {}
        ~Place() { waiters_->byDeadline.erase(place_); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

    private:
        std::shared_ptr<Waiters> waiters_;
        Map::iterator place_;
    };

    void resumeUpTo(SteadyTime now) {
        const auto end = byDeadline.upper_bound(now);
        for (auto waiter = byDeadline.begin(); waiter != end; ++waiter)
            waiter->second->cancel();
    }
};

ManualClock::ManualClock(asio::io_context& loop, UtcTime start, std::chrono::minutes utcOffset)
    : loop_(loop)
    , start_(start)
    , utcOffset_(utcOffset)
    , now_(kSteadyStart)
    , waiters_(std::make_shared<Waiters>()) {}

ManualClock::~ManualClock() = default;

UtcTime ManualClock::utcNow() const {
    return start_ + std::chrono::floor<std::chrono::microseconds>(now_ - kSteadyStart);
}

SteadyTime ManualClock::steadyNow() const {
    return now_;
}

std::chrono::minutes ManualClock::utcOffset(UtcTime) const {
    return utcOffset_;
}

Task<> ManualClock::waitUntil(SteadyTime when) {
    const bool slept = co_await sleepUntil(when);
    if (!slept)
        throw boost::system::system_error(asio::error::operation_aborted);
}

Task<bool> ManualClock::sleepUntil(SteadyTime when) {
    if (when <= now_)
        co_return true;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
    const Waiters::Place place(waiters_, when, timer);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return now_ >= when; // else not time, but the waiting coroutine's own cancellation
}

Task<bool> ManualClock::within(SteadyTime deadline, Task<> work) {
    return runWithin(*this, deadline, std::move(work));
}

void ManualClock::advance(Duration by) {
    EDGE_ASSERT(by >= Duration::zero(), "time does not go back");
    const auto end = now_ + by;
    while (nextDeadline() <= end)
        moveTo(nextDeadline());
    moveTo(end);
}

bool ManualClock::advanceToNext() {
    if (nextDeadline() == kNever)
        return false;
    moveTo(nextDeadline());
    return true;
}

SteadyTime ManualClock::nextDeadline() const {
    return waiters_->byDeadline.empty() ? kNever : waiters_->byDeadline.begin()->first;
}

void ManualClock::moveTo(SteadyTime when) {
    EDGE_ASSERT(!loop_.get_executor().running_in_this_thread(), "time is moved from outside of the loop");
    now_ = when;
    waiters_->resumeUpTo(when);
    if (loop_.stopped())
        loop_.restart(); // a loop that once ran dry counts as stopped
    loop_.poll();
}

} // namespace edge::testenv
