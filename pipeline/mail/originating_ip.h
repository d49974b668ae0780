// The address from which a message entered the organization (agents.md 2.5). Behind servers of our own the
// peer says nothing; the Received fields do, newest first, and the first address in them that is none of
// ours is the one. A Received field is a text that any server on the way may have written, so what names
// itself is read with less trust than what the server wrote about it.
#pragma once

#include <edge/base/ip_range.h>
#include <edge/mail/header_list.h>

#include <optional>
#include <string_view>
#include <vector>

namespace edge {

// The peer's address in the from-clause of a Received field's value: "from helo (192.0.2.1) by …" as
// Exchange writes it, "from helo (name [192.0.2.1]) by …", "[IPv6:2001:db8::1]". An address that the server
// noted in parentheses counts before one that the peer gave as its name.
std::optional<IpAddress> receivedFromAddress(std::string_view value);

// Whether the address is one of InternalSMTPServers.
bool isInternalServer(const IpAddress& address, const std::vector<IpRange>& internalServers);

// The first address of the Received fields, from the top, that is no internal server; nothing where there is
// none.
std::optional<IpAddress> findOriginatingIp(const HeaderList& headers,
                                           const std::vector<IpRange>& internalServers);

} // namespace edge
