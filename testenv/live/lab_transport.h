// A TCP connection that the lab watches and may tamper with: it comes from where the controller says, it is
// read in pieces, it falls silent. What has gone through it is counted, so that the controller can wait until
// everything that was sent has been worked off, and not a moment longer.
#pragma once

#include <edge/server/transport.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

namespace edge::testenv {

// One connection as the controller sees it; outlives the transport.
struct LabWire {
    int socket = -1;                                                // of the transport, good until `over`
    std::uint64_t heard = 0;                                        // octets the server has taken
    std::uint64_t said = 0;                                         // octets the server has sent
    bool over = false;                                              // the server has closed, or dropped it
    bool silent = false;                                            // nothing gets through any more
    std::size_t readSize = std::numeric_limits<std::size_t>::max(); // octets of one read at most
    std::size_t operations = 0;                                     // reads and writes begun
    std::optional<std::size_t> silentAt;                            // the operation at which it falls silent
    bool busy = false;             // a read or write is under way: it notices a reset by itself
    std::function<void()> onReset; // else this tells of it

    // Octets that lie in the system, not taken yet.
    std::uint64_t unread() const;
    // So many octets have arrived in all, and the end of input behind them where `ended`.
    bool hasArrived(std::uint64_t octets, bool ended) const;
    // The peer's reset has arrived.
    bool wasReset() const;
    // Tells of a reset that has arrived, unless somebody else does. For the loop's thread. The transport
    // below would look for resets at times of its own, which would be events of the virtual clock.
    void noticeReset();
    // Falls silent at the n-th operation from now (1: the next).
    void fallSilentAt(std::size_t operation) { silentAt = operations + operation; }
};

// `inner` as the server shall see it: from `remote` to `local`.
std::unique_ptr<Transport> makeLabTransport(std::unique_ptr<Transport> inner, std::shared_ptr<LabWire> wire,
                                            const Endpoint& local, const Endpoint& remote);

} // namespace edge::testenv
