// The peer vanishes at every single I/O of a session: nothing breaks, and what was acknowledged is there
// once.
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

#include <algorithm>

namespace edge::bench {
namespace {

using testenv::Lab;
using testenv::LabClient;
using testenv::Vanish;
using namespace std::chrono_literals;

const std::vector<std::string> kBodies{"one\r\n", "two\r\n..dots\r\n"};

// Two messages, as far as the peer gets; the bodies whose 250 it heard.
std::vector<std::string> converse(LabClient& client) {
    std::vector<std::string> acknowledged;
    if (client.hello().isEmpty())
        return acknowledged;
    for (const auto& body : kBodies)
        if (client.send(kSender, {kMary}, message(body)).statusCode() == 250)
            acknowledged.push_back(body);
    client.say("QUIT");
    return acknowledged;
}

std::vector<std::string> replayedBodies(Lab& lab) {
    std::vector<std::string> bodies;
    for (const auto& stored : lab.replay())
        bodies.push_back(stored.body);
    return bodies;
}

std::size_t operationsOfWholeSession() {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    REQUIRE(converse(client) == kBodies);
    REQUIRE(replayedBodies(lab) == kBodies);
    return client.wire().operations();
}

} // namespace

TEST_CASE("Whenever the peer vanishes: OnDisconnect once, acknowledged messages in Replay once") {
    const auto operations = operationsOfWholeSession();
    REQUIRE(operations > 10);
    for (const auto how : {Vanish::Reset, Vanish::Silence})
        for (std::size_t n = 1; n <= operations; ++n) {
            CAPTURE(n);
            CAPTURE(static_cast<int>(how));
            Script script;
            Lab lab;
            installScript(lab, script);
            auto client = lab.connectFrom(kStranger);
            client.wire().vanishAt(n, how);
            const auto acknowledged = converse(client);
            lab.advance(10min); // silence ends in a timeout
            CHECK(lab.sessions() == 0);
            CHECK(script.disconnects.size() == 1);
            const auto replayed = replayedBodies(lab);
            for (const auto& body : acknowledged)
                CHECK(std::count(replayed.begin(), replayed.end(), body) == 1);
            REQUIRE(replayed.size() <= kBodies.size()); // in the order sent, each at most once
            CHECK(std::equal(replayed.begin(), replayed.end(), kBodies.begin()));
            CHECK(acknowledged.size() <= replayed.size());
        }
}

TEST_CASE("A peer that resets between two octets of its dialogue leaves nothing half done") {
    const auto octets =
        "EHLO a\r\nMAIL FROM:<ann@fabrikam.com>\r\nRCPT TO:<mary@adventureworks.com>\r\nDATA\r\n" +
        testenv::dotStuffed(message("one\r\n"));
    for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
        CAPTURE(cut);
        Script script;
        Lab lab;
        installScript(lab, script);
        auto client = lab.connectFrom(kStranger);
        client.wire().send(octets.substr(0, cut));
        lab.settle();
        client.wire().reset();
        lab.settle();
        CHECK(lab.sessions() == 0);
        CHECK(script.disconnects.size() == 1);
        CHECK(lab.replay().size() == (cut == octets.size() ? 1 : 0));
    }
}

TEST_CASE("A peer that does not read is given up after the inactivity timeout") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.wire().setWindow(10);
    lab.advance(59s);
    CHECK(lab.sessions() == 1);
    lab.advance(2s);
    CHECK(lab.sessions() == 0);
    CHECK((script.disconnects == std::vector{DisconnectReason::Timeout}));
}

} // namespace edge::bench
