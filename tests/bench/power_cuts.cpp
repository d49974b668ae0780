// power_cuts COUNT SEED: that many simulated power cuts, one JSON line each. Exit code 1 where the promise of
// the 250 (docs/queue-and-replay.md) did not hold. Run by tests/bench/crash_bench.py.
#include <edge/tests/bench/power_cut_run.h>

#include <cstdio>
#include <cstdlib>

using namespace edge::testenv;

namespace {

void print(std::uint64_t seed, const PowerCutCount& count) {
    std::printf(
        R"({"crash": "power cut", "seed": %llu, "cut_at": %llu, "operations": %llu, "cuts": %u, )"
        R"("consumer_first": %s, "acknowledged": %llu, "published": %llu, "lost": %llu, "torn": %llu, )"
        R"("stray_files": %llu, "doubled_taken": %llu, "doubled": %llu})"
        "\n",
        static_cast<unsigned long long>(seed), static_cast<unsigned long long>(count.cutAt),
        static_cast<unsigned long long>(count.operations), count.cuts, count.consumerFirst ? "true" : "false",
        static_cast<unsigned long long>(count.acknowledged), static_cast<unsigned long long>(count.published),
        static_cast<unsigned long long>(count.lost), static_cast<unsigned long long>(count.torn),
        static_cast<unsigned long long>(count.strayFiles),
        static_cast<unsigned long long>(count.doubledTaken), static_cast<unsigned long long>(count.doubled));
    std::fflush(stdout);
}

} // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::fputs("usage: power_cuts COUNT SEED\n", stderr);
        return 2;
    }
    const auto cuts = std::strtoull(arguments[1], nullptr, 10);
    const auto first = std::strtoull(arguments[2], nullptr, 10);
    bool holds = true;
    for (auto seed = first; seed < first + cuts; ++seed) {
        PowerCutRun run(seed);
        const auto found = run.run();
        print(seed, found);
        for (const auto& sentence : run.sentences())
            std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(seed), sentence.c_str());
        holds = holds && found.holds();
    }
    return holds ? 0 : 1;
}
