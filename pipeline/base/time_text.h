// How times are written: ISO 8601 in logs, RFC 5322 in headers and banner, [d.]hh:mm:ss in cmdlets.
// Exchange's own forms (platform.md 2.5, 6.1), kept together so that no log invents a second spelling.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/result.h>

#include <string>
#include <string_view>

namespace edge {

// 2022-09-13T14:38:59.177Z: the time stamp of every Exchange log (platform.md 6.1).
std::string isoTime(UtcTime when);
// "Fri, 5 Aug 2016 16:24:41 -0700": day without leading zero, local offset (platform.md 2.5, RFC 5322 3.3).
std::string mailDate(UtcTime when, std::chrono::minutes utcOffset);
// 20220913: the date part of log file names (platform.md 6.1).
std::string dayStamp(UtcTime when);
// "00:00:05", "1.00:00:00", "00:00:00.2500000": a .NET TimeSpan as the shell prints it.
std::string timeSpanText(Duration span);
// Reads [-][d.]hh:mm[:ss[.fffffff]] or a plain number of days, as the shell does; also "5s", "10m", "2h",
// "1d" (ours, for convenience).
Result<Duration> parseTimeSpan(std::string_view text);

} // namespace edge
