// Large bodies beside the database: each in a synced file of its own, written before its entry commits and
// removed after its entry is durably gone, so that the log's throughput belongs to the small messages.
#pragma once

#include <edge/base/file_system.h>
#include <edge/mail/spool.h>

#include <atomic>
#include <set>
#include <string>

namespace edge {

// Callable from every thread.
class BodyStore {
public:
    BodyStore(FileSystem& files, std::string directory);

    // Makes the directory.
    Result<> open();
    // Writes the body under that name and syncs file and directory; leaves nothing behind where it fails.
    Result<> store(const std::string& stem, const Spool& body);
    // The body, read from its file as needed.
    Result<Spool> read(const std::string& stem, std::uint64_t size) const;
    // Missing files are fine.
    void remove(const std::string& stem);
    // Removes bodies whose entry never committed or is gone.
    Result<std::size_t> removeAllBut(const std::set<std::string>& stems);
    // True once a sync has failed.
    bool syncFailed() const { return syncFailed_; }
    void forgetFailure() { syncFailed_ = false; }
    std::uint64_t syncs() const { return syncs_; }

private:
    std::string pathOf(const std::string& stem) const;
    Result<> write(const std::string& path, const Spool& body);
    Result<> synced(Result<> outcome);

    FileSystem& files_;
    std::string directory_;
    std::atomic<bool> syncFailed_{false};
    std::atomic<std::uint64_t> syncs_{0};
};

} // namespace edge
