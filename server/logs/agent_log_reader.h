// Reads agent logs back, ours and Exchange's, for Get-AgentLog (agents.md 13.6): the rows of one act are one
// record again, with its recipients as a list. Columns are found by name in each file's own header, and what
// is no row is skipped and counted, so that a folder of mixed versions or a torn line at the end spoils
// nothing.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/file_system.h>
#include <edge/base/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// One act of an agent, under the names Get-AgentLog prints.
struct AgentLogRecord {
    UtcTime timestamp{};
    std::string sessionId;
    std::string ipAddress; // EnteredOrgFromIP
    std::string messageId;
    std::string p1FromAddress;
    std::vector<std::string> p2FromAddresses;
    std::vector<std::string> recipients;
    std::string agent;
    std::string event;
    std::string action;
    std::string smtpResponse;
    std::string reason;
    std::string reasonData;
    std::string diagnostics;

    bool operator==(const AgentLogRecord&) const = default;
};

struct AgentLogListing {
    std::vector<AgentLogRecord> records; // oldest first
    std::uint64_t skippedLines = 0;      // neither header nor row
    bool truncated = false;              // there are more than kMaxAgentLogRecords
};

// What one look may bring into memory; narrower dates show the rest.
inline constexpr std::size_t kMaxAgentLogRecords = 100'000;

// The records of a log's text with from <= timestamp <= to.
AgentLogListing parseAgentLog(std::string_view text, UtcTime from = UtcTime::min(),
                              UtcTime to = UtcTime::max());
// The same from all agent log files in `folder`. NotFound where there is no such folder.
Result<AgentLogListing> readAgentLog(FileSystem& files, const std::string& folder,
                                     UtcTime from = UtcTime::min(), UtcTime to = UtcTime::max());

} // namespace edge
