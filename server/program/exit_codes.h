// Exit codes of edgesim's commands, the same for all of them; documented in docs/running.md.
#pragma once

namespace edge {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;          // something went wrong while it ran, or a test failed
inline constexpr int kExitUsage = 2;           // the command line or a configuration is wrong
inline constexpr int kExitNothingSelected = 3; // no test to run
inline constexpr int kExitUnavailable = 4;     // port, data directory or server not to be had

} // namespace edge
