#include <edge/server/management/management_client.h>
#include <edge/server/management/unix_socket.h>
#include <edge/tests/management/management_bench.h>

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <csignal>
#include <future>
#include <latch>
#include <thread>

using namespace edge;
using namespace edge::tests;
using namespace std::chrono_literals;

namespace {

// Accepts one client, reads a little, says something and hangs up: no server of ours.
class StrangeServer {
public:
    StrangeServer(const std::string& path, std::string answer)
        : listener_(UnixListener::open(path).value())
        , thread_([this, said = std::move(answer)] { serve(said); }) {}
    ~StrangeServer() { thread_.join(); }

private:
    void serve(const std::string& answer) {
        const auto socket = listener_.takeSocket();
        pollfd waiting{socket.get(), POLLIN, 0};
        ::poll(&waiting, 1, -1);
        const OwnedFd peer(::accept(socket.get(), nullptr, nullptr));
        char some[1024];
        ::recv(peer.get(), some, sizeof some, 0);
        ::send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }

    UnixListener listener_;
    std::thread thread_;
};

} // namespace

TEST_CASE("Without a server the client says how to start one") {
    const ScratchDirectory directory;
    const auto expected =
        Error{Errc::Unavailable, "no server is running with data directory " + directory.path() +
                                     " (start it with: edgesim serve --data " + directory.path() + ")"};
    SUBCASE("nothing was ever there") {
        CHECK(ManagementClient(directory.path()).info().error() == expected);
    }
    SUBCASE("it was killed") {
        const auto path = managementSocketPath(directory.path());
        auto listener = UnixListener::open(path);
        const auto socket = listener->takeSocket();
        ::shutdown(socket.get(), SHUT_RDWR); // nobody listens, the file is there
        CHECK(ManagementClient(directory.path()).info().error() == expected);
    }
    SUBCASE("the directory is missing") {
        const auto missing = directory / "not/there";
        CHECK(ManagementClient(missing).run({}).error().message.starts_with(
            "no server is running with data directory " + missing));
    }
}

TEST_CASE("A data directory whose path is too long is an error of its own") {
    const auto error = ManagementClient("/tmp/" + std::string(120, 'x')).info().error();
    CHECK(error.code == Errc::InvalidArgument);
}

TEST_CASE("Typed questions get typed answers") {
    auto handlers = harmlessHandlers();
    handlers.complete = [](const CompletionRequest& request) {
        return CompletionReply{request.cursor, {request.line + "!"}};
    };
    const LiveServer server(std::move(handlers));
    ManagementClient client(server.dataDirectory());
    CHECK(client.info()->name == "EDGE01");
    CmdletRequest request;
    request.script = "Get-X";
    CHECK(client.run(request)->output == "ran Get-X\n");
    CHECK(client.needsMore("Get-X |").value());
    CHECK_FALSE(client.needsMore("Get-X").value());
    CHECK(client.complete({"Get", 3})->candidates.at(0) == "Get!");
}

TEST_CASE("A long answer arrives whole") {
    auto handlers = harmlessHandlers();
    const std::string log(5 * 1024 * 1024, 'x');
    handlers.cmdlet = [&](const CmdletRequest&) {
        CmdletReply reply;
        reply.output = log;
        return reply;
    };
    const LiveServer server(std::move(handlers));
    const auto reply = ManagementClient(server.dataDirectory()).run({});
    REQUIRE(reply.has_value());
    CHECK(reply->output == log);
}

TEST_CASE("Two clients at once are both served, one cmdlet after the other") {
    std::atomic<int> running{0}, most{0};
    auto handlers = harmlessHandlers();
    handlers.cmdlet = [&](const CmdletRequest& request) {
        most = std::max(most.load(), ++running);
        CmdletReply reply;
        reply.output = request.script;
        --running;
        return reply;
    };
    const LiveServer server(std::move(handlers));
    const auto ask = [&](const std::string& name) {
        ManagementClient client(server.dataDirectory());
        for (int i = 0; i < 50; ++i) {
            CmdletRequest request;
            request.script = name + std::to_string(i);
            const auto reply = client.run(request);
            if (!reply || reply->output != request.script)
                return false;
        }
        return true;
    };
    auto first = std::async(std::launch::async, ask, "a");
    auto second = std::async(std::launch::async, ask, "b");
    CHECK(first.get());
    CHECK(second.get());
    CHECK(most == 1);
}

TEST_CASE("What the server refuses is told with its reason") {
    const LiveServer server(harmlessHandlers());
    ManagementClient client(server.dataDirectory());
    CmdletRequest request;
    request.width = 5;
    CHECK(client.run(request).error() ==
          Error{Errc::InvalidArgument, "the server refused: \"width\" must be between 20 and 1000"});
    request.script = std::string(kMaxHttpBody + 1, ' ');
    CHECK(client.run(request).error().code == Errc::LimitExceeded);
}

TEST_CASE("A server that goes away, or is none, is told apart") {
    const ScratchDirectory directory;
    const auto path = managementSocketPath(directory.path());
    ManagementClient client(directory.path());
    SUBCASE("no answer") {
        const StrangeServer server(path, "");
        CHECK(client.info().error() == Error{Errc::Reset, "the server ended before it had answered"});
    }
    SUBCASE("half an answer") {
        const StrangeServer server(path, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        CHECK(client.info().error().code == Errc::Reset);
    }
    SUBCASE("an answer that is not ours") {
        const StrangeServer server(path, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        CHECK(client.info().error().code == Errc::Malformed);
    }
    SUBCASE("an error that is not ours") {
        const StrangeServer server(path, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nhi");
        CHECK(client.info().error() == Error{Errc::Malformed, "the server answered with HTTP status 502"});
    }
}

TEST_CASE("A server that does not answer is waited for as long as was said") {
    const ScratchDirectory directory;
    const auto listener = UnixListener::open(managementSocketPath(directory.path())); // never accepts
    const auto answer = HttpClient(directory.path()).send({}, 20ms);
    CHECK(answer.error() == Error{Errc::Timeout, "the server did not answer in time"});
}

TEST_CASE("Ctrl-C ends the request, and the client lives on") {
    std::latch entered(1);
    std::promise<void> finish;
    auto handlers = harmlessHandlers();
    auto finished = finish.get_future().share();
    handlers.cmdlet = [&, finished](const CmdletRequest&) {
        entered.count_down();
        finished.wait();
        return CmdletReply{};
    };
    const LiveServer server(std::move(handlers));
    ManagementClient client(server.dataDirectory(), CtrlC::EndsRequest);
    auto interrupter = std::async(std::launch::async, [&] {
        entered.wait();
        ::kill(::getpid(), SIGINT);
    });
    const auto reply = client.run({});
    CHECK(reply.error().code == Errc::Cancelled);
    finish.set_value();
    CHECK(client.info().has_value());
    interrupter.get();
    ::kill(::getpid(), SIGINT); // between requests it means nothing
    CHECK(client.info().has_value());
}
