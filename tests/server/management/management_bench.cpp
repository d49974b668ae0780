#include <edge/server/management/unix_socket.h>
#include <edge/tests/management/management_bench.h>

#include <doctest/doctest.h>
#include <fcntl.h>

#include <cstdlib>
#include <filesystem>

namespace edge::tests {
namespace {

// Bounds of waiting for another thread or the kernel: never reached unless something is broken.
constexpr auto kTurn = std::chrono::milliseconds(20);
constexpr int kTurns = 1000;

} // namespace

ScratchDirectory::ScratchDirectory() {
    char name[] = "/tmp/edgesim-test-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path_ = name;
}

ScratchDirectory::~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

HttpBench::HttpBench(HttpHandler handler, HttpServer::IsQuick isQuick) {
    auto opened = HttpServer::open(loop, clock, socketPath, std::move(handler), std::move(isQuick));
    REQUIRE(opened.has_value());
    server = std::move(*opened);
}

PlainSocket HttpBench::connect() const {
    return connectPlain(socketPath);
}

bool HttpBench::runUntil(const std::function<bool()>& done) {
    for (int turn = 0; turn < kTurns; ++turn) {
        if (done())
            return true;
        if (loop.stopped())
            loop.restart();
        loop.run_one_for(kTurn);
    }
    return done();
}

bool HttpBench::send(PlainSocket& client, std::string_view bytes) {
    return runUntil([&] {
        bytes.remove_prefix(client.send(bytes));
        return bytes.empty();
    });
}

bool HttpBench::hears(PlainSocket& client, std::string_view text) {
    return runUntil([&] { return client.receive().find(text) != std::string::npos; });
}

bool HttpBench::seesEnd(PlainSocket& client) {
    return runUntil([&] {
        client.receive();
        return client.ended() || client.wasReset();
    });
}

PlainSocket connectPlain(const std::string& path) {
    auto fd = connectUnix(path);
    REQUIRE(fd.has_value());
    REQUIRE(::fcntl(fd->get(), F_SETFL, ::fcntl(fd->get(), F_GETFL) | O_NONBLOCK) == 0);
    return PlainSocket(std::move(*fd));
}

LiveServer::LiveServer(ApiHandlers handlers)
    : api_(std::move(handlers)) {
    auto opened = HttpServer::open(
        loop_, clock_, managementSocketPath(directory_.path()),
        [this](const HttpRequest& request) { return api_.handle(request); }, ManagementApi::isQuick);
    REQUIRE(opened.has_value());
    server_ = std::move(*opened);
    thread_ = std::thread([this] { loop_.run(); });
}

LiveServer::~LiveServer() {
    server_->stop();
    thread_.join(); // the loop runs dry once the last connection has ended
    server_.reset();
}

ApiHandlers harmlessHandlers() {
    ApiHandlers handlers;
    handlers.cmdlet = [](const CmdletRequest& request) {
        CmdletReply reply;
        reply.output = "ran " + request.script + "\n";
        return reply;
    };
    handlers.complete = [](const CompletionRequest&) { return CompletionReply{}; };
    handlers.needsMore = [](const std::string& text) { return text.ends_with("|"); };
    handlers.readiness = [] { return Readiness{true, ""}; };
    handlers.info = [] {
        return ServerInfo{
            "EDGE01", "0.1.0", "2019", "/data", std::chrono::seconds(61), {{"smtp", "127.0.0.1:2525"}}};
    };
    return handlers;
}

} // namespace edge::tests
