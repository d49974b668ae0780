// What a recorder is told by an edge server: the configuration as a script, made once for as long as it
// stays the same, and the entries of the lists beside it that a session was about. Whole lists are not kept:
// they may have a million entries, and most are nobody's business.
#pragma once

#include <edge/server/recording/session_recorder.h>

#include <functional>
#include <string>

namespace edge {

class EdgeServer;

// `exportScript` gives the script of the server's state; it and `server` outlive the recording.
RecordedServer recordedServer(EdgeServer& server, std::function<std::string()> exportScript);

} // namespace edge
