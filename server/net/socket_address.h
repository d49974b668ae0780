// Endpoints in the socket interface's form and back.
#pragma once

#include <edge/base/ip_address.h>

#include <sys/socket.h>

namespace edge {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = sizeof(sockaddr_storage);

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress toSocketAddress(const Endpoint& endpoint);
// What getsockname, getpeername and accept give; a zone of a link-local address is dropped.
Endpoint toEndpoint(const SocketAddress& address);

} // namespace edge
