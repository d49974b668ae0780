// The live shape: a commit thread, a categorizer thread, sessions on two loops, a consumer, on the real disk.
#include <edge/base/text.h>
#include <edge/server/net/system_clock.h>
#include <edge/server/net/system_random.h>
#include <edge/server/posix_file_system.h>
#include <edge/tests/storage/storage_bench.h>

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

using namespace edge;
using namespace edge::testenv;

namespace {

// A directory that goes with the test.
struct Place {
    Place() {
        std::string pattern = (std::filesystem::temp_directory_path() / "edge-queue-test-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~Place() { std::filesystem::remove_all(path); }
    std::string path;
};

// A disk whose syncs wait until the test lets them go: so batches can be counted without a clock.
class GatedFileSystem final : public FileSystem {
public:
    explicit GatedFileSystem(FileSystem& inner)
        : inner_(inner) {}

    void hold() {
        const std::lock_guard lock(mutex_);
        held_ = true;
    }
    void release() {
        const std::lock_guard lock(mutex_);
        held_ = false;
        changed_.notify_all();
    }
    void waitForSync() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return waiting_; });
    }

    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
        auto file = inner_.open(path, mode);
        if (!file)
            return file.error();
        return std::make_unique<GatedFile>(*this, std::move(*file));
    }
    Result<std::unique_ptr<File>> openUnnamed(const std::string& directory) override {
        return inner_.openUnnamed(directory);
    }
    Result<FileStatus> status(const std::string& path) override { return inner_.status(path); }
    Result<std::vector<std::string>> list(const std::string& directory) override {
        return inner_.list(directory);
    }
    Result<> createDirectories(const std::string& path) override { return inner_.createDirectories(path); }
    Result<> rename(const std::string& from, const std::string& to) override {
        return inner_.rename(from, to);
    }
    Result<> remove(const std::string& path) override { return inner_.remove(path); }
    Result<> syncDirectory(const std::string& directory) override { return inner_.syncDirectory(directory); }
    Result<> syncVolume(const std::string& directory) override { return inner_.syncVolume(directory); }
    Result<SpaceStatus> space(const std::string& directory) override { return inner_.space(directory); }
    std::string bootId() override { return inner_.bootId(); }
    Result<std::shared_ptr<void>> lock(const std::string& path) override { return inner_.lock(path); }

private:
    class GatedFile final : public File {
    public:
        GatedFile(GatedFileSystem& gate, std::unique_ptr<File> inner)
            : gate_(gate)
            , inner_(std::move(inner)) {}
        Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) override {
            return inner_->readAt(offset, into);
        }
        Result<> writeAt(std::uint64_t offset, std::string_view bytes) override {
            return inner_->writeAt(offset, bytes);
        }
        Result<> truncate(std::uint64_t size) override { return inner_->truncate(size); }
        Result<std::uint64_t> size() override { return inner_->size(); }
        Result<> sync() override {
            gate_.pass();
            return inner_->sync();
        }

    private:
        GatedFileSystem& gate_;
        std::unique_ptr<File> inner_;
    };

    void pass() {
        std::unique_lock lock(mutex_);
        waiting_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !held_; });
        waiting_ = false;
    }

    FileSystem& inner_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    bool waiting_ = false;
};

QueueSettings liveQueue(const std::string& directory) {
    QueueSettings settings;
    settings.directory = joinPath(directory, "Queue");
    settings.largeBody = 32 * 1024;
    settings.minimumFreeSpace = 0;
    return settings;
}

Task<> commitOne(SubmissionQueue& queue, std::string name, std::thread::id loop, int& receipts) {
    const auto receipt = co_await queue.commit(makeItem(name));
    CHECK(receipt.has_value());
    CHECK((std::this_thread::get_id() == loop)); // back on the caller's executor
    ++receipts;
}

// One session: messages one after the other, as a client would.
Task<> session(SubmissionQueue& queue, std::string prefix, int messages,
               std::map<std::string, std::string>& expected, std::mutex& mutex, int& refused) {
    for (int i = 0; i < messages; ++i) {
        const auto name = prefix + "-" + std::to_string(i);
        const auto item = makeItem(name, i % 10 == 9 ? 60'000 : 400);
        item->internalId = queue.nextInternalId();
        const auto receipt = co_await queue.commit(item);
        const std::lock_guard lock(mutex);
        if (receipt)
            expected[name] = replayText(*item);
        else
            ++refused;
    }
}

} // namespace

TEST_CASE("Whatever arrives while a sync runs shares the next one") {
    StorageBench bench;
    bench.process.reset();
    GatedFileSystem gate(*bench.disk);
    auto settings = inlineQueue();
    settings.execution = Execution::Thread;
    auto opened = SubmissionQueue::open(gate, bench.clock, bench.random, settings);
    REQUIRE(opened);
    auto& queue = **opened;
    boost::asio::io_context loop;
    int receipts = 0;
    // The first commit into an empty log syncs the log's head, too.
    boost::asio::co_spawn(loop, commitOne(queue, "warm", std::this_thread::get_id(), receipts),
                          boost::asio::detached);
    loop.run();
    loop.restart();
    const auto before = queue.statistics();
    receipts = 0;

    gate.hold();
    boost::asio::co_spawn(loop, commitOne(queue, "first", std::this_thread::get_id(), receipts),
                          boost::asio::detached);
    loop.poll();
    gate.waitForSync(); // the first transaction is at its sync
    for (int i = 0; i < 50; ++i)
        boost::asio::co_spawn(loop,
                              commitOne(queue, "m" + std::to_string(i), std::this_thread::get_id(), receipts),
                              boost::asio::detached);
    loop.poll();
    CHECK(receipts == 0); // nobody is told before
    gate.release();
    loop.run();

    CHECK(receipts == 51);
    const auto after = queue.statistics();
    CHECK(after.messages - before.messages == 51);
    CHECK(after.batches - before.batches == 2);
    CHECK(after.largestBatch == 50);
    CHECK(after.syncs - before.syncs == 2);
}

TEST_CASE("What may wait for the disk is bounded") {
    StorageBench bench;
    bench.process.reset();
    GatedFileSystem gate(*bench.disk);
    auto settings = inlineQueue();
    settings.execution = Execution::Thread;
    settings.maxWaitingBytes = 20'000;
    auto opened = SubmissionQueue::open(gate, bench.clock, bench.random, settings);
    REQUIRE(opened);
    boost::asio::io_context loop;
    int accepted = 0;
    int limited = 0;
    auto commit = [](SubmissionQueue& queue, int& good, int& bad) -> Task<> {
        const auto receipt = co_await queue.commit(makeItem("m", 3000));
        if (!receipt)
            CHECK(receipt.error().code == Errc::LimitExceeded);
        ++(receipt ? good : bad);
    };
    gate.hold();
    boost::asio::co_spawn(loop, commit(**opened, accepted, limited), boost::asio::detached);
    loop.poll();
    gate.waitForSync();
    for (int i = 0; i < 20; ++i)
        boost::asio::co_spawn(loop, commit(**opened, accepted, limited), boost::asio::detached);
    loop.poll();
    CHECK(limited > 10);
    gate.release();
    loop.run();
    CHECK(accepted + limited == 21);
    CHECK(accepted >= 4);
}

TEST_CASE("A loop may end as soon as its coroutine goes on: the commit thread has let go of it by then") {
    StorageBench bench;
    bench.process.reset();
    auto settings = inlineQueue();
    settings.execution = Execution::Thread;
    auto opened = SubmissionQueue::open(*bench.disk, bench.clock, bench.random, settings);
    REQUIRE(opened);
    for (int i = 0; i < 400; ++i) // each on a loop of its own; the sanitizers see what is touched too late
        REQUIRE(runTask((*opened)->commit(makeItem("m" + std::to_string(i), i % 8 == 0 ? 20'000 : 100))));
    CHECK((*opened)->statistics().messages == 400);
}

TEST_CASE("Closing the queue finishes what was handed in") {
    StorageBench bench;
    bench.process.reset();
    auto settings = inlineQueue();
    settings.execution = Execution::Thread;
    boost::asio::io_context loop;
    int receipts = 0;
    {
        auto opened = SubmissionQueue::open(*bench.disk, bench.clock, bench.random, settings);
        REQUIRE(opened);
        for (int i = 0; i < 20; ++i)
            boost::asio::co_spawn(
                loop, commitOne(**opened, "m" + std::to_string(i), std::this_thread::get_id(), receipts),
                boost::asio::detached);
        loop.poll();
    }
    loop.run();
    CHECK(receipts == 20);
    bench.cutPowerAndRestart();
    CHECK(bench.process->work() == 20);
}

TEST_CASE("Live: two loops, commit thread, categorizer, a consumer and an operator; every message is "
          "published once") {
    const Place place;
    PosixFileSystem files;
    SystemClock clock;
    SystemRandom random;
    EmptyRoutingDispatcher agents;
    auto opened = SubmissionQueue::open(files, clock, random, liveQueue(place.path));
    REQUIRE(opened);
    auto& queue = **opened;
    auto replay = replayInto(joinPath(place.path, "Replay"));
    replay.retireDelay = std::chrono::milliseconds(5);
    ReplayPublisher publisher(files, clock, queue, replay);
    std::map<std::string, int> seen;
    std::map<std::string, std::string> expected;
    std::mutex mutex;
    int refused = 0;
    {
        Categorizer categorizer(clock, queue, agents, publisher);
        categorizer.start();

        std::atomic<bool> finished{false};
        const auto take = [&](const std::string& directory) {
            std::size_t taken = 0;
            for (const auto& name : listReplay(files, directory)) {
                if (!name.ends_with(".eml"))
                    continue;
                const auto target = joinPath(place.path, "taken-" + name);
                if (!files.rename(joinPath(directory, name), target))
                    continue;
                const auto content = readFile(files, target);
                const std::lock_guard lock(mutex);
                if (!content || nameIn(*content).empty())
                    seen["partial " + name] = 99;
                else if (expected.count(nameIn(*content)) != 0 && expected[nameIn(*content)] != *content)
                    seen["changed " + name] = 99;
                else
                    ++seen[nameIn(*content)];
                static_cast<void>(files.remove(target));
                ++taken;
            }
            return taken;
        };
        std::thread consumer([&] {
            while (!finished)
                take(joinPath(place.path, "Replay"));
        });
        std::vector<std::thread> loops;
        for (int thread = 0; thread < 2; ++thread)
            loops.emplace_back([&, thread] {
                boost::asio::io_context loop;
                for (int i = 0; i < 8; ++i)
                    boost::asio::co_spawn(loop,
                                          session(queue,
                                                  "t" + std::to_string(thread) + "s" + std::to_string(i), 20,
                                                  expected, mutex, refused),
                                          boost::asio::detached);
                loop.run();
            });
        while (queue.statistics().messages < 100)
            std::this_thread::yield();
        auto other = replay;
        other.directory = joinPath(place.path, "Other");
        categorizer.configure(other);
        static_cast<void>(queue.admission());
        for (auto& loop : loops)
            loop.join();
        while (queue.statistics().ready > 0 || categorizer.statistics().published < 320)
            std::this_thread::yield();
        categorizer.stop();
        finished = true;
        consumer.join();
        take(joinPath(place.path, "Replay"));
        take(joinPath(place.path, "Other"));
        CHECK(listReplay(files, joinPath(place.path, "Other")).empty());
    }
    CHECK(refused == 0);
    CHECK(expected.size() == 320);
    CHECK(seen.size() == 320);
    for (const auto& [name, times] : seen) {
        CAPTURE(name);
        CHECK(times == 1);
    }
    CHECK(queue.statistics().entries == 0);
    CHECK(queue.statistics().batches < 320);
}
