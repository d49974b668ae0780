// The disk behind an interface. The real twin is POSIX (server/posix_file_system); the scripted twin
// (testenv/faulty_file_system) keeps everything in memory, runs out of space on command, and can forget
// whatever was not synced, which is how the queue's promise is tested.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/result.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// An open file. Closing (the destructor) syncs nothing.
class File {
public:
    virtual ~File() = default;
    // Reads up to into.size() octets at `offset`; fewer only at the end of the file.
    virtual Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) = 0;
    // Writes all of `bytes` at `offset`, growing the file as needed.
    virtual Result<> writeAt(std::uint64_t offset, std::string_view bytes) = 0;
    virtual Result<> truncate(std::uint64_t size) = 0;
    virtual Result<std::uint64_t> size() = 0;
    // Content survives a power cut once this returned success (fdatasync).
    virtual Result<> sync() = 0;
};

struct FileStatus {
    bool isDirectory = false;
    std::uint64_t size = 0;
    UtcTime modified{};
};

struct SpaceStatus {
    std::uint64_t freeBytes = 0;
    std::uint64_t totalBytes = 0;
};

enum class OpenMode {
    ReadOnly,  // must exist
    ReadWrite, // must exist
    CreateNew, // must not exist: AlreadyExists otherwise
    CreateOrOpen,
};

// Paths are absolute or relative to the process; '/' separates. All calls are callable from every thread.
class FileSystem {
public:
    virtual ~FileSystem() = default;

    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    // A file without a name, on the volume of `directory`: gone when closed.
    virtual Result<std::unique_ptr<File>> openUnnamed(const std::string& directory) = 0;
    virtual Result<FileStatus> status(const std::string& path) = 0;
    // Names (not paths) in a directory, in no order, without "." and "..".
    virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
    // Makes the directory and its missing parents, durably (it is rare); success if it is there already.
    virtual Result<> createDirectories(const std::string& path) = 0;
    // Atomic replacement within one volume.
    virtual Result<> rename(const std::string& from, const std::string& to) = 0;
    // NotFound when there was nothing to remove.
    virtual Result<> remove(const std::string& path) = 0;
    // Names created, renamed or removed in `directory` survive a power cut once this returned success.
    virtual Result<> syncDirectory(const std::string& directory) = 0;
    // Everything on the volume of `directory` survives (syncfs).
    virtual Result<> syncVolume(const std::string& directory) = 0;
    virtual Result<SpaceStatus> space(const std::string& directory) = 0;
    // Changes at each boot of the machine: how a restart tells "process killed" from "power lost".
    virtual std::string bootId() = 0;
    // Takes an exclusive advisory lock for the life of the returned object; Unavailable when another process
    // has it.
    virtual Result<std::shared_ptr<void>> lock(const std::string& path) = 0;
};

// "a/b" + "c" = "a/b/c".
inline std::string joinPath(std::string_view directory, std::string_view name) {
    std::string path(directory);
    if (!path.empty() && path.back() != '/')
        path += '/';
    return path += name;
}

} // namespace edge
