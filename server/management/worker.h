// One thread that does jobs in order, off the loops that carry mail: a cmdlet may take its time without any
// session noticing. Every job that was taken is run, also while stopping, because somebody waits for each.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace edge {

class Worker {
public:
    // `limit`: how many jobs may wait.
    explicit Worker(std::size_t limit);
    // stop().
    ~Worker();

    // False, and the job is not taken, when too many wait or the worker was stopped.
    bool submit(std::function<void()> job);
    // Takes no more jobs and waits until those taken are done. Not to be called from a job.
    void stop();

private:
    void run();

    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_; // under mutex_
    bool stopped_ = false;                   // under mutex_
    std::thread thread_;
};

} // namespace edge
