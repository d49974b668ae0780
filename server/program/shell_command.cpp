#include <edge/server/administration/default_configuration.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/net/system_clock.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/shell_client/shell_client.h>
#include <edge/testenv/lab_shell.h>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace edge {
namespace {

using namespace testenv;

constexpr std::uint64_t kMaxScript = 16 * 1024 * 1024;

struct LabOptionsGiven {
    bool lab = false;
    std::optional<std::string> config;
    std::optional<std::string> zones;
    std::optional<std::string> profile;
};

int wrong(const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return kExitUsage;
}

Result<LabSetup> setupOf(FileSystem& files, const LabOptionsGiven& options) {
    LabSetup setup{std::string(defaultConfigurationScript()), "the AdventureWorks default", {}, {}};
    if (options.config) {
        auto config = readWholeFile(files, *options.config, kMaxScript);
        if (!config)
            return config.error();
        setup.config = std::move(*config);
        setup.configName = *options.config;
    }
    if (options.zones) {
        auto zones = readWholeFile(files, *options.zones, kMaxScript);
        if (!zones)
            return zones.error();
        setup.zones = std::move(*zones);
    }
    if (options.profile) {
        const auto version = findProfile(*options.profile);
        if (!version)
            return version.error();
        setup.profile = *version;
    }
    return setup;
}

int runInMemory(const LabOptionsGiven& options, const ShellClientOptions& shell) {
    PosixFileSystem files;
    const auto setup = setupOf(files, options);
    if (!setup)
        return wrong(setup.error().message);
    const auto server = LabShell::make(*setup, SystemClock().utcNow(), &files);
    if (!server)
        return wrong(server.error().message);
    return runShellOn(**server, shell);
}

} // namespace

Subcommand shellCommand(CLI::App& app) {
    auto options = std::make_shared<ShellClientOptions>();
    auto lab = std::make_shared<LabOptionsGiven>();
    auto* shell = app.add_subcommand("shell", "Run cmdlets on a running server, or on one in memory");
    auto* data = shell->add_option("--data", options->dataDirectory, "Data directory of the server")
                     ->capture_default_str();
    shell->add_option("-c,--command", options->commands, "Run this and exit; may be given several times")
        ->take_all();
    shell->add_option("script", options->scriptFile, "Script file to run, - for standard input");
    auto* inMemory =
        shell->add_flag("--lab", lab->lab, "On a server in memory that nobody else sees")->excludes(data);
    shell
        ->add_option("--config", lab->config,
                     "What that server begins with (default: the AdventureWorks lab that serve begins with)")
        ->needs(inMemory);
    shell->add_option("--zones", lab->zones, "Its DNS records, one a line; other names do not exist")
        ->needs(inMemory);
    shell->add_option("--profile", lab->profile, "Its version of Exchange: 2007, 2010, 2013, 2016, 2019, SE")
        ->needs(inMemory);
    return {shell, [options, lab] { return lab->lab ? runInMemory(*lab, *options) : runShell(*options); }};
}

} // namespace edge
