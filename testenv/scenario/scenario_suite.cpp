#include <edge/base/text.h>
#include <edge/server/administration/state_file.h>
#include <edge/testenv/scenario/ordered_work.h>
#include <edge/testenv/scenario/scenario_parser.h>
#include <edge/testenv/scenario/scenario_suite.h>

#include <algorithm>
#include <map>

namespace edge::testenv {
namespace {

constexpr std::string_view kExtension = ".scenario";
constexpr int kMaxDepth = 64; // folders within folders; links may form a ring
constexpr std::uint64_t kMaxFile = 64ULL * 1024 * 1024;

void collect(FileSystem& files, const std::string& path, int depth, std::vector<std::string>& found,
             ScenarioErrors& errors) {
    auto names = files.list(path);
    if (!names)
        return errors.push_back({{path, 1, 1}, names.error().message});
    std::sort(names->begin(), names->end());
    for (const auto& name : *names) {
        const auto inside = joinPath(path, name);
        const auto status = files.status(inside);
        if (status && status->isDirectory && depth < kMaxDepth)
            collect(files, inside, depth + 1, found, errors);
        else if (status && !status->isDirectory && name.ends_with(kExtension))
            found.push_back(inside.starts_with("./") ? inside.substr(2) : inside);
    }
}

void collectFolders(FileSystem& files, const std::string& path, int depth, std::set<std::string>& found) {
    found.insert(path);
    const auto names = files.list(path);
    if (!names || depth >= kMaxDepth)
        return;
    for (const auto& name : *names) {
        const auto status = files.status(joinPath(path, name));
        if (status && status->isDirectory)
            collectFolders(files, joinPath(path, name), depth + 1, found);
    }
}

bool hasTag(const Scenario& scenario, std::string_view tag) {
    return std::find(scenario.tags.begin(), scenario.tags.end(), tag) != scenario.tags.end();
}

bool isChosen(const Scenario& scenario, const SuiteSelection& selection) {
    const auto name = asciiLower(scenario.name);
    const bool named =
        selection.names.empty() ||
        std::any_of(selection.names.begin(), selection.names.end(), [&](const std::string& part) {
            return name.find(asciiLower(part)) != std::string::npos;
        });
    bool wantsTag = false;
    bool tagged = false;
    for (const std::string_view tag : selection.tags) {
        if (tag.starts_with('!')) {
            if (hasTag(scenario, tag.substr(1)))
                return false;
            continue;
        }
        wantsTag = true;
        tagged = tagged || hasTag(scenario, tag);
    }
    return named && (!wantsTag || tagged);
}

PlayedScenario play(const std::vector<Scenario>& scenarios, const PlayOptions& options, Clock& clock,
                    std::size_t index) {
    const auto& scenario = scenarios[index / options.repeat];
    const auto repetition = index % options.repeat;
    auto run = options.run;
    run.seed = run.seed.value_or(scenario.seed.value_or(1)) + repetition;
    const auto begin = clock.steadyNow();
    auto result = options.world ? runScenario(scenario, options.world, run) : runInMemory(scenario, run);
    return {&scenario, repetition, std::move(result), clock.steadyNow() - begin};
}

void count(SuiteSummary& summary, Verdict verdict) {
    switch (verdict) {
    case Verdict::Passed:
        ++summary.passed;
        break;
    case Verdict::Failed:
        ++summary.failed;
        break;
    case Verdict::Skipped:
        ++summary.skipped;
        break;
    case Verdict::Broken:
        ++summary.broken;
        break;
    }
}

// From the last line to the first, so that line numbers stay right; rows of a table edit a line once.
std::string edited(const std::string& text, std::vector<ScenarioEdit> edits) {
    std::vector<std::string> lines;
    for (const auto line : split(text, '\n'))
        lines.emplace_back(line);
    std::stable_sort(edits.begin(), edits.end(),
                     [](const ScenarioEdit& a, const ScenarioEdit& b) { return a.first > b.first; });
    int above = static_cast<int>(lines.size()) + 1;
    for (const auto& edit : edits) {
        if (edit.first + edit.removed > above)
            continue;
        const auto first = lines.begin() + (edit.first - 1);
        const auto place = lines.erase(first, first + edit.removed);
        lines.insert(place, edit.lines.begin(), edit.lines.end());
        above = edit.first;
    }
    return join(lines, "\n");
}

} // namespace

ScenarioSuite loadSuite(FileSystem& files, const std::vector<std::string>& paths) {
    ScenarioSuite suite;
    std::vector<std::string> found;
    for (const auto& path : paths) {
        const auto status = files.status(path);
        if (!status)
            suite.errors.push_back({{path, 1, 1}, status.error().message});
        else if (status->isDirectory)
            collect(files, path, 0, found, suite.errors);
        else
            found.push_back(path);
    }
    suite.files = found.size();
    for (const auto& file : found) {
        auto parsed = parseScenarioFile(files, file);
        std::move(parsed.scenarios.begin(), parsed.scenarios.end(), std::back_inserter(suite.scenarios));
        std::move(parsed.errors.begin(), parsed.errors.end(), std::back_inserter(suite.errors));
    }
    return suite;
}

std::set<std::string> foldersBelow(FileSystem& files, const std::vector<std::string>& paths) {
    std::set<std::string> folders;
    for (const auto& path : paths) {
        const auto status = files.status(path);
        if (status && status->isDirectory)
            collectFolders(files, path, 0, folders);
        else if (const auto slash = path.find_last_of('/'); slash != std::string::npos)
            folders.insert(path.substr(0, slash));
        else
            folders.insert(".");
    }
    return folders;
}

std::vector<Scenario> select(std::vector<Scenario> scenarios, const SuiteSelection& selection) {
    std::erase_if(scenarios, [&](const Scenario& scenario) { return !isChosen(scenario, selection); });
    std::vector<Scenario> chosen;
    for (std::size_t i = 0; i < scenarios.size(); ++i)
        if (i % selection.shards == selection.shard - 1)
            chosen.push_back(std::move(scenarios[i]));
    return chosen;
}

SuiteSummary playSuite(const std::vector<Scenario>& scenarios, const PlayOptions& options, Clock& clock,
                       const std::function<void(const PlayedScenario&)>& told) {
    const auto begin = clock.steadyNow();
    SuiteSummary summary;
    OrderedWork<PlayedScenario> work(
        scenarios.size() * options.repeat, options.threads,
        [&](std::size_t index) { return play(scenarios, options, clock, index); });
    for (std::size_t index = 0; index < work.size(); ++index) {
        const auto played = work.take(index);
        count(summary, played.result.verdict);
        told(played);
        if (options.failFast && summary.failed + summary.broken > 0)
            break;
    }
    summary.took = clock.steadyNow() - begin;
    return summary;
}

Result<std::vector<std::string>> applyEdits(FileSystem& files, std::vector<ScenarioEdit> edits) {
    std::map<std::string, std::vector<ScenarioEdit>> byFile;
    for (auto& edit : edits)
        byFile[edit.file].push_back(std::move(edit));
    std::vector<std::string> changed;
    for (auto& [file, ofFile] : byFile) {
        const auto text = readWholeFile(files, file, kMaxFile);
        if (!text)
            return text.error();
        const auto better = edited(*text, std::move(ofFile));
        if (auto written = writeFileDurably(files, file, better); !written)
            return written.error();
        changed.push_back(file);
    }
    return changed;
}

} // namespace edge::testenv
