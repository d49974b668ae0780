#include <edge/server/administration/state_file.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/suite_teller.h>
#include <edge/testenv/scenario/scenario_report.h>

#include <cstdio>

namespace edge {

using namespace testenv;

void printOut(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

SuiteTeller::SuiteTeller(const TestOptions& options, std::size_t total)
    : options_(options)
    , bar_(total, !options.json && !options.tap) {
    if (options_.tap)
        printOut(tapPlan(total));
}

void SuiteTeller::tell(const PlayedScenario& played) {
    ++told_;
    bar_.clear();
    if (options_.json)
        printOut(jsonLine(played) + "\n");
    else if (options_.tap)
        printOut(tapText(played, told_));
    else
        tellPeople(played);
    bar_.advance();
    if (options_.junitFile)
        kept_.push_back(played);
    if (options_.coverage || options_.coverageHtml)
        coverage_.add(played);
    if (options_.mutate)
        mutants_.add(played);
    if (options_.transcripts)
        keepTranscript(played);
    edits_.insert(edits_.end(), played.result.edits.begin(), played.result.edits.end());
}

void SuiteTeller::end(const SuiteSummary& summary) {
    bar_.clear();
    if (options_.coverage)
        printOut(coverageText(coverage_));
    if (options_.json)
        printOut(jsonLine(summary) + "\n");
    else if (!options_.tap)
        printOut(summaryLine(summary) + "\n");
    std::fflush(stdout);
}

void SuiteTeller::tellPeople(const PlayedScenario& played) {
    const bool bad = played.result.verdict == Verdict::Failed || played.result.verdict == Verdict::Broken;
    if (bad || !options_.quiet)
        printOut(resultLine(played, isTerminal()) + "\n");
    if (played.result.verdict == Verdict::Failed)
        printOut(failureText(played));
    if (options_.github)
        printOut(githubText(played));
}

void SuiteTeller::keepTranscript(const PlayedScenario& played) {
    PosixFileSystem files;
    const auto path = joinPath(*options_.transcripts, transcriptName(played));
    auto written = files.createDirectories(*options_.transcripts);
    if (written)
        written = writeFileDurably(files, path, transcriptText(played));
    if (!written)
        trouble_ = written.error();
}

} // namespace edge
