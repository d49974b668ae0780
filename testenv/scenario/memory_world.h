// A scenario's world in memory: a Lab of its own, with virtual time and nothing shared, so that as many run
// beside each other as there are processors and each comes out the same.
#pragma once

#include <edge/testenv/scenario/scenario.h>
#include <edge/testenv/scenario/scenario_world.h>

#include <cstdint>
#include <memory>

namespace edge::testenv {

// May throw what the Lab's constructor throws: no server could be made.
std::unique_ptr<ScenarioWorld> makeMemoryWorld(const Scenario& scenario, std::uint64_t seed);

} // namespace edge::testenv
