// Which agent changed what of a message, as a scenario or an explanation asks.
#include <edge/agent.h>
#include <edge/testenv/header_difference.h>
#include <edge/testenv/header_history.h>
#include <edge/testenv/lab.h>
#include <edge/testenv/observer_chain.h>

#include <doctest/doctest.h>

#include <algorithm>

using namespace edge;
using namespace edge::testenv;

namespace {

class SubjectAgent final : public SmtpReceiveAgent {
public:
    Task<> onEndOfHeaders(ReceiveMessageEventSource&, const EndOfHeadersEventArgs& e) override {
        e.headers.set("Subject", "[outside] " + e.headers.get("Subject").value_or(""));
        co_return;
    }
};

class BodyAgent final : public SmtpReceiveAgent {
public:
    Task<> onEndOfData(ReceiveMessageEventSource&, const EndOfDataEventArgs& e) override {
        Spool body;
        static_cast<void>(body.append("another body\r\n"));
        e.mailItem.body = std::move(body);
        ++e.mailItem.contentRevision;
        co_return;
    }
};

class RemovingAgent final : public SmtpReceiveAgent {
public:
    Task<> onEndOfHeaders(ReceiveMessageEventSource&, const EndOfHeadersEventArgs& e) override {
        e.mailItem.recipients.remove(*RoutingAddress::parse("bob@adventureworks.com"));
        co_return;
    }
};

constexpr const char* kMessage = "Subject: x\r\n\r\nbody\r\n";

void sendOne(Lab& lab) {
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    REQUIRE(client.send("a@fabrikam.com", {"mary@adventureworks.com", "bob@adventureworks.com"}, kMessage)
                .statusCode() == 250);
}

const MessageCall& callOf(const HeaderHistory& history, std::string_view agent, AgentEvent event) {
    const auto& calls = history.calls();
    const auto found = std::find_if(calls.begin(), calls.end(), [&](const MessageCall& call) {
        return call.agent == agent && call.event == event;
    });
    REQUIRE(found != calls.end());
    return *found;
}

} // namespace

TEST_CASE("The history shows the header before and after the agent that changed it") {
    HeaderHistory history;
    Lab lab({.observer = &history});
    lab.install<SubjectAgent>("Subject Agent");
    sendOne(lab);
    const auto& call = callOf(history, "Subject Agent", AgentEvent::OnEndOfHeaders);
    REQUIRE(call.changed());
    CHECK_FALSE(call.bodyChanged());
    CHECK(call.before->headers.get("Subject") == "x");
    CHECK(call.after->headers.get("Subject") == "[outside] x");
    CHECK(headerDifferences(call.before->headers, call.after->headers) ==
          std::vector<HeaderDifference>{{"Subject", "x", "[outside] x"}});
}

TEST_CASE("Agents that changed nothing share one state") {
    HeaderHistory history;
    Lab lab({.observer = &history});
    sendOne(lab);
    const auto& first = callOf(history, "Sender Filter Agent", AgentEvent::OnEndOfHeaders);
    CHECK_FALSE(first.changed());
    const auto& earlier = callOf(history, "Connection Filtering Agent", AgentEvent::OnEndOfHeaders);
    CHECK(earlier.after == first.before);
}

TEST_CASE("A decision leads to its call, and a call without a message to none") {
    HeaderHistory history;
    Lab lab({.observer = &history});
    lab.install<SubjectAgent>("Subject Agent");
    sendOne(lab);
    const auto decisions = lab.decisions().of("Subject Agent");
    REQUIRE(decisions.size() == 1);
    REQUIRE(history.callOf(decisions[0]) != nullptr);
    CHECK(history.callOf(decisions[0])->after->headers.get("Subject") == "[outside] x");
    const auto connected = lab.decisions().of("Connection Filtering Agent");
    REQUIRE((connected.front().event == AgentEvent::OnConnect));
    CHECK(history.callOf(connected.front()) == nullptr);
}

TEST_CASE("A body that was replaced shows by its size and its number of edits") {
    HeaderHistory history;
    Lab lab({.observer = &history});
    lab.install<BodyAgent>("Body Agent");
    sendOne(lab);
    const auto& call = callOf(history, "Body Agent", AgentEvent::OnEndOfData);
    CHECK(call.bodyChanged());
    CHECK(call.before->bodySize == 6);
    CHECK(call.after->bodySize == 14);
}

TEST_CASE("Recipients that an agent took away are missing afterwards") {
    HeaderHistory history;
    Lab lab({.observer = &history});
    lab.install<RemovingAgent>("Removing Agent");
    sendOne(lab);
    const auto& call = callOf(history, "Removing Agent", AgentEvent::OnEndOfHeaders);
    CHECK(call.before->recipients ==
          std::vector<std::string>{"mary@adventureworks.com", "bob@adventureworks.com"});
    CHECK(call.after->recipients == std::vector<std::string>{"mary@adventureworks.com"});
}

TEST_CASE("Two messages of one session are not taken for one another") {
    HeaderHistory history;
    Lab lab({.observer = &history});
    lab.install<SubjectAgent>("Subject Agent");
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    client.send("a@fabrikam.com", {"mary@adventureworks.com"}, "Subject: one\r\n\r\n");
    client.send("a@fabrikam.com", {"mary@adventureworks.com"}, "Subject: two\r\n\r\n");
    const auto decisions = lab.decisions().of("Subject Agent");
    REQUIRE(decisions.size() == 2);
    CHECK(history.callOf(decisions[0])->before->headers.get("Subject") == "one");
    CHECK(history.callOf(decisions[1])->before->headers.get("Subject") == "two");
}

TEST_CASE("Several observers look through one window") {
    HeaderHistory first;
    HeaderHistory second;
    ObserverChain chain({&first, &second});
    Lab lab({.observer = &chain});
    sendOne(lab);
    CHECK_FALSE(first.calls().empty());
    CHECK(first.calls().size() == second.calls().size());
}

TEST_CASE("A cleared history begins anew") {
    HeaderHistory history;
    Lab lab({.observer = &history});
    sendOne(lab);
    history.clear();
    CHECK(history.calls().empty());
    sendOne(lab);
    CHECK_FALSE(history.calls().empty());
}
