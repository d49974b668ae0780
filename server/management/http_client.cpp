#include <edge/server/management/http_client.h>
#include <edge/server/management/unix_socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <csignal>
#include <optional>

namespace edge {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;

// Loop and signal of a client. SIGINT is waited for all the time; it matters only while a request is under
// way.
struct HttpClient::Engine {
    asio::io_context loop;
    asio::signal_set interrupts{loop};
    bool interrupted = false;
    asio::local::stream_protocol::socket* current = nullptr;

    void watch() {
        interrupts.async_wait([this](ErrorCode error, int) {
            if (error)
                return;
            interrupted = true;
            if (current)
                current->close(error);
            watch();
        });
    }
};

// One request and its answer.
class HttpClient::Exchange {
public:
    Exchange(Engine& engine, OwnedFd connection, const HttpRequest& request)
        : engine_(engine)
        , socket_(engine.loop, asio::local::stream_protocol(), connection.release())
        , timer_(engine.loop) {
        message_.method_string(request.method);
        message_.target(request.target);
        message_.set(http::field::host, "localhost");
        message_.set(http::field::connection, "close");
        for (const auto& field : request.fields)
            message_.set(field.name, field.value);
        message_.body() = request.body;
        message_.prepare_payload();
        parser_.body_limit(kMaxHttpAnswer);
        engine_.current = &socket_;
    }
    ~Exchange() {
        engine_.current = nullptr;
        ErrorCode ignored;
        socket_.close(ignored);
        timer_.cancel();
        engine_.loop.poll(); // what was under way refers to this object
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    Result<HttpResponse> run(Duration limit);

private:
    void read();
    void expire(ErrorCode error);
    Result<HttpResponse> outcome();

    Engine& engine_;
    asio::local::stream_protocol::socket socket_;
    http::request<http::string_body> message_;
    beast::flat_buffer input_;
    http::response_parser<http::string_body> parser_;
    asio::steady_timer timer_;
    bool expired_ = false;
    std::optional<ErrorCode> ended_;
};

Result<HttpResponse> HttpClient::Exchange::run(Duration limit) {
    // A server that refuses does not read to the end: whatever became of writing, its answer is looked for.
    http::async_write(socket_, message_, [this](ErrorCode, std::size_t) { read(); });
    if (limit != Duration::max()) {
        timer_.expires_after(limit);
        timer_.async_wait([this](ErrorCode error) { expire(error); });
    }
    while (!ended_)
        engine_.loop.run_one();
    return outcome();
}

void HttpClient::Exchange::expire(ErrorCode error) {
    if (error)
        return; // cancelled
    expired_ = true;
    socket_.close(error);
}

void HttpClient::Exchange::read() {
    http::async_read(socket_, input_, parser_, [this](ErrorCode error, std::size_t) { ended_ = error; });
}

Result<HttpResponse> HttpClient::Exchange::outcome() {
    if (*ended_ && engine_.interrupted)
        return Error{Errc::Cancelled, "interrupted; what the server had begun, it finishes"};
    if (*ended_ && expired_)
        return Error{Errc::Timeout, "the server did not answer in time"};
    if (*ended_ == http::error::body_limit)
        return Error{Errc::LimitExceeded, "the answer is too large; ask for less"};
    if (*ended_)
        return Error{Errc::Reset, "the server ended before it had answered"};
    auto message = parser_.release();
    HttpResponse response{message.result_int(), std::string(message[http::field::content_type]), {}, {}};
    for (const auto& field : message)
        response.fields.push_back({std::string(field.name_string()), std::string(field.value())});
    response.body = std::move(message.body());
    return response;
}

HttpClient::HttpClient(std::string dataDirectory, CtrlC ctrlC)
    : dataDirectory_(std::move(dataDirectory))
    , engine_(std::make_unique<Engine>()) {
    if (ctrlC == CtrlC::EndsProcess)
        return;
    engine_->interrupts.add(SIGINT);
    engine_->watch();
}

HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request, Duration limit) {
    if (request.body.size() > kMaxHttpBody)
        return Error{Errc::LimitExceeded, "the request has " + std::to_string(request.body.size()) +
                                              " octets, the server takes " + std::to_string(kMaxHttpBody)};
    auto connection = connectUnix(managementSocketPath(dataDirectory_));
    if (!connection) {
        const auto& error = connection.error();
        if (error.code == Errc::NotFound || error.code == Errc::Unavailable)
            return Error{Errc::Unavailable, "no server is running with data directory " + dataDirectory_ +
                                                " (start it with: edgesim serve --data " + dataDirectory_ +
                                                ")"};
        return error;
    }
    engine_->loop.restart();
    engine_->loop.poll();    // a Ctrl-C of before is over
    engine_->loop.restart(); // polling without anything to do stops a loop
    engine_->interrupted = false;
    Exchange exchange(*engine_, std::move(*connection), request);
    return exchange.run(limit);
}

} // namespace edge
