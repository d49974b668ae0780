// ProtocolLog: who said what on the wire (platform.md 6.2). The driver tells it each step of a session; the
// SMTP receive log, transcripts and the web console are its readers.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_address.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace edge {

// What stays the same for all lines of a session.
struct ProtocolSession {
    std::uint64_t sessionId = 0;
    std::string serverName;    // "EDGE01"
    std::string connectorName; // without the server
    Endpoint localEndpoint;
    Endpoint remoteEndpoint;
    bool verbose = false; // ProtocolLoggingLevel of the connector: what the file keeps; other readers see all
};

class ProtocolLog {
public:
    enum class Event : char { Connect = '+', Disconnect = '-', Send = '>', Receive = '<', Information = '*' };

    virtual ~ProtocolLog() = default;
    // Whether lines of that session are kept at all; asked once, at its start.
    virtual bool wants(const ProtocolSession&) const { return true; }
    // `sequence` counts from 0 in each session. Data is one line without CRLF, secrets blanked; content of
    // DATA is never given. Callable from several threads, never for one session at once.
    virtual void write(const ProtocolSession& session, std::uint32_t sequence, UtcTime time, Event event,
                       std::string_view data, std::string_view context) = 0;
};

} // namespace edge
