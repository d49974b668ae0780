#include <edge/tests/storage/storage_bench.h>

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <set>

using namespace edge;
using namespace edge::testenv;

namespace {

std::size_t visible(StorageBench& bench) {
    return listReplay(*bench.disk).size();
}

} // namespace

TEST_CASE("InternalIds are large, grow, and are never given twice over any restart") {
    StorageBench bench;
    std::uint64_t last = std::uint64_t{1} << 32;
    for (int life = 0; life < 4; ++life) {
        for (int i = 0; i < 3; ++i) {
            const auto id = bench.process->queue->nextInternalId();
            CHECK(id > last);
            last = id;
        }
        life % 2 == 0 ? bench.killAndRestart() : bench.cutPowerAndRestart();
    }
    CHECK((last >> 32) == 4); // the generation, as in Exchange's 34359738370
}

TEST_CASE("Inline, commit has finished before it first suspends, and the message is durable then") {
    StorageBench bench;
    boost::asio::io_context loop;
    bool done = false;
    auto commit = [](SubmissionQueue& queue, bool& finished) -> Task<> {
        const auto receipt = co_await queue.commit(makeItem("a"));
        CHECK(receipt.has_value());
        finished = true;
    };
    boost::asio::co_spawn(loop, commit(*bench.process->queue, done), boost::asio::detached);
    loop.poll_one(); // the one step that starts the coroutine
    CHECK(done);
    bench.cutPowerAndRestart();
    CHECK(bench.process->work() == 1);
}

TEST_CASE("A receipt carries the number that the item had, or a new one") {
    StorageBench bench;
    auto item = makeItem("a");
    item->internalId = bench.process->queue->nextInternalId();
    CHECK(bench.process->commit(item)->internalId == item->internalId);
    CHECK(bench.process->commit(makeItem("b"))->internalId > item->internalId);
}

TEST_CASE("Entries leave in the order in which they were committed, also after a restart") {
    StorageBench bench;
    for (int i = 0; i < 20; ++i)
        REQUIRE(bench.process->commit(makeItem("m" + std::to_string(i))));
    auto first = bench.process->queue->take(5);
    REQUIRE(first.size() == 5);
    bench.process->queue->giveBack(std::move(first));
    bench.killAndRestart();
    std::int64_t last = 0;
    for (const auto& taken : bench.process->queue->take(100)) {
        CHECK(taken.entry.sequence > last);
        last = taken.entry.sequence;
    }
    CHECK(last == 20);
}

TEST_CASE("A second process is kept out") {
    StorageBench bench;
    Process second(*bench.disk, bench.clock, bench.random, bench.noAgents);
    CHECK_FALSE(second.isUp());
    CHECK(second.startError.code == Errc::Unavailable);
}

TEST_CASE("Disk full at every operation of a commit: the client is told, nothing is lost, and it passes by "
          "itself") {
    for (const auto operation : {DiskOperation::Open, DiskOperation::Write, DiskOperation::Truncate})
        for (std::uint64_t skip = 0; skip < 12; ++skip) {
            CAPTURE(skip);
            StorageBench bench;
            REQUIRE(bench.process->commit(makeItem("before", 40'000)));
            bench.disk->failOnce(operation, Errc::NoSpace, skip);
            std::set<std::string> acknowledged{"before"};
            bool refused = false;
            for (const std::size_t size : {std::size_t{100}, std::size_t{40'000}, std::size_t{9000}}) {
                const auto name = "m" + std::to_string(size);
                const auto receipt = bench.process->commit(makeItem(name, size));
                if (receipt)
                    acknowledged.insert(name);
                else {
                    refused = true;
                    CHECK(receipt.error().code == Errc::NoSpace);
                }
            }
            CHECK_FALSE(bench.process->queue->isStopped());
            bench.disk->clearFaults();
            CHECK(bench.process->queue->admission().accepted);
            REQUIRE(bench.process->commit(makeItem("after")));
            acknowledged.insert("after");
            CHECK((refused ? acknowledged.size() < 5 : acknowledged.size() == 5));
            bench.cutPowerAndRestart();
            bench.process->work();
            std::set<std::string> found;
            for (const auto& file : listReplay(*bench.disk))
                found.insert(nameIn(*readFile(*bench.disk, joinPath(kReplayDirectory, file))));
            CHECK(found == acknowledged);
        }
}

TEST_CASE("A disk that is really full refuses at MAIL, and takes up work when space returns") {
    StorageBench bench;
    QueueSettings settings = inlineQueue();
    settings.minimumFreeSpace = 200'000;
    bench.restart(settings);
    bench.disk->setCapacity(600'000);
    int accepted = 0;
    while (accepted < 100 && bench.process->queue->admission().accepted) {
        if (bench.process->commit(makeItem("m" + std::to_string(accepted), 9000)))
            ++accepted;
        bench.clock.advance(std::chrono::seconds(2));
    }
    CHECK(accepted > 3);
    CHECK(accepted < 100);
    const auto admission = bench.process->queue->admission();
    CHECK(admission.reason == AdmissionReason::DiskFull);
    CHECK(admission.explanation.find("200000") != std::string::npos);
    bench.disk->setCapacity(10'000'000);
    CHECK(bench.process->queue->admission().accepted);
    bench.process->work();
    CHECK(visible(bench) == static_cast<std::size_t>(accepted));
}

TEST_CASE(
    "A failed sync closes the queue until it is resumed; what was acknowledged is kept through a power cut") {
    for (const auto operation : {DiskOperation::Sync, DiskOperation::SyncDirectory})
        for (const std::size_t size : {std::size_t{200}, std::size_t{50'000}}) {
            if (operation == DiskOperation::SyncDirectory && size == 200)
                continue; // a small message needs none
            StorageBench bench;
            REQUIRE(bench.process->commit(makeItem("before")));
            bench.disk->failOnce(operation, Errc::Io);
            CHECK_FALSE(bench.process->commit(makeItem("during", size)));
            CHECK(bench.process->queue->isStopped());
            CHECK(bench.process->commit(makeItem("later")).error().code == Errc::Unavailable);
            auto admission = bench.process->queue->admission();
            CHECK_FALSE(admission.accepted);
            CHECK(admission.reason == AdmissionReason::Stopped);
            CHECK(admission.remedy.find("Resume-EdgeSimQueue") != std::string::npos);
            CHECK(bench.process->work() == 0);

            REQUIRE(runTask(bench.process->queue->resume()));
            CHECK(bench.process->queue->admission().accepted);
            REQUIRE(bench.process->commit(makeItem("after")));
            bench.cutPowerAndRestart();
            bench.process->work();
            CHECK(visible(bench) >= 2);
            CHECK(visible(bench) <= 3); // the unacknowledged one may be there
        }
}

TEST_CASE("Resume fails while the disk does, and works when it does") {
    StorageBench bench;
    bench.disk->failOnce(DiskOperation::Sync, Errc::Io);
    CHECK_FALSE(bench.process->commit(makeItem("a")));
    bench.disk->failAlways(DiskOperation::Sync, Errc::Io);
    CHECK_FALSE(runTask(bench.process->queue->resume()));
    CHECK(bench.process->queue->isStopped());
    CHECK_FALSE(bench.process->commit(makeItem("b")));
    bench.disk->clearFaults();
    REQUIRE(runTask(bench.process->queue->resume()));
    CHECK(bench.process->commit(makeItem("c")));
}

TEST_CASE("A read or write error concerns its own message only") {
    StorageBench bench;
    bench.disk->failOnce(DiskOperation::Write, Errc::Io);
    CHECK(bench.process->commit(makeItem("a")).error().code == Errc::Io);
    CHECK_FALSE(bench.process->queue->isStopped());
    CHECK(bench.process->queue->admission().accepted);
    CHECK(bench.process->commit(makeItem("b")));
}

TEST_CASE("A long queue closes MAIL and opens it again at two thirds") {
    StorageBench bench;
    QueueSettings settings = inlineQueue();
    settings.maxEntries = 9;
    bench.restart(settings);
    for (int i = 0; i < 9; ++i) {
        CHECK(bench.process->queue->admission().accepted);
        REQUIRE(bench.process->commit(makeItem("m" + std::to_string(i))));
    }
    CHECK(bench.process->queue->admission().reason == AdmissionReason::QueueLength);
    CHECK(bench.process->commit(makeItem("on its way already"))); // DATA that had begun is still taken
    bench.process->work();
    CHECK(bench.process->queue->admission().accepted);
}

TEST_CASE("Much content that waits closes MAIL") {
    StorageBench bench;
    QueueSettings settings = inlineQueue();
    settings.maxBytes = 100'000;
    bench.restart(settings);
    for (int i = 0; i < 3; ++i)
        REQUIRE(bench.process->commit(makeItem("m" + std::to_string(i), 40'000)));
    CHECK(bench.process->queue->admission().reason == AdmissionReason::QueueSize);
    bench.process->work();
    CHECK(bench.process->queue->admission().accepted);
}

TEST_CASE("Large bodies lie beside the database while they wait, and nowhere afterwards") {
    StorageBench bench;
    const auto item = makeItem("large", 3 << 20);
    REQUIRE(bench.process->commit(item));
    CHECK(listReplay(*bench.disk, joinPath(kQueueDirectory, "bodies")).size() == 1);
    CHECK(bench.disk->status(joinPath(kQueueDirectory, "mail.que"))->size < 200'000);
    bench.cutPowerAndRestart();
    CHECK(bench.process->work() == 1);
    REQUIRE(visible(bench) == 1);
    CHECK(*readFile(*bench.disk, joinPath(kReplayDirectory, listReplay(*bench.disk)[0])) ==
          replayText(*item));
    CHECK(listReplay(*bench.disk, joinPath(kQueueDirectory, "bodies")).empty());
}

TEST_CASE("A body that came by way of the spool's file is kept octet for octet") {
    StorageBench bench;
    REQUIRE(bench.disk->createDirectories("/data/spool"));
    auto item = makeItem("spooled", 10);
    Spool body({bench.disk.get(), "/data/spool", 1000});
    std::string expected;
    for (int i = 0; i < 3000; ++i) {
        const auto line = "line " + std::to_string(i) + "\r\n";
        REQUIRE(body.append(line));
        expected += line;
    }
    CHECK_FALSE(body.isInMemory());
    item->body = std::move(body);
    REQUIRE(bench.process->commit(item));
    item.reset();
    bench.process->work();
    REQUIRE(visible(bench) == 1);
    CHECK(readFile(*bench.disk, joinPath(kReplayDirectory, listReplay(*bench.disk)[0]))
              ->ends_with("\r\n\r\n" + expected));
}

TEST_CASE("Bodies whose entry never committed are swept at the next start") {
    StorageBench bench;
    for (const char* name : {"123-0123abcd-0123-4123-8123-0123456789ab.body", "notes.txt"})
        REQUIRE(bench.disk->open(joinPath(joinPath(kQueueDirectory, "bodies"), name), OpenMode::CreateNew));
    bench.killAndRestart();
    CHECK(listReplay(*bench.disk, joinPath(kQueueDirectory, "bodies")) ==
          std::vector<std::string>{"notes.txt"});
}

TEST_CASE("The log is emptied between commits and the database does not grow with the traffic") {
    StorageBench bench;
    QueueSettings settings = inlineQueue();
    settings.idleCheckpointPages = 512;
    bench.restart(settings);
    for (int i = 0; i < 3000; ++i) {
        REQUIRE(bench.process->commit(makeItem("m" + std::to_string(i), 6000)));
        if (i % 50 == 49)
            bench.process->work();
    }
    CHECK(visible(bench) == 3000);
    CHECK(bench.disk->status(joinPath(kQueueDirectory, "mail.que"))->size < (4 << 20));
    CHECK(bench.disk->status(joinPath(kQueueDirectory, "mail.que-wal"))->size < (16 << 20));
}

TEST_CASE("A queue that was long gives its space back when it is opened short") {
    StorageBench bench;
    QueueSettings settings = inlineQueue();
    settings.largeBody = 1 << 20;
    bench.restart(settings);
    for (int i = 0; i < 100; ++i)
        REQUIRE(bench.process->commit(makeItem("m" + std::to_string(i), 900'000)));
    bench.process->work();
    bench.process.reset();
    CHECK(bench.disk->status(joinPath(kQueueDirectory, "mail.que"))->size > (80 << 20));
    bench.restart();
    REQUIRE(bench.process->isUp());
    CHECK(bench.disk->status(joinPath(kQueueDirectory, "mail.que"))->size < (1 << 20));
    CHECK(bench.process->commit(makeItem("after")));
}
