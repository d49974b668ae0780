// How many in the last minute, without a timer and without a list of times: sixty one-second counters in a
// ring. A full minute is at most one second short, which no sender notices, and the size is the same whatever
// the limit.
#pragma once

#include <edge/base/clock.h>

#include <array>
#include <cstdint>

namespace edge {

class SlidingMinute {
public:
    // Events of the sixty seconds that end with the one of `now`. `now` never goes back.
    std::uint32_t count(SteadyTime now) {
        moveTo(now);
        return total_;
    }
    void add(SteadyTime now) {
        moveTo(now);
        ++seconds_[static_cast<std::size_t>(last_) % kSeconds];
        ++total_;
    }

private:
    static constexpr std::size_t kSeconds = 60;

    // Forgets the seconds that have left the window.
    void moveTo(SteadyTime now) {
        const auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
        for (int forgotten = 0; last_ < second && forgotten < static_cast<int>(kSeconds); ++forgotten) {
            auto& counter = seconds_[static_cast<std::size_t>(++last_) % kSeconds];
            total_ -= counter;
            counter = 0;
        }
        last_ = second > last_ ? second : last_;
    }

    std::array<std::uint32_t, kSeconds> seconds_{};
    std::int64_t last_ = 0; // the newest second in the ring
    std::uint32_t total_ = 0;
};

} // namespace edge
