// `edgesim new-agent NAME`: a project of one's own to begin with.
#include <edge/server/new_agent/agent_project.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace edge {
namespace {

int failed(int code, const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return code;
}

struct NewAgentOptions {
    std::string name;
    std::string folder; // empty: named like the project
};

// 0: written; 1: the disk refused; 2: the name is none, or there is something already.
int newAgent(const NewAgentOptions& options) {
    const auto names = AgentNames::parse(options.name);
    if (!names)
        return failed(kExitUsage, names.error().message);
    const auto folder = options.folder.empty() ? names->project : options.folder;
    if (auto written = writeProject(folder, agentProject(*names)); !written)
        return failed(written.error().code == Errc::AlreadyExists ? kExitUsage : kExitFailed,
                      written.error().message);
    std::printf("%s is an agent that refuses the subject \"foo\", with its scenarios and tests.\n"
                "Build and test it:  %s/ci/test.sh\n",
                folder.c_str(), folder.c_str());
    return kExitDone;
}

} // namespace

Subcommand newAgentCommand(CLI::App& app) {
    auto options = std::make_shared<NewAgentOptions>();
    auto* command = app.add_subcommand("new-agent", "Write a project for an agent of your own");
    command->add_option("name", options->name, "Its name: no-foo makes NoFooAgent in libno_foo_agent.so")
        ->required();
    command->add_option("--dir", options->folder,
                        "Folder to write, empty or not there yet (default: ./NAME-agent)");
    return {command, [options] { return newAgent(*options); }};
}

} // namespace edge
