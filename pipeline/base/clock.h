// Time comes from a Clock and from nowhere else, so that a scenario of a day runs in a millisecond and a log
// line of a test is the same every time. Real twin: server/system_clock; scripted twin: testenv/manual_clock.
#pragma once

#include <edge/base/task.h>

#include <chrono>

namespace edge {

// Calendar time in UTC, microseconds.
using UtcTime = std::chrono::sys_time<std::chrono::microseconds>;

// The tag of monotonic time: never goes back, has no calendar.
struct MonotonicTag {
    using rep = std::int64_t;
    using period = std::nano;
    using duration = std::chrono::nanoseconds;
    using time_point = std::chrono::time_point<MonotonicTag>;
    static constexpr bool is_steady = true;
};
using Duration = std::chrono::nanoseconds;
using SteadyTime = std::chrono::time_point<MonotonicTag, Duration>;

// "No deadline": later than anything that happens.
inline constexpr SteadyTime kNever = SteadyTime::max();

class Clock {
public:
    virtual ~Clock() = default;

    // Calendar time, for stamps and logs.
    virtual UtcTime utcNow() const = 0;
    // Monotonic time, for deadlines and elapsed times.
    virtual SteadyTime steadyNow() const = 0;
    // Offset of local time from UTC at `when`; the banner and Received print local time (platform.md 2.5).
    virtual std::chrono::minutes utcOffset(UtcTime when) const = 0;
    // Waits until monotonic time reaches `when`. Ends early, by exception, when the waiting coroutine is
    // cancelled.
    virtual Task<> waitUntil(SteadyTime when) = 0;
    // The same without an exception, which would cost more than the wait: false where it was cancelled.
    virtual Task<bool> sleepUntil(SteadyTime when) = 0;
    // Runs `work`, but cancels it at `deadline`: true when it finished by itself. What it throws passes
    // through.
    virtual Task<bool> within(SteadyTime deadline, Task<> work) = 0;
};

} // namespace edge
