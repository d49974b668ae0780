// One session while it is recorded: its text grows in memory, up to a limit, and becomes a file when the
// session is over. The session's own thread writes nearly all of it; answers of the DNS come from any.
#pragma once

#include <edge/server/recording/recording_text.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace edge {

// Octets that all recordings in memory hold together.
using RecordedOctets = std::atomic<std::size_t>;

class SessionRecording {
public:
    // `held` outlives the recording and counts what it holds. `script` is the configuration of its start.
    SessionRecording(const Clock& clock, const RecordingHead& head, std::string script, std::size_t maxOctets,
                     RecordedOctets& held);
    ~SessionRecording();
    SessionRecording(const SessionRecording&) = delete;
    SessionRecording& operator=(const SessionRecording&) = delete;

    const RecordingHead& head() const { return head_; }

    void clientSaid(std::string_view bytes);
    void serverSaid(std::string_view bytes);
    void decided(const Decision& decision);
    void answered(std::string_view name, DnsType type, const DnsAnswer& answer, Duration took);
    // Each end of a session is told once; what comes behind the server's own is nothing of the session.
    void ended(SessionEnd end);

    // Addresses of clients and recipients that the session was about: the list entries and recipients that
    // replay needs are looked up by them.
    std::set<IpAddress> addresses() const;
    std::set<std::string> recipients() const;
    // The whole file. `listEntries` are cmdlets that follow the configuration.
    std::string text(std::string_view listEntries) const;

private:
    void append(std::string_view lines);
    Duration now() const { return clock_.steadyNow() - start_; }

    const Clock& clock_;
    const RecordingHead head_;
    const std::string script_;
    const std::size_t maxOctets_;
    RecordedOctets& held_;
    const SteadyTime start_;
    mutable std::mutex mutex_;
    std::string events_;
    std::set<SessionEnd> ends_;
    std::set<IpAddress> addresses_;
    std::set<std::string> recipients_;
    bool full_ = false;
};

} // namespace edge
