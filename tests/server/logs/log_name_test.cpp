#include <edge/server/logs/log_name.h>

#include "log_bench.h"
#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;

TEST_CASE("A log file is named by prefix, UTC day or hour, and instance") {
    const auto now = at(16, 0, 4, 113);
    CHECK(LogName{LogName::stampOf(LogPeriod::Day, now), 1}.toString("AGENTLOG") == "AGENTLOG20220913-1.LOG");
    CHECK(LogName{LogName::stampOf(LogPeriod::Hour, now), 12}.toString("RECV") == "RECV2022091316-12.LOG");
    CHECK(LogName::stampOf(LogPeriod::Hour, at(0, 0, 0, 0)) == "2022091300");
}

TEST_CASE("Names are read back without regard to case") {
    const auto name = LogName::parse("AGENTLOG", "AgentLog20220913-17.log");
    REQUIRE(name.has_value());
    CHECK(name->stamp == "20220913");
    CHECK(name->instance == 17);
    CHECK(name->periodBegin() == at(0, 0, 0, 0));
    CHECK(name->periodEnd() == at(0, 0, 0, 0, 14));
    const auto hourly = LogName::parse("RECV", "RECV2022091316-1.LOG");
    REQUIRE(hourly.has_value());
    CHECK(hourly->periodBegin() == at(16, 0, 0, 0));
    CHECK(hourly->periodEnd() == at(17, 0, 0, 0));
}

TEST_CASE("Files of others are not ours") {
    for (const std::string_view name :
         {"AGENTLOG.LOG", "AGENTLOG20220913.LOG", "AGENTLOG20220913-.LOG", "AGENTLOG20220913-1.LOG.bak",
          "AGENTLOG20220913-1-2.LOG", "AGENTLOG20221313-1.LOG", "AGENTLOG2022091324-1.LOG",
          "AGENTLOG202209131-1.LOG", "AGENTLOG20220913-x.LOG", "AGENTLOG20220913-9999999999.LOG",
          "AGENTLOGX20220913-1.LOG", "RECV20220913-1.LOG", "OLDAGENTLOG20220913-1.LOG", ""}) {
        CAPTURE(name);
        CHECK_FALSE(LogName::parse("AGENTLOG", name).has_value());
    }
}

TEST_CASE("Order is by period, then by instance as a number") {
    const auto name = [](const char* text) { return LogName::parse("RECV", text).value(); };
    CHECK(name("RECV20220912-3.LOG") < name("RECV20220913-1.LOG"));
    CHECK(name("RECV20220913-2.LOG") < name("RECV20220913-10.LOG"));
    CHECK(name("RECV2022091309-7.LOG") < name("RECV2022091310-1.LOG"));
    CHECK(name("RECV20220913-9.LOG") < name("RECV2022091301-1.LOG")); // the profile changed to an hourly one
}
