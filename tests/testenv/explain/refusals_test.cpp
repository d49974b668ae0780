// One explanation for each kind of refusal, whole, as tests/testenv/explain/refusals has it. The texts are
// the review: EDGE_UPDATE_DOCS=1 rewrites them (`EDGE_UPDATE_DOCS=1 ctest -R explain_test`).
#include <edge/testenv/explain/explanation.h>
#include <edge/testenv/explain/explanation_text.h>
#include <edge/tests/explain/explain_cases.h>
#include <edge/tests/explain/still_clock.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace edge;
using namespace edge::testenv;

namespace {

std::string goldenPath(const std::string& name) {
    return std::string(EDGE_SOURCE_DIR) + "/tests/testenv/explain/refusals/" + name + ".txt";
}

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Explanation explained(const ExplainRequest& request) {
    StillClock clock;
    auto explanation = explain(request, clock);
    REQUIRE_MESSAGE(explanation.has_value(), explanation.error().message);
    return std::move(*explanation);
}

} // namespace

TEST_CASE("Every kind of refusal is explained as it is kept (EDGE_UPDATE_DOCS=1 rewrites)") {
    for (const auto& each : refusalCases()) {
        CAPTURE(each.name);
        const auto text = explanationText(explained(each.request), false);
        const auto path = goldenPath(each.name);
        if (std::getenv("EDGE_UPDATE_DOCS") != nullptr)
            std::ofstream(path, std::ios::binary) << text;
        CHECK(readFile(path) == text);
    }
}

TEST_CASE("Every kind of refusal has a nearest change, and it does help") {
    for (const auto& each : refusalCases()) {
        CAPTURE(each.name);
        const auto explanation = explained(each.request);
        REQUIRE_FALSE(explanation.session.letThrough());
        REQUIRE(explanation.nearest.found());
        const auto& nearest = explanation.nearest;
        const auto& change =
            nearest.configuration.empty() ? nearest.sending.front() : nearest.configuration.front();
        auto changed = each.request;
        change.apply(changed);
        CAPTURE(change.what);
        CHECK(explained(changed).session.letThrough());
    }
}

TEST_CASE("Where two filters are in the way, explain says so and names both") {
    auto request = plainRequest();
    request.config += "Set-SenderFilterConfig -BlockedDomains fabrikam.com\n"
                      "Add-ContentFilterPhrase -Phrase \"at noon\" -Influence BadWord\n";
    const auto explanation = explained(request);
    const auto& nearest = explanation.nearest;
    CHECK_FALSE(nearest.found());
    CHECK(nearest.tried > 5);
    REQUIRE(nearest.firstStep);
    CHECK(nearest.firstStep->cmdlet == "Set-SenderFilterConfig -BlockedDomains @{Remove=\"fabrikam.com\"}");
    CHECK(nearest.nextObstacle.find("Content Filter Agent") != std::string::npos);
    const auto text = explanationText(explanation, false);
    CHECK(text.find("No single change lets it through") != std::string::npos);
}
