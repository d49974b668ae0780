// The port file: where a script learns what --listen ...:0 became. Written under another name and renamed, so
// that who sees it sees all of it.
#pragma once

#include <edge/base/result.h>
#include <edge/server/management/server_info.h>

#include <string>
#include <vector>

namespace edge {

// Lines "smtp=127.0.0.1:40123".
std::string portFileText(const std::vector<NamedPort>& ports);

} // namespace edge
