// A scenario's world outside of this process: clients are real TCP connections, and the server is a lab that
// is held still and moved over its control socket (lab_server.h). What a scenario does here comes out as it
// does in memory, octet for octet and second for second.
#pragma once

#include <edge/base/ip_address.h>
#include <edge/testenv/live/lab_controller.h>
#include <edge/testenv/scenario/scenario.h>
#include <edge/testenv/scenario/scenario_world.h>

#include <cstdint>
#include <memory>

namespace edge::testenv {

// Begins a new life of that lab's server. `smtp` is where it listens. Throws std::runtime_error where the lab
// has gone. `lease` is let go when the world ends.
std::unique_ptr<ScenarioWorld> makeLiveWorld(LabController& controller, const Endpoint& smtp,
                                             const Scenario& scenario, std::uint64_t seed,
                                             std::shared_ptr<void> lease = nullptr);

} // namespace edge::testenv
