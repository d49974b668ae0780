// What `edgesim test` prints while scenarios are played, in the form that was asked for, and what it keeps
// for the reports behind them.
#pragma once

#include <edge/base/result.h>
#include <edge/server/program/progress_bar.h>
#include <edge/server/program/test_options.h>
#include <edge/testenv/scenario/mutation_run.h>
#include <edge/testenv/scenario/scenario_coverage.h>
#include <edge/testenv/scenario/scenario_suite.h>

#include <optional>
#include <string>
#include <vector>

namespace edge {

class SuiteTeller {
public:
    // `total` playings follow.
    SuiteTeller(const TestOptions& options, std::size_t total);

    void tell(const testenv::PlayedScenario& played);
    // Behind the last one.
    void end(const testenv::SuiteSummary& summary);

    const std::vector<testenv::PlayedScenario>& kept() const { return kept_; } // for --junit
    const std::vector<testenv::ScenarioEdit>& edits() const { return edits_; } // for --update
    const testenv::SuiteCoverage& coverage() const { return coverage_; }       // for --coverage
    // Why a file of --transcripts could not be written.
    const std::optional<Error>& trouble() const { return trouble_; }
    testenv::MutantList& mutants() { return mutants_; } // for --mutate

private:
    void tellPeople(const testenv::PlayedScenario& played);
    void keepTranscript(const testenv::PlayedScenario& played);

    const TestOptions& options_;
    ProgressBar bar_;
    std::size_t told_ = 0;
    std::vector<testenv::PlayedScenario> kept_;
    std::vector<testenv::ScenarioEdit> edits_;
    testenv::SuiteCoverage coverage_;
    testenv::MutantList mutants_;
    std::optional<Error> trouble_;
};

void printOut(const std::string& text);

} // namespace edge
