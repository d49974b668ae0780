// The promise, tried out: messages are committed, routed and published on a disk that dies at a random
// operation, with and without a consumer that takes files between any two steps, for several lives in a row.
#include <edge/tests/storage/storage_bench.h>

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace edge;
using namespace edge::testenv;

namespace {

enum class Death { Kill, PowerCut, Either };

struct Plan {
    std::uint64_t seed = 0;
    Death death = Death::Kill;
    bool consumer = false;
    bool faults = false; // single operations fail, too, and the operator resumes the queue
};

// One machine, several lives.
class CrashRun {
public:
    explicit CrashRun(const Plan& plan)
        : plan_(plan)
        , random_(plan.seed)
        , disk_(std::make_unique<FaultyFileSystem>(clock_, random_)) {}

    void run() {
        const auto lives = 1 + random_.below(4);
        for (std::uint64_t life = 0; life < lives; ++life) {
            disk_->dieAfter(random_.below(life == 0 ? 220 : 90));
            live();
            die();
        }
        finish();
    }

    const std::set<std::string>& acknowledged() const { return acknowledged_; }

private:
    // What happens until the disk dies, or for a while.
    void live() {
        if (plan_.consumer)
            disk_->beforeEachChange([this] {
                if (random_.below(6) == 0)
                    consume();
            });
        if (plan_.faults)
            addFault();
        process_ = std::make_unique<Process>(*disk_, clock_, random_, noAgents_);
        if (!process_->isUp()) {
            CHECK_MESSAGE((disk_->isDead() || plan_.faults), process_->startError.message);
            return;
        }
        for (int step = 0; step < 60 && !disk_->isDead(); ++step)
            act();
    }

    void addFault() {
        constexpr DiskOperation kOperations[] = {
            DiskOperation::Open,     DiskOperation::Read,          DiskOperation::Write,
            DiskOperation::Truncate, DiskOperation::Sync,          DiskOperation::Rename,
            DiskOperation::Remove,   DiskOperation::SyncDirectory, DiskOperation::SyncVolume,
            DiskOperation::List,     DiskOperation::Status};
        const auto operation = kOperations[random_.below(std::size(kOperations))];
        disk_->failOnce(operation, random_.below(2) == 0 ? Errc::Io : Errc::NoSpace, random_.below(30));
    }

    void act() {
        if (plan_.faults && random_.below(8) == 0)
            addFault();
        if (process_->queue->isStopped() && random_.below(3) == 0)
            static_cast<void>(runTask(process_->queue->resume()));
        switch (random_.below(8)) {
        case 0:
        case 1:
            runTask(process_->categorizer->runOnce());
            return;
        case 2:
            clock_.advance(std::chrono::seconds(random_.below(8)));
            return;
        default:
            commitOne();
        }
    }

    void commitOne() {
        const auto name = "m" + std::to_string(plan_.seed) + "-" + std::to_string(expected_.size());
        const auto size = random_.below(5) == 0 ? 20'000 + random_.below(30'000) : random_.below(3000);
        const auto item = makeItem(name, size, 1 + random_.below(3));
        item->networkMessageId = random_.below(2) == 0 ? Guid::make(random_) : Guid{};
        item->internalId = process_->queue->nextInternalId();
        CHECK(item->internalId > lastInternalId_);
        lastInternalId_ = item->internalId;
        expected_[name] = replayText(*item);
        if (const auto receipt = process_->commit(item)) {
            CHECK(receipt->internalId == item->internalId);
            acknowledged_.insert(name);
        }
    }

    void die() {
        disk_->beforeEachChange({});
        disk_->clearFaults();
        const bool kill =
            plan_.death == Death::Kill || (plan_.death == Death::Either && random_.below(2) == 0);
        auto next = kill ? disk_->killProcess() : disk_->crash();
        process_.reset();
        disk_ = std::move(next);
        checkVisibleFiles(); // also before the server is back: a consumer may be quicker
    }

    // The last life is a healthy one.
    void finish() {
        process_ = std::make_unique<Process>(*disk_, clock_, random_, noAgents_);
        REQUIRE_MESSAGE(process_->isUp(), process_->startError.message);
        process_->work();
        checkVisibleFiles();
        for (const auto& file : listReplay(*disk_))
            ++seen_[nameIn(*readFile(*disk_, joinPath(kReplayDirectory, file)))];
        const auto statistics = process_->queue->statistics();
        CHECK(statistics.entries == 0);
        CHECK(statistics.poison == 0);
        CHECK(listReplay(*disk_, joinPath(kQueueDirectory, "bodies")).empty());
        CHECK(listReplay(*disk_, std::string(kReplayDirectory) + ".staging").empty());
        for (const auto& [name, text] : expected_) {
            CAPTURE(name);
            const int times = seen_.count(name) != 0 ? seen_[name] : 0;
            const bool acknowledged = acknowledged_.count(name) != 0;
            if (acknowledged)
                CHECK(times >= 1);
            // Twice only where power was lost and a consumer had been there.
            if (plan_.death == Death::Kill || !plan_.consumer)
                CHECK(times <= 1);
            CHECK((times <= 1 || taken_.count(name) != 0));
        }
    }

    // Every visible .eml is whole, and nothing else is visible.
    void checkVisibleFiles() {
        for (const auto& file : listReplay(*disk_)) {
            CAPTURE(file);
            CHECK(isReplayFileName(file));
            const auto content = readFile(*disk_, joinPath(kReplayDirectory, file));
            REQUIRE(content);
            const auto name = nameIn(*content);
            REQUIRE(expected_.count(name) == 1);
            CHECK(*content == expected_[name]);
        }
    }

    // Takes one file as Exchange does: .eml to .tmp, read, remove.
    void consume() {
        const auto files = listReplay(*disk_);
        if (files.empty())
            return;
        const auto& file = files[random_.below(files.size())];
        const auto path = joinPath(kReplayDirectory, file);
        if (file.ends_with(".tmp")) // reappeared in a power cut; "duplicates possible" (platform.md 4.2)
            return;
        REQUIRE(isReplayFileName(file));
        const auto taken = path.substr(0, path.size() - 4) + ".taken";
        const auto outside = "/data/" + taken.substr(taken.find_last_of('/') + 1);
        const auto moved = disk_->rename(path, outside);
        const auto content = readFile(*disk_, outside);
        if (plan_.faults && (!moved || !content)) { // faults hit consumers, too
            static_cast<void>(disk_->rename(outside, path));
            return;
        }
        REQUIRE(content);
        const auto name = nameIn(*content);
        REQUIRE(expected_.count(name) == 1);
        CHECK(*content == expected_[name]);
        ++seen_[name];
        taken_.insert(name);
        static_cast<void>(disk_->remove(outside));
    }

    Plan plan_;
    boost::asio::io_context loop_;
    ManualClock clock_{loop_};
    SeededRandom random_;
    EmptyRoutingDispatcher noAgents_;
    std::unique_ptr<FaultyFileSystem> disk_;
    std::unique_ptr<Process> process_;
    std::map<std::string, std::string> expected_; // everything ever handed in
    std::set<std::string> acknowledged_;
    std::map<std::string, int> seen_; // by the consumer, and in the directory at the end
    std::set<std::string> taken_;     // by the consumer
    std::uint64_t lastInternalId_ = 0;
};

void runMany(Death death, bool consumer, std::uint64_t firstSeed, std::uint64_t count, bool faults = false) {
    std::size_t acknowledged = 0;
    for (std::uint64_t seed = firstSeed; seed < firstSeed + count; ++seed) {
        CAPTURE(seed);
        CrashRun run({seed, death, consumer, faults});
        run.run();
        acknowledged += run.acknowledged().size();
    }
    CHECK(acknowledged > count); // the runs were about something
}

} // namespace

TEST_CASE("Process killed: every acknowledged message is published exactly once") {
    runMany(Death::Kill, false, 1000, 150);
}

TEST_CASE(
    "Process killed while a consumer takes files: every acknowledged message is published exactly once") {
    runMany(Death::Kill, true, 2000, 150);
}

TEST_CASE("Power lost: every acknowledged message is published, once where nobody had taken it") {
    runMany(Death::PowerCut, false, 3000, 150);
}

TEST_CASE("Power lost while a consumer takes files: no acknowledged message is lost") {
    runMany(Death::PowerCut, true, 4000, 150);
}

TEST_CASE("Kills and power cuts in any order: nothing is lost, nothing is partial") {
    runMany(Death::Either, false, 5000, 100);
    runMany(Death::Either, true, 6000, 100);
}

TEST_CASE("Single operations fail and the process is killed: published exactly once all the same") {
    runMany(Death::Kill, false, 7000, 150, true);
    runMany(Death::Kill, true, 8000, 150, true);
}

TEST_CASE("Syncs fail, the operator resumes, power is lost: nothing acknowledged is lost") {
    runMany(Death::PowerCut, false, 9000, 150, true);
    runMany(Death::Either, true, 10'000, 150, true);
}

TEST_CASE("A staged name that was used twice never brings an empty file back to life") {
    runMany(Death::PowerCut, false, 100'150, 100, true);
}

TEST_CASE("Power that fails while the queue is first made leaves nothing that keeps the server from starting") {
    runMany(Death::PowerCut, false, 101'430, 60, true);
}
