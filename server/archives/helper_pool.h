// The archive helpers of a server: a few processes kept warm, each with one archive at a time. A helper that
// is too slow or has died is replaced and costs its archive only; one that met trouble is not asked again, in
// case the archive was made to take it over.
#pragma once

#include <edge/archive_lister.h>
#include <edge/base/clock.h>
#include <edge/server/net/owned_fd.h>

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace edge {

struct ArchiveHelperSettings {
    std::vector<std::string> command; // how a helper is started: path and arguments
    std::size_t helpers = 2;          // processes at most; the first archive starts the first
    // From asking to the answer, waiting for a helper included: a client waits for its 250 meanwhile.
    Duration timeLimit = std::chrono::seconds(10);
    // Then a helper is replaced, so that nothing it may have caught or leaked lasts.
    std::size_t requestsPerHelper = 200;
    std::size_t maxWaiting = 1000;                   // requests beyond that are refused
    std::function<void(const std::string&)> warning; // told what an operator should know, on the loop
};

// Lives on one loop.
class ArchiveHelperPool {
public:
    ArchiveHelperPool(boost::asio::io_context& loop, Clock& clock, ArchiveHelperSettings settings);
    // Kills the helpers. Nobody may be inside list() any more.
    ~ArchiveHelperPool();
    ArchiveHelperPool(const ArchiveHelperPool&) = delete;
    ArchiveHelperPool& operator=(const ArchiveHelperPool&) = delete;

    // What is inside that file. Errors: Unavailable when no helper can be started, LimitExceeded when too
    // many wait, Timeout when none became free in time.
    Task<Result<ArchiveListing>> list(OwnedFd archive, ArchiveLimits limits);

    // Replaces settings.warning.
    void onWarning(std::function<void(const std::string&)> warning) {
        settings_.warning = std::move(warning);
    }

    // Kills the helpers, and lets everybody inside list() come out as soon as the loop runs.
    void abandon();

    // Process ids of the living helpers.
    std::vector<pid_t> processes() const;
    // Helpers that have an archive before them now.
    std::size_t working() const { return working_; }

private:
    struct Helper;
    struct Job;
    struct Waiters;
    class Lease;
    class Queueing;

    Task<> serve(Job& job);
    Task<> freeHelper();
    Task<Result<>> prepare(Lease& lease);
    Task<ArchiveListing> askHelper(Lease& lease, const Job& job);
    Task<Result<std::string>> readAnswer(Helper& helper);
    bool send(Helper& helper, const Job& job) const;
    void wakeFirst();

    boost::asio::io_context& loop_;
    Clock& clock_;
    ArchiveHelperSettings settings_;
    std::vector<std::unique_ptr<Helper>> idle_;
    std::vector<Helper*> busy_;
    std::size_t inUse_ = 0;   // leases: helpers at work or being started
    std::size_t working_ = 0; // of these, at work
    std::unique_ptr<Waiters> waiters_;
    bool warned_ = false;  // once is enough
    bool stopped_ = false; // abandon() was called
};

} // namespace edge
