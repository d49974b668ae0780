#include <edge/base/thread_name.h>
#include <edge/server/queue/commit_thread.h>
#include <edge/server/queue/suspend_for.h>

#include <string>
#include <utility>

namespace edge {

CommitThread::CommitThread(Execution execution, Limits limits, std::function<void(CommitJobs&)> run)
    : execution_(execution)
    , limits_(limits)
    , run_(std::move(run)) {}

CommitThread::~CommitThread() {
    finish();
}

void CommitThread::start() {
    if (execution_ == Execution::Thread)
        thread_ = std::thread([this] { runThread(); });
}

void CommitThread::finish() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    arrived_.notify_all();
    if (thread_.joinable())
        thread_.join();
}

Task<Result<>> CommitThread::perform(std::shared_ptr<CommitJob> job) {
    if (execution_ == Execution::Inline) {
        CommitJobs jobs{job};
        run_(jobs);
        co_return job->outcome;
    }
    auto start = [this, job](std::function<void(Result<>)> done) {
        job->done = done;
        if (auto queued = enqueue(job); !queued)
            done(queued);
    };
    auto outcome = suspendFor<Result<>>(std::move(start));
    co_return co_await std::move(outcome);
}

bool CommitThread::isIdle() const {
    const std::lock_guard lock(mutex_);
    return jobs_.empty();
}

Result<> CommitThread::enqueue(std::shared_ptr<CommitJob> job) {
    {
        const std::lock_guard lock(mutex_);
        if (closing_)
            return Error{Errc::Cancelled, "the queue is closing"};
        if (job->bytes > 0 && waitingBytes_ + job->bytes > limits_.maxWaitingBytes)
            return Error{Errc::LimitExceeded, std::to_string(waitingBytes_) +
                                                  " octets wait for the disk, maxWaitingBytes is " +
                                                  std::to_string(limits_.maxWaitingBytes)};
        waitingBytes_ += job->bytes;
        jobs_.push_back(std::move(job));
    }
    arrived_.notify_one();
    return {};
}

void CommitThread::runThread() {
    nameThisThread("commit");
    CommitJobs batch;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            arrived_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
            if (jobs_.empty())
                return;
            while (!jobs_.empty() && batch.size() < limits_.maxBatch) {
                waitingBytes_ -= jobs_.front()->bytes;
                batch.push_back(std::move(jobs_.front()));
                jobs_.pop_front();
            }
        }
        run_(batch);
        batch.clear();
    }
}

} // namespace edge
