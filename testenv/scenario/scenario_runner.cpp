#include <edge/testenv/scenario/memory_world.h>
#include <edge/testenv/scenario/scenario_run.h>

#include <exception>

namespace edge::testenv {
ScenarioResult runScenario(const Scenario& scenario, const WorldFactory& makeWorld,
                           const RunOptions& options) {
    ScenarioResult result;
    result.seed = options.seed.value_or(scenario.seed.value_or(1));
    try {
        const auto world = makeWorld(scenario, result.seed);
        ScenarioRun(scenario, *world, options, result).play();
    } catch (const CannotPlay& why) {
        result.verdict = Verdict::Skipped;
        result.reason = why.what();
    } catch (const std::exception& error) {
        result.verdict = Verdict::Broken;
        result.reason = error.what();
    }
    return result;
}

ScenarioResult runInMemory(const Scenario& scenario, const RunOptions& options) {
    return runScenario(scenario, makeMemoryWorld, options);
}

} // namespace edge::testenv
