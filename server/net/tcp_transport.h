// A TCP connection as a Transport. It waits with a buffer for one command line and reads what is longer into
// one that belongs to the thread, so that an idle session holds little more than a socket. Closing lingers: a
// reply that ends a session must reach a client that is still sending, and a socket closed over unread input
// would reset it away (RFC 1122 4.2.2.13).
#pragma once

#include <edge/server/transport.h>

#include <memory>

namespace boost::asio {
class io_context;
}

namespace edge {

// Takes over a connected, non-blocking TCP socket; it lives on `loop` from then on. Reset: the peer has gone
// already. The socket is closed on failure.
Result<std::unique_ptr<Transport>> makeTcpTransport(boost::asio::io_context& loop, int socket, Clock& clock);

} // namespace edge
