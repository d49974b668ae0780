#include <edge/server/program/port_file.h>

namespace edge {

std::string portFileText(const std::vector<NamedPort>& ports) {
    std::string text;
    for (const auto& port : ports)
        text += port.name + "=" + port.endpoint + "\n";
    return text;
}

} // namespace edge
