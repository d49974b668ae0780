#include <edge/base/text.h>
#include <edge/server/logs/operations_log.h>
#include <edge/server/logs/visible_text.h>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace edge {
namespace {

// A line is for people; a longer one is cut.
constexpr std::size_t kMaxMessageBytes = 4096;

// UTC, as in the other logs: 2022-09-13T14:38:59.177Z [warning] ...
constexpr const char* kPattern = "%Y-%m-%dT%H:%M:%S.%eZ %^[%l]%$ %v";

constexpr std::array<spdlog::level::level_enum, 3> kSpdlogLevels{spdlog::level::info, spdlog::level::warn,
                                                                 spdlog::level::err};

std::vector<spdlog::sink_ptr> makeSinks(const OperationsLog::Options& options) {
    std::vector<spdlog::sink_ptr> sinks;
    if (!options.path.empty())
        sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_st>(
            options.path, kOperationsLogFileBytes, kOperationsLogOldFiles));
    if (options.warningsToStandardError) {
        sinks.push_back(std::make_shared<spdlog::sinks::stderr_color_sink_st>());
        sinks.back()->set_level(spdlog::level::warn);
    }
    return sinks;
}

// A line on its way to the writer: level, time, message.
struct Entry {
    LogLevel level;
    UtcTime time;
    std::string message; // one line

    std::string packed() const {
        return std::to_string(static_cast<int>(level)) + std::to_string(time.time_since_epoch().count()) +
               " " + message + "\n";
    }
    static Entry unpacked(std::string_view line) {
        const auto blank = line.find(' ');
        std::int64_t microseconds = 0;
        std::from_chars(line.data() + 1, line.data() + blank, microseconds);
        return {static_cast<LogLevel>(line.front() - '0'), UtcTime(std::chrono::microseconds(microseconds)),
                std::string(line.substr(blank + 1))};
    }
};

} // namespace

std::string_view toString(LogLevel level) {
    static constexpr std::array<std::string_view, 3> kWords{"info", "warning", "error"};
    return kWords[static_cast<std::size_t>(level)];
}

// The side behind the queue: spdlog, used by one thread at a time.
class OperationsLog::Writer {
public:
    explicit Writer(const Options& options)
        : reader_(options.reader)
        , logger_("operations") {
        logger_.sinks() = makeSinks(options);
        logger_.set_formatter(
            std::make_unique<spdlog::pattern_formatter>(kPattern, spdlog::pattern_time_type::utc));
        logger_.set_error_handler(
            [this](const std::string&) { ++failed_; }); // a full disk is no reason to stop
        buffer_ =
            std::make_unique<WriteBehind>(options.writing, [this](std::string_view lines) { write(lines); });
    }

    void append(const Entry& entry) { buffer_->append(entry.packed()); }
    void flush() { buffer_->flush(); }
    std::uint64_t lost() const { return failed_ + buffer_->lostLines(); }

private:
    void write(std::string_view lines) {
        for (; !lines.empty(); lines.remove_prefix(lines.find('\n') + 1)) {
            const auto entry = Entry::unpacked(lines.substr(0, lines.find('\n')));
            const spdlog::log_clock::time_point time(
                std::chrono::duration_cast<spdlog::log_clock::duration>(entry.time.time_since_epoch()));
            logger_.log(time, spdlog::source_loc{}, kSpdlogLevels[static_cast<std::size_t>(entry.level)],
                        spdlog::string_view_t(entry.message));
            if (reader_)
                reader_(entry.level, entry.message);
        }
        logger_.flush();
    }

    const std::function<void(LogLevel, const std::string&)> reader_;
    spdlog::logger logger_;
    std::atomic<std::uint64_t> failed_{0};
    std::unique_ptr<WriteBehind> buffer_; // last: its thread uses the rest
};

Result<std::unique_ptr<OperationsLog>> OperationsLog::open(const Clock& clock, const Options& options) {
    try {
        auto writer = std::make_unique<Writer>(options);
        return std::unique_ptr<OperationsLog>(new OperationsLog(clock, options, std::move(writer)));
    } catch (const spdlog::spdlog_ex& error) {
        return Error{Errc::Io, "the operations log cannot be opened: " + std::string(error.what())};
    }
}

OperationsLog::OperationsLog(const Clock& clock, const Options& options, std::unique_ptr<Writer> writer)
    : clock_(clock)
    , profile_(options.profile)
    , agentTimeLimit_(options.agentTimeLimit)
    , writer_(std::move(writer)) {}

OperationsLog::~OperationsLog() = default;

void OperationsLog::write(LogLevel level, std::string_view message) {
    writer_->append({level, clock_.utcNow(), shortened(visibleText(message), kMaxMessageBytes)});
}

void OperationsLog::record(const Decision& decision) {
    if (decision.overrun)
        warning("1050 " + overrunText(decision, profile_, agentTimeLimit_));
    if (decision.action == Action::Fault)
        warning(faultText(decision));
}

void OperationsLog::configure(ProfileId profile, Duration agentTimeLimit) {
    profile_ = profile;
    agentTimeLimit_ = agentTimeLimit;
}

void OperationsLog::flush() {
    writer_->flush();
}

std::uint64_t OperationsLog::lostLines() const {
    return writer_->lost();
}

std::string overrunText(const Decision& decision, ProfileId profile, Duration limit) {
    const auto milliseconds =
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(limit).count());
    const bool named = decision.step && !decision.step->messageId.empty();
    const std::string event(toString(decision.event));
    std::string text = "The execution time of agent '" + decision.agent + "' exceeded " + milliseconds;
    if (profile < ProfileId::E2013)
        text += " (milliseconds) while handling event '" + event + "'.";
    else
        text += " milliseconds while handling event '" + event + "' for message with InternetMessageId: '" +
                (named ? decision.step->messageId : "Not Available") + "'.";
    return text + " This is an unusual amount of time for an agent to process a single event. However, "
                  "Transport will"
                  " continue processing this message.";
}

std::string faultText(const Decision& decision) {
    std::string text =
        decision.byServer() ? "The server itself failed" : "Agent '" + decision.agent + "' failed";
    if (decision.reason == "CreateAgentFailed")
        text += " to start and is left out of this session";
    else
        text += " while handling event '" + std::string(toString(decision.event)) + "'";
    text += ": " + (decision.diagnostics.empty() ? decision.reasonData : decision.diagnostics) + ".";
    if (decision.step && decision.step->sessionId != 0)
        text += " Session " + hex16(decision.step->sessionId) + " with " +
                decision.step->remoteEndpoint.toString() + ".";
    if (!decision.response.isEmpty())
        text += " The client was told " + decision.response.toString() + ".";
    return text;
}

} // namespace edge
