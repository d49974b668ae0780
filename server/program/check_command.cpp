// `edgesim check edge.ps1`: every problem of a configuration script, each with its place, without a server.
#include <edge/agents/builtin_agents.h>
#include <edge/config/configuration_store.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/edge_server.h>
#include <edge/server/hosts/shared_library_host.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/shell/memory_shell_host.h>
#include <edge/server/shell/shell.h>
#include <edge/server/shell/standard_cmdlets.h>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <optional>

namespace edge {
namespace {

constexpr std::uint64_t kMaxScript = 16 * 1024 * 1024;

int wrong(const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return kExitUsage;
}

struct CheckOptions {
    std::string script;
    std::optional<std::string> profile;
};

// 0: the script is right; 2: it is not, or cannot be read.
int check(const CheckOptions& options) {
    const auto version = options.profile ? findProfile(*options.profile) : Result<ProfileId>(kDefaultProfile);
    if (!version)
        return wrong(version.error().message);
    PosixFileSystem files;
    const auto text = readWholeFile(files, options.script, kMaxScript);
    if (!text)
        return wrong(text.error().message);

    ConfigurationStore store(EdgeServer::nouns(), *version);
    CmdletRegistry registry;
    registerStandardCmdlets(registry, store.nouns());
    SharedLibraryHost agents(files, temporaryPluginDirectory(), {folderOf(options.script)});
    MemoryShellHost host;
    host.agentHost = &agents;
    const auto errors = Shell(store, registry, host).check(*text, options.script);
    for (const auto& error : errors)
        std::fprintf(stderr, "%s\n", error.toString().c_str());
    if (errors.empty())
        return kExitDone;
    return wrong(std::to_string(errors.size()) + (errors.size() == 1 ? " problem" : " problems") + " in " +
                 options.script);
}

} // namespace

Subcommand checkCommand(CLI::App& app) {
    auto options = std::make_shared<CheckOptions>();
    auto* command =
        app.add_subcommand("check", "Find every problem in a configuration script without running it");
    command->add_option("script", options->script, "The script")->required();
    command->add_option("--profile", options->profile, "Version of Exchange to check for");
    return {command, [options] { return check(*options); }};
}

} // namespace edge
