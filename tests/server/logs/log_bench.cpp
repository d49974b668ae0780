#include "log_bench.h"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace edge::testenv {

using namespace std::chrono;

struct LogBench::Loop {
    boost::asio::io_context context;
};

UtcTime at(int hour, int minute, int second, int millisecond, int day) {
    return sys_days{year{2022} / September / day} + hours(hour) + minutes(minute) + seconds(second) +
           milliseconds(millisecond);
}

LogBench::LogBench(UtcTime start)
    : loop_(std::make_unique<Loop>())
    , clock(loop_->context, start)
    , files(clock, random) {}

LogBench::~LogBench() = default;

LogPlace LogBench::place(Writing writing) {
    return {files, clock, "/data", writing,
            [this](const std::string& sentence) { troubles.push_back(sentence); }};
}

std::vector<std::string> LogBench::names(const std::string& folder) {
    auto names = files.list(folder);
    if (!names)
        return {};
    std::sort(names->begin(), names->end());
    return *names;
}

std::string LogBench::content(const std::string& path) {
    auto file = files.open(path, OpenMode::ReadOnly);
    REQUIRE_MESSAGE(file.has_value(), path);
    std::string text((*file)->size().value(), '\0');
    REQUIRE((*file)->readAt(0, text).value() == text.size());
    return text;
}

void LogBench::put(const std::string& path, std::string_view content) {
    REQUIRE(files.createDirectories(path.substr(0, path.rfind('/'))).has_value());
    auto file = files.open(path, OpenMode::CreateOrOpen);
    REQUIRE(file.has_value());
    REQUIRE((*file)->truncate(0).has_value());
    REQUIRE((*file)->writeAt(0, content).has_value());
}

void LogBench::advance(Duration by) {
    clock.advance(by);
}

std::shared_ptr<StepSnapshot> snapshot(AgentEvent event) {
    auto step = std::make_shared<StepSnapshot>();
    step->sessionId = 0x08D675E58CA1DA38;
    step->sessionStart = at(14, 38, 58, 0);
    step->connector = "Default internal receive connector EDGE01";
    step->localEndpoint = Endpoint::parse("192.168.30.60:25").value();
    step->remoteEndpoint = Endpoint::parse("203.0.113.9:2457").value();
    step->enteredOrgFromIp = step->remoteEndpoint.address;
    step->heloDomain = "mail.fabrikam.com";
    if (event < AgentEvent::OnMailCommand)
        return step;
    step->messageOrdinal = 1;
    step->p1FromAddress = "user@fabrikam.com";
    if (event == AgentEvent::OnMailCommand)
        return step;
    step->recipients = {"kate@adventureworks.com"};
    if (event == AgentEvent::OnRcptCommand)
        return step;
    step->recipients.push_back("pilar@adventureworks.com");
    step->messageId = "<1@fabrikam.com>";
    step->p2FromAddresses = {"user@fabrikam.com", "secretary@fabrikam.com"};
    for (std::size_t i = 0; i < step->networkMessageId.bytes.size(); ++i)
        step->networkMessageId.bytes[i] = static_cast<std::uint8_t>(i + 1);
    return step;
}

Decision decision(std::string agent, AgentEvent event, Action action) {
    Decision made;
    made.time = at(14, 38, 59, 177);
    made.event = event;
    made.agent = std::move(agent);
    made.action = action;
    if (action != Action::None)
        made.effects.push_back({action, {}});
    made.step = snapshot(event);
    return made;
}

std::string exchangeSample(const std::string& name) {
    std::ifstream file(EDGE_CORPORA "/exchange-samples/" + name, std::ios::binary);
    if (!file) {
        MESSAGE("skipped: no " EDGE_CORPORA "/exchange-samples/", name);
        return {};
    }
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace edge::testenv
