// A trusted peer that speaks for other clients (docs/decisions/0952).
#include <edge/server/session/presented_transport.h>
#include <edge/testenv/lab.h>
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

#include <algorithm>

namespace edge::bench {
namespace {

using testenv::Lab;
using testenv::LabClient;
using testenv::LabOptions;

constexpr const char* kProxy = "192.0.2.77";
constexpr const char* kPresent = "XCLIENT ADDR=203.0.113.9 PORT=4711";

LabOptions trusting() {
    LabOptions options;
    options.xclientPeers = {*IpRange::parse(kProxy)};
    return options;
}

std::size_t count(const std::vector<testenv::ProtocolLine>& lines, char event) {
    return static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [event](const auto& line) { return line.event == event; }));
}

bool isAnnounced(const SmtpResponse& ehlo) {
    const auto& lines = ehlo.statusText();
    return std::any_of(lines.begin(), lines.end(),
                       [](const auto& line) { return line.starts_with("XCLIENT"); });
}

} // namespace

TEST_CASE("XCLIENT is announced to peers that are trusted, and to nobody else") {
    Lab ordinary;
    CHECK_FALSE(isAnnounced(ordinary.connectFrom(kProxy).hello()));
    Lab lab(trusting());
    CHECK_FALSE(isAnnounced(lab.connectFrom(kStranger).hello()));
    const auto ehlo = lab.connectFrom(kProxy).hello();
    CHECK(ehlo.statusText().back() == "XCLIENT ADDR PORT DESTADDR DESTPORT");
}

TEST_CASE("After XCLIENT a new session begins, from the client that was presented") {
    Lab lab(trusting());
    lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9");
    auto client = lab.connectFrom(kProxy);
    CHECK(client.hello().statusCode() == 250);
    CHECK(client.say(kPresent).statusCode() == 220);
    CHECK(client.say("MAIL FROM:<ann@fabrikam.com>").statusCode() == 503); // it has not said hello
    const auto ehlo = client.say("EHLO mail.fabrikam.com");
    CHECK(ehlo.statusText().front().ends_with("Hello [203.0.113.9]"));
    CHECK_FALSE(isAnnounced(ehlo));
    client.say("MAIL FROM:<ann@fabrikam.com>");
    CHECK(client.say("RCPT TO:<mary@adventureworks.com>").statusCode() == 550);
    const auto& act = lab.decisions().lastAct();
    CHECK(act.agent == "Connection Filtering Agent");
    CHECK(act.step->remoteEndpoint.toString() == "203.0.113.9:4711");
    CHECK(act.step->enteredOrgFromIp.toString() == "203.0.113.9");
}

TEST_CASE("The proxy's session has its OnDisconnect before the client's OnConnect, and ids of their own") {
    Lab lab(trusting());
    auto client = lab.connectFrom(kProxy);
    client.hello();
    client.say(kPresent);
    CHECK(lab.sessions() == 1);
    const auto& lines = lab.protocol();
    CHECK(count(lines, '+') == 2);
    REQUIRE(count(lines, '-') == 1);
    const auto line = [&lines](char event, std::size_t from) {
        return static_cast<std::size_t>(
            std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end(),
                         [event](const auto& each) { return each.event == event; }) -
            lines.begin());
    };
    const auto end = line('-', 0);
    CHECK(lines[end - 1].data == kPresent);
    CHECK(line('+', end) == end + 1);
    const auto& all = lab.decisions().all();
    CHECK(all.front().step->sessionId != all.back().step->sessionId);
}

TEST_CASE("A connector is chosen for the client that was presented, and for the endpoint it asked for") {
    Lab lab(trusting());
    lab.run("New-ReceiveConnector -Name Partner -Bindings 0.0.0.0:587 -RemoteIPRanges 203.0.113.9 "
            "-PermissionGroups "
            "AnonymousUsers");
    lab.run("Set-ReceiveConnector Partner -Banner \"220 partner\"");
    auto client = lab.connectFrom(kProxy);
    client.hello();
    CHECK(client.say("XCLIENT ADDR=203.0.113.9 DESTPORT=587").toString() == "220 partner");
    client.say("QUIT");
    auto other = lab.connectFrom(kProxy);
    other.hello();
    CHECK(other.say("XCLIENT ADDR=203.0.113.9").toString() != "220 partner");
}

TEST_CASE("What was sent behind XCLIENT in one packet is the next session's") {
    Lab lab(trusting());
    auto client = lab.connectFrom(kProxy);
    client.hello();
    client.wire().send(std::string(kPresent) + "\r\nEHLO mail.fabrikam.com\r\nNOOP\r\n");
    CHECK(client.read().statusCode() == 220);
    CHECK(client.read().statusText().front().ends_with("Hello [203.0.113.9]"));
    CHECK(client.read().statusCode() == 250);
}

TEST_CASE("A refused XCLIENT leaves the session as it was") {
    Lab lab(trusting());
    auto client = lab.connectFrom(kProxy);
    client.hello();
    CHECK(client.say("XCLIENT ADDR=nobody").statusCode() == 501);
    client.say("MAIL FROM:<ann@fabrikam.com>");
    CHECK(client.say(kPresent).statusCode() == 503);
    CHECK(client.say("RCPT TO:<mary@adventureworks.com>").statusCode() == 250);
    auto stranger = lab.connectFrom(kStranger);
    stranger.hello();
    CHECK(stranger.say(kPresent).statusCode() == 550);
    CHECK(stranger.say("NOOP").statusCode() == 250);
}

TEST_CASE("A limit on connections counts the client that was presented, and the proxy no more") {
    Lab lab(trusting());
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -MaxInboundConnectionPerSource 1");
    auto first = lab.connectFrom(kProxy);
    first.hello();
    CHECK(first.say(kPresent).statusCode() == 220);
    auto second = lab.connectFrom(kProxy);
    CHECK(second.hello().statusCode() == 250);
    CHECK(second.say(kPresent).statusCode() == 421);
    CHECK(second.closed());
}

TEST_CASE("A trusted client that is presented may present another, as often as it likes") {
    Lab lab(trusting());
    auto client = lab.connectFrom(kProxy);
    client.hello();
    for (int i = 0; i < 1000; ++i)
        REQUIRE(client.say(std::string("XCLIENT ADDR=") + kProxy).statusCode() == 220);
    CHECK(client.say(kPresent).statusCode() == 220);
    CHECK(client.say("QUIT").statusCode() == 221);
    CHECK(client.closed());
}

TEST_CASE("A proxy that vanishes behind XCLIENT leaves no session") {
    for (std::size_t operation = 1; operation < 12; ++operation) {
        CAPTURE(operation);
        Lab lab(trusting());
        auto client = lab.connectFrom(kProxy);
        client.wire().vanishAt(operation);
        client.wire().send("EHLO mail.fabrikam.com\r\n" + std::string(kPresent) + "\r\nEHLO x\r\nQUIT\r\n");
        lab.settle();
        lab.advance(std::chrono::minutes(10));
        CHECK(lab.sessions() == 0);
        CHECK(count(lab.protocol(), '+') == count(lab.protocol(), '-'));
    }
}

} // namespace edge::bench
