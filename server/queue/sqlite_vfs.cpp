#include <edge/base/assert.h>
#include <edge/base/text.h>
#include <edge/server/queue/sqlite_vfs.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>

namespace edge {
namespace {

// What SQLite holds for an open file: its own header, then ours. `gathered` are octets that SQLite has
// written and the file has not got yet; only a log gathers.
struct VfsFile {
    sqlite3_file base;
    SqliteVfs* vfs;
    File* file; // owned; a plain pointer because SQLite allocates the struct
    bool gathers;
    std::uint64_t gatheredAt;
    std::string gathered;
};

constexpr std::size_t kMaxGathered = 1 << 20; // bounds memory; larger transactions write several times
constexpr int kMaxPath = 4096;                // Linux PATH_MAX
constexpr int kSectorSize = 4096;             // the atomic unit of today's disks
constexpr std::int64_t kUnixEpochJulianMs = 210866760000000; // 1970-01-01 in milliseconds of Julian days

VfsFile& fileOf(sqlite3_file* file) {
    return *reinterpret_cast<VfsFile*>(file);
}

SqliteVfs& vfsOf(sqlite3_vfs* vfs) {
    return *static_cast<SqliteVfs*>(vfs->pAppData);
}

std::string parentOf(const std::string& path) {
    const auto slash = path.find_last_of('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// What could not be written stays gathered: SQLite either writes it again or gives up the transaction.
Result<> flushGathered(VfsFile& file) {
    if (file.gathered.empty())
        return {};
    auto written = file.file->writeAt(file.gatheredAt, file.gathered);
    if (written)
        file.gathered.clear();
    return written;
}

Result<> gather(VfsFile& file, std::uint64_t offset, std::string_view bytes) {
    const auto end = file.gatheredAt + file.gathered.size();
    if (!file.gathered.empty() && offset >= file.gatheredAt && offset <= end) {
        const auto kept = static_cast<std::size_t>(offset - file.gatheredAt);
        if (kept + bytes.size() < file.gathered.size()) { // inside: a page that is written again
            file.gathered.replace(kept, bytes.size(), bytes);
            return {};
        }
        file.gathered.resize(kept);
    } else {
        if (auto flushed = flushGathered(file); !flushed)
            return flushed;
        file.gatheredAt = offset;
    }
    file.gathered += bytes;
    return file.gathered.size() < kMaxGathered ? Result<>{} : flushGathered(file);
}

int onClose(sqlite3_file* handle) {
    auto& file = fileOf(handle);
    const auto flushed = flushGathered(file);
    auto& vfs = *file.vfs;
    delete file.file;
    file.~VfsFile();
    return flushed ? SQLITE_OK : vfs.fail(flushed.error(), SQLITE_IOERR_CLOSE);
}

int onRead(sqlite3_file* handle, void* into, int amount, sqlite3_int64 offset) {
    auto& file = fileOf(handle);
    const auto size = static_cast<std::size_t>(amount);
    if (auto flushed = flushGathered(file); !flushed)
        return file.vfs->fail(flushed.error(), SQLITE_IOERR_READ);
    const auto count =
        file.file->readAt(static_cast<std::uint64_t>(offset), {static_cast<char*>(into), size});
    if (!count)
        return file.vfs->fail(count.error(), SQLITE_IOERR_READ);
    if (*count == size)
        return SQLITE_OK;
    std::memset(static_cast<char*>(into) + *count, 0, size - *count); // the contract of a short read
    return SQLITE_IOERR_SHORT_READ;
}

int onWrite(sqlite3_file* handle, const void* from, int amount, sqlite3_int64 offset) {
    auto& file = fileOf(handle);
    const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(amount));
    const auto at = static_cast<std::uint64_t>(offset);
    if (auto written = file.gathers ? gather(file, at, bytes) : file.file->writeAt(at, bytes); !written)
        return file.vfs->fail(written.error(), SQLITE_IOERR_WRITE);
    return SQLITE_OK;
}

int onTruncate(sqlite3_file* handle, sqlite3_int64 size) {
    auto& file = fileOf(handle);
    if (auto flushed = flushGathered(file); !flushed)
        return file.vfs->fail(flushed.error(), SQLITE_IOERR_TRUNCATE);
    if (auto cut = file.file->truncate(static_cast<std::uint64_t>(size)); !cut)
        return file.vfs->fail(cut.error(), SQLITE_IOERR_TRUNCATE);
    return SQLITE_OK;
}

int onSync(sqlite3_file* handle, int) {
    auto& file = fileOf(handle);
    if (auto flushed = flushGathered(file); !flushed)
        return file.vfs->fail(flushed.error(), SQLITE_IOERR_WRITE);
    return file.vfs->synced(file.file->sync(), SQLITE_IOERR_FSYNC);
}

int onFileSize(sqlite3_file* handle, sqlite3_int64* size) {
    auto& file = fileOf(handle);
    if (auto flushed = flushGathered(file); !flushed)
        return file.vfs->fail(flushed.error(), SQLITE_IOERR_FSTAT);
    const auto answer = file.file->size();
    if (!answer)
        return file.vfs->fail(answer.error(), SQLITE_IOERR_FSTAT);
    *size = static_cast<sqlite3_int64>(*answer);
    return SQLITE_OK;
}

// One process, one connection: nobody to be locked out.
int onLock(sqlite3_file*, int) {
    return SQLITE_OK;
}

int onCheckReservedLock(sqlite3_file*, int* reserved) {
    *reserved = 0;
    return SQLITE_OK;
}

int onFileControl(sqlite3_file*, int, void*) {
    return SQLITE_NOTFOUND;
}

int onSectorSize(sqlite3_file*) {
    return kSectorSize;
}

// A write damages nothing beside it: true of every disk with power-safe sectors, and of our simulated one.
int onDeviceCharacteristics(sqlite3_file*) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

const sqlite3_io_methods kMethods = {
    1, // version 1: no shared memory, hence exclusive mode only
    onClose,
    onRead,
    onWrite,
    onTruncate,
    onSync,
    onFileSize,
    onLock,
    onLock,
    onCheckReservedLock,
    onFileControl,
    onSectorSize,
    onDeviceCharacteristics,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
};

OpenMode modeOf(int flags) {
    if ((flags & SQLITE_OPEN_READONLY) != 0)
        return OpenMode::ReadOnly;
    if ((flags & SQLITE_OPEN_EXCLUSIVE) != 0)
        return OpenMode::CreateNew;
    return (flags & SQLITE_OPEN_CREATE) != 0 ? OpenMode::CreateOrOpen : OpenMode::ReadWrite;
}

int onOpen(sqlite3_vfs* handle, const char* name, sqlite3_file* place, int flags, int* outFlags) {
    auto& vfs = vfsOf(handle);
    place->pMethods = nullptr; // stays so on failure: SQLite then does not close
    auto opened = name ? vfs.files().open(name, modeOf(flags)) : vfs.files().openUnnamed(vfs.directory());
    if (!opened)
        return vfs.fail(opened.error(), SQLITE_CANTOPEN);
    if (outFlags)
        *outFlags = flags;
    const bool isLog = (flags & SQLITE_OPEN_WAL) != 0;
    auto* file = new (place) VfsFile{{&kMethods}, &vfs, opened->release(), isLog, 0, {}};
    static_cast<void>(file);
    return SQLITE_OK;
}

int onDelete(sqlite3_vfs* handle, const char* name, int syncDirectory) {
    auto& vfs = vfsOf(handle);
    if (auto removed = vfs.files().remove(name); !removed)
        return removed.error().code == Errc::NotFound ? SQLITE_IOERR_DELETE_NOENT
                                                      : vfs.fail(removed.error(), SQLITE_IOERR_DELETE);
    if (syncDirectory == 0)
        return SQLITE_OK;
    return vfs.synced(vfs.files().syncDirectory(parentOf(name)), SQLITE_IOERR_DIR_FSYNC);
}

int onAccess(sqlite3_vfs* handle, const char* name, int, int* answer) {
    auto& vfs = vfsOf(handle);
    const auto status = vfs.files().status(name);
    *answer = status ? 1 : 0;
    if (!status && status.error().code != Errc::NotFound)
        return vfs.fail(status.error(), SQLITE_IOERR_ACCESS);
    return SQLITE_OK;
}

int onFullPathname(sqlite3_vfs*, const char* name, int size, char* into) {
    const auto length = std::strlen(name);
    if (length >= static_cast<std::size_t>(size))
        return SQLITE_CANTOPEN_FULLPATH;
    std::memcpy(into, name, length + 1);
    return SQLITE_OK;
}

int onRandomness(sqlite3_vfs* handle, int size, char* into) {
    for (int i = 0; i < size; i += static_cast<int>(sizeof(std::uint64_t))) {
        const auto bits = vfsOf(handle).random().next();
        std::memcpy(into + i, &bits, static_cast<std::size_t>(std::min<int>(sizeof bits, size - i)));
    }
    return size;
}

int onSleep(sqlite3_vfs*, int) {
    return 0; // nobody to wait for
}

int onCurrentTimeInt64(sqlite3_vfs* handle, sqlite3_int64* now) {
    const auto since = vfsOf(handle).clock().utcNow().time_since_epoch();
    *now = std::chrono::duration_cast<std::chrono::milliseconds>(since).count() + kUnixEpochJulianMs;
    return SQLITE_OK;
}

int onCurrentTime(sqlite3_vfs* handle, double* days) {
    sqlite3_int64 now = 0;
    onCurrentTimeInt64(handle, &now);
    *days = static_cast<double>(now) / 86400000.0;
    return SQLITE_OK;
}

int onGetLastError(sqlite3_vfs* handle, int size, char* into) {
    if (size > 0)
        std::snprintf(into, static_cast<std::size_t>(size), "%s", vfsOf(handle).lastError().message.c_str());
    return 0;
}

} // namespace

SqliteVfs::SqliteVfs(FileSystem& files, Clock& clock, Random& random, std::string directory)
    : files_(files)
    , clock_(clock)
    , random_(random)
    , directory_(std::move(directory))
    , name_("edge-" + hex16(reinterpret_cast<std::uintptr_t>(this))) {
    vfs_.iVersion = 2;
    vfs_.szOsFile = sizeof(VfsFile);
    vfs_.mxPathname = kMaxPath;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = onOpen;
    vfs_.xDelete = onDelete;
    vfs_.xAccess = onAccess;
    vfs_.xFullPathname = onFullPathname;
    vfs_.xRandomness = onRandomness;
    vfs_.xSleep = onSleep;
    vfs_.xCurrentTime = onCurrentTime;
    vfs_.xCurrentTimeInt64 = onCurrentTimeInt64;
    vfs_.xGetLastError = onGetLastError;
    const int registered = sqlite3_vfs_register(&vfs_, 0);
    EDGE_ASSERT(registered == SQLITE_OK, "a VFS with a name of its own registers");
}

SqliteVfs::~SqliteVfs() {
    sqlite3_vfs_unregister(&vfs_);
}

Result<> SqliteVfs::flushLog(sqlite3* connection) {
    sqlite3_file* log = nullptr;
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK || !log ||
        log->pMethods != &kMethods)
        return {};
    return flushGathered(fileOf(log));
}

int SqliteVfs::fail(const Error& error, int sqliteCode) {
    lastError_ = error;
    return error.code == Errc::NoSpace ? SQLITE_FULL : sqliteCode;
}

int SqliteVfs::synced(const Result<>& outcome, int sqliteCode) {
    if (outcome) {
        ++syncs_;
        return SQLITE_OK;
    }
    // ENOSPC from a sync (delayed allocation) loses as much as EIO does.
    lastError_ = outcome.error();
    syncFailed_ = true;
    return sqliteCode;
}

} // namespace edge
