// EntryTable: the queue's entries in memory, by where they stand. The database says the same; this is what is
// asked while mail flows. It follows the database: an entry comes here when its transaction has committed,
// never before.
#pragma once

#include <edge/server/queue/entry_changes.h>
#include <edge/server/queue/queue_record.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace edge {

// An entry in the categorizer's hands.
struct TakenEntry {
    QueueEntry entry;
    std::shared_ptr<const QueueRecord> record; // nullptr: to be loaded
};

// How much there is.
struct EntryCounts {
    std::size_t ready = 0; // wait for the categorizer
    std::size_t deferred = 0;
    std::size_t poison = 0;
    std::size_t entries = 0; // all of them, published but unretired ones included
    std::uint64_t bytes = 0; // of those
};

// Thread-safe.
class EntryTable {
public:
    // Records up to so many octets are kept for the categorizer; the others it loads from the database.
    explicit EntryTable(std::size_t handOverBytes)
        : handOverBytes_(handOverBytes) {}

    // Entries as the database has them.
    void adopt(const std::vector<QueueEntry>& entries);
    // A new entry is durable: the categorizer may have it.
    void enter(const QueueEntry& entry, std::shared_ptr<const QueueRecord> record);
    // A change is in the database.
    void change(const EntryChange& change);

    // Up to `count` entries that wait and are due, oldest first, with at most so many octets of content, one
    // entry at least.
    std::vector<TakenEntry> take(std::size_t count, std::uint64_t maxBytes, UtcTime now);
    // Puts entries back where they came from, in the given order; they will be loaded again.
    void giveBack(const std::vector<TakenEntry>& entries);
    // Takes an entry out of those that wait.
    bool takeOut(std::int64_t sequence);
    // Those that were staged when they were adopted, once.
    std::vector<QueueEntry> takeStaged();

    std::vector<QueueEntry> waiting() const;
    std::vector<std::int64_t> poisoned() const;
    // Names of the bodies that lie in files of their own: of all entries, and of those that the changes
    // erase.
    std::set<std::string> bodies() const;
    std::vector<std::string> bodiesErasedBy(const std::vector<EntryChange>& changes) const;
    std::optional<UtcTime> nextDue() const;
    std::int64_t lastSequence() const;
    EntryCounts counts() const;

private:
    const std::size_t handOverBytes_;
    mutable std::mutex mutex_;
    std::deque<TakenEntry> ready_;
    std::multimap<UtcTime, QueueEntry> deferred_;
    std::unordered_map<std::int64_t, QueueEntry> all_;
    std::vector<QueueEntry> staged_;
    std::size_t poison_ = 0;
    std::uint64_t bytes_ = 0;
    std::size_t handedOver_ = 0;
    std::int64_t lastSequence_ = 0;
};

} // namespace edge
