// What the management tests share: a directory for sockets, an HTTP server on a loop and clock that the test
// drives, and one that lives on a thread for blocking clients.
#pragma once

#include <edge/server/management/api.h>
#include <edge/server/management/http_server.h>
#include <edge/server/net/system_clock.h>
#include <edge/testenv/manual_clock.h>
#include <edge/tests/net/tcp_bench.h>

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace edge::tests {

// A new directory with a short path, gone at the end.
class ScratchDirectory {
public:
    ScratchDirectory();
    ~ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    const std::string& path() const { return path_; }
    std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

private:
    std::string path_;
};

// A server whose loop and time the test moves.
class HttpBench {
public:
    explicit HttpBench(HttpHandler handler, HttpServer::IsQuick isQuick = {});

    ScratchDirectory directory;
    std::string socketPath = directory / "s";
    boost::asio::io_context loop;
    testenv::ManualClock clock{loop};
    std::unique_ptr<HttpServer> server;

    PlainSocket connect() const;
    // Runs the loop, waiting for kernel and worker, until `done`; false when nothing moves for a long time.
    bool runUntil(const std::function<bool()>& done);
    // Sends all of `bytes`, running the loop meanwhile; false when the peer takes no more.
    bool send(PlainSocket& client, std::string_view bytes);
    // Runs until the client holds `text`.
    bool hears(PlainSocket& client, std::string_view text);
    // Runs until the connection has ended.
    bool seesEnd(PlainSocket& client);
};

// A client on the socket at `path`, for tests that write their HTTP by hand.
PlainSocket connectPlain(const std::string& path);

// A management server on a thread of its own, in a data directory of its own.
class LiveServer {
public:
    explicit LiveServer(ApiHandlers handlers);
    ~LiveServer();
    LiveServer(const LiveServer&) = delete;
    LiveServer& operator=(const LiveServer&) = delete;

    const std::string& dataDirectory() const { return directory_.path(); }

private:
    ScratchDirectory directory_;
    SystemClock clock_;
    ManagementApi api_;
    boost::asio::io_context loop_;
    std::unique_ptr<HttpServer> server_;
    std::thread thread_;
};

// Handlers that say something harmless each.
ApiHandlers harmlessHandlers();

} // namespace edge::tests
