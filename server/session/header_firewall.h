// The header firewall: a stranger's X-MS-Exchange-Organization-* headers are removed before any agent sees
// the message, so that stamps can be trusted (platform.md 2.4, agents.md 12.2).
#pragma once

#include <edge/mail/header_list.h>
#include <edge/server/config/receive_connector.h>

#include <string>
#include <vector>

namespace edge {

// Removes what the session may not bring; returns the names of the fields that went, in order.
std::vector<std::string> applyHeaderFirewall(HeaderList& headers, const Permissions& permissions);

} // namespace edge
