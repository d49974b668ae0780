#include <edge/testenv/scenario/suite_watch.h>

#include <algorithm>
#include <filesystem>

namespace edge::testenv {
namespace {

// "./a/../b" and "b" are one file.
std::string plain(const std::string& path) {
    return std::filesystem::path(path).lexically_normal().string();
}

bool wasReadFrom(const Scenario& scenario, const std::set<std::string>& files) {
    return std::any_of(scenario.readFrom.begin(), scenario.readFrom.end(),
                       [&](const std::string& file) { return files.contains(plain(file)); });
}

} // namespace

std::vector<Scenario> SuiteWatch::due(const std::vector<Scenario>& all,
                                      const std::set<std::string>& changed) {
    std::set<std::string> files;
    for (const auto& file : changed)
        files.insert(plain(file));
    std::set<std::string> names;
    std::vector<Scenario> due;
    for (const auto& scenario : all) {
        names.insert(scenario.name);
        if (!known_.contains(scenario.name) || failed_.contains(scenario.name) ||
            wasReadFrom(scenario, files))
            due.push_back(scenario);
    }
    std::erase_if(failed_, [&](const std::string& name) { return !names.contains(name); });
    known_ = std::move(names);
    return due;
}

void SuiteWatch::note(const PlayedScenario& played) {
    const bool good = played.result.verdict == Verdict::Passed || played.result.verdict == Verdict::Skipped;
    if (good)
        failed_.erase(played.scenario->name);
    else
        failed_.insert(played.scenario->name);
}

std::set<std::string> foldersOf(const std::vector<Scenario>& scenarios) {
    std::set<std::string> folders;
    for (const auto& scenario : scenarios)
        for (const auto& file : scenario.readFrom) {
            const auto folder = std::filesystem::path(file).parent_path().string();
            folders.insert(folder.empty() ? "." : folder);
        }
    return folders;
}

} // namespace edge::testenv
