// A folder of scenario files in memory, and what parsing and playing them gives.
#pragma once

#include <edge/server/administration/state_file.h>
#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/manual_clock.h>
#include <edge/testenv/scenario/scenario_parser.h>
#include <edge/testenv/scenario/scenario_runner.h>
#include <edge/testenv/seeded_random.h>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace edge::testenv {

struct ScenarioBench {
    boost::asio::io_context loop;
    ManualClock clock{loop};
    SeededRandom random{1};
    FaultyFileSystem files{clock, random};

    void put(const std::string& path, std::string_view text) {
        REQUIRE(writeFileDurably(files, path, text).has_value());
    }
    ParsedScenarios parse(std::string_view text) { return parseScenarios(files, "t.scenario", text); }
    // All errors, a line each, without the file's name.
    std::string errors(std::string_view text) {
        std::string all;
        for (const auto& error : parse(text).errors)
            all += error.toString().substr(std::string_view("t.scenario:").size()) + "\n";
        return all;
    }
    // Plays a text that is one scenario without errors.
    ScenarioResult run(std::string_view text, const RunOptions& options = {}) {
        const auto parsed = parse(text);
        for (const auto& error : parsed.errors)
            FAIL_CHECK(error.toString());
        REQUIRE(parsed.scenarios.size() == 1);
        return runInMemory(parsed.scenarios.front(), options);
    }
    // "" where it passes, else "3: expected ... / got ..." of the first miss.
    std::string miss(std::string_view text) {
        const auto result = run(text);
        if (result.misses.empty())
            return result.verdict == Verdict::Passed ? "" : result.reason;
        const auto& first = result.misses.front();
        return std::to_string(first.place.line) + ": expected " + first.expected + " / got " + first.got;
    }
};

} // namespace edge::testenv
