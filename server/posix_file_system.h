// The real disk. A thin shell round POSIX: each call does one thing, says in its error which path failed and
// why, and tells "no space" (which passes by itself) from every other disk error (which does not).
#pragma once

#include <edge/base/file_system.h>

#include <map>
#include <mutex>

namespace edge {

class PosixFileSystem final : public FileSystem {
public:
    // Who may read the files that are made here.
    enum class Readers {
        Group, // a consumer in the server's group can take replay files
        Owner,
    };
    explicit PosixFileSystem(Readers readers = Readers::Group)
        : readers_(readers) {}
    ~PosixFileSystem() override;
    PosixFileSystem(const PosixFileSystem&) = delete;
    PosixFileSystem& operator=(const PosixFileSystem&) = delete;

    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
    Result<std::unique_ptr<File>> openUnnamed(const std::string& directory) override;
    Result<FileStatus> status(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& directory) override;
    Result<> createDirectories(const std::string& path) override;
    Result<> rename(const std::string& from, const std::string& to) override;
    Result<> remove(const std::string& path) override;
    Result<> syncDirectory(const std::string& directory) override;
    // The directory is kept open from the first call on: Linux reports a write-back error only to descriptors
    // that were open when it happened, so callers sync a volume once before they rely on it.
    Result<> syncVolume(const std::string& directory) override;
    Result<SpaceStatus> space(const std::string& directory) override;
    std::string bootId() override;
    Result<std::shared_ptr<void>> lock(const std::string& path) override;

private:
    const Readers readers_;
    std::mutex mutex_;
    std::map<std::string, int> volumes_; // directories that syncVolume keeps open
};

} // namespace edge
