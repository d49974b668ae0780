#include <edge/server/net/deadline_watch.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace edge {

namespace asio = boost::asio;

// Each has its own signal: the slot of a sleeper that was told to stop is in use until it has ended.
struct DeadlineWatch::Sleeper {
    SteadyTime until;
    asio::cancellation_signal stop;
};

struct DeadlineWatch::State {
    asio::io_context& loop;
    Clock& clock;
    std::function<void()> expired;
    SteadyTime deadline = kNever;
    std::shared_ptr<Sleeper> sleeper; // the current one; null: nobody sleeps

    void stopSleeper() {
        if (const auto stopped = std::exchange(sleeper, nullptr))
            stopped->stop.emit(asio::cancellation_type::terminal);
    }
};

// Takes the sleeper off when its coroutine ends, also where the loop is dropped with it: nobody may signal it
// then.
class DeadlineWatch::Leave {
public:
    Leave(State& state, const std::shared_ptr<Sleeper>& self)
        : state_(state)
        , self_(self) {}
    ~Leave() {
        if (state_.sleeper == self_)
            state_.sleeper = nullptr;
    }
    Leave(const Leave&) = delete;
    Leave& operator=(const Leave&) = delete;

private:
    State& state_;
    const std::shared_ptr<Sleeper>& self_;
};

DeadlineWatch::DeadlineWatch(asio::io_context& loop, Clock& clock, std::function<void()> expired)
    : state_(std::make_shared<State>(State{loop, clock, std::move(expired), kNever, nullptr})) {}

DeadlineWatch::~DeadlineWatch() {
    state_->expired = nullptr;
    cancel();
}

void DeadlineWatch::arm(SteadyTime deadline) {
    state_->deadline = deadline;
    if (deadline == kNever)
        return;
    if (state_->sleeper && state_->sleeper->until <= deadline)
        return; // it will look again when it wakes
    state_->stopSleeper();
    const auto sleeper = std::make_shared<Sleeper>();
    sleeper->until = deadline;
    state_->sleeper = sleeper;
    // The completion handler keeps the signal alive: its slot belongs to the coroutine until then.
    const auto ended = [sleeper](const std::exception_ptr&) {};
    asio::co_spawn(state_->loop, sleep(state_, sleeper),
                   asio::bind_cancellation_slot(sleeper->stop.slot(), ended));
}

void DeadlineWatch::disarm() {
    state_->deadline = kNever;
}

void DeadlineWatch::cancel() {
    disarm();
    state_->stopSleeper();
}

Task<> DeadlineWatch::sleep(std::shared_ptr<State> state, std::shared_ptr<Sleeper> self) {
    const Leave leave(*state, self);
    while (state->sleeper == self && state->deadline != kNever) {
        self->until = state->deadline;
        const bool slept = co_await state->clock.sleepUntil(self->until);
        if (!slept || state->sleeper != self)
            co_return; // told to stop, or replaced while the timer had fired already
        if (state->deadline > state->clock.steadyNow())
            continue; // moved on meanwhile, or disarmed
        state->sleeper = nullptr;
        state->deadline = kNever;
        const auto expired = state->expired; // may destroy the watch
        if (expired)
            expired();
    }
}

} // namespace edge
