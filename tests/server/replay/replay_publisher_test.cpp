#include <edge/tests/storage/storage_bench.h>

#include <doctest/doctest.h>

#include <algorithm>

using namespace edge;
using namespace edge::testenv;

namespace {

// A committed entry with its file staged, as far as a process may have come.
QueueEntry stageOne(StorageBench& bench, const std::string& name) {
    const auto item = makeItem(name);
    REQUIRE(bench.process->commit(item));
    REQUIRE(runTask(bench.process->publisher->recover()));
    auto taken = bench.process->queue->take(1);
    REQUIRE(taken.size() == 1);
    REQUIRE(bench.process->publisher->stage(taken[0].entry, *item, true));
    return taken[0].entry;
}

void mark(StorageBench& bench, const QueueEntry& entry) {
    REQUIRE(runTask(bench.process->queue->change({{EntryChange::Kind::Stage, entry.sequence, {}, 0}},
                                                 Durability::ProcessKill)));
}

std::string stagedPath(const QueueEntry& entry) {
    return std::string(kReplayDirectory) + ".staging/" + entry.fileStem() + ".staged";
}

std::string publishedPath(const QueueEntry& entry) {
    return joinPath(kReplayDirectory, entry.fileStem() + ".eml");
}

std::size_t publishedAfterWork(StorageBench& bench) {
    bench.process->work();
    CHECK(bench.process->queue->statistics().entries == 0);
    return listReplay(*bench.disk).size();
}

} // namespace

TEST_CASE("A published file is named by InternalId and GUID, is complete, and nothing lies beside it") {
    StorageBench bench;
    const auto item = makeItem("one");
    item->networkMessageId = Guid::make(bench.random);
    const auto receipt = bench.process->commit(item);
    REQUIRE(receipt);
    CHECK(bench.process->work() == 1);
    const auto name = std::to_string(receipt->internalId) + "-" + item->networkMessageId.toString() + ".eml";
    CHECK(listReplay(*bench.disk) == std::vector<std::string>{name});
    CHECK(readFile(*bench.disk, joinPath(kReplayDirectory, name)) == replayText(*item));
    CHECK(listReplay(*bench.disk, "/data/Replay.staging").empty());
}

// The table of the design: same boot id.
TEST_CASE("Killed before the mark: written again") {
    StorageBench bench;
    const auto entry = stageOne(bench, "a");
    bench.killAndRestart();
    CHECK(readFile(*bench.disk, stagedPath(entry)).has_value());
    CHECK(publishedAfterWork(bench) == 1);
    CHECK_FALSE(readFile(*bench.disk, stagedPath(entry)).has_value());
}

TEST_CASE("Killed between mark and rename: renamed") {
    StorageBench bench;
    const auto entry = stageOne(bench, "a");
    mark(bench, entry);
    bench.killAndRestart();
    CHECK(publishedAfterWork(bench) == 1);
    CHECK(readFile(*bench.disk, publishedPath(entry)) == replayText(*makeItem("a")));
}

TEST_CASE("Killed after the rename: left as it is, also where a consumer has taken it meanwhile") {
    for (const bool taken : {false, true}) {
        StorageBench bench;
        const auto entry = stageOne(bench, "a");
        mark(bench, entry);
        REQUIRE(bench.disk->rename(stagedPath(entry), publishedPath(entry)));
        if (taken)
            REQUIRE(bench.disk->remove(publishedPath(entry)));
        bench.killAndRestart();
        CHECK(publishedAfterWork(bench) == (taken ? 0 : 1));
    }
}

TEST_CASE("Power lost after a consumer took the file: published again") {
    StorageBench bench;
    const auto entry = stageOne(bench, "a");
    mark(bench, entry);
    REQUIRE(bench.disk->rename(stagedPath(entry), publishedPath(entry)));
    REQUIRE(bench.disk->remove(publishedPath(entry)));
    REQUIRE(bench.disk->syncVolume("/data"));
    bench.cutPowerAndRestart();
    CHECK(publishedAfterWork(bench) == 1);
}

TEST_CASE("Power lost, the rename survived and the mark did not: not written twice") {
    StorageBench bench;
    const auto entry = stageOne(bench, "a");
    REQUIRE(bench.disk->rename(stagedPath(entry), publishedPath(entry)));
    REQUIRE(bench.disk->syncVolume("/data"));
    bench.cutPowerAndRestart();
    int writes = 0;
    const auto before = *readFile(*bench.disk, publishedPath(entry));
    bench.disk->beforeEachChange(
        [&] { writes += readFile(*bench.disk, stagedPath(entry)).has_value() ? 1 : 0; });
    CHECK(publishedAfterWork(bench) == 1);
    CHECK(writes == 0);
    CHECK(readFile(*bench.disk, publishedPath(entry)) == before);
}

TEST_CASE("A file is never visible before it is complete, nor under a name that a consumer takes") {
    StorageBench bench;
    std::size_t looks = 0;
    bench.disk->beforeEachChange([&] {
        for (const auto& directory :
             {std::string(kReplayDirectory), std::string(kReplayDirectory) + ".staging"})
            for (const auto& name : listReplay(*bench.disk, directory)) {
                CHECK_FALSE(name.ends_with(".tmp"));
                if (!name.ends_with(".eml"))
                    continue;
                const auto content = readFile(*bench.disk, joinPath(directory, name));
                REQUIRE(content);
                CHECK(*content == replayText(*makeItem(nameIn(*content), 40'000)));
                ++looks;
            }
    });
    for (int i = 0; i < 12; ++i)
        REQUIRE(bench.process->commit(makeItem("n" + std::to_string(i), 40'000)));
    bench.process->work();
    CHECK(looks > 20);
    CHECK(listReplay(*bench.disk).size() == 12);
}

TEST_CASE("Another replay directory is used live; old files stay behind, and every entry is published once") {
    StorageBench bench;
    REQUIRE(bench.process->commit(makeItem("old")));
    CHECK(bench.process->work() == 1);
    bench.process->categorizer->configure(replayInto("/other/Mail"));
    REQUIRE(bench.process->commit(makeItem("new")));
    CHECK(bench.process->work() == 1);
    CHECK(listReplay(*bench.disk).size() == 1);
    REQUIRE(listReplay(*bench.disk, "/other/Mail").size() == 1);
    CHECK(nameIn(*readFile(*bench.disk, "/other/Mail/" + listReplay(*bench.disk, "/other/Mail")[0])) ==
          "new");
    // The next process knows where the last one published, whatever it is configured to do.
    bench.cutPowerAndRestart();
    CHECK(bench.process->work() == 0);
    CHECK(listReplay(*bench.disk).size() == 1);
    CHECK(listReplay(*bench.disk, "/other/Mail").size() == 1);
}

TEST_CASE("A replay directory that somebody removed is made again") {
    StorageBench bench;
    REQUIRE(bench.process->commit(makeItem("a")));
    CHECK(bench.process->work() == 1);
    for (const auto& name : listReplay(*bench.disk))
        REQUIRE(bench.disk->remove(joinPath(kReplayDirectory, name)));
    REQUIRE(bench.disk->remove(kReplayDirectory));
    REQUIRE(bench.disk->remove(std::string(kReplayDirectory) + ".staging"));
    REQUIRE(bench.process->commit(makeItem("b")));
    CHECK(bench.process->work() == 1);
    CHECK(listReplay(*bench.disk).size() == 1);
}

TEST_CASE("A full replay disk closes MAIL, keeps everything, and passes by itself") {
    StorageBench bench;
    REQUIRE(bench.process->commit(makeItem("before")));
    bench.process->work();
    REQUIRE(bench.process->commit(makeItem("a")));
    bench.disk->failAlways(DiskOperation::Open, Errc::NoSpace);
    CHECK(bench.process->work() == 0);
    const auto admission = bench.process->queue->admission();
    CHECK_FALSE(admission.accepted);
    CHECK(admission.reason == AdmissionReason::ReplayDiskFull);
    bench.disk->clearFaults();
    CHECK(bench.process->work() == 0); // not before a pause
    bench.clock.advance(std::chrono::seconds(6));
    CHECK(bench.process->work() == 1);
    CHECK(bench.process->queue->admission().accepted);
    CHECK(listReplay(*bench.disk).size() == 2);
}

TEST_CASE("A failed sync of staged files stops the queue; resumed, everything is published once") {
    StorageBench bench;
    for (int i = 0; i < 10; ++i)
        REQUIRE(bench.process->commit(makeItem("m" + std::to_string(i))));
    REQUIRE(runTask(bench.process->publisher->recover()));
    bench.disk->failOnce(DiskOperation::SyncVolume, Errc::Io,
                         1); // recover() of the categorizer syncs once more
    bench.process->work();
    CHECK(bench.process->queue->isStopped());
    CHECK(listReplay(*bench.disk).empty());
    CHECK(bench.process->queue->admission().remedy.find("Resume-EdgeSimQueue") != std::string::npos);
    REQUIRE(runTask(bench.process->queue->resume()));
    bench.clock.advance(std::chrono::seconds(6));
    CHECK(bench.process->work() == 10);
    CHECK(listReplay(*bench.disk).size() == 10);
}

TEST_CASE("Quota and file limit close MAIL and name their cmdlet; a consumer that makes room opens it") {
    StorageBench bench;
    auto limits = replayInto();
    limits.limits = {2000, 1'000'000, std::nullopt};
    bench.process->categorizer->configure(limits);
    for (int i = 0; i < 4; ++i)
        REQUIRE(bench.process->commit(makeItem("m" + std::to_string(i), 700)));
    bench.process->work();
    auto admission = bench.process->queue->admission();
    CHECK(admission.reason == AdmissionReason::ReplayQuota);
    CHECK(admission.remedy.starts_with("Set-EdgeSimSubmission -ReplayQuota"));
    CHECK(listReplay(*bench.disk).size() == 4); // what was acknowledged is published all the same

    limits.limits = {1 << 20, 3, std::nullopt};
    bench.process->categorizer->configure(limits);
    bench.process->work();
    admission = bench.process->queue->admission();
    CHECK(admission.reason == AdmissionReason::ReplayFiles);

    const auto names = listReplay(*bench.disk);
    for (std::size_t i = 0; i < 2; ++i)
        REQUIRE(bench.disk->remove(joinPath(kReplayDirectory, names[i])));
    bench.clock.advance(std::chrono::seconds(3));
    bench.process->work();
    CHECK(bench.process->queue->admission().accepted);
}

TEST_CASE("Retention removes our own old files and nobody else's") {
    StorageBench bench;
    auto limits = replayInto();
    limits.limits.retention = std::chrono::hours(24);
    bench.process->categorizer->configure(limits);
    REQUIRE(bench.process->commit(makeItem("old")));
    bench.process->work();
    for (const char* name : {"notes.eml", "12-34.eml", "keep.txt"})
        REQUIRE(bench.disk->open(joinPath(kReplayDirectory, name), OpenMode::CreateNew));
    bench.clock.advance(std::chrono::hours(20));
    REQUIRE(bench.process->commit(makeItem("young")));
    bench.process->work();
    CHECK(listReplay(*bench.disk).size() == 5);
    bench.clock.advance(std::chrono::hours(5));
    bench.process->work();
    const auto names = listReplay(*bench.disk);
    CHECK(names.size() == 4);
    CHECK(std::count_if(names.begin(), names.end(),
                        [](const std::string& name) { return isReplayFileName(name); }) == 1);
}

TEST_CASE("Settings come from Set-EdgeSimSubmission and the profile") {
    EdgeSimSubmission submission;
    const auto relative = replaySettings(submission, profile(ProfileId::E2007), "/var/lib/edgesim");
    CHECK(relative.directory == "/var/lib/edgesim/Replay");
    CHECK(relative.createdBy == "MSExchange12");
    CHECK(relative.limits.retention == std::chrono::hours(30 * 24));
    submission.replayDirectory = "/srv/replay/";
    CHECK(replaySettings(submission, profile(ProfileId::E2019), "/var").directory == "/srv/replay");
}

TEST_CASE("Only our own names count as replay files") {
    CHECK(isReplayFileName("4294967297-0123abcd-0123-4123-8123-0123456789ab.eml"));
    for (const char* name :
         {"", ".eml", "-0123abcd-0123-4123-8123-0123456789ab.eml", "1-0123abcd.eml",
          "a-0123abcd-0123-4123-8123-0123456789ab.eml", "1-0123abcd-0123-4123-8123-0123456789ab.tmp",
          "1-0123ABCD-0123-4123-8123-0123456789ab.eml"})
        CHECK_FALSE(isReplayFileName(name));
}
