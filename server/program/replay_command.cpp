// `edgesim replay FILE...`: plays recorded sessions again, in memory, and shows what is different.
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/program/recorded_session.h>
#include <edge/testenv/recording/comparison.h>
#include <edge/testenv/recording/session_player.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace edge {
namespace {

using namespace testenv;

struct ReplayOptions {
    std::vector<std::string> files;
    std::optional<std::string> config;
    bool quiet = false;
};

// One recording; an exit code.
int replay(const std::string& file, const ReplayOptions& options,
           const std::optional<std::vector<std::string>>& script) {
    auto dialogue = readDialogue(file);
    if (!dialogue)
        return unreadable(dialogue.error().message);
    if (script)
        dialogue->given.script = *script;
    const auto now = playSession(dialogue->given);
    if (!now)
        return unreadable(file + ": " + now.error().message);
    const auto difference = outcomeDifference(dialogue->given, dialogue->outcome, *now);
    for (const auto& question : now->questions)
        std::printf("%s: the recording has no answer of the DNS for %s\n", file.c_str(), question.c_str());
    if (dialogue->given.leaving == Leaving::Unknown && !options.quiet)
        std::printf("%s: recorded up to a point before the session's end\n", file.c_str());
    if (!difference.empty())
        std::printf("differs  %s\n%s", file.c_str(), difference.c_str());
    else if (!options.quiet)
        std::printf("same     %s\n", file.c_str());
    return difference.empty() ? kExitDone : kExitFailed;
}

int replayAll(const ReplayOptions& options) {
    std::optional<std::vector<std::string>> script;
    if (options.config) {
        auto read = readStatements(*options.config);
        if (!read)
            return unreadable(read.error().message);
        script = std::move(*read);
    }
    int worst = kExitDone;
    for (const auto& file : options.files)
        worst = std::max(worst, replay(file, options, script));
    return worst;
}

} // namespace

Subcommand replayCommand(CLI::App& app) {
    auto options = std::make_shared<ReplayOptions>();
    auto* command = app.add_subcommand(
        "replay", "Play recorded sessions again and show what differs (docs/recordings.md)");
    command->add_option("file", options->files, "Recordings made by serve --record")->required();
    command->add_option("--config", options->config,
                        "Play them under this configuration instead of the recorded one");
    command->add_flag("--quiet", options->quiet, "Show differences only");
    command->footer("Exit codes: 0 everything came out the same, 1 something differs, 2 a recording or the "
                    "configuration cannot be read.");
    return {command, [options] { return replayAll(*options); }};
}

} // namespace edge
