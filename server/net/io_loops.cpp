#include <edge/base/assert.h>
#include <edge/base/thread_name.h>
#include <edge/server/net/io_loops.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <optional>
#include <thread>

namespace edge {

namespace asio = boost::asio;

struct IoLoops::Loop {
    asio::io_context context{1}; // run by one thread: no locking inside
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> keepRunning{
        context.get_executor()};
    std::thread thread;
};

IoLoops::IoLoops(int threads)
    : running_(static_cast<std::size_t>(threads)) {
    EDGE_ASSERT(threads > 0, "a server needs a thread");
    for (int i = 0; i < threads; ++i)
        loops_.push_back(std::make_unique<Loop>());
    for (const auto& loop : loops_)
        loop->thread = std::thread([this, &loop = *loop] { run(loop); });
}

IoLoops::~IoLoops() {
    stop();
}

void IoLoops::run(Loop& loop) {
    nameThisThread("sessions");
    loop.context.run();
    const std::lock_guard lock(mutex_);
    --running_;
    loopEnded_.notify_all();
}

asio::io_context& IoLoops::at(std::size_t index) {
    return loops_.at(index)->context;
}

asio::io_context& IoLoops::next() {
    return at(next_.fetch_add(1, std::memory_order_relaxed) % loops_.size());
}

bool IoLoops::finish(Duration bound) {
    for (const auto& loop : loops_)
        asio::post(loop->context, [&loop = *loop] { loop.keepRunning.reset(); });
    std::unique_lock lock(mutex_);
    const bool all = loopEnded_.wait_for(lock, bound, [this] { return running_ == 0; });
    lock.unlock();
    stop();
    return all;
}

void IoLoops::stop() {
    for (const auto& loop : loops_)
        loop->context.stop();
    for (const auto& loop : loops_) {
        if (loop->thread.joinable())
            loop->thread.join();
    }
}

} // namespace edge
