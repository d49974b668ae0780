#include <edge/server/net/system_clock.h>
#include <edge/server/net/system_random.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

using namespace edge;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

// Sets the time zone for one test.
class Zone {
public:
    explicit Zone(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    ~Zone() {
        ::unsetenv("TZ");
        ::tzset();
    }
};

UtcTime utc(std::chrono::sys_days day) {
    return day;
}

// Something that tells when it is destroyed: a leaked coroutine frame would keep it.
struct Witness {
    explicit Witness(bool& gone)
        : gone_(gone) {}
    ~Witness() { gone_ = true; }
    bool& gone_;
};

Task<> sleepLong(Clock& clock, bool& gone) {
    const Witness witness(gone);
    co_await clock.waitUntil(clock.steadyNow() + 24h);
}

Task<> fail() {
    throw std::runtime_error("failed");
    co_return;
}

Task<> limited(Clock& clock, Duration time, Task<> work, std::optional<bool>& finished) {
    finished = co_await clock.within(clock.steadyNow() + time, std::move(work));
}

Task<> nap(Clock& clock, Duration time) {
    co_await clock.waitUntil(clock.steadyNow() + time);
}

} // namespace

TEST_CASE("Local time follows the tz database, summer time included") {
    using namespace std::chrono;
    const SystemClock clock;
    const auto winter = utc(2019y / January / 25);
    const auto summer = utc(2016y / August / 5);
    {
        const Zone zone("America/Los_Angeles");
        CHECK(clock.utcOffset(summer) == -7h); // the banner example of platform.md 2.5
        CHECK(clock.utcOffset(winter) == -8h);
    }
    {
        const Zone zone("Asia/Kolkata");
        CHECK(clock.utcOffset(winter) == 5h + 30min);
    }
    {
        const Zone zone("UTC");
        CHECK(clock.utcOffset(summer) == 0min);
    }
}

TEST_CASE("Monotonic time does not go back, and a wait takes its time") {
    asio::io_context loop;
    SystemClock clock;
    const auto before = clock.steadyNow();
    asio::co_spawn(loop, nap(clock, 5ms), asio::detached);
    loop.run();
    CHECK(clock.steadyNow() >= before + 5ms);
}

TEST_CASE("within() cancels work at the deadline and leaves nothing behind") {
    asio::io_context loop;
    SystemClock clock;
    std::optional<bool> finished;
    bool gone = false;
    asio::co_spawn(loop, limited(clock, 2ms, sleepLong(clock, gone), finished), asio::detached);
    loop.run(); // ends: no timer of a day is left
    CHECK(finished == false);
    CHECK(gone);
}

TEST_CASE("within() lets quick work finish and drops the deadline") {
    asio::io_context loop;
    SystemClock clock;
    std::optional<bool> finished;
    asio::co_spawn(loop, limited(clock, 24h, nap(clock, 1ms), finished), asio::detached);
    loop.run();
    CHECK(finished == true);
}

TEST_CASE("within() passes on what the work throws, at once too") {
    asio::io_context loop;
    SystemClock clock;
    std::optional<bool> finished;
    std::exception_ptr failure;
    const auto keep = [&failure](std::exception_ptr e) { failure = e; };
    asio::co_spawn(loop, limited(clock, 24h, fail(), finished), keep);
    loop.run();
    REQUIRE(failure);
    CHECK_THROWS_WITH(std::rethrow_exception(failure), "failed");
}

TEST_CASE("A cancelled wait ends by exception") {
    asio::io_context loop;
    SystemClock clock;
    std::exception_ptr failure;
    asio::cancellation_signal cancel;
    bool gone = false;
    const auto keep = [&failure](std::exception_ptr e) { failure = e; };
    asio::co_spawn(loop, sleepLong(clock, gone), asio::bind_cancellation_slot(cancel.slot(), keep));
    loop.poll();
    CHECK_FALSE(gone);
    cancel.emit(asio::cancellation_type::terminal);
    loop.run();
    CHECK(failure);
    CHECK(gone);
}

TEST_CASE("Random numbers do not repeat") {
    SystemRandom random;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(random.next());
    CHECK(seen.size() == 1000);
}
