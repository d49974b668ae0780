// `edgesim serve --lab SOCKET`: the lab instead of the server that people run (docs/live-mode.md).
#pragma once

#include <edge/server/program/serve_options.h>

namespace edge {

// Runs the lab until SIGTERM, SIGINT or its controller ends it; returns an exit code.
int serveLab(const ServeOptions& options);

} // namespace edge
