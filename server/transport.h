// Transport: a connected peer, as the session driver sees one. Real twin: tcp_transport (later TLS over it);
// scripted twin: testenv/memory_transport. Small on purpose: reading hands out a view into a buffer that
// belongs to the thread, so an idle session holds no buffer at all.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_address.h>
#include <edge/base/result.h>
#include <edge/base/task.h>

#include <functional>
#include <string>
#include <string_view>

namespace edge {

// What is known of the peer when we end a connection.
enum class PeerState {
    MaySend, // it may be in the middle of something: it must get the chance to read our last reply
    IsDone,  // it said QUIT, or ended its input: nothing more is to come
};

// One owner, one thread. At most one read and one write at a time, never both at once.
class Transport {
public:
    virtual ~Transport() = default;

    virtual Endpoint localEndpoint() const = 0;
    virtual Endpoint remoteEndpoint() const = 0;

    // Waits for input. The view lives until the next co_await on this thread; it is never empty.
    // Errors: Timeout at `deadline`, EndOfStream (half-close counts), Reset, Cancelled after interruptRead().
    virtual Task<Result<std::string_view>> read(SteadyTime deadline) = 0;
    // Sends all of `bytes`. Errors: Timeout, Reset.
    virtual Task<Result<>> write(std::string bytes, SteadyTime deadline) = 0;
    // Makes the pending read, and every later one, fail with Cancelled at once; bytes that lie ready are lost
    // to us.
    virtual void interruptRead() = 0;
    // Ends the connection in good order: what was written is delivered, then FIN.
    virtual void close(PeerState peer) = 0;
    // `reset` is called at most once, from the loop, when the peer resets the connection while nobody reads
    // or writes: how the driver learns that an agent's wait has become pointless. It is never called after
    // close().
    virtual void onReset(std::function<void()> reset) = 0;
};

} // namespace edge
