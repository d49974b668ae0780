// `edgesim to-scenario FILE`: a recorded session as a scenario.
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/program/recorded_session.h>
#include <edge/testenv/recording/scenario_writer.h>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace edge {
namespace {

using namespace testenv;

struct ToScenarioOptions {
    std::string file;
    std::optional<std::string> output;
    bool concise = false;
};

int write(const ToScenarioOptions& options) {
    const auto dialogue = readDialogue(options.file);
    if (!dialogue)
        return unreadable(dialogue.error().message);
    const auto& [given, recorded] = *dialogue;
    const auto written = toScenario(given, recorded, titleOf(given, recorded) + "\nRecorded.",
                                    options.concise ? ScenarioStyle::Concise : ScenarioStyle::Full);
    if (!written)
        return unreadable(options.file + ": " + written.error().message);
    if (auto out = writeText(options.output, written->text); !out)
        return unreadable(out.error().message);
    if (written->wrong.empty())
        return kExitDone;
    std::fprintf(stderr, "edgesim: the scenario does not pass: %s\n", written->wrong.c_str());
    return kExitFailed;
}

} // namespace

Subcommand toScenarioCommand(CLI::App& app) {
    auto options = std::make_shared<ToScenarioOptions>();
    auto* command = app.add_subcommand("to-scenario", "Write a recorded session as a scenario");
    command->add_option("file", options->file, "A recording made by serve --record")->required();
    command->add_option("-o,--output", options->output, "Write to this file instead of standard output");
    command->add_flag("--concise", options->concise, "Use hello and envelope where nothing else happened");
    command->footer("Exit codes: 0 the scenario is written and passes, 1 it is written and does not pass, 2 "
                    "the recording cannot be read.");
    return {command, [options] { return write(*options); }};
}

} // namespace edge
