#include <edge/server/posix_file_system.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace edge {
namespace {

constexpr mode_t kFileMode = 0640; // mail is nobody else's business
constexpr mode_t kPrivateFileMode = 0600;
constexpr mode_t kDirectoryMode = 0750; // the group may list and take
constexpr int kUnnamedAttempts = 100;   // names tried where the volume has no O_TMPFILE

Errc errcOf(int number) {
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return Errc::NotFound;
    case EEXIST:
        return Errc::AlreadyExists;
    case ENOSPC:
    case EDQUOT:
        return Errc::NoSpace;
    case EMFILE:
    case ENFILE:
    case EFBIG:
        return Errc::LimitExceeded;
    case EWOULDBLOCK:
        return Errc::Unavailable;
    case EINVAL:
    case ENAMETOOLONG:
        return Errc::InvalidArgument;
    default:
        return Errc::Io;
    }
}

Error failure(const char* act, const std::string& path, int number = errno) {
    return Error{errcOf(number), "cannot " + std::string(act) + " " + path + ": " + std::strerror(number)};
}

// Repeats a system call that a signal interrupted.
template <class Call>
auto retried(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

// A descriptor with one owner.
class Descriptor {
public:
    explicit Descriptor(int number)
        : number_(number) {}
    Descriptor(Descriptor&& other) noexcept
        : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }
    bool valid() const { return number_ >= 0; }

private:
    int number_;
};

class PosixFile final : public File {
public:
    PosixFile(Descriptor descriptor, std::string path)
        : descriptor_(std::move(descriptor))
        , path_(std::move(path)) {}

    Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) override {
        std::size_t done = 0;
        while (done < into.size()) {
            const auto count = retried([&] {
                return ::pread(descriptor_.get(), into.data() + done, into.size() - done,
                               static_cast<off_t>(offset + done));
            });
            if (count < 0)
                return failure("read", path_);
            if (count == 0)
                break;
            done += static_cast<std::size_t>(count);
        }
        return done;
    }
    Result<> writeAt(std::uint64_t offset, std::string_view bytes) override {
        while (!bytes.empty()) {
            const auto count = retried([&] {
                return ::pwrite(descriptor_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
            });
            if (count < 0)
                return failure("write", path_);
            bytes.remove_prefix(static_cast<std::size_t>(count));
            offset += static_cast<std::uint64_t>(count);
        }
        return {};
    }
    Result<> truncate(std::uint64_t size) override {
        if (retried([&] { return ::ftruncate(descriptor_.get(), static_cast<off_t>(size)); }) != 0)
            return failure("truncate", path_);
        return {};
    }
    Result<std::uint64_t> size() override {
        struct stat status;
        if (::fstat(descriptor_.get(), &status) != 0)
            return failure("stat", path_);
        return static_cast<std::uint64_t>(status.st_size);
    }
    Result<> sync() override {
        if (::fdatasync(descriptor_.get()) != 0) // never retried: a second try would report a false success
            return failure("sync", path_);
        return {};
    }

private:
    Descriptor descriptor_;
    std::string path_;
};

int openFlags(OpenMode mode) {
    switch (mode) {
    case OpenMode::ReadOnly:
        return O_RDONLY;
    case OpenMode::ReadWrite:
        return O_RDWR;
    case OpenMode::CreateNew:
        return O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
    case OpenMode::CreateOrOpen:
        return O_RDWR | O_CREAT | O_NOFOLLOW;
    }
    return O_RDONLY;
}

Descriptor openDirectory(const std::string& directory) {
    return Descriptor(retried([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
}

std::string parentOf(const std::string& path) {
    const auto slash = path.find_last_of('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

UtcTime modifiedOf(const struct stat& status) {
    const auto since =
        std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::duration_cast<std::chrono::microseconds>(
                                                          std::chrono::nanoseconds(status.st_mtim.tv_nsec));
    return UtcTime(since);
}

// For volumes without O_TMPFILE: a name that lives for one instant. A kill in that instant leaves an empty
// file.
Result<std::unique_ptr<File>> openAndUnlink(const std::string& directory) {
    for (int attempt = 0; attempt < kUnnamedAttempts; ++attempt) {
        const auto name = ".edgesim-unnamed-" + std::to_string(::getpid()) + "-" +
                          std::to_string(::gettid()) + "-" + std::to_string(attempt);
        const auto path = joinPath(directory, name);
        Descriptor descriptor(
            retried([&] { return ::open(path.c_str(), openFlags(OpenMode::CreateNew) | O_CLOEXEC, 0600); }));
        if (!descriptor.valid() && errno == EEXIST)
            continue;
        if (!descriptor.valid())
            return failure("create a file in", directory);
        ::unlink(path.c_str());
        return std::make_unique<PosixFile>(std::move(descriptor), "an unnamed file in " + directory);
    }
    return Error{Errc::AlreadyExists, "cannot find a free name for a temporary file in " + directory};
}

} // namespace

PosixFileSystem::~PosixFileSystem() {
    for (const auto& [path, descriptor] : volumes_)
        ::close(descriptor);
}

Result<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, OpenMode mode) {
    const auto bits = readers_ == Readers::Group ? kFileMode : kPrivateFileMode;
    Descriptor descriptor(retried([&] { return ::open(path.c_str(), openFlags(mode) | O_CLOEXEC, bits); }));
    if (!descriptor.valid())
        return failure("open", path);
    return std::make_unique<PosixFile>(std::move(descriptor), path);
}

Result<std::unique_ptr<File>> PosixFileSystem::openUnnamed(const std::string& directory) {
    Descriptor descriptor(
        retried([&] { return ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); }));
    if (descriptor.valid())
        return std::make_unique<PosixFile>(std::move(descriptor), "an unnamed file in " + directory);
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
        return openAndUnlink(directory);
    return failure("create a file in", directory);
}

Result<FileStatus> PosixFileSystem::status(const std::string& path) {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0)
        return failure("stat", path);
    return FileStatus{S_ISDIR(status.st_mode), static_cast<std::uint64_t>(status.st_size),
                      modifiedOf(status)};
}

Result<std::vector<std::string>> PosixFileSystem::list(const std::string& directory) {
    DIR* stream = ::opendir(directory.c_str());
    if (!stream)
        return failure("list", directory);
    std::vector<std::string> names;
    errno = 0;
    while (const auto* entry = ::readdir(stream)) {
        const std::string_view name(entry->d_name);
        if (name != "." && name != "..")
            names.emplace_back(name);
        errno = 0;
    }
    const int number = errno;
    ::closedir(stream);
    if (number != 0)
        return failure("list", directory, number);
    return names;
}

Result<> PosixFileSystem::createDirectories(const std::string& path) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0)
        return S_ISDIR(status.st_mode) ? Result<>{} : failure("create directory", path, EEXIST);
    const auto parent = parentOf(path);
    if (parent != path)
        if (auto made = createDirectories(parent); !made)
            return made;
    if (::mkdir(path.c_str(), kDirectoryMode) != 0 && errno != EEXIST)
        return failure("create directory", path);
    return syncDirectory(parent);
}

Result<> PosixFileSystem::rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0)
        return failure("rename", from);
    return {};
}

Result<> PosixFileSystem::remove(const std::string& path) {
    if (::unlink(path.c_str()) == 0)
        return {};
    if (errno == EISDIR || errno == EPERM)
        if (::rmdir(path.c_str()) == 0)
            return {};
    return failure("remove", path);
}

Result<> PosixFileSystem::syncDirectory(const std::string& directory) {
    const auto descriptor = openDirectory(directory);
    if (!descriptor.valid())
        return failure("open", directory);
    if (::fsync(descriptor.get()) != 0)
        return failure("sync", directory);
    return {};
}

Result<> PosixFileSystem::syncVolume(const std::string& directory) {
    int number = -1;
    {
        const std::lock_guard lock(mutex_);
        auto& kept = volumes_.try_emplace(directory, -1).first->second;
        if (kept < 0)
            kept = openDirectory(directory).release();
        number = kept;
    }
    if (number < 0)
        return failure("open", directory);
    if (::syncfs(number) != 0)
        return failure("sync the volume of", directory);
    return {};
}

Result<SpaceStatus> PosixFileSystem::space(const std::string& directory) {
    struct statvfs status;
    if (retried([&] { return ::statvfs(directory.c_str(), &status); }) != 0)
        return failure("ask the free space of", directory);
    return SpaceStatus{static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize,
                       static_cast<std::uint64_t>(status.f_blocks) * status.f_frsize};
}

std::string PosixFileSystem::bootId() {
    auto file = open("/proc/sys/kernel/random/boot_id", OpenMode::ReadOnly);
    if (!file)
        return {}; // callers take "unknown" for a new boot
    char text[64];
    const auto count = (*file)->readAt(0, text);
    if (!count)
        return {};
    std::string id(text, *count);
    while (!id.empty() && id.back() == '\n')
        id.pop_back();
    return id;
}

Result<std::shared_ptr<void>> PosixFileSystem::lock(const std::string& path) {
    Descriptor descriptor(retried(
        [&] { return ::open(path.c_str(), openFlags(OpenMode::CreateOrOpen) | O_CLOEXEC, kFileMode); }));
    if (!descriptor.valid())
        return failure("open", path);
    if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return Error{Errc::Unavailable, path + " is locked by another process"};
        return failure("lock", path);
    }
    return std::shared_ptr<void>(std::make_shared<Descriptor>(std::move(descriptor)));
}

} // namespace edge
