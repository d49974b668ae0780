// A disk in memory that misbehaves on command. It remembers for every file and every name what has been
// synced, so that crash() can return what a machine finds after a power cut, and killProcess() what a new
// process finds after kill -9. Faults are scripted or counted; nothing is left to chance but what the given
// Random decides.
#pragma once

#include <edge/base/random.h>
#include <edge/testenv/fault_disk.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace edge::testenv {

class FaultyFileSystem final : public FaultDisk {
public:
    // `clock` stamps files, `random` decides what a crash loses; both outlive the file system.
    FaultyFileSystem(const Clock& clock, Random& random);
    ~FaultyFileSystem() override;

    // --- FileSystem. Directories are durable as soon as they are made.
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

    // Files that are not here and not below `directory` are read from `outside`, never written: what a script
    // imports lies on somebody's real disk.
    void readElsewhere(FileSystem* outside, std::string directory);

    // --- Faults. What a failed sync was to save is partly lost and will not be saved by a later one, as on
    // Linux.
    using FaultDisk::failOnce;
    void failOnce(DiskOperation operation, Errc error, std::uint64_t skip) override;
    void failAlways(DiskOperation operation, Errc error) override;
    void clearFaults() override;
    // Writes that would make the files' sizes exceed `bytes` together fail with NoSpace.
    void setCapacity(std::uint64_t bytes);
    // After `changes` more operations that change the disk, the next one is done in part or not at all, and
    // everything after it fails: the machine or the process is dead. crash() or killProcess() then tells
    // which.
    void dieAfter(std::uint64_t changes);
    bool isDead() const;
    // Operations that could change the disk, so far: what dieAfter() counts.
    std::uint64_t changes() const;
    // Syncs of any kind, so far.
    std::uint64_t syncs() const;
    // Called before each operation that changes the disk, not for operations that it makes itself: how a test
    // lets a consumer act between any two steps.
    void beforeEachChange(std::function<void()> act);

    // --- The end of the machine, and of the process. This object is of no further use then, but objects that
    // hold its files may still be destroyed. What is there after a power cut: what was synced, and a random
    // part of the rest, torn at sectors.
    std::unique_ptr<FaultyFileSystem> crash();
    // What is there for the next process: everything that was written. Unsynced still means unsynced.
    std::unique_ptr<FaultyFileSystem> killProcess();

private:
    struct Disk;
    struct Machine;
    class OpenFile;
    explicit FaultyFileSystem(std::shared_ptr<Machine> machine);

    bool isElsewhere(const std::string& name) const;

    std::shared_ptr<Machine> machine_; // open files keep it alive
    FileSystem* outside_ = nullptr;
    std::string ownDirectory_;
};

} // namespace edge::testenv
