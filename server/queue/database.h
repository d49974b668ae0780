// A SQLite connection and its statements with C++ lifetimes. Only what the queue needs: prepare once, bind by
// position, step, read columns; every failure is an Error that names the disk's own reason where there is
// one.
#pragma once

#include <edge/base/result.h>
#include <edge/server/queue/sqlite_vfs.h>

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace edge {

class Database;

// A prepared statement. Bound texts and blobs must live until the next reset().
class SqlStatement {
public:
    SqlStatement() = default;

    // Positions count from 1, as in SQLite.
    SqlStatement& bind(int position, std::int64_t value);
    SqlStatement& bindText(int position, std::string_view text);
    SqlStatement& bindBlob(int position, std::string_view bytes);
    SqlStatement& bindNull(int position);

    // Runs a statement that returns no rows, and makes it ready for the next run.
    Result<> run();
    // Moves to the next row: false after the last one.
    Result<bool> step();
    void reset();

    // Columns count from 0, as in SQLite; views live until the next step().
    std::int64_t integer(int column) const;
    std::string_view text(int column) const;
    std::string_view blob(int column) const;
    bool isNull(int column) const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    Database* database_ = nullptr;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
public:
    // Opens or creates the file through `vfs`. One thread at a time may use the connection.
    static Result<std::unique_ptr<Database>> open(SqliteVfs& vfs, const std::string& path);

    Result<> execute(const std::string& sql);
    Result<SqlStatement> prepare(std::string_view sql);
    // The first column of the first row, for pragmas and counts.
    Result<std::int64_t> queryInteger(std::string_view sql);

    // Copies what the log holds into the database file and syncs it, as far as it goes without waiting.
    Result<> checkpoint();
    // The same to the end, and cuts the log to nothing.
    Result<> checkpointAndTruncate();
    // Pages in the log after the last commit.
    int logPages() const { return logPages_; }
    bool inTransaction() const;

    // What the last failing call came to.
    Error error(int code) const;

private:
    explicit Database(SqliteVfs& vfs)
        : vfs_(vfs) {}
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close(handle); }
    };
    static int onCommit(void* self, sqlite3*, const char*, int pages);
    Result<> runCheckpoint(int mode);

    SqliteVfs& vfs_;
    std::unique_ptr<sqlite3, Close> handle_;
    int logPages_ = 0;
};

} // namespace edge
