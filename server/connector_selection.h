// Which Receive connector serves a connection (platform.md 2.2). A rule without state: the same three facts
// always give the same connector, so it can be tested, and explained, by tables.
#pragma once

#include <edge/base/ip_address.h>
#include <edge/server/config/receive_connector.h>

#include <memory>
#include <span>

namespace edge {

// The enabled connector bound to `local`, where the peer connected to, whose narrowest remote range around
// `remote` is the narrowest of all; a binding to the very address goes before one to all addresses
// (docs/decisions/0600). Null when there is none.
std::shared_ptr<const ReceiveConnector>
selectConnector(std::span<const std::shared_ptr<const ReceiveConnector>> connectors, const Endpoint& local,
                const IpAddress& remote);

} // namespace edge
