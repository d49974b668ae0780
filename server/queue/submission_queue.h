// The submission queue: where "250" gets its meaning. commit() returns success only after the message is
// synced, many messages share one sync (whatever arrived while the last sync ran), and a failed sync closes
// the queue until somebody has looked. The categorizer takes entries out at the other end in the order in
// which they were committed.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/random.h>
#include <edge/base/task.h>
#include <edge/server/queue/admission.h>
#include <edge/server/queue/body_store.h>
#include <edge/server/queue/commit_thread.h>
#include <edge/server/queue/entry_table.h>
#include <edge/server/queue/queue_store.h>
#include <edge/server/queue/storage_notice.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace edge {

struct QueueSettings {
    std::string directory; // of its own: database, large bodies, lock
    Execution execution = Execution::Thread;
    // Bodies above it go to a file of their own. Below it, one sequential log write is cheaper than a file.
    std::size_t largeBody = 256 * 1024;
    // Kept free for marks and retirements, which need a little space to give much back.
    std::uint64_t minimumFreeSpace = 64ULL << 20;
    // MAIL is refused from this many waiting entries on, until two thirds are left (Exchange's submission
    // queue, "High", platform.md 5.5).
    std::size_t maxEntries = 15'000;
    // The same for octets that wait.
    std::uint64_t maxBytes = 1ULL << 30;
    // What may wait for the commit thread, in octets; more is refused with LimitExceeded.
    std::size_t maxWaitingBytes = 64 << 20;
    // One transaction takes at most so many jobs: bounds the time that the first of them waits for the last.
    std::size_t maxBatch = 1000;
    // Pages of the log, 4 KiB each. From the first number on a pause is used to bring them into the database:
    // by then most messages have come and gone and never get there. At the second nobody waits for a pause,
    // which bounds disk use and the time of a restart.
    int idleCheckpointPages = 12288;   // 48 MiB
    int forcedCheckpointPages = 16384; // 64 MiB
    // Records handed to the categorizer without a read from the database, in octets.
    std::size_t handOverBytes = 32 << 20;
    StorageNotice notice; // may be empty
};

// What a session gets for its message: from here on it is ours.
struct Receipt {
    std::uint64_t internalId = 0;
};

struct QueueStatistics {
    std::uint64_t messages = 0;     // committed since start
    std::uint64_t batches = 0;      // transactions that carried messages
    std::uint64_t largestBatch = 0; // messages in one transaction
    std::uint64_t transactions = 0; // marks and retirements included
    std::uint64_t syncs = 0;        // of files and directories, by database and bodies
    std::uint64_t failures = 0;     // transactions that failed
    std::size_t ready = 0;          // wait for the categorizer
    std::size_t deferred = 0;
    std::size_t poison = 0;
    std::size_t entries = 0; // in the database, published but unretired ones included
    std::uint64_t bytes = 0; // of those
    bool stopped = false;
};

class SubmissionQueue {
public:
    // Opens or creates the queue and takes its lock; Unavailable where another process has it. `files`,
    // `clock` and `random` outlive the queue. A loop whose coroutine waits for the queue must not end before
    // that coroutine has gone on; afterwards it may.
    static Result<std::unique_ptr<SubmissionQueue>> open(FileSystem& files, Clock& clock, Random& random,
                                                         QueueSettings settings);
    // Finishes what was handed in, then closes.
    ~SubmissionQueue();
    SubmissionQueue(const SubmissionQueue&) = delete;
    SubmissionQueue& operator=(const SubmissionQueue&) = delete;

    // --- For sessions; callable from every thread.
    // A number that no message had before, over all restarts; large, as Exchange's are (platform.md 2.6).
    std::uint64_t nextInternalId();
    // Durable when this returns a receipt, and never acknowledged otherwise. Resumes on the caller's
    // executor, and is not cancelled halfway. The item's internalId is used where it has one. Errors: NoSpace
    // (may pass by itself), LimitExceeded (too much waits), Unavailable (stopped), Io.
    Task<Result<Receipt>> commit(std::shared_ptr<const MailItem> item);
    // The same for messages that belong together: all of them or none, whatever happens.
    Task<Result<std::vector<Receipt>>> commitTogether(std::vector<std::shared_ptr<const MailItem>> items);
    // Asked at MAIL: may a message begin?
    Admission admission();

    // --- For the operator.
    // Takes up work again after a failed sync: reopens the database and writes again what may not have
    // reached the disk.
    Task<Result<>> resume();
    QueueStatistics statistics() const;
    // Gives poisoned entries back to the categorizer, with a clean slate; returns how many.
    Task<Result<std::size_t>> resubmitPoison();

    // --- For categorizer and publisher.
    // Up to `count` entries that wait and are due, oldest first.
    std::vector<TakenEntry> take(std::size_t count);
    // How many wait, due or handed over.
    std::size_t ready() const;
    // Puts entries back where they came from, in the given order.
    void giveBack(const std::vector<TakenEntry>& entries);
    // The content of an entry that was handed over without it.
    Task<Result<std::shared_ptr<const QueueRecord>>> load(std::int64_t sequence);
    // The body of an entry that has a file for it.
    Result<Spool> openBody(const QueueEntry& entry, std::uint64_t size) const;
    // All of the changes or none.
    Task<Result<>> change(std::vector<EntryChange> changes, Durability durability);
    // The same, with small facts beside them.
    Task<Result<>> setNotes(std::vector<std::pair<std::string, std::string>> notes,
                            std::vector<EntryChange> changes, Durability durability);
    // As found at the start.
    const std::string& noteAtStart(const std::string& name) const;
    // Entries that were staged when the last process ended; yours, once.
    std::vector<QueueEntry> takeStaged();
    // Entries that wait, for a look at what an earlier process may have left of them.
    std::vector<QueueEntry> waiting() const;
    // Takes an entry out of those that wait: it turned out to be published.
    bool takeOut(std::int64_t sequence);
    // When the next deferred entry is due.
    std::optional<UtcTime> nextDue() const;
    // Called whenever there may be work, from any thread; an empty one ends it.
    void onWork(std::function<void()> wake);
    // A sync failed somewhere: refuses everything until resume().
    void stop(const std::string& why);
    bool isStopped() const { return stopped_; }
    AdmissionGate& gate() { return gate_; }
    void notice(NoticeLevel level, const std::string& message) const;

private:
    struct Bodies;
    SubmissionQueue(FileSystem& files, Clock& clock, Random& random, QueueSettings settings);

    Result<> start();
    Result<> adopt(std::int64_t after);
    Result<> readNotes();

    void runJobs(CommitJobs& jobs);
    void runBatch(CommitJobs& batch);
    Result<> runTransaction(const CommitJobs& batch);
    void judgeFailure(const Error& error, bool syncFailed);
    void checkpointIfDue();
    Result<> reopen();
    Task<Result<std::shared_ptr<QueueRecord>>> prepare(std::shared_ptr<const MailItem> item);
    void dropBodies(const std::vector<std::shared_ptr<QueueRecord>>& records);
    Task<Result<>> storeBody(std::shared_ptr<const MailItem> item, std::string stem);
    void entered(std::int64_t sequence, std::shared_ptr<const QueueRecord> record);
    void measure();
    void wake();

    FileSystem& files_;
    Clock& clock_;
    Random& random_;
    QueueSettings settings_;
    AdmissionGate gate_;
    BodyStore bodies_;
    std::shared_ptr<void> lock_;
    std::unique_ptr<QueueStore> store_; // the commit thread's, once it runs
    std::map<std::string, std::string> notesAtStart_;
    std::atomic<std::uint64_t> nextInternalId_{0};
    std::atomic<bool> stopped_{false};
    std::atomic<std::int64_t> nextSpaceCheck_{0}; // steady time in nanoseconds

    EntryTable entries_;

    std::mutex wakeMutex_;
    std::function<void()> wake_;

    mutable std::mutex countersMutex_;
    QueueStatistics counters_;
    std::uint64_t earlierSyncs_ = 0; // of databases closed by resume()
    std::unique_ptr<Bodies> bodyThread_;
    CommitThread commits_; // last: its jobs use everything above
};

} // namespace edge
