// The categorizer: takes committed messages in order, lets the routing agents see them, and has them
// published. What it is doing is never more than a restart can repeat: the queue holds the original content
// until the file is safe.
#pragma once

#include <edge/server/queue/submission_queue.h>
#include <edge/server/replay/replay_publisher.h>
#include <edge/server/routing/routing_dispatcher.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace edge {

struct CategorizerSettings {
    // Failures of its agents, or ends of the process while they ran, that a message may survive (Exchange's
    // PoisonThreshold, platform.md 5.3). The next one sets it aside.
    int poisonThreshold = 2;
    // Before a message whose agents failed is tried again (QueueGlitchRetryInterval, platform.md 5.3).
    Duration faultRetryInterval = std::chrono::minutes(1);
    // Before publishing is tried again after a disk error.
    Duration diskRetryInterval = std::chrono::seconds(5);
};

struct CategorizerStatistics {
    std::uint64_t published = 0;
    std::uint64_t deleted = 0;      // by agents
    std::uint64_t noRecipients = 0; // nobody was left to receive it
    std::uint64_t deferred = 0;
    std::uint64_t faults = 0;
    std::uint64_t poisoned = 0;
    std::uint64_t diskErrors = 0;
};

class Categorizer {
public:
    // All references outlive the categorizer.
    Categorizer(Clock& clock, SubmissionQueue& queue, RoutingDispatcher& agents, ReplayPublisher& publisher,
                CategorizerSettings settings = {});
    // Stops the thread where one runs.
    ~Categorizer();
    Categorizer(const Categorizer&) = delete;
    Categorizer& operator=(const Categorizer&) = delete;

    // Works off one batch of what is due now, after finishing what an earlier process began; returns how many
    // entries were dealt with. Disk errors are noticed and tried again after a while. The Lab calls it until
    // it returns 0.
    Task<std::size_t> runOnce();
    // Lets everything that is published leave the queue now.
    Task<Result<>> settle();

    // The same on a thread of its own: live.
    void start();
    // Finishes the batch in hand and lets what is published leave the queue.
    void stop();

    // Replay directory, quota, retention, X-CreatedBy, used without delay: from any thread.
    void configure(ReplaySettings replay);
    // From any thread.
    CategorizerStatistics statistics() const;

private:
    struct Batch;
    struct Outcome;
    Task<bool> prepare();
    Task<> categorize(TakenEntry& taken, Batch& batch);
    Task<RoutingVerdict> route(MailItem& item);
    Task<RoutingVerdict> raise(Task<RoutingVerdict> (RoutingDispatcher::*event)(MailItem&), MailItem& item);
    Task<Result<>> countAttempt(QueueEntry& entry);
    Result<MailItem> restore(const TakenEntry& taken) const;
    void dispose(const QueueEntry& entry, const RoutingVerdict& verdict, Batch& batch);
    void setAside(const QueueEntry& entry, const std::string& why, Batch& batch);
    void backOff(const Error& error);
    void count(std::uint64_t CategorizerStatistics::*counter, std::uint64_t by = 1);
    void runThread();
    void gather(std::unique_lock<std::mutex>& lock, SteadyTime until);
    Duration idleTime() const;
    void wake();

    Clock& clock_;
    SubmissionQueue& queue_;
    RoutingDispatcher& agents_;
    CategorizerSettings settings_;
    ReplayPublisher& publisher_;
    bool recovered_ = false;
    std::optional<SteadyTime> retryAt_; // after a disk error

    mutable std::mutex mutex_;
    std::condition_variable woken_;
    bool work_ = false;
    bool gathering_ = false; // waits for company, not for work
    bool stopping_ = false;
    CategorizerStatistics statistics_;
    std::thread thread_;
};

} // namespace edge
