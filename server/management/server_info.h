// What a server says about itself to whoever asks: the shell's banner, scripts, tools made for Mailpit.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace edge {

struct NamedPort {
    std::string name; // as in the port file: "smtp", "http"
    std::string endpoint;
    bool operator==(const NamedPort&) const = default;
};

struct ServerInfo {
    std::string name;    // the server's, "EDGE01"
    std::string version; // of edgesim
    std::string profile; // "2019"
    std::string dataDirectory;
    std::chrono::seconds uptime{0};
    std::vector<NamedPort> ports;
};

struct Readiness {
    bool ready = false;
    std::string reason; // why not
};

} // namespace edge
