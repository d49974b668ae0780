// One deadline at a time, cheap to move: an idle session moves its deadline with every command, so the watch
// lets its sleeper sleep on and looks at the new deadline only when the old one has come. Ten thousand idle
// sessions thereby cost one timer each and one wake-up per inactivity timeout, not a timer per read.
#pragma once

#include <edge/base/clock.h>

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace edge {

// Belongs to one loop's thread. Copes with being destroyed at any time, also from its own callback.
class DeadlineWatch {
public:
    // `expired` is called from the loop, or from within arm() when the deadline has passed already.
    DeadlineWatch(boost::asio::io_context& loop, Clock& clock, std::function<void()> expired);
    ~DeadlineWatch();

    // Calls `expired` once when `deadline` has come; replaces the deadline set before.
    void arm(SteadyTime deadline);
    // Nothing to watch now. The sleeper may sleep on: arm() will mostly come again with a later deadline.
    void disarm();
    // disarm(), and the sleeper ends at once: for ends of sessions, and where idle timers would show.
    void cancel();

private:
    struct Sleeper;
    struct State;
    class Leave;
    static Task<> sleep(std::shared_ptr<State> state, std::shared_ptr<Sleeper> self);

    std::shared_ptr<State> state_; // shared with the sleeper
};

} // namespace edge
