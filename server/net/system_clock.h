// The Clock of the running server: the machine's clocks, and timers of the loop on which the waiting
// coroutine runs. The only place in the program that asks the operating system what time it is.
#pragma once

#include <edge/base/clock.h>

namespace edge {

// Callable from every thread; has no state.
class SystemClock final : public Clock {
public:
    UtcTime utcNow() const override;
    SteadyTime steadyNow() const override;
    std::chrono::minutes utcOffset(UtcTime when) const override;
    Task<> waitUntil(SteadyTime when) override;
    Task<bool> sleepUntil(SteadyTime when) override;
    Task<bool> within(SteadyTime deadline, Task<> work) override;
};

} // namespace edge
