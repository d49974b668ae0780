#include <edge/testenv/manual_clock.h>
#include <edge/testenv/seeded_random.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

struct World {
    asio::io_context loop;
    ManualClock clock{loop};
    SteadyTime start = clock.steadyNow();
    std::vector<std::string> log;

    void note(const std::string& what) {
        const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(clock.steadyNow() - start);
        log.push_back(what + "@" + std::to_string(since.count()));
    }
};

Task<> waitAndNote(World& world, Duration time, std::string name) {
    co_await world.clock.waitUntil(world.start + time);
    world.note(name);
}

Task<> noteTwice(World& world, Duration first, Duration second, std::string name) {
    co_await waitAndNote(world, first, name + "1");
    co_await waitAndNote(world, second, name + "2");
}

Task<> failAt(World& world, Duration time) {
    co_await world.clock.waitUntil(world.start + time);
    throw std::runtime_error("failed");
}

Task<> limit(World& world, Duration deadline, Task<> work, std::optional<bool>& finished) {
    finished = co_await world.clock.within(world.start + deadline, std::move(work));
}

void spawn(World& world, Task<> task) {
    asio::co_spawn(world.loop, std::move(task), asio::detached);
    world.loop.restart();
    world.loop.poll();
}

} // namespace

TEST_CASE("Waiters are resumed in the order of their deadlines, each at its own time") {
    World world;
    spawn(world, waitAndNote(world, 300ms, "c"));
    spawn(world, waitAndNote(world, 100ms, "a"));
    spawn(world, waitAndNote(world, 200ms, "b"));
    CHECK(world.clock.nextDeadline() == world.start + 100ms);
    world.clock.advance(1s);
    CHECK(world.log == std::vector<std::string>{"a@100", "b@200", "c@300"});
    CHECK(world.clock.steadyNow() == world.start + 1s);
}

TEST_CASE("Equal deadlines are served in the order of arrival") {
    World world;
    for (const auto* name : {"1", "2", "3"})
        spawn(world, waitAndNote(world, 1s, name));
    world.clock.advance(1s);
    CHECK(world.log == std::vector<std::string>{"1@1000", "2@1000", "3@1000"});
}

TEST_CASE("A wait begun during an advance ends within it") {
    World world;
    spawn(world, noteTwice(world, 1s, 2s, "x"));
    spawn(world, noteTwice(world, 1500ms, 2500ms, "y"));
    world.clock.advance(3s);
    CHECK(world.log == std::vector<std::string>{"x1@1000", "y1@1500", "x2@2000", "y2@2500"});
}

TEST_CASE("Time stands still until it is moved") {
    World world;
    spawn(world, waitAndNote(world, 1s, "a"));
    world.loop.poll();
    CHECK(world.log.empty());
    world.clock.advance(999ms);
    CHECK(world.log.empty());
    CHECK(world.clock.advanceToNext());
    CHECK(world.log == std::vector<std::string>{"a@1000"});
    CHECK_FALSE(world.clock.advanceToNext());
    CHECK(world.clock.nextDeadline() == kNever);
}

TEST_CASE("A deadline that has passed is not waited for") {
    World world;
    spawn(world, waitAndNote(world, -1s, "past"));
    CHECK(world.log == std::vector<std::string>{"past@0"});
}

TEST_CASE("Calendar time moves with monotonic time") {
    World world;
    world.clock.advance(36h);
    CHECK(world.clock.utcNow() == kScenarioStart + 36h);
}

TEST_CASE("Work that ends before its deadline is let be") {
    World world;
    std::optional<bool> finished;
    spawn(world, limit(world, 2s, waitAndNote(world, 1s, "work"), finished));
    world.clock.advance(1s);
    CHECK(finished == true);
    CHECK(world.log == std::vector<std::string>{"work@1000"});
    CHECK(world.clock.nextDeadline() == kNever); // the deadline is not waited for any more
}

TEST_CASE("Work that outlives its deadline is cancelled there") {
    World world;
    std::optional<bool> finished;
    spawn(world, limit(world, 2s, waitAndNote(world, 1h, "work"), finished));
    world.clock.advance(1999ms);
    CHECK_FALSE(finished.has_value());
    world.clock.advance(1ms);
    CHECK(finished == false);
    CHECK(world.log.empty());
    CHECK(world.clock.nextDeadline() == kNever); // the work does not wait any more
}

TEST_CASE("Work without a deadline runs to its end") {
    World world;
    std::optional<bool> finished;
    const auto unlimited = kNever - world.start;
    spawn(world, limit(world, unlimited, waitAndNote(world, 24h, "work"), finished));
    CHECK(world.clock.nextDeadline() == world.start + 24h);
    world.clock.advance(24h);
    CHECK(finished == true);
}

TEST_CASE("What the work throws passes through within()") {
    World world;
    std::optional<bool> finished;
    std::exception_ptr failure;
    const auto keep = [&failure](std::exception_ptr e) { failure = e; };
    asio::co_spawn(world.loop, limit(world, 2s, failAt(world, 1s), finished), keep);
    world.loop.poll();
    world.clock.advance(1s);
    CHECK_FALSE(finished.has_value());
    REQUIRE(failure);
    CHECK_THROWS_WITH(std::rethrow_exception(failure), "failed");
}

TEST_CASE("Cancelling the waiting coroutine ends its wait and its work by exception") {
    World world;
    std::optional<bool> finished;
    std::exception_ptr failure;
    asio::cancellation_signal cancel;
    const auto keep = [&failure](std::exception_ptr e) { failure = e; };
    asio::co_spawn(world.loop, limit(world, 2s, waitAndNote(world, 1s, "work"), finished),
                   asio::bind_cancellation_slot(cancel.slot(), keep));
    world.loop.poll();
    CHECK(world.clock.nextDeadline() == world.start + 1s);
    cancel.emit(asio::cancellation_type::terminal);
    world.loop.poll();
    CHECK(failure);
    CHECK_FALSE(finished.has_value());
    CHECK(world.clock.nextDeadline() == kNever);
    world.clock.advance(5s);
    CHECK(world.log.empty());
}

TEST_CASE("A loop that is dropped takes its waiters along, also after the clock") {
    auto loop = std::make_unique<asio::io_context>();
    auto clock = std::make_unique<ManualClock>(*loop);
    asio::co_spawn(*loop, clock->waitUntil(clock->steadyNow() + 1s), asio::detached);
    loop->poll();
    CHECK(clock->nextDeadline() != kNever);
    clock.reset();
    loop.reset(); // the sanitizers would see a waiter that touches the clock
}

TEST_CASE("A seed repeats its numbers, another seed has others") {
    SeededRandom one(7);
    SeededRandom same(7);
    SeededRandom other(8);
    std::vector<std::uint64_t> first;
    std::vector<std::uint64_t> second;
    std::vector<std::uint64_t> third;
    for (int i = 0; i < 100; ++i) {
        first.push_back(one.next());
        second.push_back(same.next());
        third.push_back(other.next());
    }
    CHECK(first == second);
    CHECK(first != third);
    CHECK(SeededRandom(0).next() == 0xE220A8397B1DCDAFULL); // the published first number of seed 0
}
