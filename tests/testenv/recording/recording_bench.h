// What tests of recordings share: a folder in memory to record into, and scenarios that are recorded while
// they are played.
#pragma once

#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/lab.h>
#include <edge/testenv/recording/dialogue.h>
#include <edge/testenv/scenario/memory_world.h>
#include <edge/testenv/scenario/scenario_runner.h>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace edge::testenv {

class RecordingBench {
public:
    static constexpr const char* kFolder = "/recordings";

    FaultyFileSystem& files() { return files_; }

    // Names of the recordings there, oldest first.
    std::vector<std::string> names() {
        std::vector<std::string> found;
        if (auto all = files_.list(kFolder))
            for (auto& name : *all)
                if (name.ends_with(kRecordingExtension))
                    found.push_back(std::move(name));
        std::sort(found.begin(), found.end());
        return found;
    }
    Result<Recording> read(const std::string& name) { return readRecording(files_, joinPath(kFolder, name)); }
    // The only recording there.
    Recording only() {
        const auto all = names();
        REQUIRE(all.size() == 1);
        auto recording = read(all.front());
        REQUIRE_MESSAGE(recording.has_value(), recording.error().message);
        return std::move(*recording);
    }
    // Plays the scenario and records its sessions.
    ScenarioResult play(const Scenario& scenario) {
        return runScenario(
            scenario, [this](const Scenario& which, std::uint64_t seed) -> std::unique_ptr<ScenarioWorld> {
                auto world = makeLabWorld({.seed = seed, .profile = which.profile, .bare = which.bare});
                REQUIRE(world->lab().record(files_, kFolder).has_value());
                return world;
            });
    }

private:
    boost::asio::io_context loop_;
    ManualClock clock_{loop_};
    SeededRandom random_{1};
    FaultyFileSystem files_{clock_, random_};
};

} // namespace edge::testenv
