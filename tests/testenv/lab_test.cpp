// The Lab itself: what a test may rely on before it relies on anything else.
#include <edge/agent.h>
#include <edge/testenv/lab.h>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;

namespace {

// Holds a message back once, so that the categorizer waits in virtual time.
class SlowRoutingAgent final : public RoutingAgent {
public:
    explicit SlowRoutingAgent(SmtpServer& server)
        : clock_(server.clock()) {}
    Task<> onSubmittedMessage(QueuedMessageEventSource&, const QueuedMessageEventArgs&) override {
        co_await clock_.waitUntil(clock_.steadyNow() + 3s);
    }

private:
    Clock& clock_;
};

constexpr const char* kMessage = "Subject: x\r\n\r\nbody\r\n";

} // namespace

TEST_CASE("A message sent to the Lab is replayed with its envelope and its very body") {
    Lab lab;
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    CHECK(client.send("a@fabrikam.com", {"b@adventureworks.com"}, kMessage).statusCode() == 250);
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay()[0].body == "body\r\n");
    CHECK(lab.replay()[0].file.sender.toString() == "a@fabrikam.com");
}

TEST_CASE("A bare Lab accepts mail for nobody") {
    Lab lab({.bare = true});
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    CHECK(client.send("a@fabrikam.com", {"b@adventureworks.com"}, kMessage).statusCode() == 550);
}

TEST_CASE("Waiting for a reply costs virtual time only, and says how much") {
    Lab lab;
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    CHECK(client.waited() == 0s);
    CHECK(client.say("XYZZY").statusCode() == 500);
    CHECK(client.waited() == 5s);
}

TEST_CASE("Wrong cmdlets are told, by exception or as text") {
    Lab lab;
    CHECK_THROWS_AS(lab.run("Set-SenderFilterConfig -NoSuchParameter 1"), std::runtime_error);
    CHECK(lab.runExpectingErrors("Set-SenderFilterConfig -NoSuchParameter 1").find("NoSuchParameter") !=
          std::string::npos);
    CHECK(lab.runExpectingErrors("Get-SenderFilterConfig").empty());
}

TEST_CASE("A Lab may be left in the middle of anything") {
    Lab lab;
    auto idle = lab.connectFrom("203.0.113.9");
    auto inData = lab.connectFrom("203.0.113.9");
    auto tarpitted = lab.connectFrom("203.0.113.9");
    inData.hello();
    inData.raw("MAIL FROM:<a@fabrikam.com>\r\nRCPT TO:<b@adventureworks.com>\r\nDATA\r\nSubject: x");
    tarpitted.hello();
    tarpitted.raw("XYZZY\r\n");
    lab.settle();
    CHECK(lab.sessions() == 3);
}

TEST_CASE("A routing agent that waits holds the message, not the Lab") {
    Lab lab;
    lab.install<SlowRoutingAgent>("Slow Agent");
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    CHECK(client.send("a@fabrikam.com", {"b@adventureworks.com"}, kMessage).statusCode() == 250);
    CHECK(lab.replay().empty());
    lab.advance(2s);
    CHECK(lab.replay().empty());
    lab.advance(1s);
    CHECK(lab.replay().size() == 1);
}

TEST_CASE("A server that was killed or lost its power starts again and publishes each message once") {
    Lab lab;
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    CHECK(client.send("a@fabrikam.com", {"b@adventureworks.com"}, kMessage).statusCode() == 250);
    lab.killServer();
    CHECK_FALSE(lab.isUp());
    REQUIRE(lab.start().has_value());
    CHECK(lab.replay().size() == 1);

    const auto unsynced = lab.disk().open("/lab/note", OpenMode::CreateNew);
    REQUIRE(unsynced.has_value());
    lab.disk().dieAfter(0);
    CHECK(lab.disk().remove("/lab/note").has_error());
    lab.cutPower();
    lab.disk().dieAfter(0);
    CHECK_FALSE(lab.start().has_value());
    lab.cutPower();
    REQUIRE(lab.start().has_value());
    CHECK(lab.replay().size() == 1);
    auto next = lab.connectFrom("203.0.113.9");
    next.hello();
    CHECK(next.send("a@fabrikam.com", {"b@adventureworks.com"}, kMessage).statusCode() == 250);
    CHECK(lab.replay().size() == 2);
}
