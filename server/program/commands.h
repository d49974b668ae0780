// The subcommands of `edgesim`, in the order in which the help lists them. Each adds its options to the
// command line and says how it is run once they are read, so that main() needs to know none of them.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace edge {

struct Subcommand {
    const CLI::App* options = nullptr; // parsed() tells whether it was chosen
    std::function<int()> run;          // returns an exit code (exit_codes.h)
};

Subcommand serveCommand(CLI::App& app);
Subcommand shellCommand(CLI::App& app);
Subcommand checkCommand(CLI::App& app);
Subcommand testCommand(CLI::App& app);
Subcommand newAgentCommand(CLI::App& app);
Subcommand diffCommand(CLI::App& app);
Subcommand sendCommand(CLI::App& app);
Subcommand explainCommand(CLI::App& app);
Subcommand replayCommand(CLI::App& app);
Subcommand shrinkCommand(CLI::App& app);
Subcommand toScenarioCommand(CLI::App& app);

} // namespace edge
