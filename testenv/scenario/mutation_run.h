// Mutation of a suite: each thing that scenarios configure is changed a little, one at a time, and the
// scenarios that configure it are played again. A change that nobody notices is a hole in the suite: the
// filter could be wrong there, and every test would still pass.
#pragma once

#include <edge/testenv/mutation/mutation.h>
#include <edge/testenv/scenario/scenario_runner.h>
#include <edge/testenv/scenario/scenario_suite.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace edge::testenv {

// A change, and who might notice it.
struct Mutant {
    Mutation mutation;
    std::vector<const Scenario*> scenarios; // that configure what it changes
};

// Collects the changes worth trying from a suite that was played with `keepsMutations` and `keepsDecisions`.
class MutantList {
public:
    // Only what passed counts, for what fails anyway notices nothing, and only where a client connects.
    void add(const PlayedScenario& played);
    // One after the other by name, so that the same suite gives the same list. `most` of them, spread evenly;
    // 0: all.
    std::vector<Mutant> take(std::size_t most);

private:
    std::map<std::string, Mutant> mutants_; // by Mutation::toString()
};

struct MutantResult {
    const Mutant* mutant = nullptr;
    const Scenario* noticedBy = nullptr; // none: it survived
    std::size_t played = 0;              // scenarios until then
};

struct MutationSummary {
    std::size_t noticed = 0;
    std::size_t survived = 0;
    Duration took{};
};

// Plays them all; `told` is called on this thread, in their order.
MutationSummary playMutants(const std::vector<Mutant>& mutants, const PlayOptions& options, Clock& clock,
                            const std::function<void(const MutantResult&)>& told);

// A world in memory in which the mutation holds for every session, though no cmdlet shows it.
WorldFactory mutatedWorlds(const Mutation& mutation);

// "SURVIVED ContentFilterConfig.SCLRejectThreshold 7 -> 8" and who configures it, or who noticed.
std::string mutantText(const MutantResult& result);
std::string summaryLine(const MutationSummary& summary);
// One JSON object, schema 1, in one line (docs/scenario-language.md).
std::string jsonLine(const MutantResult& result);
std::string jsonLine(const MutationSummary& summary);

} // namespace edge::testenv
