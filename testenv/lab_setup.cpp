#include <edge/base/text.h>
#include <edge/server/administration/cmdlet_service.h>
#include <edge/testenv/lab.h>
#include <edge/testenv/lab_setup.h>

namespace edge::testenv {
namespace {

Result<> chooseProfile(CmdletService& cmdlets, const LabSetup& setup) {
    if (!setup.profile)
        return {};
    return runSetupScript(cmdlets, "Set-EdgeSimProfile " + std::string(profile(*setup.profile).name),
                          "--profile");
}

} // namespace

Result<> runSetupScript(CmdletService& cmdlets, const std::string& script, const std::string& name) {
    const auto reply = cmdlets.runScript(script, name);
    if (reply.errors.empty())
        return {};
    return Error{Errc::InvalidArgument, join(reply.errors, "\n")};
}

// The profile comes first, for a script may use what that version brought, and last, because it wins.
Result<> setUp(Lab& lab, CmdletService& cmdlets, const LabSetup& setup) {
    if (auto chosen = chooseProfile(cmdlets, setup); !chosen)
        return chosen;
    if (auto run = runSetupScript(cmdlets, setup.config, setup.configName); !run)
        return run;
    if (auto chosen = chooseProfile(cmdlets, setup); !chosen)
        return chosen;
    return lab.dns().load(setup.zones);
}

} // namespace edge::testenv
