#include <edge/base/assert.h>
#include <edge/server/net/deadline_watch.h>
#include <edge/testenv/memory_transport.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace edge::testenv {

namespace asio = boost::asio;

namespace {

constexpr auto kUnlimited = std::numeric_limits<std::size_t>::max();

// Why a wait ended.
enum class Wake { Change, Timeout, Cancelled };

} // namespace

// What both ends share. The client's end changes it and rings; the server's end waits for the ring.
struct MemoryClient::Wire : std::enable_shared_from_this<Wire> {
    Wire(asio::io_context& l, Clock& c, const Endpoint& localEndpoint, const Endpoint& remoteEndpoint)
        : loop(l)
        , local(localEndpoint)
        , remote(remoteEndpoint)
        , bell(l, asio::steady_timer::time_point::max())
        , watch(l, c, [this] { wake(Wake::Timeout); }) {}

    asio::io_context& loop;
    Endpoint local;
    Endpoint remote;

    std::string input;  // client to server
    std::string output; // server to client
    bool inputEnded = false;
    bool reset = false;
    bool silent = false; // the cable is pulled
    bool serverClosed = false;
    bool interrupted = false;
    std::size_t readSize = kUnlimited;
    std::size_t window = kUnlimited;
    std::size_t operations = 0;
    std::optional<std::size_t> vanishOperation;
    Vanish vanishKind = Vanish::Reset;

    asio::steady_timer bell; // never expires; cancelling it wakes the server's end
    DeadlineWatch watch;
    bool waiting = false;
    bool busy = false; // an operation of the server's end is under way
    bool full = false; // that is a write, waiting for room
    Wake wakeReason = Wake::Cancelled;
    std::function<void()> onReset;

    void wake(Wake reason) {
        if (!waiting || wakeReason != Wake::Cancelled)
            return;
        wakeReason = reason;
        bell.cancel();
    }

    void resetNow() {
        reset = true;
        input.clear();
        wake(Wake::Change);
        if (!busy)
            asio::post(loop, [self = shared_from_this()] { self->tellReset(); });
    }

    void tellReset() {
        if (busy || serverClosed)
            return;
        if (const auto tell = std::exchange(onReset, nullptr))
            tell();
    }

    // Counts an operation and lets the peer vanish if this is the one.
    void beginOperation() {
        EDGE_ASSERT(!busy, "one read or write at a time");
        busy = true;
        if (++operations != vanishOperation)
            return;
        silent = vanishKind == Vanish::Silence;
        if (silent)
            input.clear();
        else
            resetNow();
    }

    // Waits until the other side did something, or for `deadline`.
    Task<Wake> change(SteadyTime deadline) {
        waiting = true;
        wakeReason = Wake::Cancelled; // what is left when nobody woke us
        watch.arm(deadline);
        if (wakeReason == Wake::Cancelled)
            co_await bell.async_wait(asio::as_tuple(asio::use_awaitable));
        watch.cancel();
        waiting = false;
        co_return wakeReason;
    }
};

namespace {

using Wire = MemoryClient::Wire;

// An operation of the server's end, for its lifetime.
class Operation {
public:
    explicit Operation(Wire& wire)
        : wire_(wire) {
        wire_.beginOperation();
    }
    ~Operation() { wire_.busy = false; }
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

private:
    Wire& wire_;
};

class MemoryTransport final : public Transport {
public:
    explicit MemoryTransport(std::shared_ptr<Wire> wire)
        : wire_(std::move(wire)) {}
    ~MemoryTransport() override {
        if (!wire_->serverClosed)
            wire_->reset = true;
        wire_->onReset = nullptr;
        wire_->watch.cancel();
    }

    Endpoint localEndpoint() const override { return wire_->local; }
    Endpoint remoteEndpoint() const override { return wire_->remote; }

    Task<Result<std::string_view>> read(SteadyTime deadline) override {
        Operation operation(*wire_);
        for (;;) {
            if (const auto ready = readReady())
                co_return *ready;
            const auto wake = co_await wire_->change(deadline);
            if (wake != Wake::Change)
                co_return failure(wake);
        }
    }

    Task<Result<>> write(std::string bytes, SteadyTime deadline) override {
        Operation operation(*wire_);
        for (std::size_t sent = 0; sent < bytes.size();) {
            if (wire_->reset || wire_->serverClosed)
                co_return resetError();
            sent += push(std::string_view(bytes).substr(sent));
            if (sent == bytes.size())
                break;
            wire_->full = true;
            const auto wake = co_await wire_->change(deadline);
            wire_->full = false;
            if (wake != Wake::Change)
                co_return failure(wake);
        }
        co_return Result<>();
    }

    void interruptRead() override {
        wire_->interrupted = true;
        wire_->wake(Wake::Change);
    }

    void close(PeerState) override {
        wire_->serverClosed = true;
        wire_->onReset = nullptr;
        wire_->wake(Wake::Change);
    }

    void onReset(std::function<void()> reset) override {
        wire_->onReset = std::move(reset);
        if (wire_->reset)
            asio::post(wire_->loop, [wire = wire_] { wire->tellReset(); });
    }

private:
    // What a read gives without waiting.
    std::optional<Result<std::string_view>> readReady() {
        if (wire_->interrupted || wire_->serverClosed)
            return Error{Errc::Cancelled, "reading was interrupted"};
        if (wire_->reset)
            return resetError();
        if (!wire_->input.empty())
            return pull();
        if (wire_->inputEnded)
            return Error{Errc::EndOfStream, "the peer ended its input"};
        return std::nullopt;
    }

    std::string_view pull() {
        const auto octets = std::min(wire_->input.size(), wire_->readSize);
        handedOut_.assign(wire_->input, 0, octets);
        wire_->input.erase(0, octets);
        return handedOut_;
    }

    // Puts as much as there is room for; a silent peer has a network that swallows everything.
    std::size_t push(std::string_view bytes) {
        if (wire_->silent)
            return bytes.size();
        const auto room = wire_->window - std::min(wire_->window, wire_->output.size());
        const auto octets = std::min(room, bytes.size());
        wire_->output += bytes.substr(0, octets);
        return octets;
    }

    static Error resetError() { return {Errc::Reset, "the peer reset the connection"}; }
    static Error failure(Wake wake) {
        if (wake == Wake::Timeout)
            return {Errc::Timeout, "the deadline passed"};
        return {Errc::Cancelled, "the session was cancelled"};
    }

    std::shared_ptr<Wire> wire_;
    std::string handedOut_; // what the last view points into
};

} // namespace

MemoryClient::MemoryClient(std::shared_ptr<Wire> wire)
    : wire_(std::move(wire)) {}

MemoryClient::~MemoryClient() = default;

void MemoryClient::send(std::string_view bytes) {
    if (wire_->inputEnded || wire_->reset || wire_->silent || wire_->serverClosed)
        return;
    wire_->input += bytes;
    wire_->wake(Wake::Change);
}

std::string MemoryClient::take() {
    auto taken = std::exchange(wire_->output, {});
    if (wire_->full) // a reader would only get ahead of those that really have something to read
        wire_->wake(Wake::Change);
    return taken;
}

void MemoryClient::halfClose() {
    if (wire_->silent)
        return;
    wire_->inputEnded = true;
    wire_->wake(Wake::Change);
}

void MemoryClient::reset() {
    if (!wire_->silent && !wire_->reset)
        wire_->resetNow();
}

void MemoryClient::vanishAt(std::size_t operation, Vanish how) {
    EDGE_ASSERT(operation > 0, "operations are counted from 1");
    wire_->vanishOperation = wire_->operations + operation;
    wire_->vanishKind = how;
}

std::size_t MemoryClient::operations() const {
    return wire_->operations;
}

void MemoryClient::setReadSize(std::size_t octets) {
    EDGE_ASSERT(octets > 0, "a read gives at least one octet");
    wire_->readSize = octets;
}

void MemoryClient::setWindow(std::size_t octets) {
    wire_->window = octets;
    wire_->wake(Wake::Change);
}

bool MemoryClient::closed() const {
    return wire_->serverClosed;
}

bool MemoryClient::wasReset() const {
    return wire_->reset;
}

MemoryConnection connectInMemory(asio::io_context& loop, Clock& clock, const Endpoint& local,
                                 const Endpoint& remote) {
    const auto wire = std::make_shared<MemoryClient::Wire>(loop, clock, local, remote);
    return {std::make_unique<MemoryTransport>(wire), std::make_unique<MemoryClient>(wire)};
}

} // namespace edge::testenv
