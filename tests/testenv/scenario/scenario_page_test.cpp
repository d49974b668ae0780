// docs/scenario-language.md: its examples are played, its failure is the real one, its reference is the table
// of verbs.
#include <edge/base/text.h>
#include <edge/server/posix_file_system.h>
#include <edge/testenv/scenario/scenario_report.h>
#include <edge/testenv/scenario/scenario_verbs.h>
#include <edge/tests/scenario/scenario_bench.h>

#include <cstdlib>

using namespace edge;
using namespace edge::testenv;

namespace {

constexpr std::uint64_t kMaxPage = 1024 * 1024;
const std::string kPage = EDGE_SOURCE_DIR "/docs/scenario-language.md";
constexpr std::string_view kMarker = "Do not edit. -->\n";

std::string page() {
    PosixFileSystem files;
    const auto text = readWholeFile(files, kPage, kMaxPage);
    REQUIRE(text.has_value());
    return *text;
}

// What stands in ``` blocks of that kind.
std::vector<std::string> blocks(const std::string& text, const std::string& kind) {
    const auto opening = "\n```" + kind + "\n";
    std::vector<std::string> found;
    for (auto at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 1)) {
        const auto begin = at + opening.size();
        found.push_back(text.substr(begin, text.find("\n```", begin) + 1 - begin));
    }
    return found;
}

} // namespace

TEST_CASE("Every example of the page passes") {
    const auto examples = blocks(page(), "scenario");
    CHECK(examples.size() > 10);
    for (const auto& example : examples) {
        CAPTURE(example);
        ScenarioBench bench;
        const auto parsed = bench.parse(example);
        for (const auto& error : parsed.errors)
            FAIL_CHECK(error.toString());
        for (const auto& scenario : parsed.scenarios) {
            const PlayedScenario played{&scenario, 0, runInMemory(scenario), {}};
            if (played.result.verdict != Verdict::Passed)
                FAIL_CHECK(failureText(played));
        }
    }
}

TEST_CASE("The failure on the page is what is printed, its reference the table of verbs (EDGE_UPDATE_DOCS=1 "
          "rewrites both)") {
    const auto text = page();
    const auto failing = blocks(text, "failing-scenario");
    const auto outputs = blocks(text, "output");
    REQUIRE(failing.size() == 1);
    REQUIRE(outputs.size() == 1);
    ScenarioBench bench;
    const auto parsed = bench.parse(failing[0]);
    REQUIRE(parsed.scenarios.size() == 1);
    const auto printed = failureText({&parsed.scenarios[0], 0, runInMemory(parsed.scenarios[0]), {}});
    const auto end = text.find(kMarker);
    REQUIRE(end != std::string::npos);
    const auto right = replaceAll(text.substr(0, end + kMarker.size()), outputs[0] + "```", printed + "```") +
                       verbReference();
    PosixFileSystem files;
    if (std::getenv("EDGE_UPDATE_DOCS") != nullptr)
        REQUIRE(writeFileDurably(files, kPage, right).has_value());
    else
        CHECK_MESSAGE(text == right, "run with EDGE_UPDATE_DOCS=1 and look at the difference");
}
