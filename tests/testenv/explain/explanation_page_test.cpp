// The example of docs/explain.md is what edgesim prints: its text is one of the explanations that are kept.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace {

std::string readFile(const std::string& name) {
    std::ifstream file(std::string(EDGE_SOURCE_DIR) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("The example of the page is a kept explanation, line for line") {
    const auto page = readFile("docs/explain.md");
    const auto kept = readFile("tests/testenv/explain/refusals/unknown_recipient.txt");
    REQUIRE_FALSE(kept.empty());
    CHECK_MESSAGE(page.find("\n" + kept + "```\n") != std::string::npos,
                  "docs/explain.md does not have the text of refusals/unknown_recipient.txt");
}
