// What the command line of `edgesim serve` says.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_range.h>
#include <edge/server/program/listen_spec.h>

#include <optional>
#include <string>
#include <vector>

namespace edge {

struct ServeOptions {
    std::optional<std::string> config; // --config: never written
    std::string dataDirectory = "./edgesim-data";
    bool dataGiven = false;         // --data was said
    std::optional<std::string> lab; // --lab: where a controller moves it
    std::vector<ListenSpec> listen; // empty: 127.0.0.1:2525
    std::optional<std::string> portFile;
    std::optional<std::string> profile;
    std::optional<std::string> record; // folder for recordings of sessions
    int threads = 0;                   // 0: one a core, less the one that commits and publishes
    bool relaxed = false;
    bool quiet = false;
    bool json = false;
    bool allowNonLoopback = false;
    std::vector<IpRange> xclientPeers; // who may speak for other clients
};

// How long SIGTERM lets sessions finish what they are sending before they are cut.
inline constexpr Duration kShutdownBound = std::chrono::seconds(10);

// Runs the server until SIGTERM or SIGINT; returns an exit code.
int serve(const ServeOptions& options);

} // namespace edge
