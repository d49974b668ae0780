#include <edge/server/archives/archive_helpers.h>
#include <edge/server/archives/helper_pool.h>
#include <edge/server/archives/helper_process.h>
#include <edge/server/net/system_clock.h>
#include <edge/testenv/manual_clock.h>
#include <edge/tests/archives/archive_bench.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <csignal>
#include <future>
#include <optional>
#include <thread>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 30s; // for processes of a busy machine

using Answer = Result<ArchiveListing>;
using Names = std::vector<std::string>;

ArchiveHelperSettings twin(const std::string& mode, std::size_t helpers = 1) {
    ArchiveHelperSettings settings;
    settings.command = {EDGE_HELPER_TWIN, mode};
    settings.helpers = helpers;
    return settings;
}

// A pool on a loop and a clock that the test moves.
class PoolBench {
public:
    explicit PoolBench(ArchiveHelperSettings settings)
        : pool(loop, clock, std::move(settings)) {}
    ~PoolBench() {
        pool.abandon();
        loop.restart();
        loop.poll();
    }

    // Begins to list; the slot is filled when it is done.
    void begin(std::optional<Answer>& slot, const std::string& bytes, ArchiveLimits limits = {}) {
        boost::asio::co_spawn(loop, pool.list(std::move(*sealedCopy(bytes)), limits),
                              [&slot](const std::exception_ptr& failure, Answer answer) {
                                  CHECK_FALSE(failure);
                                  slot = std::move(answer);
                              });
        loop.restart();
        loop.poll();
    }
    // Lets real time pass until `done`.
    template <class Done>
    bool waitFor(Done done) {
        const auto until = real.steadyNow() + kPatience;
        while (!done() && real.steadyNow() < until) {
            loop.restart();
            loop.run_for(10ms);
        }
        return done();
    }
    Answer list(const std::string& bytes, ArchiveLimits limits = {}) {
        std::optional<Answer> slot;
        begin(slot, bytes, limits);
        REQUIRE(waitFor([&slot] { return slot.has_value(); }));
        return std::move(*slot);
    }

    boost::asio::io_context loop;
    SystemClock real;
    ManualClock clock{loop};
    ArchiveHelperPool pool;
};

bool isSanitized() {
#ifdef EDGE_TEST_SANITIZED
    return true;
#else
    return false;
#endif
}

bool isGone(pid_t pid) {
    return kill(pid, 0) != 0;
}

} // namespace

TEST_CASE("A helper reads archives, and the same one the next") {
    PoolBench bench(twin("real"));
    CHECK(bench.pool.processes().empty()); // none before it is needed
    const auto first = bench.list(zip({{"evil.exe", "x"}, {"inner.zip", zip({{"deep.scr", "x"}})}}));
    REQUIRE(first.has_value());
    CHECK(first->format == "ZIP");
    CHECK(std::count(first->names.begin(), first->names.end(), "inner.zip/deep.scr") == 1);
    const auto pids = bench.pool.processes();
    REQUIRE(pids.size() == 1);
    CHECK(bench.list(pack("ustar", {{"\xC3\xBC.exe", "x"}}, "xz"))->names == Names{"\xC3\xBC.exe"});
    CHECK(bench.list(pack("7zip", {{"b.exe", "x"}}))->names == Names{"b.exe"});
    CHECK(bench.pool.processes() == pids);
}

TEST_CASE("A helper that was killed between two archives is replaced unnoticed") {
    PoolBench bench(twin("real"));
    CHECK(bench.list(zip({{"a.txt", "x"}}))->trouble == "");
    const auto pid = bench.pool.processes().at(0);
    kill(pid, SIGKILL);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
    CHECK(bench.list(zip({{"b.exe", "x"}}))->names == Names{"b.exe"});
    CHECK(bench.pool.processes().at(0) != pid);
    CHECK(isGone(pid));
}

TEST_CASE("A helper that dies over an archive costs that archive only") {
    PoolBench bench(twin("crashes"));
    const auto listing = bench.list(zip({{"a.txt", "x"}}));
    REQUIRE(listing.has_value());
    CHECK(listing->isArchive);
    CHECK(listing->trouble == "the archive helper ended with signal 9");
    CHECK(bench.pool.processes().empty());
    CHECK(bench.list("x")->trouble == "the archive helper ended with signal 9"); // a new one was asked
}

TEST_CASE("A helper killed while it works is one that died") {
    PoolBench bench(twin("hangs"));
    std::optional<Answer> answer;
    bench.begin(answer, zip({{"a.txt", "x"}}));
    REQUIRE(bench.waitFor([&] { return bench.pool.working() == 1; }));
    kill(bench.pool.processes().at(0), SIGKILL);
    REQUIRE(bench.waitFor([&] { return answer.has_value(); }));
    CHECK((*answer)->trouble == "the archive helper ended with signal 9");
}

TEST_CASE("A helper can open no file and no socket, and start no program") {
    if (isSanitized())
        return; // sanitizers need system calls, so these are not taken away under them
    PoolBench bench(twin("probes"));
    const auto listing = bench.list("x");
    REQUIRE(listing.has_value());
    CHECK(listing->names == Names{"open refused", "socket refused", "fork refused", "kill refused"});
    PoolBench starter(twin("starts-a-program"));
    CHECK(starter.list("x")->trouble == "the archive helper ended with signal 31"); // SIGSYS
}

TEST_CASE("A helper that hangs is killed at the deadline of the clock") {
    PoolBench bench(twin("hangs"));
    std::optional<Answer> answer;
    bench.begin(answer, zip({{"a.txt", "x"}}));
    REQUIRE(bench.waitFor([&] { return !bench.pool.processes().empty(); }));
    const auto pid = bench.pool.processes().at(0);
    REQUIRE(bench.waitFor([&] { return bench.pool.working() == 1; }));
    bench.clock.advance(9s);
    CHECK_FALSE(answer.has_value());
    CHECK_FALSE(isGone(pid));
    bench.clock.advance(1s);
    REQUIRE(answer.has_value());
    REQUIRE(answer->has_value());
    CHECK((*answer)->isArchive);
    CHECK((*answer)->trouble == "reading it took too long");
    CHECK(isGone(pid));
}

TEST_CASE("Who waits for a helper too long is told so, not that the archive is bad") {
    PoolBench bench(twin("hangs"));
    std::optional<Answer> first, second;
    bench.begin(first, zip({{"a.txt", "x"}}));
    REQUIRE(bench.waitFor([&] { return bench.pool.working() == 1; }));
    bench.clock.advance(5s);
    bench.begin(second, zip({{"b.txt", "x"}}));
    CHECK_FALSE(second.has_value());
    bench.clock.advance(5s);
    REQUIRE(first.has_value());
    CHECK_FALSE(second.has_value()); // its turn now
    REQUIRE(bench.waitFor([&] { return bench.pool.working() == 1; }));
    bench.clock.advance(5s);
    REQUIRE(second.has_value());
    CHECK((*second)->trouble == "reading it took too long");
}

TEST_CASE("Too many who wait are refused at once") {
    auto settings = twin("hangs");
    settings.maxWaiting = 1;
    PoolBench bench(settings);
    std::optional<Answer> first, second, third;
    bench.begin(first, "x");
    bench.begin(second, "x");
    bench.begin(third, "x");
    REQUIRE(third.has_value());
    CHECK(third->error().code == Errc::LimitExceeded);
    bench.pool.abandon();
    REQUIRE(bench.waitFor([&] { return first.has_value() && second.has_value(); }));
    CHECK(second->error().code == Errc::Unavailable);
}

TEST_CASE("Waiting archives get their turn in the order of asking") {
    PoolBench bench(twin("real", 2));
    std::vector<std::optional<Answer>> answers(20);
    for (std::size_t i = 0; i < answers.size(); ++i)
        bench.begin(answers[i], zip({{std::to_string(i) + ".exe", "x"}}));
    REQUIRE(bench.waitFor([&] { return answers.back().has_value(); }));
    for (std::size_t i = 0; i + 1 < answers.size(); ++i) {
        REQUIRE(bench.waitFor([&] { return answers[i].has_value(); }));
        CHECK((*answers[i])->names == Names{std::to_string(i) + ".exe"});
    }
    CHECK(bench.pool.processes().size() == 2);
}

TEST_CASE("A helper that talks nonsense is not believed and not asked again") {
    for (const auto* mode : {"babbles", "endless"}) {
        CAPTURE(mode);
        PoolBench bench(twin(mode));
        const auto listing = bench.list(zip({{"a.txt", "x"}}));
        REQUIRE(listing.has_value());
        CHECK(listing->trouble == "the archive helper's answer makes no sense");
        CHECK(bench.pool.processes().empty());
    }
}

TEST_CASE("A helper that does not start is our failure, not the archive's") {
    PoolBench stillborn(twin("stillborn"));
    CHECK(stillborn.list("x").error().code == Errc::Unavailable);
    ArchiveHelperSettings missing;
    missing.command = {"/no/such/program"};
    PoolBench bench(missing);
    CHECK(bench.list("x").error().code == Errc::Unavailable);
}

TEST_CASE("What the system does not limit is told to the operator once") {
    std::vector<std::string> warnings;
    auto settings = twin("unconfined");
    settings.warning = [&warnings](const std::string& what) { warnings.push_back(what); };
    settings.requestsPerHelper = 1;
    PoolBench bench(settings);
    CHECK(bench.list("x").has_value());
    CHECK(bench.list("x").has_value());
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("memory") != std::string::npos);
}

TEST_CASE("A helper is replaced after so many archives, and after one that met trouble") {
    auto settings = twin("real");
    settings.requestsPerHelper = 2;
    PoolBench bench(settings);
    CHECK(bench.list(zip({{"a.txt", "x"}})).has_value());
    const auto pid = bench.pool.processes().at(0);
    CHECK(bench.list(zip({{"a.txt", "x"}})).has_value());
    CHECK(isGone(pid));
    CHECK(bench.list(zip({{"a.txt", "x"}})).has_value());
    const auto next = bench.pool.processes().at(0);
    CHECK(bench.list(nested("x", 8))->trouble != "");
    CHECK(isGone(next));
}

TEST_CASE("An archive that wants more memory than a helper may have is trouble") {
    if (isSanitized())
        return; // sanitizers need the address space, so it is not limited under them
    ArchiveLimits limits;
    limits.maxUnpackedSize = 8ULL << 30U; // so that nothing else ends it first
    // Zeros pack a thousand to one: members of 64 MiB that make two gigabytes.
    const auto member = gzip(std::string(64 << 20, '\0'));
    std::string many;
    for (int i = 0; i < 32; ++i)
        many += member;
    PoolBench bench(twin("real"));
    const auto listing = bench.list(many, limits);
    REQUIRE(listing.has_value());
    CHECK(listing->isArchive);
    CHECK(listing->trouble == "needs more memory than allowed");
}

TEST_CASE("Sessions on other threads ask side by side, and a stop answers them all") {
    SystemClock clock;
    ArchiveHelpers helpers(clock, twin("real", 2));
    boost::asio::io_context one, two;
    std::vector<std::future<Answer>> answers;
    std::vector<std::string> archives;
    for (int i = 0; i < 40; ++i)
        archives.push_back(zip({{std::to_string(i) + ".exe", "x"}}));
    for (std::size_t i = 0; i < archives.size(); ++i)
        answers.push_back(boost::asio::co_spawn(i % 2 == 0 ? one : two, helpers.list(archives[i], {}),
                                                boost::asio::use_future));
    std::thread first([&one] { one.run(); });
    two.run();
    first.join();
    for (std::size_t i = 0; i < answers.size(); ++i)
        CHECK(answers[i].get()->names == Names{std::to_string(i) + ".exe"});
    helpers.stop();
}

TEST_CASE("What cannot be an archive never travels") {
    SystemClock clock;
    ArchiveHelperSettings nobody;
    nobody.command = {"/no/such/program"};
    ArchiveHelpers helpers(clock, nobody);
    boost::asio::io_context loop;
    const std::string text = "hello\n", archive = zip({{"a.txt", std::string(100, 'x')}});
    ArchiveLimits small;
    small.maxArchiveSize = 50;
    auto plain = boost::asio::co_spawn(loop, helpers.list(text, {}), boost::asio::use_future);
    auto large = boost::asio::co_spawn(loop, helpers.list(archive, small), boost::asio::use_future);
    auto asked = boost::asio::co_spawn(loop, helpers.list(archive, {}), boost::asio::use_future);
    loop.run();
    CHECK_FALSE(plain.get()->isArchive);
    CHECK(large.get()->trouble != "");
    CHECK(asked.get().error().code == Errc::Unavailable);
}
