// The archive helper's own main: confines itself, says that it is ready, then reads one archive after the
// other until the server's end of the socket is closed.
#pragma once

namespace edge {

// The word on edgesim's command line that starts it; for the server, not for people.
inline constexpr const char* kArchiveHelperCommand = "archive-helper";

// Serves on descriptor 0, a Unix socket; returns the exit code.
int runArchiveHelper();

} // namespace edge
