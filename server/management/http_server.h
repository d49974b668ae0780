// The HTTP server of the management interface: a thin shell of Beast round a handler that is a plain
// function. It runs on one loop beside the mail; the handler runs on a thread of its own, so that a long
// cmdlet keeps no session waiting.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_address.h>
#include <edge/base/result.h>
#include <edge/server/management/http_message.h>

#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace boost::asio {
class io_context;
}

namespace edge {

// Peers served at the same time; one more is told 503. A shell needs one, a console a handful.
inline constexpr std::size_t kMaxHttpConnections = 32;
// How long a connection may stay open between requests.
inline constexpr Duration kHttpIdleTime = std::chrono::seconds(60);
// From a request's first octet to its last: whoever sends slower only holds the place.
inline constexpr Duration kHttpRequestTime = std::chrono::seconds(10);
// For the peer to take the whole answer.
inline constexpr Duration kHttpAnswerTime = std::chrono::seconds(30);

// A Unix socket's path, or a loopback endpoint (port 0: any free one).
using HttpAddress = std::variant<std::string, Endpoint>;

class HttpServer {
public:
    // True for a request whose handler returns at once: it is answered on the loop itself, beside whatever
    // the handler's thread is doing, so that health checks do not wait for cmdlets. The handler must then be
    // ready for two threads.
    using IsQuick = std::function<bool(const HttpRequest&)>;

    // Listens on `where`. `loop` must have one thread and outlive the server. The error says what to do about
    // it.
    static Result<std::unique_ptr<HttpServer>> open(boost::asio::io_context& loop, Clock& clock,
                                                    const HttpAddress& where, HttpHandler handler,
                                                    IsQuick isQuick = {});
    // stop(), and waits until the handler has returned; it is not called again. Not to be called from the
    // handler.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // What was really bound: with the port that port 0 became.
    const HttpAddress& address() const;
    // Closes the listening socket (its file goes, too) and every connection on which no answer is under way;
    // what waits for the handler's thread is told 503. Callable from every thread, and twice.
    void stop();

private:
    class Site;
    explicit HttpServer(std::shared_ptr<Site> site);

    std::shared_ptr<Site> site_; // shared with the connections
};

} // namespace edge
