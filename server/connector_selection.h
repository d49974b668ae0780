// Which Receive connector serves a connection (platform.md 2.2). A rule without state: the same three facts
// always give the same connector, so it can be tested, and explained, by tables.
#pragma once

#include <edge/base/ip_address.h>
#include <edge/server/config/receive_connector.h>

#include <memory>
#include <span>
#include <vector>

namespace edge {

// A binding and what it became when the listening socket was opened: port 0 turns into a port of the system's
// choice.
struct BoundEndpoint {
    Endpoint configured;
    Endpoint actual;
};

// The enabled connector bound to `local`, where the peer connected to, whose narrowest remote range around
// `remote` is the narrowest of all; a binding to the very address goes before one to all addresses. Null when
// there is none. `bound` says what bindings with port 0 became; without an entry there they match nothing.
std::shared_ptr<const ReceiveConnector>
selectConnector(std::span<const std::shared_ptr<const ReceiveConnector>> connectors, const Endpoint& local,
                const IpAddress& remote, std::span<const BoundEndpoint> bound = {});

// What to listen on for these connectors: the bindings of the enabled ones, each once. A binding that a
// wildcard on the same port already covers is left out, because the system would refuse the second socket.
std::vector<Endpoint> listenEndpoints(std::span<const std::shared_ptr<const ReceiveConnector>> connectors);

} // namespace edge
