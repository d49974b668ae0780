// docs/parity.md says what is true, every row that is there is shown by a scenario, and the table of facts
// leaves nothing out that the product takes from Exchange.
#include <edge/base/text.h>
#include <edge/evidence.h>
#include <edge/server/edge_server.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/shell/standard_cmdlets.h>
#include <edge/testenv/scenario/scenario_runner.h>
#include <edge/testenv/scenario/scenario_suite.h>
#include <edge/tests/parity/parity_page.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace edge::parity {
namespace {

const std::string kSource = EDGE_SOURCE_DIR;
const std::string kScenarios = kSource + "/tests/scenarios";

std::string contentOf(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// Table, product and suite, brought together.
struct Bench {
    std::vector<std::string> problems;
    NounList nouns = EdgeServer::nouns();
    CmdletRegistry cmdlets;
    std::vector<Row> rows = readTable(contentOf(kSource + "/tests/parity/documented.tsv"), problems);
    testenv::ScenarioSuite suite;

    Bench() {
        registerStandardCmdlets(cmdlets, nouns);
        askProduct(rows, nouns, cmdlets, problems);
        PosixFileSystem files;
        suite = testenv::loadSuite(files, {kScenarios});
    }

    Citations citations() const {
        Citations all(rows, cmdlets);
        for (const auto& scenario : suite.scenarios)
            all.add(scenario, kScenarios + "/");
        return all;
    }
    bool hasRow(Kind kind, const std::string& name) const {
        return std::any_of(rows.begin(), rows.end(),
                           [&](const Row& row) { return row.kind == kind && iequals(row.name, name); });
    }
};

// A list for a message of doctest's.
std::string lines(const std::vector<std::string>& all) {
    std::string text;
    for (const auto& each : all)
        text += "\n  " + each;
    return text;
}

} // namespace

TEST_CASE("The table of documented facts is well formed, and the product knows every name in it") {
    const Bench bench;
    CHECK(bench.rows.size() > 300);
    INFO(lines(bench.problems));
    CHECK(bench.problems.empty());
}

TEST_CASE("No fact stands in the table twice") {
    const Bench bench;
    std::set<std::pair<Kind, std::string>> seen;
    for (const auto& row : bench.rows) {
        INFO(row.name);
        const auto name = row.kind == Kind::Field ? row.name : asciiLower(row.name); // "Event" and "event"
        CHECK(seen.insert({row.kind, name}).second);
    }
}

TEST_CASE("What is implemented or simulated is shown by a scenario") {
    const Bench bench;
    REQUIRE(bench.suite.errors.empty());
    const auto citations = bench.citations();
    std::vector<std::string> missing;
    for (const auto& row : bench.rows)
        if (row.status != Status::Refused && citations.of(row).empty())
            missing.push_back(std::string(toString(row.kind)) + " " + row.name);
    INFO("no scenario sets, expects or names:" << lines(missing));
    CHECK(missing.empty());
}

TEST_CASE("Every parameter of Exchange's that the schema has is in the table") {
    const Bench bench;
    std::vector<std::string> missing;
    for (const auto* schema : bench.nouns)
        for (const auto& parameter : schema->parameters()) {
            const bool ours =
                !parameter.setNoun.empty() || evidenceOf(parameter.source).level == EvidenceLevel::Ours;
            const bool printedOnly = parameter.use == ParameterUse::ReadOnly;
            const auto name = schema->noun() + " -" + parameter.name;
            if (!ours && !printedOnly && !bench.hasRow(Kind::Parameter, name))
                missing.push_back(name);
        }
    INFO(lines(missing));
    CHECK(missing.empty());
}

TEST_CASE("Every reply, event and action with evidence from Exchange is in the table, at the same level") {
    const Bench bench;
    const std::pair<EvidenceKind, Kind> kinds[] = {{EvidenceKind::Event, Kind::Event},
                                                   {EvidenceKind::Action, Kind::Action},
                                                   {EvidenceKind::Reply, Kind::Reply},
                                                   {EvidenceKind::Reason, Kind::Reason}};
    std::vector<std::string> wrong;
    for (const auto& evidence : evidenceRows())
        for (const auto& [from, to] : kinds) {
            if (evidence.kind != from || evidence.level == EvidenceLevel::Ours)
                continue;
            const auto row =
                std::find_if(bench.rows.begin(), bench.rows.end(), [&, kind = to](const Row& each) {
                    return each.kind == kind && each.name == evidence.name;
                });
            if (row == bench.rows.end() || row->level != edge::toString(evidence.level))
                wrong.emplace_back(evidence.name);
        }
    INFO(lines(wrong));
    CHECK(wrong.empty());
}

TEST_CASE("Whatever the suite makes agents and server say has its evidence") {
    const Bench bench;
    std::set<std::string> unknown;
    for (const auto& scenario : bench.suite.scenarios) {
        const auto played = testenv::runInMemory(scenario, {.keepsDecisions = true});
        for (const auto& decision : played.decisionRecords) {
            if (!decision.reason.empty() && findEvidence(EvidenceKind::Reason, decision.reason) == nullptr)
                unknown.insert(decision.reason);
            const auto reply = decision.response.toString();
            if (!reply.empty() && findEvidence(EvidenceKind::Reply, reply) == nullptr)
                unknown.insert(reply);
        }
    }
    INFO(lines({unknown.begin(), unknown.end()}));
    CHECK(unknown.empty());
}

TEST_CASE("Every scenario says what it shows and where that is known from") {
    const Bench bench;
    std::vector<std::string> silent;
    for (const auto& scenario : bench.suite.scenarios)
        if (scenario.title.empty() || scenario.evidence.empty() ||
            scenario.evidence.front().reference.empty())
            silent.push_back(scenario.name);
    INFO(lines(silent));
    CHECK(silent.empty());
}

TEST_CASE("docs/parity.md is up to date (EDGE_UPDATE_DOCS=1 rewrites it)") {
    const Bench bench;
    const auto page = parityPage(bench.rows, bench.citations());
    const auto path = kSource + "/docs/parity.md";
    if (std::getenv("EDGE_UPDATE_DOCS") != nullptr)
        std::ofstream(path) << page;
    const bool same = contentOf(path) == page;
    CHECK_MESSAGE(same, "run with EDGE_UPDATE_DOCS=1 and look at the difference");
}

} // namespace edge::parity
