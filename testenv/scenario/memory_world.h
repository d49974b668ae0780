// A scenario's world in memory: a Lab of its own, with virtual time and nothing shared, so that as many run
// beside each other as there are processors and each comes out the same.
#pragma once

#include <edge/testenv/lab.h>
#include <edge/testenv/scenario/scenario.h>
#include <edge/testenv/scenario/scenario_world.h>

#include <cstdint>
#include <memory>

namespace edge::testenv {

// May throw what the Lab's constructor throws: no server could be made.
std::unique_ptr<ScenarioWorld> makeMemoryWorld(const Scenario& scenario, std::uint64_t seed);

// Whether a step asks what an agent did to the header: only then is every header kept.
bool looksAtAgents(const Scenario& scenario);

// A world whose Lab somebody else moves as well: `edgesim serve --lab`.
class LabWorld : public ScenarioWorld {
public:
    virtual Lab& lab() = 0;
};
// `options.observer` is taken: it is how agents are made to throw, and how headers are kept for headerAt().
std::unique_ptr<LabWorld> makeLabWorld(LabOptions options, bool keepsHeaders = true);

} // namespace edge::testenv
