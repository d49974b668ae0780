#include <edge/server/administration/state_file.h>
#include <edge/server/net/system_clock.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/program/suite_teller.h>
#include <edge/server/program/test_options.h>
#include <edge/testenv/live/against_world.h>
#include <edge/testenv/live/lab_process.h>
#include <edge/testenv/scenario/file_watch.h>
#include <edge/testenv/scenario/mutation_run.h>
#include <edge/testenv/scenario/scenario_coverage.h>
#include <edge/testenv/scenario/scenario_report.h>
#include <edge/testenv/scenario/scenario_suite.h>
#include <edge/testenv/scenario/scenario_verbs.h>
#include <edge/testenv/scenario/suite_watch.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string_view>
#include <thread>

namespace edge {
namespace {

using namespace testenv;

constexpr std::uint64_t kMaxScript = 16 * 1024 * 1024; // a configuration is text that somebody wrote

int wrong(const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return kExitUsage;
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
        printOut(line + "\n");
    }
    return kExitDone;
}

int exitCode(const SuiteSummary& summary) {
    if (summary.broken > 0)
        return kExitUnavailable;
    return summary.failed > 0 ? kExitFailed : kExitDone;
}

int cannotWrite(const Error& error) {
    wrong(error.message);
    return kExitUnavailable;
}

int writeFiles(FileSystem& files, const TestOptions& options, const SuiteTeller& teller,
               const SuiteSummary& summary) {
    if (teller.trouble())
        return cannotWrite(*teller.trouble());
    if (options.junitFile)
        if (auto written = writeFileDurably(files, *options.junitFile, junitDocument(teller.kept(), summary));
            !written)
            return cannotWrite(written.error());
    if (options.coverageHtml)
        if (auto written = writeFileDurably(files, *options.coverageHtml, coveragePage(teller.coverage()));
            !written)
            return cannotWrite(written.error());
    if (!options.update)
        return kExitDone;
    const auto changed = applyEdits(files, teller.edits());
    if (!changed)
        return cannotWrite(changed.error());
    for (const auto& file : *changed)
        std::fprintf(stderr, "rewritten: %s\n", file.c_str());
    return kExitDone;
}

// Changes what the scenarios configure, bit by bit. Only for a suite that passes.
int mutate(const std::vector<Mutant>& mutants, const PlayOptions& how, Clock& clock,
           const TestOptions& options) {
    ProgressBar bar(mutants.size(), !options.json);
    const auto summary = playMutants(mutants, how, clock, [&](const MutantResult& result) {
        bar.clear();
        if (options.json)
            printOut(jsonLine(result) + "\n");
        else if (!result.noticedBy || !options.quiet)
            printOut(mutantText(result));
        bar.advance();
    });
    bar.clear();
    printOut((options.json ? jsonLine(summary) : summaryLine(summary)) + "\n");
    return summary.survived > 0 ? kExitFailed : kExitDone;
}

PlayOptions playOptions(const TestOptions& options) {
    const bool covers = options.coverage || options.coverageHtml;
    PlayOptions how;
    how.run = {.seed = options.seed,
               .update = options.update,
               .keepsReplay = options.transcripts.has_value(),
               .keepsDecisions = covers || options.mutate,
               .keepsSettings = covers,
               .keepsMutations = options.mutate};
    how.threads = options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
    how.repeat = options.repeat;
    if (options.live)
        how.world = liveWorlds("/proc/self/exe");
    if (options.against)
        how.world = worldsAgainst(serverToPlayAgainst(*options.against).value());
    how.failFast = options.failFast;
    return how;
}

int play(
    FileSystem& files, const std::vector<Scenario>& scenarios, const TestOptions& options,
    const std::string& configuration,
    const std::function<void(const PlayedScenario&)>& told = [](const PlayedScenario&) {}) {
    auto how = playOptions(options);
    how.run.configuration = configuration;
    SystemClock clock;
    SuiteTeller teller(options, scenarios.size() * options.repeat);
    const auto summary = playSuite(scenarios, how, clock, [&](const PlayedScenario& played) {
        teller.tell(played);
        told(played);
    });
    teller.end(summary);
    if (const auto written = writeFiles(files, options, teller, summary); written != kExitDone)
        return written;
    const auto code = exitCode(summary);
    if (!options.mutate || code != kExitDone)
        return code;
    return mutate(teller.mutants().take(options.mutateMax), how, clock, options);
}

// What is to be played, or why nothing is.
struct Chosen {
    int code = kExitDone;
    std::vector<Scenario> scenarios;
};

Chosen chooseFrom(ScenarioSuite suite, const SuiteSelection& selection, bool bare) {
    for (const auto& error : suite.errors)
        std::fprintf(stderr, "%s\n", error.toString().c_str());
    if (!suite.errors.empty())
        return {wrong(std::to_string(suite.errors.size()) +
                      (suite.errors.size() == 1 ? " problem" : " problems") +
                      " in scenarios; nothing was played"),
                {}};
    const auto total = suite.scenarios.size();
    Chosen chosen{kExitDone, select(std::move(suite.scenarios), selection)};
    if (chosen.scenarios.empty()) {
        std::fprintf(stderr, "edgesim: no scenario selected (%zu in %zu files)\n", total, suite.files);
        return {kExitNothingSelected, {}};
    }
    for (auto& scenario : chosen.scenarios)
        scenario.bare = scenario.bare || bare;
    return chosen;
}

// Plays what changed, what failed and what is new, until Ctrl-C; the exit code is that of the last time.
int watch(FileSystem& files, const std::vector<std::string>& paths, const SuiteSelection& selection,
          const TestOptions& options, const std::string& configuration) {
    auto watched = FileWatch::open();
    if (!watched) {
        wrong(watched.error().message);
        return kExitUnavailable;
    }
    SuiteWatch suite;
    int code = kExitDone;
    for (std::optional<std::set<std::string>> changed{std::in_place}; changed; changed = watched->wait()) {
        for (const auto& folder : foldersBelow(files, paths))
            watched->follow(folder);
        const auto chosen = chooseFrom(loadSuite(files, paths), selection, options.config.has_value());
        for (const auto& folder : foldersOf(chosen.scenarios))
            watched->follow(folder);
        const auto due = suite.due(chosen.scenarios, *changed);
        if (chosen.code != kExitDone)
            code = chosen.code;
        else if (!due.empty())
            code = play(files, due, options, configuration,
                        [&suite](const PlayedScenario& played) { suite.note(played); });
        else
            continue; // a change of something else
        printOut("watching " + std::to_string(chosen.scenarios.size()) + " scenarios; Ctrl-C ends\n");
        std::fflush(stdout);
    }
    return suite.failed().empty() ? code : kExitFailed;
}

} // namespace

int runTests(const TestOptions& options) {
    if (options.verbs) {
        printOut(verbHelp());
        return kExitDone;
    }
    SuiteSelection selection{options.filters, options.tags};
    if (options.shard && !readShard(*options.shard, selection))
        return wrong("--shard is I/N with I from 1 to N, not \"" + *options.shard + "\"");
    if (options.against)
        if (const auto server = serverToPlayAgainst(*options.against); !server)
            return wrong(server.error().message);
    PosixFileSystem files;
    std::string configuration;
    if (options.config) {
        auto script = readWholeFile(files, *options.config, kMaxScript);
        if (!script)
            return wrong(script.error().message);
        configuration = std::move(*script);
    }
    const auto paths = options.paths.empty() ? std::vector<std::string>{"."} : options.paths;
    if (options.watch)
        return watch(files, paths, selection, options, configuration);
    const auto chosen = chooseFrom(loadSuite(files, paths), selection, options.config.has_value());
    if (chosen.code != kExitDone)
        return chosen.code;
    return options.list ? list(chosen.scenarios) : play(files, chosen.scenarios, options, configuration);
}

Subcommand testCommand(CLI::App& app) {
    auto line = std::make_shared<TestOptions>();
    auto& options = *line;
    auto* test = app.add_subcommand("test", "Play scenarios (docs/scenario-language.md)");
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
    auto* live =
        test->add_flag("--live", options.live, "Over TCP, against servers in processes of their own");
    auto* against =
        test->add_option("--against", options.against,
                         "HOST:PORT: play what needs nothing but a connection against that server");
    against->excludes(live);
    test->add_option("--transcripts", options.transcripts,
                     "Write what each scenario came to into a file in this directory");
    test->add_flag("--fail-fast", options.failFast, "Stop at the first failure");
    test->add_flag("--quiet", options.quiet, "Show failures and the summary only");
    test->add_flag("--update", options.update, "Rewrite what scenarios expect to what happened");
    test->add_flag(
        "--coverage", options.coverage,
        "Tell which events, agents, actions, list entries, settings and DNS answers were exercised");
    test->add_option("--coverage-html", options.coverageHtml, "Write the same as an HTML page to this file");
    auto* mutate = test->add_flag("--mutate", options.mutate,
                                  "Then change what the scenarios configure, bit by bit, and list the "
                                  "changes that none of them notices");
    mutate->excludes(live);
    mutate->excludes(against);
    test->add_option("--mutate-max", options.mutateMax, "At most so many changes, spread evenly")
        ->needs(mutate);
    test->add_flag("--watch", options.watch,
                   "Play again what changed and what failed, whenever files change; Ctrl-C ends");
    test->add_option("--config", options.config,
                     "Cmdlet script that every scenario begins with, on a server as after setup")
        ->check(CLI::ExistingFile)
        ->excludes(against);
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
