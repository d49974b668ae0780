// The queue's tables in SQLite (WAL, synchronous=FULL): `entry` is the small part that changes, `message`,
// `recipient` and `property` are written once and deleted. Calls are plain and blocking; who calls them from
// where is the SubmissionQueue's business.
#pragma once

#include <edge/server/queue/database.h>
#include <edge/server/queue/queue_record.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace edge {

// What a transaction survives once it is committed.
enum class Durability {
    ProcessKill, // written, not synced: marks that a power cut may undo
    PowerCut,    // synced
};

// One connection, one thread at a time.
class QueueStore {
public:
    // Opens or creates `<directory>/mail.que`, brings what an earlier process left in the log into the
    // database file, and begins a new generation of InternalIds. Unsupported where a newer program made the
    // file.
    static Result<std::unique_ptr<QueueStore>> open(FileSystem& files, Clock& clock, Random& random,
                                                    const std::string& directory);
    ~QueueStore();

    Result<> begin(Durability durability);
    Result<> commit();
    void rollback();

    // Inside begin() and commit(); the sequence number of the new entry.
    Result<std::int64_t> insert(const QueueRecord& record);
    Result<> setState(std::int64_t sequence, EntryState state, UtcTime due);
    Result<> setAttempts(std::int64_t sequence, int attempts);
    // Every entry from `first` to `last`: many at once cost little more than one.
    Result<> erase(std::int64_t first, std::int64_t last);
    Result<> setNote(std::string_view name, std::string_view value);

    // All entries behind `after`, in the order of commitment.
    Result<std::vector<QueueEntry>> entries(std::int64_t after = 0);
    // NotFound where the entry is gone.
    Result<QueueRecord> load(std::int64_t sequence);
    // Small facts beside the entries, such as the boot id; empty where never set.
    Result<std::string> note(std::string_view name);

    // The first InternalId of this run; greater than every one given out before.
    std::uint64_t firstInternalId() const { return firstInternalId_; }
    int logPages() const { return database_->logPages(); }
    Result<> checkpoint() { return database_->checkpoint(); }
    std::uint64_t syncs() const { return vfs_.syncs(); }
    bool syncFailed() const { return vfs_.syncFailed(); }

private:
    QueueStore(FileSystem& files, Clock& clock, Random& random, const std::string& directory);
    Result<> create();
    Result<> createSchema(const std::string& path);
    Result<> connect();
    Result<> configure();
    Result<> prepareAll();
    Result<> beginGeneration();
    Result<> shrink();
    Result<> insertRecipients(std::int64_t sequence, const QueueRecord& record);
    Result<> insertProperties(std::int64_t sequence, int recipient,
                              const std::vector<StoredProperty>& properties);
    Result<> loadRecipients(std::int64_t sequence, QueueRecord& record);
    Result<> loadProperties(std::int64_t sequence, QueueRecord& record);

    FileSystem& files_;
    std::string directory_;
    SqliteVfs vfs_;
    std::unique_ptr<Database> database_;
    struct Statements;
    std::unique_ptr<Statements> statements_; // after database_: finalized first
    std::int64_t nextSequence_ = 1;
    std::uint64_t firstInternalId_ = 0;
    Durability durability_ = Durability::PowerCut; // what the connection is set to
};

} // namespace edge
