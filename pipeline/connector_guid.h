// The GUID of a Receive connector. In Exchange it is drawn once and kept in the directory; here it is
// computed from the name, so that a configuration that names connectors by GUID means the same on every
// machine (docs/decisions/0813).
#pragma once

#include <edge/base/guid.h>
#include <edge/base/text.h>

namespace edge {

inline Guid receiveConnectorGuid(std::string_view name) {
    return Guid::ofName("ReceiveConnector/" + asciiLower(name));
}

} // namespace edge
