#include "log_bench.h"
#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

constexpr auto kFolder = "/data/Logs/AgentLog";

LogFormat format(LogPeriod period = LogPeriod::Day) {
    return {"AGENTLOG", "Agent Log", "15.0.0.0", "Timestamp,Row", period};
}

LogSettings settings() {
    LogSettings made;
    made.path = "Logs/AgentLog";
    return made;
}

std::string header(const std::string& date, const std::string& version = "15.0.0.0") {
    return "#Software: Microsoft Exchange Server\r\n#Version: " + version +
           "\r\n#Log-type: Agent Log\r\n#Date: " + date + "\r\n#Fields: Timestamp,Row\r\n";
}

const std::string kHeader = header("2022-09-13T14:38:59.177Z");

std::string path(const std::string& name) {
    return joinPath(kFolder, name);
}

} // namespace

TEST_CASE("A log file begins with Exchange's five header lines") {
    LogBench bench;
    LogFile log(bench.place(), format(), settings());
    CHECK(bench.names(kFolder).empty()); // no row, no file
    log.append("a,1");
    log.append("b,2");
    CHECK(bench.names(kFolder) == Names{"AGENTLOG20220913-1.LOG"});
    CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "a,1\r\nb,2\r\n");
    CHECK(log.directory() == kFolder);
}

TEST_CASE("A new UTC day begins instance 1 of a new file") {
    LogBench bench(at(23, 59, 59, 999));
    LogFile log(bench.place(), format(), settings());
    log.append("a");
    bench.advance(1ms);
    log.append("b");
    CHECK(bench.names(kFolder) == Names{"AGENTLOG20220913-1.LOG", "AGENTLOG20220914-1.LOG"});
    CHECK(bench.content(path("AGENTLOG20220914-1.LOG")) == header("2022-09-14T00:00:00.000Z") + "b\r\n");
}

TEST_CASE("An hourly log begins a new file each UTC hour") {
    LogBench bench(at(15, 59, 59, 0));
    LogFile log(bench.place(), format(LogPeriod::Hour), settings());
    log.append("a");
    bench.advance(1s);
    log.append("b");
    CHECK(bench.names(kFolder) == Names{"AGENTLOG2022091315-1.LOG", "AGENTLOG2022091316-1.LOG"});
}

TEST_CASE("A file that is full is followed by the next instance") {
    LogBench bench;
    auto bounds = settings();
    bounds.maxFileSize = kHeader.size() + 10;
    LogFile log(bench.place(), format(), bounds);
    for (const auto* row : {"1234567", "8", "a", "b", "c"}) // 9, 3, 3, 3, 3 octets
        log.append(row);
    CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "1234567\r\n");
    CHECK(bench.content(path("AGENTLOG20220913-2.LOG")) == kHeader + "8\r\na\r\nb\r\n");
    CHECK(bench.content(path("AGENTLOG20220913-3.LOG")) == kHeader + "c\r\n");
    SUBCASE("exactly full is not over full") {
        log.append("12345");
        CHECK(bench.content(path("AGENTLOG20220913-3.LOG")).size() == bounds.maxFileSize);
        CHECK(bench.names(kFolder).size() == 3);
    }
    SUBCASE("a row larger than a file has a file of its own") {
        log.append(std::string(100, 'x'));
        log.append("d");
        CHECK(bench.content(path("AGENTLOG20220913-4.LOG")) == kHeader + std::string(100, 'x') + "\r\n");
        CHECK(bench.content(path("AGENTLOG20220913-5.LOG")) == kHeader + "d\r\n");
    }
}

TEST_CASE("A batch is spread over as many files as it needs") {
    LogBench bench;
    auto bounds = settings();
    bounds.maxFileSize = kHeader.size() + 100;
    bounds.maxDirectorySize = 0;
    {
        LogFile log(bench.place(Writing::OwnThread), format(), bounds);
        for (int i = 0; i < 1000; ++i)
            log.append("row" + std::to_string(i));
    }
    std::string rows;
    for (std::size_t n = 1; n <= bench.names(kFolder).size(); ++n) {
        const auto content = bench.content(path("AGENTLOG20220913-" + std::to_string(n) + ".LOG"));
        CHECK(content.size() <= bounds.maxFileSize);
        rows += content.substr(kHeader.size());
    }
    std::string expected;
    for (int i = 0; i < 1000; ++i)
        expected += "row" + std::to_string(i) + "\r\n";
    CHECK(rows == expected);
}

TEST_CASE("A restart continues the newest file of the day") {
    LogBench bench;
    { LogFile(bench.place(), format(), settings()).append("before"); }
    bench.advance(1h);
    { LogFile(bench.place(), format(), settings()).append("after"); }
    CHECK(bench.names(kFolder).size() == 1);
    CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "before\r\nafter\r\n");
}

TEST_CASE("A restart does not continue what is full, of another version, or none of ours") {
    LogBench bench;
    const auto first = path("AGENTLOG20220913-1.LOG");
    auto bounds = settings();
    SUBCASE("full") {
        bench.put(first, kHeader + "x\r\n");
        bounds.maxFileSize = kHeader.size() + 3;
    }
    SUBCASE("another version") {
        bench.put(first, header("2022-09-13T00:00:00.000Z", "14.0.0.0") + "x\r\n");
    }
    SUBCASE("no header") {
        bench.put(first, "x\r\n");
    }
    SUBCASE("empty") {
        bench.put(first, "");
    }
    const auto before = bench.content(first);
    LogFile(bench.place(), format(), bounds).append("y");
    CHECK(bench.content(first) == before);
    CHECK(bench.content(path("AGENTLOG20220913-2.LOG")) == kHeader + "y\r\n");
}

TEST_CASE("A row cut by a crash gets its line end before the next one") {
    LogBench bench;
    bench.put(path("AGENTLOG20220913-1.LOG"), kHeader + "whole\r\ncu");
    LogFile(bench.place(), format(), settings()).append("next");
    CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "whole\r\ncu\r\nnext\r\n");
}

TEST_CASE("Old files go by the age of their day, files of others stay") {
    LogBench bench;
    for (const auto* name :
         {"AGENTLOG20220801-1.LOG", "AGENTLOG20220905-1.LOG", "AGENTLOG20220906-1.LOG",
          "AGENTLOG20220912-2.LOG", "RECV20220801-1.LOG", "AGENTLOG-notes.txt", "AGENTLOG20220801-1.LOG.gz"})
        bench.put(path(name), "x");
    auto bounds = settings();
    bounds.maxAge = 7 * 24h;
    LogFile log(bench.place(), format(), bounds);
    log.append("row");
    CHECK(bench.names(kFolder) == Names{"AGENTLOG-notes.txt", "AGENTLOG20220801-1.LOG.gz",
                                        "AGENTLOG20220906-1.LOG", "AGENTLOG20220912-2.LOG",
                                        "AGENTLOG20220913-1.LOG", "RECV20220801-1.LOG"});
    bench.advance(24h); // within one run as well
    log.append("row");
    CHECK(bench.names(kFolder) == Names{"AGENTLOG-notes.txt", "AGENTLOG20220801-1.LOG.gz",
                                        "AGENTLOG20220912-2.LOG", "AGENTLOG20220913-1.LOG",
                                        "AGENTLOG20220914-1.LOG", "RECV20220801-1.LOG"});
}

TEST_CASE("Age zero keeps files for ever") {
    LogBench bench;
    bench.put(path("AGENTLOG19990101-1.LOG"), "x");
    auto bounds = settings();
    bounds.maxAge = {};
    LogFile(bench.place(), format(), bounds).append("row");
    CHECK(bench.names(kFolder).size() == 2);
}

TEST_CASE(
    "The folder's size counts this log's files only; the oldest go first, the one being written never") {
    LogBench bench;
    const std::string big(400, 'x');
    bench.put(path("AGENTLOG20220911-1.LOG"), big);
    bench.put(path("AGENTLOG20220911-2.LOG"), big);
    bench.put(path("AGENTLOG20220912-1.LOG"), big);
    bench.put(path("RECV20220801-1.LOG"), std::string(10'000, 'x'));
    auto bounds = settings();
    bounds.maxDirectorySize = 1000;
    LogFile log(bench.place(), format(), bounds);
    log.append("row");
    CHECK(bench.names(kFolder) == Names{"AGENTLOG20220911-2.LOG", "AGENTLOG20220912-1.LOG",
                                        "AGENTLOG20220913-1.LOG", "RECV20220801-1.LOG"});
    for (int i = 0; i < 8; ++i)
        log.append(std::string(98, 'y')); // the current file alone nears the limit
    CHECK(bench.names(kFolder) == Names{"AGENTLOG20220913-1.LOG", "RECV20220801-1.LOG"});
    for (int i = 0; i < 50; ++i)
        log.append(std::string(98, 'z'));
    std::uint64_t total = 0;
    for (const auto& name : bench.names(kFolder))
        total += name.starts_with("AGENTLOG") ? bench.content(path(name)).size() : 0;
    CHECK(total <= bounds.maxDirectorySize);
    CHECK(bench.names(kFolder).front() != "AGENTLOG20220913-1.LOG");
}

TEST_CASE("An empty path or a switch turns the log off, live") {
    LogBench bench;
    auto off = settings();
    SUBCASE("path") {
        off.path.clear();
    }
    SUBCASE("switch") {
        off.enabled = false;
    }
    LogFile log(bench.place(), format(), off);
    log.append("lost on purpose");
    CHECK(bench.names(kFolder).empty());
    CHECK(log.directory().empty());
    log.configure(format(), settings());
    log.append("written");
    log.configure(format(), off);
    log.append("lost again");
    CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "written\r\n");
    CHECK(log.lostRows() == 0);
}

TEST_CASE("The path changes while the log is in use; rows from before stay where they belong") {
    for (const auto writing : {Writing::Inline, Writing::OwnThread}) {
        LogBench bench;
        LogFile log(bench.place(writing), format(), settings());
        auto other = settings();
        other.path = "/elsewhere";
        log.append("old");
        log.configure(format(), other);
        log.append("new");
        log.flush();
        CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "old\r\n");
        CHECK(bench.content("/elsewhere/AGENTLOG20220913-1.LOG") == kHeader + "new\r\n");
        CHECK(log.directory() == "/elsewhere");
    }
}

TEST_CASE("A full disk costs lines, counted and told once, and the log recovers by itself") {
    LogBench bench;
    LogFile log(bench.place(), format(), settings());
    log.append("one");
    bench.files.setCapacity(kHeader.size() + 8);
    log.append("two");
    log.append("three");
    CHECK(log.lostRows() == 2);
    REQUIRE(bench.troubles.size() == 1);
    CHECK(bench.troubles[0].starts_with("The log in /data/Logs/AgentLog cannot be written: "));
    bench.files.setCapacity(1'000'000);
    log.append("four");
    CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "one\r\nfour\r\n");
    REQUIRE(bench.troubles.size() == 2);
    CHECK(bench.troubles[1] == "The log in /data/Logs/AgentLog is written again; 2 lines lost meanwhile.");
}

TEST_CASE("Rows that find no room behind a slow disk are counted and told") {
    LogBench bench;
    auto place = bench.place(Writing::OwnThread);
    place.maxWaitingBytes = 10;
    LogFile log(place, format(), settings());
    log.append("a row that never fits");
    CHECK(log.lostRows() == 1);
    log.append("fits");
    log.flush();
    CHECK(bench.troubles ==
          std::vector<std::string>{
              "The log in /data/Logs/AgentLog lost 1 line: its disk was slower than the mail."});
    CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "fits\r\n");
}

TEST_CASE("A disk that fails at any operation never stops the log for good") {
    for (const auto operation :
         {DiskOperation::Open, DiskOperation::Write, DiskOperation::CreateDirectory, DiskOperation::List,
          DiskOperation::Status, DiskOperation::Remove, DiskOperation::Truncate, DiskOperation::Read}) {
        CAPTURE(static_cast<int>(operation));
        LogBench bench;
        bench.put(path("AGENTLOG20220101-1.LOG"), "old");
        LogFile log(bench.place(), format(), settings());
        bench.files.failAlways(operation, Errc::Io);
        for (int i = 0; i < 5; ++i)
            log.append("during");
        bench.files.clearFaults();
        const auto lost = log.lostRows();
        log.append("after");
        CHECK(log.lostRows() == lost);
        bool found = false;
        for (const auto& name : bench.names(kFolder))
            found = found || bench.content(path(name)).ends_with("after\r\n");
        CHECK(found);
        CHECK(bench.troubles.size() <= 2);
    }
}

TEST_CASE("Half a row left by a failed write is not seen") {
    LogBench bench;
    LogFile log(bench.place(), format(), settings());
    log.append("one");
    bench.files.failOnce(DiskOperation::Write, Errc::Io);
    log.append("a long row that may be torn");
    log.append("x");
    CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "one\r\nx\r\n");
    CHECK(log.lostRows() == 1);
}

TEST_CASE("A file that somebody removed or cut is begun anew") {
    LogBench bench;
    LogFile log(bench.place(), format(), settings());
    log.append("one");
    SUBCASE("removed") {
        REQUIRE(bench.files.remove(path("AGENTLOG20220913-1.LOG")).has_value());
        log.append("two");
        CHECK(bench.content(path("AGENTLOG20220913-1.LOG")) == kHeader + "two\r\n");
    }
    SUBCASE("cut to nothing") {
        bench.put(path("AGENTLOG20220913-1.LOG"), "");
        log.append("two");
        CHECK(bench.content(path("AGENTLOG20220913-2.LOG")) == kHeader + "two\r\n");
    }
    CHECK(log.lostRows() == 0);
}

TEST_CASE("Sessions on several threads write, while an administrator changes the path") {
    LogBench bench;
    LogFile log(bench.place(Writing::OwnThread), format(), settings());
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&log] {
            for (int i = 0; i < 500; ++i)
                log.append("row");
        });
    auto other = settings();
    for (int i = 0; i < 20; ++i) {
        other.path = i % 2 == 0 ? "/b" : "Logs/AgentLog";
        log.configure(format(), other);
    }
    for (auto& thread : threads)
        thread.join();
    log.flush();
    std::size_t rows = 0;
    for (const auto& folder : {std::string(kFolder), std::string("/b")})
        for (const auto& name : bench.names(folder)) {
            const auto content = bench.content(joinPath(folder, name));
            for (auto found = content.find("row\r\n"); found != std::string::npos;
                 found = content.find("row\r\n", found + 1))
                ++rows;
        }
    CHECK(rows == 1500);
    CHECK(log.lostRows() == 0);
}
