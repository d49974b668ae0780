// The SMTP receive protocol log (platform.md 6.2): what both sides said, for connectors whose
// ProtocolLoggingLevel is Verbose. Versions differ in how a reply of several lines is logged, so this is the
// place that splits or joins it.
#pragma once

#include <edge/base/profile.h>
#include <edge/server/logs/log_file.h>
#include <edge/server/protocol_log.h>

#include <cstdint>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>

namespace edge {

class ReceiveProtocolLog final : public ProtocolLog {
public:
    ReceiveProtocolLog(const LogPlace& place, ProfileId profile, const LogSettings& settings);

    // A reply of several lines comes as one write with '\n' between the lines.
    bool wants(const ProtocolSession& session) const override;
    void write(const ProtocolSession& session, std::uint32_t sequence, UtcTime time, Event event,
               std::string_view data, std::string_view context) override;
    // For the lines to come.
    void configure(ProfileId profile, const LogSettings& settings);
    // Returns when everything written before is in the file.
    void flush() { file_.flush(); }
    std::uint64_t lostRows() const { return file_.lostRows(); }
    // The folder; empty while the log is off.
    std::string directory() const { return file_.directory(); }

private:
    std::uint32_t takeSequence(const ProtocolSession& session, std::uint32_t sequence, Event event,
                               std::size_t lines);

    std::shared_mutex mutex_; // lines of one version never go to a file of another
    const Profile* profile_;
    std::mutex extraMutex_;
    // Sessions whose replies were split: how many lines more than the driver knows of. Ends with the session.
    std::unordered_map<std::uint64_t, std::uint32_t> extraLines_;
    LogFile file_;
};

} // namespace edge
