// How a Lab becomes the server that somebody has in mind: a configuration, a version, a DNS. In the order in
// which `edgesim serve` does it, so that a script means the same in memory.
#pragma once

#include <edge/base/profile.h>
#include <edge/base/result.h>

#include <optional>
#include <string>

namespace edge {
class CmdletService;
}

namespace edge::testenv {

class Lab;

struct LabSetup {
    std::string config;               // cmdlets
    std::string configName;           // in errors
    std::optional<ProfileId> profile; // wins over the configuration's
    std::string zones;
};

// For a bare Lab. An error has a line for each problem; the Lab is of no use then.
Result<> setUp(Lab& lab, CmdletService& cmdlets, const LabSetup& setup);
// Runs one script; its errors, one a line.
Result<> runSetupScript(CmdletService& cmdlets, const std::string& script, const std::string& name);

} // namespace edge::testenv
