// What the storage tests share: a scripted disk with clock and seed, messages that can be told apart, and a
// way to run a coroutine to its end.
#pragma once

#include <edge/server/queue/submission_queue.h>
#include <edge/server/replay/replay_publisher.h>
#include <edge/server/routing/categorizer.h>
#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/manual_clock.h>
#include <edge/testenv/seeded_random.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

// What a failed REQUIRE(result) prints.
template <class T>
struct doctest::StringMaker<boost::system::result<T, edge::Error>> {
    static doctest::String convert(const boost::system::result<T, edge::Error>& result) {
        return result ? "success" : result.error().message.c_str();
    }
};

namespace edge::testenv {

// Runs a task on a loop of its own until it is done; its exception comes out here.
template <class T>
T runTask(Task<T> task) {
    boost::asio::io_context loop;
    std::optional<T> result;
    boost::asio::co_spawn(loop, std::move(task), [&result](std::exception_ptr failure, T value) {
        if (failure)
            std::rethrow_exception(failure);
        result.emplace(std::move(value));
    });
    loop.run();
    return std::move(*result);
}

inline constexpr const char* kQueueDirectory = "/data/Queue";
inline constexpr const char* kReplayDirectory = "/data/Replay";

QueueSettings inlineQueue();
ReplaySettings replayInto(const std::string& directory = kReplayDirectory);

// A message from one sender to `recipients` recipients whose body says which it is and has about `bodySize`
// octets.
std::shared_ptr<MailItem> makeItem(const std::string& name, std::size_t bodySize = 300,
                                   std::size_t recipients = 1);
// What its replay file must look like.
std::string replayText(const MailItem& item, const std::string& createdBy = "MSExchange15");
// The name given to makeItem, found in a replay file; empty where the file is none of ours.
std::string nameIn(const std::string& replay);

// The whole content of a file; nothing where it is not there.
std::optional<std::string> readFile(FileSystem& files, const std::string& path);
std::vector<std::string> listReplay(FileSystem& files, const std::string& directory = kReplayDirectory);

// Queue, publisher and categorizer, inline, over one disk: everything that a restart takes down and builds
// again.
struct Process {
    Process(FileSystem& files, Clock& clock, Random& random, RoutingDispatcher& agents,
            QueueSettings settings = inlineQueue(), ReplaySettings replay = replayInto());

    bool isUp() const { return categorizer != nullptr; }
    Result<Receipt> commit(const std::shared_ptr<MailItem>& item) { return runTask(queue->commit(item)); }
    // Until nothing is left to do; returns how many entries were dealt with.
    std::size_t work();

    Error startError; // where the queue could not be opened
    std::unique_ptr<SubmissionQueue> queue;
    std::unique_ptr<ReplayPublisher> publisher;
    std::unique_ptr<Categorizer> categorizer;
    std::vector<std::string> notices;
};

// A scripted disk and a process on it.
struct StorageBench {
    explicit StorageBench(std::uint64_t seed = 1);

    // Ends the process and begins another on what it left behind.
    void restart(QueueSettings settings = inlineQueue(), ReplaySettings replay = replayInto());
    void killAndRestart();
    void cutPowerAndRestart();

    boost::asio::io_context loop;
    ManualClock clock{loop};
    SeededRandom random;
    EmptyRoutingDispatcher noAgents;
    std::unique_ptr<FaultyFileSystem> disk;
    std::unique_ptr<Process> process;
};

} // namespace edge::testenv
