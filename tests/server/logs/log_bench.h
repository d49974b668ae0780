// What tests of logs share: a disk in memory that can fail, a clock that stands still, and decisions to log.
#pragma once

#include <edge/decision.h>
#include <edge/server/logs/log_file.h>
#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/manual_clock.h>
#include <edge/testenv/seeded_random.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// A time of day on the day of the published agent log sample.
UtcTime at(int hour, int minute, int second, int millisecond, int day = 13);

struct LogBench {
    explicit LogBench(UtcTime start = at(14, 38, 59, 177));
    ~LogBench();

    LogPlace place(Writing writing = Writing::Inline);
    // Names in a folder, sorted; empty where there is no folder.
    std::vector<std::string> names(const std::string& folder);
    std::string content(const std::string& path);
    void put(const std::string& path, std::string_view content);
    void advance(Duration by);

private:
    struct Loop; // the clock wants one, though nobody waits here
    std::unique_ptr<Loop> loop_;

public:
    ManualClock clock;
    SeededRandom random{1};
    FaultyFileSystem files;
    std::vector<std::string> troubles; // what the logs told
};

// A session with one message to two recipients; `event` decides how much of it is known.
Decision decision(std::string agent, AgentEvent event, Action action);
std::shared_ptr<StepSnapshot> snapshot(AgentEvent event);

// Folder with published samples, or empty, said aloud, where the corpora are not there.
std::string exchangeSample(const std::string& name);

} // namespace edge::testenv
