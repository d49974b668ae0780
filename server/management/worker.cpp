#include <edge/base/thread_name.h>
#include <edge/server/management/worker.h>

#include <utility>

namespace edge {

Worker::Worker(std::size_t limit)
    : limit_(limit)
    , thread_([this] { run(); }) {}

Worker::~Worker() {
    stop();
}

bool Worker::submit(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (stopped_ || jobs_.size() >= limit_)
            return false;
        jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

void Worker::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable())
        thread_.join();
}

void Worker::run() {
    nameThisThread("cmdlets");
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
        if (jobs_.empty())
            return;
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        job = nullptr; // what it holds goes before the lock is taken
        lock.lock();
    }
}

} // namespace edge
