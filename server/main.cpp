// edgesim: the command line. Each command is a function of server/program; what a server is made of is wired,
// top to bottom, in server/program/serve.cpp.
#include <edge/server/archives/helper_main.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>

#include <CLI/CLI.hpp>
#ifdef EDGE_MIMALLOC
#include <mimalloc.h>
#endif

#include <string_view>
#include <vector>

namespace {

// Under load a page that was given back is wanted again within milliseconds, and each return costs a page
// fault.
constexpr long kKeepFreedMilliseconds = 1000;

void settleAllocator() {
#ifdef EDGE_MIMALLOC
    mi_option_set(mi_option_decommit_delay, kKeepFreedMilliseconds);
#endif
}

} // namespace

int main(int argc, char** argv) {
    using namespace edge;
    settleAllocator();
    if (argc == 2 && std::string_view(argv[1]) == kArchiveHelperCommand)
        return runArchiveHelper();
    CLI::App app{"edgesim: a stand-in for the receive side of an Exchange Edge Transport server"};
    app.set_version_flag("--version", "edgesim " EDGE_VERSION);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 3 no test selected, 4 "
               "port, data directory or server not available.");
    const std::vector<Subcommand> commands{
        serveCommand(app),  shellCommand(app),      checkCommand(app),    testCommand(app),
        diffCommand(app),   sendCommand(app),       explainCommand(app),  replayCommand(app),
        shrinkCommand(app), toScenarioCommand(app), newAgentCommand(app),
    };
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kExitDone : kExitUsage;
    }
    for (const auto& command : commands)
        if (command.options->parsed())
            return command.run();
    return kExitUsage;
}
