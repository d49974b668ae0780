// A few of the power cuts that `./dev bench --crash` makes by the hundred: the promise of the 250 through the
// whole server.
#include <edge/tests/bench/power_cut_run.h>

#include <doctest/doctest.h>

using namespace edge::testenv;

TEST_CASE(
    "Power cut at a random operation of the whole server: nothing acknowledged is lost, nothing is torn") {
    PowerCutCount sum;
    bool consumerFirst = false;
    bool serverFirst = false;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        PowerCutRun run(seed);
        const auto count = run.run();
        for (const auto& sentence : run.sentences())
            FAIL_CHECK(sentence);
        CHECK(count.holds());
        sum.acknowledged += count.acknowledged;
        sum.cuts += count.cuts;
        (count.consumerFirst ? consumerFirst : serverFirst) = true;
    }
    CHECK(sum.acknowledged > 30); // the runs were about something
    CHECK(sum.cuts > 30);         // some of them lost their power while they recovered, too
    CHECK(consumerFirst);
    CHECK(serverFirst);
}
