#include <edge/base/assert.h>
#include <edge/server/net/deadline_watch.h>
#include <edge/server/net/reset_watch.h>
#include <edge/server/net/socket_address.h>
#include <edge/server/net/tcp_transport.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace edge {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// One a thread: big enough that DATA at full speed is few system calls.
constexpr std::size_t kReadBuffer = 64 * 1024;
// What a session waits with: room for a command line (RFC 5321 4.5.3.1.4), so that the wait itself brings it.
// Idle sessions are counted in tens of thousands, so no more than that.
constexpr std::size_t kWaitBuffer = 512;
// As much as this at once is the middle of a message: more of it is likely to have come meanwhile.
constexpr ssize_t kBulk = 16 * 1024;
// Reads in a row that found input at once, after which the loop gets its turn: a peer that floods us must not
// starve the other sessions of its thread.
constexpr int kReadsInARow = 16;
// How long a closed connection is kept for a peer that is still sending, and how much of that is swallowed:
// enough for a client to send the message of a common size that we refused in the middle, and then read the
// refusal.
constexpr Duration kLingerTime = std::chrono::seconds(5);
constexpr std::size_t kLingerOctets = 64 * 1024 * 1024;

std::array<char, kReadBuffer>& threadBuffer() {
    thread_local std::array<char, kReadBuffer> buffer;
    return buffer;
}

bool wouldBlock(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

Error timeoutError() {
    return {Errc::Timeout, "the deadline passed"};
}

Error cancelledError() {
    return {Errc::Cancelled, "the session was cancelled"};
}

// The socket and what watches it. Shared with the handlers under way, because the transport may go before
// they have run; after that `closed` keeps them quiet.
class Connection final : public std::enable_shared_from_this<Connection>, public ResetWatch::Watched {
public:
    Connection(asio::io_context& loop, tcp::socket socket, Clock& clock, const Endpoint& local,
               const Endpoint& remote)
        : local_(local)
        , remote_(remote)
        , loop_(loop)
        , clock_(clock)
        , socket_(std::move(socket))
        , watch_(loop, clock, [this] { expire(); })
        , resets_(ResetWatch::of(loop, clock)) {}

    const Endpoint& local() const { return local_; }
    const Endpoint& remote() const { return remote_; }

    Task<Result<std::string_view>> read(SteadyTime deadline);
    Task<Result<>> write(std::string bytes, SteadyTime deadline);
    void interruptRead();
    void close(PeerState peer);
    void abandon();
    void onReset(std::function<void()> reset);

private:
    enum class Operation { None, Read, Write };
    enum class Wake { Ready, Timeout, Cancelled };

    // Marks the operation under way, whatever way it ends.
    class Busy {
    public:
        Busy(Connection& connection, Operation operation)
            : connection_(connection) {
            EDGE_ASSERT(connection.operation_ == Operation::None, "one read or write at a time");
            connection.operation_ = operation;
            ResetWatch::forget(connection); // a read or write tells of it itself
        }
        ~Busy() {
            connection_.operation_ = Operation::None;
            connection_.watchForReset();
        }
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;

    private:
        Connection& connection_;
    };

    std::optional<Result<std::string_view>> readAtOnce();
    Task<Result<std::string_view>> receive(SteadyTime deadline);
    Task<Wake> waitToWrite(SteadyTime deadline);
    Task<> swallow();
    static Task<> linger(std::shared_ptr<Connection> self);
    void cancelOperations();
    void expire();
    Error broken(const boost::system::error_code& why);
    Error ended();
    void watchForReset();
    void lookForReset() override;
    bool brokenByPeer();

    const Endpoint local_;
    const Endpoint remote_;
    asio::io_context& loop_;
    Clock& clock_;
    tcp::socket socket_;
    DeadlineWatch watch_;
    ResetWatch& resets_;
    std::function<void()> onReset_;
    Operation operation_ = Operation::None;
    std::array<char, kWaitBuffer> waitBuffer_;
    int readsInARow_ = 0;
    bool more_ = false; // there may be more to read at once
    bool timedOut_ = false;
    bool interrupted_ = false;
    bool closed_ = false;
};

Task<Result<std::string_view>> Connection::read(SteadyTime deadline) {
    const auto self = shared_from_this(); // the transport may be closed and dropped under a pending read
    const Busy busy(*this, Operation::Read);
    if (interrupted_ || closed_)
        co_return Error{Errc::Cancelled, "reading was interrupted"};
    if (more_ && readsInARow_ < kReadsInARow) {
        ++readsInARow_;
        if (auto there = readAtOnce())
            co_return std::move(*there);
    }
    readsInARow_ = 0;
    co_return co_await receive(deadline);
}

// What is there already; none where nothing is.
std::optional<Result<std::string_view>> Connection::readAtOnce() {
    auto& buffer = threadBuffer();
    const auto octets = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    more_ = octets >= kBulk;
    if (octets > 0)
        return std::string_view(buffer.data(), static_cast<std::size_t>(octets));
    if (octets == 0)
        return ended();
    if (!wouldBlock(errno))
        return broken({errno, boost::system::system_category()});
    return std::nullopt;
}

// Waits for input, and takes its beginning.
Task<Result<std::string_view>> Connection::receive(SteadyTime deadline) {
    timedOut_ = false;
    watch_.arm(deadline);
    if (timedOut_) // too late to wait, but not to take what has come
        co_return readAtOnce().value_or(timeoutError());
    const auto [error, octets] =
        co_await socket_.async_read_some(asio::buffer(waitBuffer_), asio::as_tuple(asio::use_awaitable));
    watch_.disarm();
    if (!error) {
        more_ = octets == waitBuffer_.size();
        co_return std::string_view(waitBuffer_.data(), octets);
    }
    if (error == asio::error::eof)
        co_return ended();
    if (error != asio::error::operation_aborted)
        co_return broken(error);
    if (timedOut_)
        co_return timeoutError();
    co_return interrupted_ ? Error{Errc::Cancelled, "reading was interrupted"} : cancelledError();
}

Task<Result<>> Connection::write(std::string bytes, SteadyTime deadline) {
    const auto self = shared_from_this();
    const Busy busy(*this, Operation::Write);
    std::string_view rest(bytes);
    while (!rest.empty()) {
        if (closed_)
            co_return Error{Errc::Reset, "the connection is closed"};
        const auto octets =
            ::send(socket_.native_handle(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (octets >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(octets));
            continue;
        }
        if (!wouldBlock(errno))
            co_return broken({errno, boost::system::system_category()});
        const auto wake = co_await waitToWrite(deadline);
        if (wake == Wake::Timeout)
            co_return timeoutError();
        if (wake == Wake::Cancelled)
            co_return cancelledError();
    }
    co_return Result<>();
}

Task<Connection::Wake> Connection::waitToWrite(SteadyTime deadline) {
    timedOut_ = false;
    watch_.arm(deadline);
    if (timedOut_)
        co_return Wake::Timeout;
    const auto [error] =
        co_await socket_.async_wait(tcp::socket::wait_write, asio::as_tuple(asio::use_awaitable));
    watch_.disarm();
    if (!error)
        co_return Wake::Ready;
    co_return timedOut_ ? Wake::Timeout : Wake::Cancelled;
}

// The failure of a read or write tells of the reset; the callback need not any more.
Error Connection::broken(const boost::system::error_code& why) {
    onReset_ = nullptr;
    return {Errc::Reset, "the connection broke: " + why.message()};
}

Error Connection::ended() {
    return {Errc::EndOfStream, "the peer ended its input"};
}

void Connection::expire() {
    timedOut_ = true;
    cancelOperations();
}

void Connection::cancelOperations() {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Connection::interruptRead() {
    interrupted_ = true;
    if (operation_ == Operation::Read)
        cancelOperations();
}

void Connection::close(PeerState peer) {
    if (closed_)
        return;
    closed_ = true;
    onReset_ = nullptr;
    ResetWatch::forget(*this);
    watch_.cancel();
    cancelOperations();
    boost::system::error_code error;
    if (peer == PeerState::IsDone && socket_.available(error) == 0 && !error) {
        abandon(); // nothing unread: the system sends the rest and FIN, not RST
        return;
    }
    socket_.shutdown(tcp::socket::shutdown_send, error);
    if (error) { // the peer has gone: nothing to be polite about
        abandon();
        return;
    }
    asio::co_spawn(loop_, linger(shared_from_this()), asio::detached);
}

void Connection::abandon() {
    closed_ = true;
    onReset_ = nullptr;
    ResetWatch::forget(*this);
    watch_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

// Reads away what the peer still sends, until it ends too.
Task<> Connection::swallow() {
    std::size_t swallowed = 0;
    while (swallowed < kLingerOctets) {
        ssize_t octets = 1;
        for (int reads = 0; reads < kReadsInARow && octets > 0; ++reads) {
            octets = ::recv(socket_.native_handle(), threadBuffer().data(), kReadBuffer, MSG_DONTWAIT);
            swallowed += octets > 0 ? static_cast<std::size_t>(octets) : 0;
        }
        if (octets == 0 || (octets < 0 && !wouldBlock(errno)))
            co_return;
        const auto [cancelled] =
            co_await socket_.async_wait(tcp::socket::wait_read, asio::as_tuple(asio::use_awaitable));
        if (cancelled)
            co_return;
    }
}

// After this the socket may be closed without taking the last reply with it.
Task<> Connection::linger(std::shared_ptr<Connection> self) {
    self->watch_.arm(self->clock_.steadyNow() + kLingerTime); // ends the wait of swallow()
    co_await self->swallow();
    self->abandon();
}

void Connection::onReset(std::function<void()> reset) {
    if (closed_)
        return;
    onReset_ = std::move(reset);
    watchForReset();
}

void Connection::watchForReset() {
    if (onReset_ && !closed_ && operation_ == Operation::None)
        resets_.add(*this);
}

// Urgent data is no reset, and neither is the end of input.
void Connection::lookForReset() {
    if (!brokenByPeer())
        return;
    const auto told = [self = shared_from_this()] {
        if (self->closed_ || self->operation_ != Operation::None)
            return; // the operation tells of it, or it is asked again when that ends
        if (const auto tell = std::exchange(self->onReset_, nullptr)) {
            ResetWatch::forget(*self);
            tell();
        }
    };
    asio::post(loop_, told);
}

// Looks without taking the error from the socket: the next read shall find it.
bool Connection::brokenByPeer() {
    pollfd state{socket_.native_handle(), 0, 0};
    return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

class TcpTransport final : public Transport {
public:
    explicit TcpTransport(std::shared_ptr<Connection> connection)
        : connection_(std::move(connection)) {}
    ~TcpTransport() override {
        if (!closed_)
            connection_->abandon();
    }

    Endpoint localEndpoint() const override { return connection_->local(); }
    Endpoint remoteEndpoint() const override { return connection_->remote(); }
    Task<Result<std::string_view>> read(SteadyTime deadline) override { return connection_->read(deadline); }
    Task<Result<>> write(std::string bytes, SteadyTime deadline) override {
        return connection_->write(std::move(bytes), deadline);
    }
    void interruptRead() override { connection_->interruptRead(); }
    void close(PeerState peer) override {
        closed_ = true;
        connection_->close(peer);
    }
    void onReset(std::function<void()> reset) override { connection_->onReset(std::move(reset)); }

private:
    std::shared_ptr<Connection> connection_;
    bool closed_ = false;
};

} // namespace

Result<std::unique_ptr<Transport>> makeTcpTransport(asio::io_context& loop, int socket, Clock& clock) {
    SocketAddress local;
    SocketAddress remote;
    if (::getsockname(socket, local.get(), &local.length) != 0 ||
        ::getpeername(socket, remote.get(), &remote.length) != 0) {
        ::close(socket);
        return Error{Errc::Reset, "the peer went before it was served"};
    }
    const auto protocol = remote.storage.ss_family == AF_INET ? tcp::v4() : tcp::v6();
    tcp::socket taken(loop);
    boost::system::error_code error;
    taken.assign(protocol, socket, error);
    if (error) {
        ::close(socket);
        return Error{Errc::Unavailable, "the loop cannot take the connection: " + error.message()};
    }
    taken.set_option(tcp::no_delay(true), error); // replies are small and awaited
    return std::make_unique<TcpTransport>(
        std::make_shared<Connection>(loop, std::move(taken), clock, toEndpoint(local), toEndpoint(remote)));
}

} // namespace edge
