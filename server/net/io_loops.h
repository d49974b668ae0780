// The threads of the server: each runs one loop of its own, and what is begun on a loop lives and dies on its
// thread. Sessions therefore need no locks, and a busy one slows down only its neighbours.
#pragma once

#include <edge/base/clock.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace edge {

class IoLoops {
public:
    // Starts the threads; at least one.
    explicit IoLoops(int threads);
    // Stops the loops where they are; what has not ended is dropped with them.
    ~IoLoops();

    std::size_t size() const { return loops_.size(); }
    boost::asio::io_context& at(std::size_t index);
    // The loop that takes the next piece of work, one after the other. Callable from every thread.
    boost::asio::io_context& next();

    // Lets the loops end as soon as nothing is under way on them any more, and waits for that up to `bound`:
    // true when all did, false when some had to be stopped. Not to be called from a loop.
    bool finish(Duration bound);

private:
    struct Loop;

    void run(Loop& loop);
    void stop();

    std::vector<std::unique_ptr<Loop>> loops_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::condition_variable loopEnded_;
    std::size_t running_ = 0; // under mutex_
};

} // namespace edge
