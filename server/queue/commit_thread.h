// Group commit: jobs are handed in by many coroutines and done in batches by one thread, so that many share a
// sync. A batch is whatever was handed in while the last one ran; nobody waits for company. What a job does
// is the queue's business.
#pragma once

#include <edge/base/task.h>
#include <edge/server/queue/queue_store.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace edge {

// Where the work is done.
enum class Execution {
    Inline, // in the calling coroutine, before it first suspends: the Lab
    Thread, // on a thread of its own: the live server
};

// `apply` runs inside the transaction and fails only where the disk or the database does; `committed` runs
// after it, in order; `done` tells whoever waits.
struct CommitJob {
    std::function<Result<>(QueueStore&)> apply;
    std::function<void()> committed;
    std::function<Result<>()> alone; // instead of both: runs outside of any transaction, also while stopped
    std::function<void(Result<>)> done;
    Durability durability = Durability::ProcessKill;
    std::size_t bytes = 0; // what it keeps in memory
    int messages = 0;
    Result<> outcome;
};
using CommitJobs = std::vector<std::shared_ptr<CommitJob>>;

class CommitThread {
public:
    struct Limits {
        std::size_t maxBatch;
        std::size_t maxWaitingBytes;
    };

    // `run` does the jobs of a batch, sets their outcomes and tells who waits. Nothing runs before start().
    CommitThread(Execution execution, Limits limits, std::function<void(CommitJobs&)> run);
    ~CommitThread();
    CommitThread(const CommitThread&) = delete;
    CommitThread& operator=(const CommitThread&) = delete;

    void start();
    // Does what was handed in, then ends.
    void finish();

    // Returns when the job is done, on the caller's executor; not cancelled halfway. LimitExceeded where too
    // much waits already.
    Task<Result<>> perform(std::shared_ptr<CommitJob> job);
    // Nothing waits at this moment.
    bool isIdle() const;

private:
    Result<> enqueue(std::shared_ptr<CommitJob> job);
    void runThread();

    const Execution execution_;
    const Limits limits_;
    const std::function<void(CommitJobs&)> run_;

    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::shared_ptr<CommitJob>> jobs_;
    std::size_t waitingBytes_ = 0;
    bool closing_ = false;
    std::thread thread_;
};

} // namespace edge
