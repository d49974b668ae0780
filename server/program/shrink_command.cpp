// `edgesim shrink FILE`: the smallest scenario that still shows what a recorded session showed.
#include <edge/base/text.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/program/progress_bar.h>
#include <edge/server/program/recorded_session.h>
#include <edge/testenv/recording/comparison.h>
#include <edge/testenv/recording/scenario_writer.h>
#include <edge/testenv/recording/session_player.h>
#include <edge/testenv/recording/session_shrinker.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace edge {
namespace {

using namespace testenv;


struct ShrinkCommandOptions {
    std::string file;
    std::optional<std::string> failing;
    std::optional<std::string> config;
    std::optional<std::string> check;
    std::optional<std::string> output;
    std::size_t maxRuns = kMaxShrinkRuns;
};

// A file for the check command to look at, gone afterwards.
class ScratchFile {
public:
    ScratchFile() {
        const int descriptor = ::mkstemps(path_.data(), 9); // ".scenario"
        if (descriptor < 0)
            path_.clear();
        else
            ::close(descriptor);
    }
    ~ScratchFile() {
        if (!path_.empty())
            ::unlink(path_.c_str());
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    const std::string& path() const { return path_; }
    bool fill(const std::string& text) const {
        auto* file = path_.empty() ? nullptr : std::fopen(path_.c_str(), "w");
        if (!file)
            return false;
        const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
        return std::fclose(file) == 0 && written;
    }

private:
    std::string path_ = "/tmp/edgesim-shrink-XXXXXX.scenario";
};

// Asks a command of somebody's: it gets the scenario's path as $1 and says 0 where it still shows.
StillShows asksCommand(std::string command) {
    auto file = std::make_shared<ScratchFile>();
    return [file, command = std::move(command)](const SessionCase& candidate) {
        const auto outcome = playSession(candidate);
        if (!outcome ||
            !file->fill(scenarioText(candidate, *outcome, "A candidate.", ScenarioStyle::Concise)))
            return false;
        const auto line = "set -- '" + file->path() + "'; " + command;
        return std::system(line.c_str()) == 0; // NOLINT: the user's own command
    };
}

// The first line of a difference that the other side lacks: "+ S: 554 ..." without its mark.
std::string firstAdded(const std::string& difference) {
    constexpr std::string_view kGot = "+ got:";
    for (const auto line : split(difference, '\n'))
        if (const auto text = trim(line); text.starts_with(kGot))
            return std::string(trim(text.substr(kGot.size())));
    return {};
}

struct Question {
    StillShows asks;
    std::string words; // for people
};

// What shall still be shown; an error where the recording does not show it.
Result<Question> questionOf(const ShrinkCommandOptions& options, const SessionCase& given,
                            const std::vector<std::string>& recordedScript, const SessionOutcome& outcome) {
    if (options.check)
        return Question{asksCommand(*options.check), *options.check};
    if (options.failing) {
        if (!shows(given, outcome, *options.failing))
            return Error{Errc::NotFound, "the session does not show \"" + *options.failing + "\""};
        return Question{showsText(*options.failing), *options.failing};
    }
    if (!options.config) {
        const auto verdict = lastVerdict(given, outcome);
        return Question{showsText(verdict), verdict};
    }
    auto before = given;
    before.script = recordedScript;
    const auto otherwise = playSession(before);
    if (!otherwise)
        return otherwise.error();
    const auto added = firstAdded(outcomeDifference(given, *otherwise, outcome));
    if (added.empty())
        return Error{Errc::NotFound, "under that configuration the session says nothing that it did not say"};
    return Question{showsOnlyWithout(recordedScript, added), added + " (not so when it was recorded)"};
}

// The bar is for people at a terminal.
std::function<void(std::size_t, std::size_t)> progressTeller(std::size_t whole) {
    if (isatty(STDERR_FILENO) != 1)
        return {};
    return [whole](std::size_t runs, std::size_t size) {
        const auto bar = progressBar(whole - std::min(size, whole), whole);
        std::fprintf(stderr, "\r%s %zu of %zu lines left, %zu runs ", bar.c_str(), size, whole, runs);
        std::fflush(stderr);
    };
}

int shrink(const ShrinkCommandOptions& options) {
    auto dialogue = readDialogue(options.file);
    if (!dialogue)
        return unreadable(dialogue.error().message);
    auto given = withoutSmallPauses(std::move(dialogue->given));
    const auto recordedScript = given.script;
    if (options.config) {
        auto script = readStatements(*options.config);
        if (!script)
            return unreadable(script.error().message);
        given.script = std::move(*script);
    }
    const auto outcome = playSession(given);
    if (!outcome)
        return unreadable(options.file + ": " + outcome.error().message);
    const auto question = questionOf(options, given, recordedScript, *outcome);
    if (!question || !question->asks(given))
        return unreadable(options.file + ": " +
                          (question ? "the session does not show it" : question.error().message));

    const auto whole = sizeOf(given);
    const auto shrunk =
        shrinkSession(given, question->asks, {.maxRuns = options.maxRuns, .progress = progressTeller(whole)});
    const auto smallest = playSession(shrunk.smallest);
    if (!smallest)
        return unreadable(smallest.error().message);
    const auto written =
        toScenario(shrunk.smallest, *smallest, "Still shows: " + question->words, ScenarioStyle::Concise);
    if (!written)
        return unreadable(written.error().message);
    std::fprintf(stderr, "%s%zu of %zu lines are left after %zu runs%s\n",
                 isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : "", sizeOf(shrunk.smallest), whole, shrunk.runs,
                 shrunk.gaveUp ? ", the most that --max-runs allows" : "");
    if (auto out = writeText(options.output, written->text); !out)
        return unreadable(out.error().message);
    return kExitDone;
}

} // namespace

Subcommand shrinkCommand(CLI::App& app) {
    auto options = std::make_shared<ShrinkCommandOptions>();
    auto* command = app.add_subcommand(
        "shrink", "Reduce a recorded session to the smallest scenario that still shows the same");
    command->add_option("file", options->file, "A recording made by serve --record")->required();
    auto* failing = command->add_option(
        "--failing", options->failing,
        "What it must still show: a part of a reply or decision (default: its last verdict)");
    command->add_option("--config", options->config,
                        "Play it under this configuration; what it must still show is then the first "
                        "thing that was not so when it was recorded");
    command
        ->add_option("--check", options->check,
                     "A shell command that is given each candidate as $1 and exits with 0 where it still "
                     "shows it")
        ->excludes(failing);
    command->add_option("-o,--output", options->output, "Write to this file instead of standard output");
    command->add_option("--max-runs", options->maxRuns, "So many candidates at most")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    command->footer("Exit codes: 0 the smallest scenario is written, 2 the recording cannot be read or does "
                    "not show it.");
    return {command, [options] { return shrink(*options); }};
}

} // namespace edge
