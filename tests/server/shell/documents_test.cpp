// docs/cmdlets.md is what the tables say, and the examples of docs/configuration.md run.
#include <edge/server/shell/reference_page.h>

#include "shell_bench.h"
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace edge {
namespace {

std::string contentOf(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The text of each ```powershell block.
std::vector<std::string> scriptsIn(const std::string& page) {
    std::vector<std::string> scripts;
    const std::string open = "```powershell\n", close = "```";
    for (std::size_t at = 0; (at = page.find(open, at)) != std::string::npos;) {
        at += open.size();
        const auto end = page.find(close, at);
        scripts.push_back(page.substr(at, end - at));
        at = end;
    }
    return scripts;
}

TEST_CASE("docs/cmdlets.md is up to date (EDGE_UPDATE_DOCS=1 rewrites it)") {
    ShellBench bench;
    const std::string path = EDGE_SOURCE "/docs/cmdlets.md";
    const auto page = cmdletReference(bench.registry, bench.store.nouns());
    if (std::getenv("EDGE_UPDATE_DOCS") != nullptr)
        std::ofstream(path) << page;
    CHECK_MESSAGE(contentOf(path) == page, "run with EDGE_UPDATE_DOCS=1 and look at the difference");
}

TEST_CASE("The examples of docs/configuration.md run on a fresh server, one after the other") {
    const auto scripts = scriptsIn(contentOf(EDGE_SOURCE "/docs/configuration.md"));
    REQUIRE(scripts.size() >= 3);
    ShellBench bench;
    for (const auto& script : scripts) {
        CAPTURE(script);
        CHECK(bench.check(script) == "");
        CHECK(bench.error(script) == "");
    }
}

TEST_CASE("The examples of the cmdlets are sentences of the language") {
    ShellBench bench;
    for (const auto* cmdlet : bench.registry.all())
        for (const auto& example : cmdlet->examples) {
            const auto problems = bench.shell.check(example, "t");
            CHECK_MESSAGE(problems.empty(), example, " gave ",
                          problems.empty() ? "" : problems.front().message);
        }
}

} // namespace
} // namespace edge
