// A sqlite3 VFS over edge::FileSystem: SQLite reads, writes and syncs through the same seam as everything
// else, so the queue's database can be put on a disk that forgets, fills up or fails. It has no shared memory
// and no file locks: the database is opened in exclusive mode by the one process that holds the queue's lock.
// SQLite writes its log page by page, two calls for each; here they are gathered into one write a
// transaction.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/file_system.h>
#include <edge/base/random.h>

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace edge {

// Registered under a name of its own while it lives; must outlive every connection opened through it.
class SqliteVfs {
public:
    // `directory` takes SQLite's temporary files.
    SqliteVfs(FileSystem& files, Clock& clock, Random& random, std::string directory);
    ~SqliteVfs();
    SqliteVfs(const SqliteVfs&) = delete;
    SqliteVfs& operator=(const SqliteVfs&) = delete;

    // For sqlite3_open_v2.
    const char* name() const { return name_.c_str(); }
    // What the disk said when SQLite last got an error from here; only the connection's thread asks.
    const Error& lastError() const { return lastError_; }
    // Syncs of files and directories that succeeded.
    std::uint64_t syncs() const { return syncs_; }
    // True once a sync has failed: from then on nothing unsynced can be trusted to reach the disk.
    bool syncFailed() const { return syncFailed_; }

    // Writes what was gathered for the log of that connection. A commit that does not sync is followed by
    // this, or a killed process would take it along.
    static Result<> flushLog(sqlite3* connection);

    // Used by the C callbacks.
    FileSystem& files() { return files_; }
    Clock& clock() { return clock_; }
    Random& random() { return random_; }
    const std::string& directory() const { return directory_; }
    int fail(const Error& error, int sqliteCode);
    int synced(const Result<>& outcome, int sqliteCode);

private:
    FileSystem& files_;
    Clock& clock_;
    Random& random_;
    std::string directory_;
    std::string name_;
    sqlite3_vfs vfs_{};
    Error lastError_;
    std::atomic<std::uint64_t> syncs_{0};
    std::atomic<bool> syncFailed_{false};
};

} // namespace edge
