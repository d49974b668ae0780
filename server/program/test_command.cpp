#include <edge/server/administration/state_file.h>
#include <edge/server/net/system_clock.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/program/test_options.h>
#include <edge/testenv/scenario/scenario_coverage.h>
#include <edge/testenv/scenario/scenario_report.h>
#include <edge/testenv/scenario/scenario_suite.h>
#include <edge/testenv/scenario/scenario_verbs.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string_view>
#include <thread>

namespace edge {
namespace {

using namespace testenv;

constexpr std::size_t kBarWidth = 40;

int wrong(const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return kExitUsage;
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

// "2/5" into a selection; false where it is none.
bool readShard(std::string_view text, SuiteSelection& selection) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos)
        return false;
    const auto read = [](std::string_view digits, std::size_t& number) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return error == std::errc{} && end == digits.data() + digits.size() && number > 0;
    };
    return read(text.substr(0, slash), selection.shard) && read(text.substr(slash + 1), selection.shards) &&
           selection.shard <= selection.shards;
}

// What is printed while scenarios are played. The progress bar is on the terminal only, behind the last line.
class Teller {
public:
    Teller(const TestOptions& options, std::size_t total)
        : options_(options)
        , total_(total)
        , terminal_(isatty(STDOUT_FILENO) == 1) {
        if (options_.tap)
            print(tapPlan(total));
    }

    void tell(const PlayedScenario& played) {
        ++told_;
        clearBar();
        if (options_.json)
            print(jsonLine(played) + "\n");
        else if (options_.tap)
            print(tapText(played, told_));
        else
            tellPeople(played);
        drawBar();
        if (options_.junitFile)
            kept_.push_back(played);
        if (options_.coverage)
            coverage_.add(played);
        for (const auto& edit : played.result.edits)
            edits_.push_back(edit);
    }

    void end(const SuiteSummary& summary) {
        clearBar();
        if (options_.coverage)
            print(coverageText(coverage_));
        if (options_.json)
            print(jsonLine(summary) + "\n");
        else if (!options_.tap)
            print(summaryLine(summary) + "\n");
    }

    const std::vector<PlayedScenario>& kept() const { return kept_; }
    std::vector<ScenarioEdit> edits() const { return edits_; }

private:
    void tellPeople(const PlayedScenario& played) {
        const bool bad = played.result.verdict == Verdict::Failed || played.result.verdict == Verdict::Broken;
        if (bad || !options_.quiet)
            print(resultLine(played, terminal_) + "\n");
        if (played.result.verdict == Verdict::Failed)
            print(failureText(played));
        if (options_.github)
            print(githubText(played));
    }

    bool hasBar() const { return terminal_ && !options_.json && !options_.tap; }
    void clearBar() const {
        if (hasBar())
            print("\r\x1b[K");
    }
    void drawBar() const {
        if (!hasBar() || told_ == total_)
            return;
        const auto done = kBarWidth * told_ / total_;
        print("[" + std::string(done, '#') + std::string(kBarWidth - done, '.') + "] " +
              std::to_string(told_) + "/" + std::to_string(total_));
        std::fflush(stdout);
    }

    const TestOptions& options_;
    const std::size_t total_;
    const bool terminal_;
    std::size_t told_ = 0;
    std::vector<PlayedScenario> kept_;
    std::vector<ScenarioEdit> edits_;
    SuiteCoverage coverage_;
};

int list(const std::vector<Scenario>& scenarios) {
    for (const auto& scenario : scenarios) {
        auto line = scenario.name;
        for (const auto& tag : scenario.tags)
            line += " [" + tag + "]";
        if (!scenario.title.empty())
            line += ": " + scenario.title;
        for (const auto& evidence : scenario.evidence)
            line += " (" + std::string(toString(evidence.level)) +
                    (evidence.reference.empty() ? "" : ", " + evidence.reference) + ")";
        print(line + "\n");
    }
    return kExitDone;
}

int exitCode(const SuiteSummary& summary) {
    if (summary.broken > 0)
        return kExitUnavailable;
    return summary.failed > 0 ? kExitFailed : kExitDone;
}

int writeFiles(FileSystem& files, const TestOptions& options, const Teller& teller,
               const SuiteSummary& summary) {
    if (options.junitFile) {
        const auto written =
            writeFileDurably(files, *options.junitFile, junitDocument(teller.kept(), summary));
        if (!written) {
            wrong(written.error().message);
            return kExitUnavailable;
        }
    }
    if (!options.update)
        return kExitDone;
    const auto changed = applyEdits(files, teller.edits());
    if (!changed) {
        wrong(changed.error().message);
        return kExitUnavailable;
    }
    for (const auto& file : *changed)
        std::fprintf(stderr, "rewritten: %s\n", file.c_str());
    return kExitDone;
}

int play(FileSystem& files, const std::vector<Scenario>& scenarios, const TestOptions& options) {
    PlayOptions how;
    how.run = {.seed = options.seed, .update = options.update, .keepsDecisions = options.coverage};
    how.threads = options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
    how.repeat = options.repeat;
    how.failFast = options.failFast;
    SystemClock clock;
    Teller teller(options, scenarios.size() * options.repeat);
    const auto summary =
        playSuite(scenarios, how, clock, [&](const PlayedScenario& played) { teller.tell(played); });
    teller.end(summary);
    std::fflush(stdout);
    const auto written = writeFiles(files, options, teller, summary);
    return written == kExitDone ? exitCode(summary) : written;
}

} // namespace

int runTests(const TestOptions& options) {
    if (options.verbs) {
        print(verbHelp());
        return kExitDone;
    }
    SuiteSelection selection{options.filters, options.tags};
    if (options.shard && !readShard(*options.shard, selection))
        return wrong("--shard is I/N with I from 1 to N, not \"" + *options.shard + "\"");
    PosixFileSystem files;
    auto suite = loadSuite(files, options.paths.empty() ? std::vector<std::string>{"."} : options.paths);
    for (const auto& error : suite.errors)
        std::fprintf(stderr, "%s\n", error.toString().c_str());
    if (!suite.errors.empty())
        return wrong(std::to_string(suite.errors.size()) +
                     (suite.errors.size() == 1 ? " problem" : " problems") +
                     " in scenarios; nothing was played");
    const auto total = suite.scenarios.size();
    const auto chosen = select(std::move(suite.scenarios), selection);
    if (chosen.empty()) {
        std::fprintf(stderr, "edgesim: no scenario selected (%zu in %zu files)\n", total, suite.files);
        return kExitNothingSelected;
    }
    return options.list ? list(chosen) : play(files, chosen, options);
}

Subcommand testCommand(CLI::App& app) {
    auto line = std::make_shared<TestOptions>();
    auto& options = *line;
    auto* test = app.add_subcommand("test", "Play scenarios in memory (docs/scenario-language.md)");
    test->add_option("path", options.paths, "Scenario files, or folders with *.scenario below (default: .)");
    test->add_option("--filter", options.filters, "Only scenarios with this in their name; may be repeated")
        ->take_all();
    test->add_option("--tag", options.tags,
                     "Only scenarios with this tag, \"!TAG\": without it; may be repeated")
        ->take_all();
    test->add_option("--shard", options.shard, "I/N: the I-th of N parts");
    test->add_option("--seed", options.seed, "Instead of the scenarios' own");
    test->add_option("--repeat", options.repeat, "Play each so often, the seed one more each time")
        ->check(CLI::Range(1, 1000000));
    test->add_option("--jobs", options.jobs, "Scenarios beside each other (default: one a processor)")
        ->check(CLI::Range(1, 256));
    test->add_flag("--fail-fast", options.failFast, "Stop at the first failure");
    test->add_flag("--quiet", options.quiet, "Show failures and the summary only");
    test->add_flag("--update", options.update, "Rewrite what scenarios expect to what happened");
    test->add_flag("--coverage", options.coverage,
                   "Tell which events, agents, actions and reasons were exercised");
    test->add_option("--junit", options.junitFile, "Write a JUnit report to this file");
    auto* tap = test->add_flag("--tap", options.tap, "Print TAP 14");
    auto* json = test->add_flag("--json", options.json, "Print one JSON object a line");
    json->excludes(tap);
    test->add_flag("--github", options.github,
                   "Add GitHub workflow commands that mark the lines that failed");
    test->add_flag("--list", options.list, "Only list the scenarios");
    test->add_flag("--verbs", options.verbs, "Only print the verbs of the language");
    return {test, [line] { return runTests(*line); }};
}

} // namespace edge
