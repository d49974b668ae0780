// The greylist's memory: who is new, who came back, who is forgotten.
#include <doctest/doctest.h>
#include <greylist_table.h>

#include <string>

namespace contoso {
namespace {

using namespace std::chrono_literals;
using Answer = GreylistTable::Answer;

constexpr edge::SteadyTime kStart{1h};

TEST_CASE("The first attempt begins the wait, and only coming back after it ends it") {
    GreylistTable table;
    CHECK(table.meet("ann", kStart) == Answer::First);
    CHECK(table.meet("ann", kStart + 5min - 1ns) == Answer::TooSoon);
    CHECK(table.meet("ann", kStart + 5min) == Answer::CameBack);
    CHECK(table.meet("ann", kStart + 6min) == Answer::Known);
}

TEST_CASE("Coming too soon neither restarts nor shortens the wait") {
    GreylistTable table;
    table.meet("ann", kStart);
    for (auto after = 1min; after < 5min; after += 1min)
        CHECK(table.meet("ann", kStart + after) == Answer::TooSoon);
    CHECK(table.meet("ann", kStart + 5min) == Answer::CameBack);
}

TEST_CASE("Who comes back after four hours begins anew") {
    GreylistTable table;
    table.meet("ann", kStart);
    CHECK(table.meet("ann", kStart + 4h + 1ns) == Answer::First);
    CHECK(table.meet("ann", kStart + 4h + 2min) == Answer::TooSoon);
}

TEST_CASE("Every visit of somebody known renews the memory") {
    GreylistTable table;
    table.meet("ann", kStart);
    auto now = kStart + 5min;
    table.meet("ann", now);
    for (int month = 0; month < 12; ++month) {
        now += 24h * 30;
        CHECK(table.meet("ann", now) == Answer::Known);
    }
    CHECK(table.meet("ann", now + 24h * 36 + 1ns) == Answer::First);
}

TEST_CASE("A full table forgets whoever was not seen for longest") {
    GreylistLimits limits;
    limits.entries = 3;
    GreylistTable table(limits);
    table.meet("ann", kStart);
    table.meet("bob", kStart);
    table.meet("cat", kStart);
    table.meet("ann", kStart + 1min); // bob is the oldest now
    table.meet("dan", kStart + 2min);
    CHECK(table.size() == 3);
    CHECK(table.meet("ann", kStart + 5min) == Answer::CameBack);
    CHECK(table.meet("cat", kStart + 5min) == Answer::CameBack);
    CHECK(table.meet("bob", kStart + 5min) == Answer::First);
    CHECK(table.size() == 3);
}

TEST_CASE("A flood of strangers stays within the limit") {
    GreylistLimits limits;
    limits.entries = 100;
    GreylistTable table(limits);
    for (int i = 0; i < 10000; ++i)
        table.meet("stranger " + std::to_string(i), kStart);
    CHECK(table.size() == 100);
}

} // namespace
} // namespace contoso
