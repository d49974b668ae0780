#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/mail/smtp_response.h>
#include <edge/server/logs/csv.h>
#include <edge/server/logs/receive_protocol_log.h>

#include <array>
#include <mutex>
#include <vector>

namespace edge {
namespace {

LogFormat formatOf(const Profile& profile) {
    return {
        "RECV", "SMTP Receive Protocol Log", std::string(profile.logVersion),
        "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context",
        profile.hourlyProtocolLog ? LogPeriod::Hour : LogPeriod::Day};
}

// "250  HOST Hello [ip] SIZE 37748736 ...": code, enhanced code (EHLO has none, hence two blanks) and all
// texts. What is no reply stays one line through csv.h.
std::string joined(std::string_view reply) {
    const auto response = SmtpResponse::parse(reply);
    if (response.isEmpty())
        return std::string(reply);
    return std::to_string(response.statusCode()) + " " + response.enhancedStatusCode() + " " +
           join(response.statusText(), " ");
}

// The log lines that one write becomes.
std::vector<std::string> linesOf(ProtocolLog::Event event, std::string_view data, const Profile& profile) {
    while (!data.empty() && (data.back() == '\n' || data.back() == '\r'))
        data.remove_suffix(1);
    if (event != ProtocolLog::Event::Send || data.find('\n') == std::string_view::npos)
        return {std::string(data)};
    if (profile.ehloOnOneLogLine)
        return {joined(data)};
    std::vector<std::string> lines;
    for (auto line : split(data, '\n')) {
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        lines.emplace_back(line);
    }
    return lines;
}

} // namespace

ReceiveProtocolLog::ReceiveProtocolLog(const LogPlace& place, ProfileId profileId,
                                       const LogSettings& settings)
    : profile_(&profile(profileId))
    , file_(place, formatOf(*profile_), settings) {}

bool ReceiveProtocolLog::wants(const ProtocolSession& session) const {
    return session.verbose;
}

void ReceiveProtocolLog::write(const ProtocolSession& session, std::uint32_t sequence, UtcTime time,
                               Event event, std::string_view data, std::string_view context) {
    if (!session.verbose)
        return;
    const std::shared_lock lock(mutex_);
    const auto lines = linesOf(event, data, *profile_);
    auto number = takeSequence(session, sequence, event, lines.size());
    for (const auto& line : lines) {
        const std::array<std::string, 9> fields{isoTime(time),
                                                session.serverName + "\\" + session.connectorName,
                                                hex16(session.sessionId),
                                                std::to_string(number++),
                                                session.localEndpoint.toString(),
                                                session.remoteEndpoint.toString(),
                                                std::string(1, static_cast<char>(event)),
                                                line,
                                                std::string(context)};
        file_.append(csvRow(fields));
    }
}

// The driver counts its writes; where one became several lines, everything after it moves on.
std::uint32_t ReceiveProtocolLog::takeSequence(const ProtocolSession& session, std::uint32_t sequence,
                                               Event event, std::size_t lines) {
    const std::lock_guard lock(extraMutex_);
    const auto found = extraLines_.find(session.sessionId);
    const auto extra = found == extraLines_.end() ? 0 : found->second;
    if (lines > 1)
        extraLines_[session.sessionId] = extra + static_cast<std::uint32_t>(lines - 1);
    if (event == Event::Disconnect)
        extraLines_.erase(session.sessionId);
    return sequence + extra;
}

void ReceiveProtocolLog::configure(ProfileId profileId, const LogSettings& settings) {
    const std::unique_lock lock(mutex_);
    profile_ = &profile(profileId);
    file_.configure(formatOf(*profile_), settings);
}

} // namespace edge
