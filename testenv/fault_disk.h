// A disk that fails on command: what a scenario's `fault disk` lines act on. One twin keeps everything in
// memory (faulty_file_system.h), the other works on real files (live/real_disk.h).
#pragma once

#include <edge/base/file_system.h>

#include <cstdint>

namespace edge::testenv {

// What the disk can be made to fail at.
enum class DiskOperation {
    Open, // of an existing or new file, named or not
    Read,
    Write,
    Truncate,
    Sync,
    CreateDirectory,
    Rename,
    Remove,
    SyncDirectory,
    SyncVolume,
    List,
    Status,
};

class FaultDisk : public FileSystem {
public:
    // The operation of that kind after the next `skip` fails with `error`, once.
    virtual void failOnce(DiskOperation operation, Errc error, std::uint64_t skip) = 0;
    void failOnce(DiskOperation operation, Errc error) { failOnce(operation, error, 0); }
    // Every operation of that kind fails until clearFaults().
    virtual void failAlways(DiskOperation operation, Errc error) = 0;
    virtual void clearFaults() = 0;
};

} // namespace edge::testenv
