#include <edge/server/program/commands.h>
#include <edge/server/shell_client/shell_client.h>

#include <CLI/CLI.hpp>

#include <memory>

namespace edge {

Subcommand shellCommand(CLI::App& app) {
    auto options = std::make_shared<ShellClientOptions>();
    auto* shell = app.add_subcommand("shell", "Run cmdlets on a running server");
    shell->add_option("--data", options->dataDirectory, "Data directory of the server")
        ->capture_default_str();
    shell->add_option("-c,--command", options->commands, "Run this and exit; may be given several times")
        ->take_all();
    shell->add_option("script", options->scriptFile, "Script file to run, - for standard input");
    return {shell, [options] { return runShell(*options); }};
}

} // namespace edge
