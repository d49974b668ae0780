// Virtual time: stands still until a test moves it, and then stops at every deadline on the way, so that
// whoever waits sees exactly the time it waited for. A day of timeouts takes a millisecond and comes out the
// same each time.
#pragma once

#include <edge/base/clock.h>

#include <memory>

namespace boost::asio {
class io_context;
}

namespace edge::testenv {

// When scenarios begin unless they say otherwise: a Monday morning in the year of the default profile.
inline constexpr UtcTime kScenarioStart =
    std::chrono::sys_days{std::chrono::year{2019} / std::chrono::June / 3} + std::chrono::hours(9);

// For one thread. May be destroyed before or after its loop.
class ManualClock final : public Clock {
public:
    // `loop` is the one on which the waiters run.
    explicit ManualClock(boost::asio::io_context& loop, UtcTime start = kScenarioStart,
                         std::chrono::minutes utcOffset = std::chrono::minutes(0));
    ~ManualClock() override;

    UtcTime utcNow() const override;
    SteadyTime steadyNow() const override;
    std::chrono::minutes utcOffset(UtcTime when) const override;
    Task<> waitUntil(SteadyTime when) override;
    Task<bool> sleepUntil(SteadyTime when) override;
    Task<bool> within(SteadyTime deadline, Task<> work) override;

    // Moves time forward by `by`. At each deadline on the way the waiters are resumed, earliest first and
    // equal ones in the order in which they came, and the loop runs until nothing is ready. Not to be called
    // from within the loop.
    void advance(Duration by);
    // The same up to the next deadline only; false, and nothing happens, when nobody waits.
    bool advanceToNext();
    // What the earliest waiter waits for; kNever when nobody waits.
    SteadyTime nextDeadline() const;

private:
    struct Waiters;

    void moveTo(SteadyTime when);

    boost::asio::io_context& loop_;
    UtcTime start_;
    std::chrono::minutes utcOffset_;
    SteadyTime now_;
    std::shared_ptr<Waiters>
        waiters_; // shared with the waiting coroutines, which the loop may outlive the clock with
};

} // namespace edge::testenv
