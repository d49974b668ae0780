#include <edge/base/thread_name.h>
#include <edge/server/logs/write_behind.h>

#include <utility>

namespace edge {

WriteBehind::WriteBehind(Writing writing, Sink sink, std::size_t maxWaitingBytes)
    : sink_(std::move(sink))
    , maxWaitingBytes_(maxWaitingBytes) {
    if (writing == Writing::OwnThread)
        thread_ = std::thread([this] { run(); });
}

WriteBehind::~WriteBehind() {
    if (!thread_.joinable())
        return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void WriteBehind::append(std::string_view line) {
    std::unique_lock lock(mutex_);
    if (!thread_.joinable()) {
        sink_(line);
        return;
    }
    if (waitingBytes_ + line.size() > maxWaitingBytes_) {
        ++lost_;
        return;
    }
    const bool first = isIdle();
    const bool fills = waitingBytes_ < kWakeBytes && waitingBytes_ + line.size() >= kWakeBytes;
    waiting_.back().lines += line;
    waitingBytes_ += line.size();
    ++appended_;
    if (first || fills) {
        lock.unlock();
        wake_.notify_one();
    }
}

void WriteBehind::between(std::function<void()> act) {
    const std::lock_guard lock(mutex_);
    if (!thread_.joinable()) {
        act();
        return;
    }
    waiting_.back().then = std::move(act);
    waiting_.emplace_back();
    ++appended_;
    wake_.notify_one();
}

void WriteBehind::flush() {
    std::unique_lock lock(mutex_);
    if (!thread_.joinable())
        return;
    const auto upTo = appended_;
    flushWanted_ = upTo;
    wake_.notify_one();
    written_.wait(lock, [&] { return handedOn_ >= upTo; });
}

void WriteBehind::run() {
    nameThisThread("log");
    const auto urgent = [this] {
        return stopping_ || flushWanted_ > handedOn_ || waitingBytes_ >= kWakeBytes;
    };
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait_for(lock, kIdleInterval, [&] { return !isIdle() || urgent(); });
        if (!isIdle())
            wake_.wait_for(lock, kWriteOutInterval, urgent); // let a batch gather
        if (stopping_ && isIdle())
            return;
        const auto batches = std::exchange(waiting_, std::vector<Batch>(1));
        const auto upTo = appended_;
        waitingBytes_ = 0;
        lock.unlock();
        handOn(batches);
        lock.lock();
        handedOn_ = upTo;
        written_.notify_all();
    }
}

void WriteBehind::handOn(const std::vector<Batch>& batches) {
    const bool nothing = batches.size() == 1 && batches.front().lines.empty();
    if (nothing)
        sink_({}); // the idle call
    for (const auto& batch : batches) {
        if (!batch.lines.empty())
            sink_(batch.lines);
        if (batch.then)
            batch.then();
    }
}

} // namespace edge
