#include <edge/server/net/reset_watch.h>

#include <boost/asio/io_context.hpp>

namespace edge {

namespace asio = boost::asio;

asio::execution_context::id ResetWatch::id;

ResetWatch& ResetWatch::of(asio::io_context& loop, Clock& clock) {
    auto& watch = asio::use_service<ResetWatch>(static_cast<asio::execution_context&>(loop));
    if (!watch.watch_) {
        watch.clock_ = &clock;
        watch.watch_.emplace(loop, clock, [&watch] { watch.tick(); });
    }
    return watch;
}

ResetWatch::ResetWatch(asio::execution_context& loop)
    : service(loop) {}

void ResetWatch::shutdown() noexcept {
    watch_.reset();
}

void ResetWatch::add(Watched& watched) {
    if (watched.is_linked())
        return;
    watched_.push_back(watched);
    if (std::exchange(ticking_, true) || !watch_)
        return;
    watch_->arm(clock_->steadyNow() + kResetTick);
}

// Those that were added since the last tick have been busy for less than one, and may be asked all the same.
void ResetWatch::tick() {
    for (auto& watched : watched_)
        watched.lookForReset();
    ticking_ = !watched_.empty();
    if (ticking_)
        watch_->arm(clock_->steadyNow() + kResetTick);
}

} // namespace edge
