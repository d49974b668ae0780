// Real files in a scripted world: what the server of `serve --lab --data DIR` writes to. The files are there
// to be looked at and taken; but their times are those of the virtual clock, the disk is as empty as one in
// memory, the server knows them by the names they have there, and it fails on command: so a scenario comes
// out the same on both.
#pragma once

#include <edge/server/posix_file_system.h>
#include <edge/testenv/fault_disk.h>

#include <map>
#include <mutex>
#include <vector>

namespace edge::testenv {

class RealDisk final : public FaultDisk {
public:
    // What the server calls `name` ("/lab") is the directory `root`.
    RealDisk(std::string root, std::string name);

    // Whose time new files carry; until the first call they carry the system's.
    void setClock(const Clock* clock);

    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
    Result<std::unique_ptr<File>> openUnnamed(const std::string& directory) override;
    Result<FileStatus> status(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& directory) override;
    Result<> createDirectories(const std::string& path) override;
    Result<> rename(const std::string& from, const std::string& to) override;
    Result<> remove(const std::string& path) override;
    Result<> syncDirectory(const std::string& directory) override;
    Result<> syncVolume(const std::string& directory) override;
    Result<SpaceStatus> space(const std::string& directory) override;
    std::string bootId() override;
    Result<std::shared_ptr<void>> lock(const std::string& path) override;

    using FaultDisk::failOnce;
    void failOnce(DiskOperation operation, Errc error, std::uint64_t skip) override;
    void failAlways(DiskOperation operation, Errc error) override;
    void clearFaults() override;

private:
    class RealFile;
    struct Fault {
        DiskOperation operation;
        Errc error;
        std::uint64_t skip = 0;
        bool always = false;
    };

    std::string real(const std::string& path) const;
    template <class T>
    Result<T> told(Result<T> result) const;
    Result<> meet(DiskOperation operation, const std::string& path);
    void stamp(const std::string& path);

    const std::string root_;
    const std::string name_;
    PosixFileSystem files_;
    std::mutex mutex_;
    const Clock* clock_ = nullptr;
    std::vector<Fault> faults_;
    std::map<std::string, UtcTime> stamps_; // of files written here
};

} // namespace edge::testenv
