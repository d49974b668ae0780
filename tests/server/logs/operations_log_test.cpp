#include <edge/server/logs/operations_log.h>

#include "log_bench.h"
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;

namespace {

struct Lines {
    std::vector<std::string> got;

    OperationsLog::Options options(Writing writing = Writing::Inline) {
        OperationsLog::Options made;
        made.warningsToStandardError = false;
        made.writing = writing;
        made.reader = [this](LogLevel level, const std::string& message) {
            got.push_back(std::string(toString(level)) + ": " + message);
        };
        return made;
    }
};

// A folder of its own on the real disk, gone afterwards: spdlog writes there itself.
struct ScratchFolder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("edge-operations-log-" + std::to_string(::getpid()));
    ScratchFolder() { std::filesystem::create_directory(path); }
    ~ScratchFolder() { std::filesystem::remove_all(path); }

    std::string content(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(path / name).rdbuf();
        return text.str();
    }
};

Decision slow() {
    auto made = decision("My Agent", AgentEvent::OnEndOfData, Action::None);
    made.overrun = true;
    return made;
}

} // namespace

TEST_CASE("A slow agent is told as event 1050 in the words of the version") {
    LogBench bench;
    Lines lines;
    auto log = OperationsLog::open(bench.clock, lines.options()).value();
    log->configure(ProfileId::E2007, 300s);
    log->record(slow());
    log->configure(ProfileId::E2019, 90s);
    log->record(slow());
    auto early = slow();
    early.event = AgentEvent::OnMailCommand;
    early.step = snapshot(early.event);
    log->record(early);
    CHECK(lines.got == std::vector<std::string>{"warning: 1050 The execution time of agent 'My Agent' "
                                                "exceeded 300000 (milliseconds) while handling event "
                                                "'OnEndOfData'. This is an unusual amount of time for an "
                                                "agent to process a single event. However, "
                                                "Transport will continue processing this message.",
                                                "warning: 1050 The execution time of agent 'My Agent' "
                                                "exceeded 90000 milliseconds while handling event "
                                                "'OnEndOfData' for message with InternetMessageId: "
                                                "'<1@fabrikam.com>'. This is an unusual amount of time "
                                                "for an agent to process a single event. However, Transport "
                                                "will continue processing this message.",
                                                "warning: 1050 The execution time of agent 'My Agent' "
                                                "exceeded 90000 milliseconds while handling event "
                                                "'OnMailCommand' for message with InternetMessageId: 'Not "
                                                "Available'. This is an unusual amount of time "
                                                "for an agent to process a single event. However, Transport "
                                                "will continue processing this message."});
}

TEST_CASE("A fault says what was thrown, where, and what the client was told") {
    LogBench bench;
    Lines lines;
    auto log = OperationsLog::open(bench.clock, lines.options()).value();
    auto made = decision("My Agent", AgentEvent::OnMailCommand, Action::Fault);
    made.diagnostics = "vector::_M_range_check";
    made.response = SmtpResponse::connectionDroppedByAgentError();
    log->record(made);
    auto unborn = decision("My Agent", AgentEvent::OnConnect, Action::Fault);
    unborn.reason = "CreateAgentFailed";
    unborn.diagnostics = "no licence";
    unborn.step = std::make_shared<StepSnapshot>();
    log->record(unborn);
    auto ours = decision("SMTP Receive", AgentEvent::OnDisconnect, Action::Fault);
    ours.reasonData = "bad_alloc";
    log->record(ours);
    CHECK(lines.got ==
          std::vector<std::string>{
              "warning: Agent 'My Agent' failed while handling event 'OnMailCommand': "
              "vector::_M_range_check. Session "
              "08D675E58CA1DA38 with 203.0.113.9:2457. The client was told 421 4.3.2 System not accepting "
              "network "
              "messages.",
              "warning: Agent 'My Agent' failed to start and is left out of this session: no licence.",
              "warning: The server itself failed while handling event 'OnDisconnect': bad_alloc. Session "
              "08D675E58CA1DA38 with 203.0.113.9:2457."});
}

TEST_CASE("Ordinary decisions are not the operations log's business") {
    LogBench bench;
    Lines lines;
    auto log = OperationsLog::open(bench.clock, lines.options()).value();
    log->record(decision("Sender Filter Agent", AgentEvent::OnMailCommand, Action::RejectCommand));
    log->record(decision("SMTP Receive", AgentEvent::OnEndOfData, Action::AcceptMessage));
    CHECK(lines.got.empty());
}

TEST_CASE("The file has UTC times of the given clock, one line each, whatever the text holds") {
    LogBench bench;
    const ScratchFolder folder;
    Lines lines;
    for (const auto writing : {Writing::Inline, Writing::OwnThread}) {
        auto options = lines.options(writing);
        options.path = folder.path / "Logs" / "edgesim.log"; // the folder is made
        auto log = OperationsLog::open(bench.clock, options).value();
        log->info("started");
        log->error("bad\r\n2022-09-13T00:00:00.000Z [info] forged \x1b[2J");
        log->flush();
        const std::string expected =
            "2022-09-13T14:38:59.177Z [info] started\n"
            "2022-09-13T14:38:59.177Z [error] bad\\r\\n2022-09-13T00:00:00.000Z [info] forged "
            "\\x1b[2J\n";
        CHECK(folder.content("Logs/edgesim.log") ==
              (writing == Writing::Inline ? expected : expected + expected));
        CHECK(log->lostLines() == 0);
    }
}

TEST_CASE("A message with braces is text, not a format") {
    LogBench bench;
    Lines lines;
    auto log = OperationsLog::open(bench.clock, lines.options()).value();
    log->warning("{} {0} {:s} %n %v");
    CHECK(lines.got == std::vector<std::string>{"warning: {} {0} {:s} %n %v"});
}

TEST_CASE("A file that cannot be opened is an error with its name") {
    LogBench bench;
    Lines lines;
    auto options = lines.options();
    options.path = "/proc/edgesim.log";
    const auto log = OperationsLog::open(bench.clock, options);
    REQUIRE_FALSE(log.has_value());
    CHECK(log.error().message.find("/proc/edgesim.log") != std::string::npos);
}
