// A clock for measuring that always says that nothing took any time: explanations come out the same each
// time.
#pragma once

#include <edge/base/clock.h>

#include <stdexcept>

namespace edge::testenv {

class StillClock final : public Clock {
public:
    UtcTime utcNow() const override { return {}; }
    SteadyTime steadyNow() const override { return now; }
    std::chrono::minutes utcOffset(UtcTime) const override { return std::chrono::minutes(0); }
    Task<> waitUntil(SteadyTime) override { throw std::logic_error("nobody waits for a still clock"); }
    Task<bool> sleepUntil(SteadyTime) override { throw std::logic_error("nobody waits for a still clock"); }
    Task<bool> within(SteadyTime, Task<>) override {
        throw std::logic_error("nobody waits for a still clock");
    }

    SteadyTime now{};
};

} // namespace edge::testenv
