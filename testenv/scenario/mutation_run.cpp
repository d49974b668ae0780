#include <edge/base/assert.h>
#include <edge/server/edge_server.h>
#include <edge/server/logs/visible_text.h>
#include <edge/testenv/scenario/memory_world.h>
#include <edge/testenv/scenario/mutation_run.h>
#include <edge/testenv/scenario/ordered_work.h>
#include <edge/testenv/scenario/scenario_report.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

namespace edge::testenv {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownScenarios = 3; // that might have noticed a survivor

double secondsOf(Duration span) {
    return std::chrono::duration<double>(span).count();
}

// Agents that did something, or said why they did not.
std::set<std::string> activeAgents(const std::vector<Decision>& decisions) {
    std::set<std::string> agents;
    for (const auto& decision : decisions)
        if (!decision.byServer() && (decision.action != Action::None || !decision.reason.empty()))
            agents.insert(decision.agent);
    return agents;
}

// Without one it is a test of cmdlets, and those see no mutation.
bool hasClient(const Scenario& scenario) {
    return std::any_of(scenario.steps.begin(), scenario.steps.end(),
                       [](const Step& step) { return std::holds_alternative<step::Client>(step.action); });
}

PipelineSnapshotPtr without(const PipelineSnapshot& pipeline, const std::string& agent) {
    AgentRegistry registry;
    for (const auto& installed : pipeline.agents()) {
        if (iequals(installed.identity, agent))
            continue;
        const auto kept = registry.install(installed.identity, installed.transportAgentFactory,
                                           installed.assemblyPath, installed.factory, true);
        EDGE_ASSERT(kept.has_value(), "an agent of a pipeline can be installed in another");
    }
    return std::make_shared<const PipelineSnapshot>(registry);
}

LiveState mutatedState(const LiveState& state, const Mutation& mutation) {
    auto changed = state;
    if (mutation.kind == Mutation::Kind::DisableAgent)
        changed.pipeline = without(*state.pipeline, mutation.object);
    else if (auto configuration = mutated(EdgeServer::nouns(), *state.configuration, mutation))
        changed.configuration = std::make_shared<const Configuration>(std::move(*configuration));
    return changed;
}

// IP lists are no part of the configuration: the entry goes from the list itself.
void dropIpEntry(Lab& lab, const Mutation& mutation) {
    const auto list = mutation.noun == kIpAllowEntry ? IpListKind::Allow : IpListKind::Block;
    const auto range = IpRange::parse(mutation.from.toText());
    if (!range)
        return;
    auto& lists = lab.server().ipLists();
    for (const auto& entry : lists.table(list)->withRange(*range))
        static_cast<void>(lists.remove(list, entry.identity));
}

MutantResult playMutant(const Mutant& mutant, const RunOptions& options) {
    MutantResult result{&mutant, nullptr, 0};
    const auto worlds = mutatedWorlds(mutant.mutation);
    for (const auto* scenario : mutant.scenarios) {
        ++result.played;
        if (runScenario(*scenario, worlds, options).verdict != Verdict::Passed) {
            result.noticedBy = scenario;
            break;
        }
    }
    return result;
}

} // namespace

void MutantList::add(const PlayedScenario& played) {
    if (played.result.verdict != Verdict::Passed || played.repetition > 0 || !hasClient(*played.scenario))
        return;
    auto mutations = played.result.mutations;
    for (const auto& agent : activeAgents(played.result.decisionRecords))
        mutations.push_back(disabling(agent));
    for (auto& mutation : mutations) {
        auto& mutant = mutants_[mutation.toString()];
        mutant.mutation = std::move(mutation);
        if (mutant.scenarios.empty() || mutant.scenarios.back() != played.scenario)
            mutant.scenarios.push_back(played.scenario);
    }
}

std::vector<Mutant> MutantList::take(std::size_t most) {
    std::vector<Mutant> all;
    for (auto& [name, mutant] : mutants_)
        all.push_back(std::move(mutant));
    mutants_.clear();
    if (most == 0 || all.size() <= most)
        return all;
    std::vector<Mutant> chosen;
    for (std::size_t i = 0; i < most; ++i)
        chosen.push_back(std::move(all[i * all.size() / most]));
    return chosen;
}

WorldFactory mutatedWorlds(const Mutation& mutation) {
    return [mutation](const Scenario& scenario, std::uint64_t seed) {
        LabOptions options{.seed = seed, .profile = scenario.profile, .bare = scenario.bare};
        options.agentFolders = {folderOf(scenario.file)};
        if (mutation.kind == Mutation::Kind::DropIpEntry)
            options.afterCmdlets = [mutation](Lab& lab) { dropIpEntry(lab, mutation); };
        else
            options.view = [mutation](const LiveState& state) { return mutatedState(state, mutation); };
        return makeLabWorld(std::move(options));
    };
}

MutationSummary playMutants(const std::vector<Mutant>& mutants, const PlayOptions& options, Clock& clock,
                            const std::function<void(const MutantResult&)>& told) {
    const auto begin = clock.steadyNow();
    const RunOptions run{.seed = options.run.seed, .configuration = options.run.configuration};
    OrderedWork<MutantResult> work(mutants.size(), options.threads,
                                   [&](std::size_t index) { return playMutant(mutants[index], run); });
    MutationSummary summary;
    for (std::size_t index = 0; index < work.size(); ++index) {
        const auto result = work.take(index);
        ++(result.noticedBy ? summary.noticed : summary.survived);
        told(result);
    }
    summary.took = clock.steadyNow() - begin;
    return summary;
}

std::string mutantText(const MutantResult& result) {
    const auto name = result.mutant->mutation.toString();
    if (result.noticedBy)
        return "noticed  " + name + " by " + result.noticedBy->name + "\n";
    const auto& scenarios = result.mutant->scenarios;
    auto text = "SURVIVED " + name + "\n";
    for (std::size_t i = 0; i < std::min(scenarios.size(), kShownScenarios); ++i)
        text += "         not noticed by " + scenarios[i]->name + "\n";
    if (scenarios.size() > kShownScenarios)
        text += "         nor by " + std::to_string(scenarios.size() - kShownScenarios) + " others\n";
    return text;
}

std::string summaryLine(const MutationSummary& summary) {
    std::array<char, 32> took{};
    std::snprintf(took.data(), took.size(), " in %.2f s", secondsOf(summary.took));
    return std::to_string(summary.noticed + summary.survived) +
           " changes: " + std::to_string(summary.noticed) + " noticed, " + std::to_string(summary.survived) +
           " survived" + took.data();
}

std::string jsonLine(const MutantResult& result) {
    json::object object{{"schema", kScenarioJsonSchema},
                        {"mutation", json::string(validUtf8(result.mutant->mutation.toString()))},
                        {"survived", result.noticedBy == nullptr},
                        {"played", result.played}};
    if (result.noticedBy)
        object["noticedBy"] = json::string(validUtf8(result.noticedBy->name));
    return json::serialize(object);
}

std::string jsonLine(const MutationSummary& summary) {
    return json::serialize(json::object{{"schema", kScenarioJsonSchema},
                                        {"summary", true},
                                        {"noticed", summary.noticed},
                                        {"survived", summary.survived},
                                        {"seconds", secondsOf(summary.took)}});
}

} // namespace edge::testenv
