// Publishing: a queue entry becomes a complete .eml in the replay directory, once. A file is written under a
// name that no consumer takes in a sibling directory, its content is synced, the queue is told ("staged"),
// and only then is it renamed. A restart can read from mark and names what had happened
// (docs/queue-and-replay.md).
#pragma once

#include <edge/base/profile.h>
#include <edge/base/task.h>
#include <edge/server/config/transport_server.h>
#include <edge/server/queue/submission_queue.h>
#include <edge/server/replay/replay_usage.h>

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace edge {

struct ReplaySettings {
    std::string directory; // absolute, or relative to the process
    ReplayLimits limits;
    std::string createdBy; // X-CreatedBy: MSExchange15 and the like
    // Published entries leave the queue together, after one sync of the directory that covers them all.
    Duration retireDelay = std::chrono::seconds(1);
};

// The settings that Set-EdgeSimSubmission stands for; relative directories are below `dataDirectory`.
ReplaySettings replaySettings(const EdgeSimSubmission& submission, const Profile& profile,
                              const std::string& dataDirectory);

// Called with each file that has just become visible, from the thread that publishes.
using PublishedCallback = std::function<void(const QueueEntry& entry, const std::string& path)>;

// Belongs to the categorizer: everything but configure() is called from its thread.
class ReplayPublisher {
public:
    ReplayPublisher(FileSystem& files, Clock& clock, SubmissionQueue& queue, ReplaySettings settings,
                    PublishedCallback published = {});

    // Other settings, from any thread; they take effect between two batches. Another directory is used as
    // soon as all that was published in the old one is safely there; old files stay behind.
    void configure(ReplaySettings settings);

    // Once, before anything else: finishes or repeats what the last process had begun. May be tried again
    // after an error.
    Task<Result<>> recover();
    // Between batches: new settings, renames that failed, quota, retention, retirement where it is due.
    Task<Result<>> keepHouse();

    // Writes the file of one entry; with `sync` it is durable at once, otherwise publish() sees to all
    // together.
    Result<> stage(const QueueEntry& entry, const MailItem& item, bool sync);
    // Makes staged files visible, in the given order. Where their content cannot be synced it fails: they are
    // gone and may be staged again. Once it succeeds the entries are the publisher's, and keepHouse() goes on
    // where a disk error interrupts it.
    Task<Result<>> publish(const std::vector<QueueEntry>& staged, bool synced);
    // Gives up a staged file that will not be published.
    void discard(const QueueEntry& entry);
    // Lets published entries leave the queue now, durably where asked.
    Task<Result<>> retire(Durability durability = Durability::ProcessKill);

    // When keepHouse() has something to retire; nothing where nothing waits.
    std::optional<SteadyTime> retireDue() const;
    const std::string& directory() const { return directory_; }
    std::uint64_t publishedCount() const { return publishedCount_; }

private:
    std::string stagingDirectory() const { return directory_ + ".staging"; }
    std::string stagedPath(const QueueEntry& entry) const;
    std::string publishedPath(const QueueEntry& entry) const;
    Result<bool> exists(const std::string& path) const;
    Result<> makeDirectories();
    Task<Result<>> useDirectory(std::string directory);
    Task<Result<>> finish();
    Task<Result<>> markAll();
    Task<Result<>> renameAll();
    Result<bool> renameOne(const QueueEntry& entry);
    Result<> write(const std::string& path, const QueueEntry& entry, const MailItem& item, bool sync);
    Result<> failed(Result<> outcome, bool wasSync);
    void sweepStaging();
    void removeStaged(const std::string& path);
    void enterPublished(const QueueEntry& entry);

    FileSystem& files_;
    Clock& clock_;
    SubmissionQueue& queue_;
    PublishedCallback published_;
    ReplayUsage usage_;
    ReplaySettings settings_;
    std::string directory_;            // in use; settings_.directory may be on its way
    bool stagedNamesInDoubt_ = true;   // a removed staged file may reappear in a power cut
    std::vector<QueueEntry> toMark_;   // complete in staging; a mark may have been tried
    std::deque<QueueEntry> toRename_;  // marked as staged
    std::vector<QueueEntry> toRetire_; // visible, or taken
    SteadyTime retireDue_{};
    std::vector<QueueEntry> foundStaged_; // by recover()
    std::uint64_t publishedCount_ = 0;

    std::mutex nextMutex_;
    std::optional<ReplaySettings> next_;
};

} // namespace edge
