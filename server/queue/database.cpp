#include <edge/server/queue/database.h>

namespace edge {

SqlStatement& SqlStatement::bind(int position, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), position, value);
    return *this;
}

SqlStatement& SqlStatement::bindText(int position, std::string_view text) {
    sqlite3_bind_text64(statement_.get(), position, text.data() ? text.data() : "", text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

SqlStatement& SqlStatement::bindBlob(int position, std::string_view bytes) {
    sqlite3_bind_blob64(statement_.get(), position, bytes.data() ? bytes.data() : "", bytes.size(),
                        SQLITE_STATIC);
    return *this;
}

SqlStatement& SqlStatement::bindNull(int position) {
    sqlite3_bind_null(statement_.get(), position);
    return *this;
}

Result<> SqlStatement::run() {
    const int code = sqlite3_step(statement_.get());
    const auto outcome =
        code == SQLITE_DONE || code == SQLITE_ROW ? Result<>{} : Result<>{database_->error(code)};
    reset();
    return outcome;
}

Result<bool> SqlStatement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW)
        return true;
    const auto outcome = code == SQLITE_DONE ? Result<bool>{false} : Result<bool>{database_->error(code)};
    reset();
    return outcome;
}

void SqlStatement::reset() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

std::int64_t SqlStatement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqlStatement::text(int column) const {
    return blob(column); // the same octets, without a conversion
}

std::string_view SqlStatement::blob(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes ? std::string_view(bytes, size) : std::string_view();
}

bool SqlStatement::isNull(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<std::unique_ptr<Database>> Database::open(SqliteVfs& vfs, const std::string& path) {
    std::unique_ptr<Database> database(new Database(vfs));
    sqlite3* handle = nullptr;
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, vfs.name());
    database->handle_.reset(handle);
    if (code != SQLITE_OK)
        return database->error(code);
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_wal_hook(handle, onCommit, database.get()); // replaces SQLite's own checkpoint at commit
    return database;
}

int Database::onCommit(void* self, sqlite3* connection, const char*, int pages) {
    auto& database = *static_cast<Database*>(self);
    database.logPages_ = pages;
    const auto flushed = SqliteVfs::flushLog(connection);
    return flushed ? SQLITE_OK : database.vfs_.fail(flushed.error(), SQLITE_IOERR_WRITE);
}

Result<> Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? Result<>{} : Result<>{error(code)};
}

Result<SqlStatement> Database::prepare(std::string_view sql) {
    SqlStatement statement;
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    statement.statement_.reset(handle);
    statement.database_ = this;
    if (code != SQLITE_OK)
        return error(code);
    return statement;
}

Result<std::int64_t> Database::queryInteger(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    return *row ? statement->integer(0) : 0;
}

Result<> Database::runCheckpoint(int mode) {
    int logged = 0;
    int copied = 0;
    const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, &logged, &copied);
    if (code != SQLITE_OK)
        return error(code);
    logPages_ = logged - copied;
    return {};
}

Result<> Database::checkpoint() {
    return runCheckpoint(SQLITE_CHECKPOINT_PASSIVE);
}

Result<> Database::checkpointAndTruncate() {
    return runCheckpoint(SQLITE_CHECKPOINT_TRUNCATE);
}

bool Database::inTransaction() const {
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

Error Database::error(int code) const {
    const int primary = code & 0xFF;
    const bool fromDisk = primary == SQLITE_IOERR || primary == SQLITE_FULL || primary == SQLITE_CANTOPEN;
    std::string text = "queue database: " + std::string(sqlite3_errstr(code));
    if (handle_ && !fromDisk)
        text += std::string(" (") + sqlite3_errmsg(handle_.get()) + ")";
    if (fromDisk && !vfs_.lastError().message.empty())
        text += ": " + vfs_.lastError().message;
    if (primary == SQLITE_FULL || (fromDisk && vfs_.lastError().code == Errc::NoSpace))
        return Error{Errc::NoSpace, text};
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
        return Error{Errc::Malformed, text};
    return Error{Errc::Io, text};
}

} // namespace edge
