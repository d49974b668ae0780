// The configuration of a server that was given none: the AdventureWorks lab of the seed article, with
// sensible filters on, so that the first `edgesim serve` just works and shows something.
#pragma once

#include <string_view>

namespace edge {

// A script like any edge.ps1. `serve` prints where it deviates from a fresh Exchange Edge server.
std::string_view defaultConfigurationScript();

} // namespace edge
