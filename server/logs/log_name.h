// The names of Exchange's log files: AGENTLOG20220913-1.LOG, RECV2023011116-1.LOG. The name says which day or
// hour the file belongs to and which of that period's files it is, so age and order are read from names,
// never from time stamps that a copy or a backup changes (docs/decisions/0400-log-rotation.md).
#pragma once

#include <edge/base/clock.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edge {

// How long one file name serves.
enum class LogPeriod { Day, Hour };

struct LogName {
    std::string stamp;          // 20220913, or 2023011116 with the UTC hour
    std::uint32_t instance = 1; // from 1 in each period

    // The stamp of the period that `when` falls into.
    static std::string stampOf(LogPeriod period, UtcTime when);
    // The name's parts; nothing where `name` is not a file of the log with that prefix.
    static std::optional<LogName> parse(std::string_view prefix, std::string_view name);

    std::string toString(std::string_view prefix) const;
    UtcTime periodBegin() const;
    UtcTime periodEnd() const;
    // Older before newer.
    std::strong_ordering operator<=>(const LogName& other) const;
    bool operator==(const LogName&) const = default;
};

} // namespace edge
