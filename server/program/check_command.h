// `edgesim check edge.ps1`: every problem of a configuration script, each with its place, without a server.
#pragma once

#include <optional>
#include <string>

namespace edge {

struct CheckOptions {
    std::string script;
    std::optional<std::string> profile;
};

// 0: the script is right; 2: it is not, or cannot be read.
int check(const CheckOptions& options);

} // namespace edge
