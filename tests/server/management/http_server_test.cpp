#include <edge/server/management/http_server.h>
#include <edge/tests/management/management_bench.h>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <future>
#include <mutex>
#include <vector>

using namespace edge;
using namespace edge::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

// Answers with what was asked.
HttpResponse echo(const HttpRequest& request) {
    return {200, "text/plain", request.method + " " + request.target + " [" + request.body + "]\n", {}};
}

std::string post(std::string_view fields, std::string_view body) {
    return "POST /p HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

std::string postOf(std::size_t size) {
    return post("Content-Length: " + std::to_string(size) + "\r\n", std::string(size, 'x'));
}

std::size_t countOf(const std::string& text, std::string_view what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

// A handler that stands still until it is let go.
class Gate {
public:
    HttpResponse pass(const HttpRequest& request) {
        ++entered_;
        opened_.wait();
        return echo(request);
    }
    int entered() const { return entered_; }
    void open() { open_.set_value(); }

private:
    std::promise<void> open_;
    std::shared_future<void> opened_{open_.get_future()};
    std::atomic<int> entered_{0};
};

} // namespace

TEST_CASE("A request reaches the handler as it was sent") {
    std::vector<HttpRequest> seen;
    HttpBench bench([&](const HttpRequest& request) {
        seen.push_back(request);
        return HttpResponse{201, "application/x", "done", {{"X-Mine", "yes"}}};
    });
    auto client = bench.connect();
    bench.send(client, post("Content-Length: 5\r\nX-Custom: a b\r\n", "hello"));
    REQUIRE(bench.hears(client, "\r\n\r\ndone"));
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].method == "POST");
    CHECK(seen[0].target == "/p");
    CHECK(seen[0].body == "hello");
    CHECK(seen[0].field("x-custom") == "a b");
    CHECK(seen[0].fromUnixSocket);
    const auto& answer = client.receive();
    CHECK(answer.starts_with("HTTP/1.1 201 "));
    CHECK(answer.find("\r\nContent-Type: application/x\r\n") != std::string::npos);
    CHECK(answer.find("\r\nContent-Length: 4\r\n") != std::string::npos);
    CHECK(answer.find("\r\nX-Mine: yes\r\n") != std::string::npos);
    CHECK(answer.find("\r\nDate: Mon, 03 Jun 2019 09:00:00 GMT\r\n") != std::string::npos);
}

TEST_CASE("A connection serves one request after the other") {
    HttpBench bench(echo);
    auto client = bench.connect();
    bench.send(client, kGet);
    REQUIRE(bench.hears(client, "GET /a []\n"));
    bench.send(client, post("Content-Length: 1\r\n", "1"));
    REQUIRE(bench.hears(client, "POST /p [1]\n"));
    CHECK_FALSE(client.ended());
}

TEST_CASE("Requests sent in one go are answered in order") {
    HttpBench bench(echo);
    auto client = bench.connect();
    bench.send(client, std::string(kGet) + post("Content-Length: 1\r\n", "1") + std::string(kGet));
    REQUIRE(bench.runUntil([&] { return countOf(client.receive(), "GET /a") == 2; }));
    const auto& all = client.receive();
    CHECK(all.find("GET /a") < all.find("POST /p"));
    CHECK(all.find("POST /p") < all.rfind("GET /a"));
}

TEST_CASE("Any split of a request gives the same answer") {
    HttpBench bench(echo);
    auto client = bench.connect();
    for (const char c : post("Content-Length: 3\r\n", "abc")) {
        bench.send(client, std::string_view(&c, 1));
        bench.loop.poll();
    }
    CHECK(bench.hears(client, "POST /p [abc]\n"));
}

TEST_CASE("The connection ends where the client wants it") {
    HttpBench bench(echo);
    SUBCASE("by saying so") {
        auto client = bench.connect();
        bench.send(client, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        CHECK(bench.seesEnd(client));
        CHECK(client.receive().find("\r\nConnection: close\r\n") != std::string::npos);
        CHECK(client.receive().ends_with("GET / []\n"));
    }
    SUBCASE("by being of HTTP/1.0") {
        auto client = bench.connect();
        bench.send(client, "GET / HTTP/1.0\r\n\r\n");
        CHECK(bench.seesEnd(client));
        CHECK(client.receive().ends_with("GET / []\n"));
    }
    SUBCASE("by ending its side behind the request") {
        auto client = bench.connect();
        bench.send(client, kGet);
        client.halfClose();
        CHECK(bench.seesEnd(client));
        CHECK(client.receive().ends_with("GET /a []\n"));
    }
}

TEST_CASE("HEAD is answered with the length and no body") {
    HttpBench bench(echo);
    auto client = bench.connect();
    bench.send(client, "HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kGet));
    REQUIRE(bench.hears(client, "GET /a []\n"));
    CHECK(client.receive().find("\r\nContent-Length: 11\r\n") != std::string::npos);
    CHECK(client.receive().find("HEAD /h") == std::string::npos);
}

TEST_CASE("A client that asks whether its body is welcome is told") {
    HttpBench bench(echo);
    auto client = bench.connect();
    bench.send(client, post("Content-Length: 2\r\nExpect: 100-continue\r\n", ""));
    REQUIRE(bench.hears(client, "HTTP/1.1 100 Continue\r\n\r\n"));
    bench.send(client, "ok");
    CHECK(bench.hears(client, "POST /p [ok]\n"));
}

TEST_CASE("What is no HTTP request gets 400 and disturbs nobody") {
    HttpBench bench(echo);
    auto neighbour = bench.connect();
    const std::vector<std::string> kNonsense{
        "EHLO mail.example\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nNo colon here\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n", // TLS
        std::string("GET /\0 HTTP/1.1\r\n\r\n", 19),
    };
    for (const auto& nonsense : kNonsense) {
        CAPTURE(nonsense);
        auto client = bench.connect();
        bench.send(client, nonsense);
        REQUIRE(bench.hears(client, "HTTP/1.1 400 "));
        CHECK(client.receive().find("application/problem+json") != std::string::npos);
        client.halfClose();
        CHECK(bench.seesEnd(client));
        bench.send(neighbour, kGet);
    }
    CHECK(bench.runUntil([&] { return countOf(neighbour.receive(), "GET /a []") == kNonsense.size(); }));
}

TEST_CASE("A header beyond its limit is refused") {
    HttpBench bench(echo);
    auto client = bench.connect();
    SUBCASE("many fields") {
        std::string header = "GET / HTTP/1.1\r\n";
        while (header.size() <= 2 * kMaxHttpHeader)
            header += "X-Field: value\r\n";
        bench.send(client, header);
    }
    SUBCASE("one field without end") {
        bench.send(client, "GET / HTTP/1.1\r\nX: " + std::string(64 * 1024, 'x'));
    }
    SUBCASE("a target without end") {
        bench.send(client, "GET /" + std::string(64 * 1024, 'x'));
    }
    CHECK(bench.hears(client, "HTTP/1.1 431 "));
}

TEST_CASE("A body up to its limit is taken, one octet more is refused") {
    HttpBench bench([](const HttpRequest& request) {
        return HttpResponse{200, "text/plain", std::to_string(request.body.size()) + " octets", {}};
    });
    auto client = bench.connect();
    SUBCASE("at the limit") {
        bench.send(client, postOf(kMaxHttpBody));
        CHECK(bench.hears(client, std::to_string(kMaxHttpBody) + " octets"));
    }
    SUBCASE("announced: refused before it was sent") {
        bench.send(client, post("Content-Length: " + std::to_string(kMaxHttpBody + 1) + "\r\n", ""));
        CHECK(bench.hears(client, "HTTP/1.1 413 "));
    }
    SUBCASE("sent: the answer arrives though nobody reads the rest") {
        bench.send(client, postOf(2 * kMaxHttpBody));
        CHECK(bench.hears(client, "HTTP/1.1 413 "));
        client.halfClose();
        CHECK(bench.seesEnd(client));
    }
    SUBCASE("in chunks") {
        bench.send(client, post("Transfer-Encoding: chunked\r\n", ""));
        const auto chunk = "40000\r\n" + std::string(0x40000, 'x') + "\r\n";
        for (int i = 0; i < 5; ++i)
            bench.send(client, chunk);
        CHECK(bench.hears(client, "HTTP/1.1 413 "));
    }
}

TEST_CASE("A request that does not come in time is given up") {
    HttpBench bench(echo);
    auto client = bench.connect();
    SUBCASE("half a header") {
        bench.send(client, "GET / HTTP/1.1\r\nX-");
    }
    SUBCASE("half a body") {
        bench.send(client, post("Content-Length: 10\r\n", "half"));
    }
    REQUIRE(bench.runUntil(
        [&] { return bench.clock.nextDeadline() == bench.clock.steadyNow() + kHttpRequestTime; }));
    bench.clock.advance(kHttpRequestTime);
    REQUIRE(bench.hears(client, "HTTP/1.1 408 "));
    CHECK(bench.seesEnd(client));
}

TEST_CASE("A connection that asks nothing ends after its idle time, without a word") {
    HttpBench bench(echo);
    auto client = bench.connect();
    REQUIRE(bench.runUntil(
        [&] { return bench.clock.nextDeadline() == bench.clock.steadyNow() + kHttpIdleTime; }));
    bench.clock.advance(kHttpIdleTime - 1s);
    CHECK_FALSE(client.ended());
    bench.clock.advance(1s);
    CHECK(bench.seesEnd(client));
    CHECK(client.receive().empty());
}

TEST_CASE("A client that does not take its answer is dropped") {
    const std::size_t size = 8 * 1024 * 1024;
    HttpBench bench([&](const HttpRequest&) {
        return HttpResponse{200, "text/plain", std::string(size, 'x'), {}};
    });
    auto client = bench.connect();
    bench.send(client, kGet);
    REQUIRE(bench.hears(client, "HTTP/1.1 200 "));
    bench.clock.advance(kHttpAnswerTime);
    CHECK(bench.seesEnd(client));
    CHECK(client.receive().size() < size);
}

TEST_CASE("One connection too many is told so, and the place of one that left is free") {
    HttpBench bench(echo);
    std::vector<PlainSocket> clients;
    for (std::size_t i = 0; i < kMaxHttpConnections; ++i) {
        clients.push_back(bench.connect());
        bench.send(clients.back(), kGet);
        REQUIRE(bench.hears(clients.back(), "GET /a []\n"));
    }
    auto late = bench.connect();
    REQUIRE(bench.seesEnd(late));
    CHECK(late.receive().starts_with("HTTP/1.1 503 "));
    CHECK(late.receive().ends_with("Too many connections.\n"));

    clients.pop_back();
    auto next = bench.connect();
    const bool served = bench.runUntil([&] {
        next.send(kGet);
        if (next.receive().starts_with("HTTP/1.1 503 "))
            next = bench.connect(); // the loop had not seen the other leave
        return next.receive().starts_with("HTTP/1.1 200 ");
    });
    CHECK(served);
}

TEST_CASE("A long cmdlet keeps neither the loop nor quick requests waiting") {
    Gate gate;
    HttpBench bench(
        [&](const HttpRequest& request) {
            return request.method == "POST" ? gate.pass(request) : echo(request);
        },
        [](const HttpRequest& request) { return request.method == "GET"; });
    auto slow = bench.connect();
    auto second = bench.connect();
    bench.send(slow, postOf(1));
    REQUIRE(bench.runUntil([&] { return gate.entered() == 1; }));
    bench.send(second, postOf(2));
    auto quick = bench.connect();
    bench.send(quick, kGet);
    REQUIRE(bench.hears(quick, "GET /a []\n"));
    CHECK(slow.receive().empty());
    CHECK(second.receive().empty());
    CHECK(gate.entered() == 1); // one cmdlet at a time
    gate.open();
    CHECK(bench.hears(slow, "POST /p [x]\n"));
    CHECK(bench.hears(second, "POST /p [xx]\n"));
}

TEST_CASE("A handler that throws harms its own request only") {
    HttpBench bench([](const HttpRequest& request) -> HttpResponse {
        if (request.method == "POST")
            throw std::runtime_error("the disk is on fire");
        return echo(request);
    });
    auto client = bench.connect();
    bench.send(client, postOf(1));
    REQUIRE(bench.hears(client, "the disk is on fire"));
    CHECK(client.receive().starts_with("HTTP/1.1 500 "));
    bench.send(client, kGet);
    CHECK(bench.hears(client, "GET /a []\n"));
}

TEST_CASE("A client that leaves before it was answered harms nobody") {
    Gate gate;
    HttpBench bench([&](const HttpRequest& request) { return gate.pass(request); });
    auto client = bench.connect();
    bench.send(client, kGet);
    REQUIRE(bench.runUntil([&] { return gate.entered() == 1; }));
    client.close();
    gate.open();
    auto next = bench.connect();
    bench.send(next, kGet);
    CHECK(bench.hears(next, "GET /a []\n"));
}

TEST_CASE("stop() answers what it has begun, and ends everything else") {
    Gate gate;
    HttpBench bench([&](const HttpRequest& request) { return gate.pass(request); });
    auto idle = bench.connect();
    auto begun = bench.connect();
    auto waiting = bench.connect();
    auto half = bench.connect();
    bench.send(begun, kGet);
    REQUIRE(bench.runUntil([&] { return gate.entered() == 1; }));
    bench.send(waiting, kGet);
    bench.send(half, "GET /");
    bench.loop.poll();

    bench.server->stop();
    bench.server->stop();
    CHECK(bench.seesEnd(idle));
    CHECK(idle.receive().empty());
    CHECK(bench.seesEnd(half));
    struct stat status;
    CHECK(::stat(bench.socketPath.c_str(), &status) != 0);

    gate.open();
    CHECK(bench.seesEnd(begun));
    CHECK(begun.receive().find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(begun.receive().ends_with("GET /a []\n"));
    CHECK(bench.seesEnd(waiting));
    CHECK(waiting.receive().starts_with("HTTP/1.1 503 "));
    CHECK(gate.entered() == 1);
    bench.loop.restart();
    CHECK(bench.loop.run_for(10s) < 100); // nothing is under way any more: the loop runs dry at once
    CHECK(bench.loop.stopped());
}

TEST_CASE("A server that goes while its handler runs waits for it") {
    Gate gate;
    HttpBench bench([&](const HttpRequest& request) { return gate.pass(request); });
    auto client = bench.connect();
    bench.send(client, kGet);
    REQUIRE(bench.runUntil([&] { return gate.entered() == 1; }));
    auto opener = std::async(std::launch::async, [&] { gate.open(); });
    bench.server.reset();
    CHECK(bench.seesEnd(client));
    CHECK(client.receive().ends_with("GET /a []\n"));
}

TEST_CASE("Over TCP it listens on loopback only, on a port of its choice") {
    HttpBench bench(echo);
    bool fromUnixSocket = true;
    auto tcp = HttpServer::open(bench.loop, bench.clock, Endpoint{IpAddress::v4(0x7F000001), 0},
                                [&](const HttpRequest& request) {
                                    fromUnixSocket = request.fromUnixSocket;
                                    return echo(request);
                                });
    REQUIRE(tcp.has_value());
    const auto bound = std::get<Endpoint>((*tcp)->address());
    CHECK(bound.port != 0);
    auto client = connectTo(bound);
    bench.send(client, kGet);
    CHECK(bench.hears(client, "GET /a []\n"));
    CHECK_FALSE(fromUnixSocket);

    SUBCASE("a port that is taken is an error") {
        const auto second = HttpServer::open(bench.loop, bench.clock, bound, echo);
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == Errc::Unavailable);
    }
    SUBCASE("so is an address that others can reach") {
        const auto open = HttpServer::open(bench.loop, bench.clock, Endpoint{IpAddress::v4(0), 0}, echo);
        REQUIRE_FALSE(open.has_value());
        CHECK(open.error().message.find("loopback only") != std::string::npos);
    }
}
