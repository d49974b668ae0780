#include <edge/base/assert.h>
#include <edge/base/time_text.h>
#include <edge/server/management/http_server.h>
#include <edge/server/management/unix_socket.h>
#include <edge/server/management/worker.h>
#include <edge/server/net/deadline_watch.h>
#include <edge/server/net/socket_address.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <tuple>

namespace edge {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

using Stream = asio::generic::stream_protocol;
using Socket = Stream::socket;
using ErrorCode = boost::system::error_code;

// Input that waits to be parsed: a header and the part of a body or of the next request that came with it.
constexpr std::size_t kInputBuffer = kMaxHttpHeader + 24 * 1024;
// After a request that was refused half-read its rest is taken and dropped: closing at once would reset the
// connection, and the answer might be lost with it. As much as a client sends before it looks, and no more.
constexpr std::size_t kMaxDrained = 4 * kMaxHttpBody;
constexpr Duration kDrainTime = std::chrono::seconds(2);
// Pause when the system is out of descriptors.
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

// What a peer hears that finds no place. Written without a coroutine, so that a crowd costs nothing.
constexpr std::string_view kNoPlace =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
    "Content-Type: text/plain\r\nContent-Length: 22\r\n\r\nToo many connections.\n";

constexpr std::string_view kStopping = "the server is stopping";

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7).
std::string httpDate(UtcTime when) {
    auto date = mailDate(when, std::chrono::minutes(0));
    const auto day = date.find(' ') + 1;
    if (date.find(' ', day) == day + 1)
        date.insert(day, "0");
    return date.substr(0, date.rfind(' ')) + " GMT";
}

// One peer and what has come from it. Its deadline ends things by way of the socket, not by cancelling what
// is under way: a composed operation that is between two steps does not hear of a cancellation.
struct Connection {
    Connection(asio::io_context& loop, Clock& clock, Socket s)
        : socket(std::move(s))
        , deadline(loop, clock, [this] { expire(); }) {
        input.reserve(kInputBuffer); // Beast reads as much as there is room for
    }

    void expire() {
        ErrorCode ignored;
        expired = true;
        if (phase == Phase::Receiving)
            socket.shutdown(Socket::shutdown_receive, ignored); // it can still be told
        else
            socket.close(ignored);
    }

    // What stop() and the deadline may interrupt, and how.
    enum class Phase { Receiving, Answering, Draining };

    Socket socket;
    beast::flat_buffer input{kInputBuffer};
    Phase phase = Phase::Receiving;
    bool expired = false;
    DeadlineWatch deadline;
};

// What reading a request came to.
struct Received {
    enum class Kind { Request, Refusal, Gone } kind = Kind::Gone;
    HttpRequest request;
    HttpResponse refusal;
    bool keepAlive = false;
};

Received refused(unsigned status, std::string_view detail) {
    Received received;
    received.kind = Received::Kind::Refusal;
    received.refusal = httpProblem(status, detail);
    return received;
}

// The answer to input that is no request, or nothing where nobody is there to hear it.
Received refusalFor(const ErrorCode& error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return refused(431,
                       "the request's header is larger than " + std::to_string(kMaxHttpHeader) + " octets");
    if (error == http::error::body_limit)
        return refused(413, "the request's body is larger than " + std::to_string(kMaxHttpBody) + " octets");
    const bool gone = error == http::error::end_of_stream || error == http::error::partial_message;
    if (gone || error.category() != http::make_error_code(http::error::bad_method).category())
        return {};
    return refused(400, "this is not an HTTP request: " + error.message());
}

HttpRequest toRequest(http::request<http::string_body>&& message, bool fromUnixSocket) {
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message)
        request.fields.push_back({std::string(field.name_string()), std::string(field.value())});
    request.body = std::move(message.body());
    request.fromUnixSocket = fromUnixSocket;
    return request;
}

http::response<http::string_body> toMessage(HttpResponse&& response, bool keepAlive, UtcTime now) {
    http::response<http::string_body> message;
    message.result(response.status);
    message.set(http::field::date, httpDate(now)); // RFC 9110 6.6.1
    if (!response.contentType.empty())
        message.set(http::field::content_type, response.contentType);
    for (const auto& field : response.fields)
        message.insert(field.name, field.value);
    message.body() = std::move(response.body);
    message.prepare_payload();
    message.keep_alive(keepAlive);
    return message;
}

// curl asks first whether a large body is welcome (RFC 9110 10.1.1).
bool wantsContinue(const http::request<http::string_body>& message) {
    return message.version() == 11 && beast::iequals(message[http::field::expect], "100-continue");
}

// True when the peer's system has taken all of it.
Task<bool> writeAnswer(Socket& socket, http::response<http::string_body>& message, bool headOnly) {
    http::response_serializer<http::string_body> serializer(message);
    ErrorCode error;
    std::size_t size = 0;
    if (headOnly)
        std::tie(error, size) =
            co_await http::async_write_header(socket, serializer, asio::as_tuple(asio::use_awaitable));
    else
        std::tie(error, size) =
            co_await http::async_write(socket, serializer, asio::as_tuple(asio::use_awaitable));
    co_return !error;
}

// A request on its way to the worker and the coroutine that waits for its answer.
template <class Completion>
struct Errand {
    Errand(Completion c, HttpRequest r)
        : completion(std::move(c))
        , loop(asio::make_work_guard(completion)) // the loop has work until it is answered
        , request(std::move(r)) {}

    Completion completion;
    asio::executor_work_guard<asio::associated_executor_t<Completion>> loop;
    HttpRequest request;

    static void finish(std::shared_ptr<Errand> self, HttpResponse response) {
        auto executor = self->loop.get_executor();
        asio::post(executor, [self = std::move(self), answer = std::move(response)]() mutable {
            self->loop.reset();
            std::move(self->completion)(std::move(answer));
        });
    }
};

struct Listening {
    OwnedFd socket;
    HttpAddress address;
    std::optional<UnixListener> file; // of a Unix socket
    int family = AF_UNIX;
};

Result<Listening> listenOnUnix(const std::string& path) {
    auto listener = UnixListener::open(path);
    if (!listener)
        return listener.error();
    Listening listening;
    listening.socket = listener->takeSocket();
    listening.address = path;
    listening.file.emplace(std::move(*listener));
    return listening;
}

Result<Listening> listenOnTcp(const Endpoint& where) {
    const auto begin = "cannot listen for management on " + where.toString() + ": ";
    if (!where.address.isLoopback())
        return Error{Errc::Unsupported,
                     begin + "whoever reaches it may change everything, so it is loopback only"};
    auto address = toSocketAddress(where);
    Listening listening;
    listening.family = address.storage.ss_family;
    listening.socket = OwnedFd(::socket(listening.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int fd = listening.socket.get();
    const int on = 1; // a restarted server need not wait for its old connections
    const bool done = fd >= 0 && ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                      ::bind(fd, address.get(), address.length) == 0 && ::listen(fd, SOMAXCONN) == 0 &&
                      ::getsockname(fd, address.get(), &address.length) == 0;
    if (!done)
        return Error{Errc::Unavailable, begin + std::strerror(errno)};
    listening.address = toEndpoint(address);
    return listening;
}

Result<Listening> listenOn(const HttpAddress& where) {
    if (const auto* path = std::get_if<std::string>(&where))
        return listenOnUnix(*path);
    return listenOnTcp(std::get<Endpoint>(where));
}

} // namespace

// Everything belongs to the loop's thread, but worker and `stopping`.
class HttpServer::Site : public std::enable_shared_from_this<Site> {
public:
    Site(asio::io_context& loop, Clock& clock, Listening listening, HttpHandler handler, IsQuick isQuick)
        : loop_(loop)
        , clock_(clock)
        , address_(std::move(listening.address))
        , file_(std::move(listening.file))
        , acceptor_(loop, Stream(listening.family, 0), listening.socket.get())
        , handler_(std::move(handler))
        , isQuick_(std::move(isQuick))
        , worker_(kMaxHttpConnections) { // each connection has one request at most under way
        listening.socket.release();
    }

    const HttpAddress& address() const { return address_; }
    void begin() { asio::co_spawn(loop_, acceptPeers(shared_from_this()), asio::detached); }
    void stop();
    void stopWorker() { worker_.stop(); }

private:
    using Peer = std::shared_ptr<Connection>;

    static Task<> acceptPeers(std::shared_ptr<Site> self);
    static Task<> serve(std::shared_ptr<Site> self, Peer peer);
    // These are awaited at once, by serve(), which holds what they refer to.
    Task<bool> exchange(Connection& peer);
    Task<bool> awaitInput(Connection& peer);
    Task<Received> readRequest(Connection& peer);
    Task<HttpResponse> answer(HttpRequest& request);
    Task<bool> reply(Connection& peer, HttpResponse& response, bool headOnly, bool keepAlive);
    Task<> refuse(Connection& peer, HttpResponse& refusal);
    Task<> drain(Connection& peer);

    void take(Socket socket);
    HttpResponse handle(const HttpRequest& request) const;
    void closeAll();
    SteadyTime in(Duration time) const { return clock_.steadyNow() + time; }

    asio::io_context& loop_;
    Clock& clock_;
    const HttpAddress address_;
    std::optional<UnixListener> file_;
    asio::basic_socket_acceptor<Stream> acceptor_;
    const HttpHandler handler_;
    const IsQuick isQuick_;
    std::set<Peer> peers_;
    std::atomic<bool> stopping_{false};
    Worker worker_;
};

Task<> HttpServer::Site::acceptPeers(std::shared_ptr<Site> self) {
    while (!self->stopping_) {
        auto [error, socket] = co_await self->acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (error == asio::error::operation_aborted)
            co_return; // stopped
        if (!error)
            self->take(std::move(socket));
        else if (error != asio::error::connection_aborted)
            co_await self->clock_.waitUntil(
                self->in(kAcceptPause)); // out of descriptors or memory: do not spin
    }
}

void HttpServer::Site::take(Socket socket) {
    ErrorCode ignored;
    if (stopping_)
        return;
    if (peers_.size() >= kMaxHttpConnections) {
        socket.non_blocking(true, ignored);
        socket.send(asio::buffer(kNoPlace), 0, ignored);
        socket.shutdown(Socket::shutdown_send, ignored);
        return;
    }
    const auto peer = std::make_shared<Connection>(loop_, clock_, std::move(socket));
    peers_.insert(peer);
    asio::co_spawn(loop_, serve(shared_from_this(), peer), asio::detached);
}

// One connection from its first request to its last.
Task<> HttpServer::Site::serve(std::shared_ptr<Site> self, Peer peer) {
    bool another = true;
    while (another && !self->stopping_)
        another = co_await self->exchange(*peer);
    ErrorCode ignored;
    peer->deadline.cancel();
    peer->socket.shutdown(Socket::shutdown_both, ignored);
    peer->socket.close(ignored);
    self->peers_.erase(peer);
}

// One request and its answer; true when the connection stays open for another.
Task<bool> HttpServer::Site::exchange(Connection& peer) {
    peer.phase = Connection::Phase::Receiving;
    const bool asks = co_await awaitInput(peer);
    if (!asks)
        co_return false;

    auto received = co_await readRequest(peer);
    if (peer.expired)
        received = refused(408, "the request did not arrive in time");
    if (received.kind == Received::Kind::Gone || stopping_)
        co_return false;
    if (received.kind == Received::Kind::Refusal) {
        co_await refuse(peer, received.refusal);
        co_return false;
    }

    peer.phase = Connection::Phase::Answering;
    peer.deadline.disarm();                                  // the handler takes the time it needs
    const bool headOnly = received.request.method == "HEAD"; // RFC 9110 9.3.2
    auto response = co_await answer(received.request);
    co_return co_await reply(peer, response, headOnly, received.keepAlive);
}

// True when the peer has something to say.
Task<bool> HttpServer::Site::awaitInput(Connection& peer) {
    if (peer.input.size() > 0) // the next request came with the one before
        co_return true;
    peer.deadline.arm(in(kHttpIdleTime));
    const auto [error] =
        co_await peer.socket.async_wait(Socket::wait_read, asio::as_tuple(asio::use_awaitable));
    co_return !error && !peer.expired;
}

Task<Received> HttpServer::Site::readRequest(Connection& peer) {
    peer.deadline.arm(in(kHttpRequestTime));
    http::request_parser<http::string_body> parser;
    parser.header_limit(kMaxHttpHeader);
    parser.body_limit(kMaxHttpBody);
    const auto [headError, headSize] = co_await http::async_read_header(peer.socket, peer.input, parser,
                                                                        asio::as_tuple(asio::use_awaitable));
    if (headError)
        co_return refusalFor(headError);
    if (wantsContinue(parser.get())) {
        http::response<http::empty_body> go(http::status::continue_, 11);
        co_await http::async_write(peer.socket, go,
                                   asio::as_tuple(asio::use_awaitable)); // reading tells if it failed
    }
    const auto [error, size] =
        co_await http::async_read(peer.socket, peer.input, parser, asio::as_tuple(asio::use_awaitable));
    if (error)
        co_return refusalFor(error);
    Received received;
    received.kind = Received::Kind::Request;
    received.keepAlive = parser.keep_alive() && parser.get().version() == 11;
    received.request = toRequest(parser.release(), std::holds_alternative<std::string>(address_));
    co_return received;
}

Task<HttpResponse> HttpServer::Site::answer(HttpRequest& request) {
    if (isQuick_ && isQuick_(request))
        co_return handle(request);
    const auto begin = [](auto completion, Site* site, HttpRequest asked) {
        using Pending = Errand<decltype(completion)>;
        const auto errand = std::make_shared<Pending>(std::move(completion), std::move(asked));
        const bool taken = site->worker_.submit([site, errand] {
            auto response = site->stopping_ ? httpProblem(503, kStopping) : site->handle(errand->request);
            Pending::finish(errand, std::move(response));
        });
        if (!taken)
            Pending::finish(errand, httpProblem(503, kStopping));
    };
    auto answering = asio::async_initiate<const asio::use_awaitable_t<>, void(HttpResponse)>(
        begin, asio::use_awaitable, this, std::move(request));
    co_return co_await std::move(answering);
}

// A handler that throws harms its own request only.
HttpResponse HttpServer::Site::handle(const HttpRequest& request) const {
    try {
        return handler_(request);
    } catch (const std::exception& error) {
        return httpProblem(500, error.what());
    }
}

// True when the connection stays open.
Task<bool> HttpServer::Site::reply(Connection& peer, HttpResponse& response, bool headOnly, bool keepAlive) {
    peer.phase = Connection::Phase::Answering;
    peer.deadline.arm(in(kHttpAnswerTime));
    const bool open = keepAlive && !stopping_;
    auto message = toMessage(std::move(response), open, clock_.utcNow());
    const bool written = co_await writeAnswer(peer.socket, message, headOnly);
    co_return open&& written;
}

// Tells what was wrong and waits a little until the peer has heard it.
Task<> HttpServer::Site::refuse(Connection& peer, HttpResponse& refusal) {
    co_await reply(peer, refusal, false, false);
    ErrorCode ignored;
    peer.socket.shutdown(Socket::shutdown_send, ignored);
    co_await drain(peer);
}

Task<> HttpServer::Site::drain(Connection& peer) {
    peer.phase = Connection::Phase::Draining;
    peer.deadline.arm(in(kDrainTime));
    std::size_t drained = 0;
    peer.input.clear();
    while (drained < kMaxDrained) {
        const auto space = peer.input.prepare(kInputBuffer);
        const auto [error, size] =
            co_await peer.socket.async_read_some(space, asio::as_tuple(asio::use_awaitable));
        if (error)
            co_return;
        drained += size;
    }
}

void HttpServer::Site::stop() {
    if (stopping_.exchange(true))
        return;
    asio::post(loop_, [self = shared_from_this()] { self->closeAll(); });
}

void HttpServer::Site::closeAll() {
    ErrorCode ignored;
    acceptor_.close(ignored);
    file_.reset();
    for (const auto& peer : peers_)
        if (peer->phase != Connection::Phase::Answering)
            peer->socket.close(ignored); // its coroutine ends with the error
}

Result<std::unique_ptr<HttpServer>> HttpServer::open(asio::io_context& loop, Clock& clock,
                                                     const HttpAddress& where, HttpHandler handler,
                                                     IsQuick isQuick) {
    EDGE_ASSERT(handler, "an HTTP server needs a handler");
    auto listening = listenOn(where);
    if (!listening)
        return listening.error();
    const auto site =
        std::make_shared<Site>(loop, clock, std::move(*listening), std::move(handler), std::move(isQuick));
    site->begin();
    return std::unique_ptr<HttpServer>(new HttpServer(site));
}

HttpServer::HttpServer(std::shared_ptr<Site> site)
    : site_(std::move(site)) {}

HttpServer::~HttpServer() {
    stop();
    site_->stopWorker();
}

const HttpAddress& HttpServer::address() const {
    return site_->address();
}

void HttpServer::stop() {
    site_->stop();
}

} // namespace edge
