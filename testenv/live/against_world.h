// Scenarios against a server that is not ours to move (`edgesim test --against HOST:PORT`): a plain edgesim,
// Postfix, a real Exchange. Only its wire is to be had, and its time is ours, so a scenario that needs more
// is not played, and says which line needs it.
#pragma once

#include <edge/base/ip_address.h>
#include <edge/base/result.h>
#include <edge/testenv/scenario/scenario_runner.h>

#include <optional>
#include <string>
#include <string_view>

namespace edge::testenv {

// "mx.example.com:25", "127.0.0.1:2525": asks the system for the address of a name.
Result<Endpoint> serverToPlayAgainst(std::string_view text);
// Why that scenario cannot be played over a connection alone; nothing where it can.
std::optional<std::string> whyNotAgainst(const Scenario& scenario);
// Worlds that are that server's. Callable from every thread.
WorldFactory worldsAgainst(const Endpoint& server);

} // namespace edge::testenv
