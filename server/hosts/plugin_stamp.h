// The stamp of a plug-in (pipeline/plugin.h), read from the octets of its file and compared with this
// program's. Nothing is loaded for that: a library built with a sanitizer or another standard library can end
// the process by being loaded.
#pragma once

#include <edge/base/result.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace edge {

struct PluginStamp {
    std::vector<std::pair<std::string, std::string>> built; // "compiler", "g++ 12"
    std::vector<std::string> factories;                     // in the order of EDGE_AGENT_PLUGIN

    // From the octets of a shared library. Malformed, with a sentence that says what the file is instead.
    static Result<PluginStamp> find(std::string_view file);
    // This program's own; without factories.
    static PluginStamp ours();
};

// What keeps a plug-in of that stamp from running here: "compiler clang 14, here g++ 12"; empty where nothing
// does.
std::string stampDifference(const PluginStamp& plugin, const PluginStamp& here);

} // namespace edge
