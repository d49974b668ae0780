// What a refusal, a fault or a disconnect does at each event: to the reply, to the other agents, to the rest
// of the session (docs/decisions/0002, 0003, 0504).
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using testenv::dotStuffed;
using testenv::Lab;
using testenv::LabClient;
using namespace std::chrono_literals;

// An event and the input that brings it about; content is sent by the session's helper.
struct Stage {
    AgentEvent event;
    const char* line; // nullptr: the event of the connection or of the message
};

constexpr Stage kStages[] = {
    {AgentEvent::OnConnect, nullptr},
    {AgentEvent::OnHeloCommand, "HELO mail.fabrikam.com"},
    {AgentEvent::OnEhloCommand, "EHLO mail.fabrikam.com"},
    {AgentEvent::OnMailCommand, "MAIL FROM:<ann@fabrikam.com>"},
    {AgentEvent::OnRcptCommand, "RCPT TO:<mary@adventureworks.com>"},
    {AgentEvent::OnDataCommand, "DATA"},
    {AgentEvent::OnEndOfHeaders, nullptr},
    {AgentEvent::OnEndOfData, nullptr},
    {AgentEvent::OnHelpCommand, "HELP"},
    {AgentEvent::OnNoopCommand, "NOOP"},
    {AgentEvent::OnRsetCommand, "RSET"},
};

constexpr Act kRefusingActs[] = {Act::RejectTemporary, Act::RejectPermanent, Act::RejectAndDisconnect,
                                 Act::Disconnect,      Act::Throw,           Act::ThrowForeign};

bool isMessageEvent(AgentEvent event) {
    return event == AgentEvent::OnEndOfHeaders || event == AgentEvent::OnEndOfData;
}

// Brings the session to the event and returns the reply that it gets.
SmtpResponse bringAbout(LabClient& client, const Stage& stage) {
    if (stage.event == AgentEvent::OnConnect)
        return client.read();
    client.read();
    if (stage.event == AgentEvent::OnHeloCommand || stage.event == AgentEvent::OnEhloCommand)
        return client.say(stage.line);
    client.say("EHLO mail.fabrikam.com");
    if (isMessageEvent(stage.event))
        return client.send(kSender, {kMary}, message());
    for (const auto& earlier : kStages) {
        if (earlier.event == stage.event)
            return client.say(stage.line);
        if (earlier.event > AgentEvent::OnEhloCommand && earlier.event < AgentEvent::OnDataCommand)
            client.say(earlier.line);
    }
    return {};
}

// The stages behind DATA need no transaction.
SmtpResponse bringAboutShort(LabClient& client, const Stage& stage) {
    const bool isShort = stage.event == AgentEvent::OnHelpCommand ||
                         stage.event == AgentEvent::OnNoopCommand || stage.event == AgentEvent::OnRsetCommand;
    if (!isShort)
        return bringAbout(client, stage);
    client.hello();
    return client.say(stage.line);
}

SmtpResponse expectedReply(Act act, AgentEvent event) {
    switch (act) {
    case Act::RejectTemporary:
        return temporaryRefusal();
    case Act::RejectPermanent:
    case Act::RejectAndDisconnect:
        return permanentRefusal();
    case Act::Throw:
    case Act::ThrowForeign:
        return info(event).endsWithMessage ? SmtpResponse::dataTransactionFailed()
                                           : SmtpResponse::connectionDroppedByAgentError();
    default:
        return SmtpResponse::serviceUnavailable();
    }
}

bool closes(Act act, AgentEvent event) {
    if (event == AgentEvent::OnConnect)
        return true;
    const bool fault = act == Act::Throw || act == Act::ThrowForeign;
    return act == Act::RejectAndDisconnect || act == Act::Disconnect ||
           (fault && !info(event).endsWithMessage);
}

} // namespace

TEST_CASE("A refusal at any event: reply, OnReject once, later agents not called, session as documented") {
    for (const auto& stage : kStages)
        for (const auto act : kRefusingActs) {
            CAPTURE(toString(stage.event));
            CAPTURE(static_cast<int>(act));
            Script first;
            Script later;
            Lab lab;
            installScript(lab, first, "First Agent");
            installScript(lab, later, "Later Agent");
            first.acts[stage.event] = act;
            auto client = lab.connectFrom(kStranger);
            CHECK(bringAboutShort(client, stage) == expectedReply(act, stage.event));
            CHECK(client.closed() == closes(act, stage.event));
            for (const auto* script : {&first, &later}) { // OnReject is for everybody
                REQUIRE(script->rejects.size() == 1);
                CHECK((script->rejects[0].event == stage.event));
                CHECK((script->rejects[0].status == ParsingStatus::Complete));
                CHECK(script->rejects[0].response == expectedReply(act, stage.event));
            }
            if (stage.line)
                CHECK(first.rejects[0].command == stage.line);
            CHECK(later.count(stage.event) == 0);
            CHECK(lab.replay().empty());
            if (!closes(act, stage.event)) {
                first.acts.clear();
                client.say("EHLO mail.fabrikam.com");
                CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
                CHECK(lab.replay().size() == 1);
                client.say("QUIT");
            }
            CHECK(first.disconnects.size() == 1);
            CHECK(later.disconnects.size() == 1);
            CHECK(lab.sessions() == 0);
        }
}

TEST_CASE("A reply is sent once, whatever refuses it") {
    Script script;
    Lab lab;
    installScript(lab, script);
    script.acts[AgentEvent::OnEndOfHeaders] = Act::RejectPermanent;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.send(kSender, {kMary}, message());
    CHECK(client.say("NOOP").statusCode() == 250); // the next reply is that of the next command
}

TEST_CASE("A refusal at OnEndOfHeaders is told at the dot, and OnEndOfData does not run (agents.md 1.9)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    script.acts[AgentEvent::OnEndOfHeaders] = Act::RejectTemporary;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    client.say("RCPT TO:<mary@adventureworks.com>");
    client.say("DATA");
    client.raw(message());
    lab.settle();
    CHECK(script.count(AgentEvent::OnEndOfHeaders) == 1);
    CHECK(script.rejects.empty());
    CHECK(client.wire().take().empty());
    CHECK(client.say(".") == temporaryRefusal());
    CHECK(script.count(AgentEvent::OnEndOfData) == 0);
    CHECK(script.rejects.size() == 1);
}

TEST_CASE("A bare disconnect at OnEndOfHeaders closes at once, the dot is not waited for") {
    Script script;
    Lab lab;
    installScript(lab, script);
    script.acts[AgentEvent::OnEndOfHeaders] = Act::Disconnect;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    client.say("RCPT TO:<mary@adventureworks.com>");
    client.say("DATA");
    client.raw(message());
    CHECK(client.read() == SmtpResponse::serviceUnavailable());
    CHECK(client.closed());
    CHECK(script.disconnects.size() == 1);
    CHECK(lab.replay().empty());
}

TEST_CASE("What the parser refuses reaches OnReject with the whole command") {
    struct Row {
        const char* line;
        AgentEvent event;
        int code;
    };
    constexpr Row kRows[] = {
        {"XYZZY now", AgentEvent::OnReject, 500},
        {"DATA", AgentEvent::OnDataCommand, 503},
        {"RCPT TO:<mary@adventureworks.com>", AgentEvent::OnRcptCommand, 503},
        {"MAIL FROM:nonsense", AgentEvent::OnMailCommand, 550},
    };
    for (const auto& row : kRows) {
        CAPTURE(row.line);
        Script script;
        Lab lab;
        installScript(lab, script);
        auto client = lab.connectFrom(kStranger);
        client.hello();
        CHECK(client.say(row.line).statusCode() == row.code);
        REQUIRE(script.rejects.size() == 1);
        CHECK((script.rejects[0].event == row.event));
        CHECK((script.rejects[0].status == ParsingStatus::ProtocolError));
        CHECK(script.rejects[0].command == row.line);
        CHECK(script.rejects[0].response.statusCode() == row.code);
        CHECK_FALSE(script.rejects[0].hasMailItem);
    }
}

TEST_CASE("OnReject knows the message in progress") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    client.say("RCPT TO:<nobody@contoso.com>");
    REQUIRE(script.rejects.size() == 1);
    CHECK((script.rejects[0].event == AgentEvent::OnRcptCommand));
    CHECK(script.rejects[0].hasMailItem);
}

TEST_CASE("An agent may close at OnReject; a fault there changes nothing (docs/decisions/0504)") {
    for (const auto act : {Act::Disconnect, Act::Throw, Act::ThrowForeign}) {
        Script first;
        Script later;
        Lab lab;
        installScript(lab, first, "First Agent");
        installScript(lab, later, "Later Agent");
        first.acts[AgentEvent::OnReject] = act;
        auto client = lab.connectFrom(kStranger);
        client.hello();
        CHECK(client.say("XYZZY").statusCode() == 500);
        CHECK(client.closed() == (act == Act::Disconnect));
        CHECK(later.rejects.size() == (act == Act::Disconnect ? 0 : 1));
    }
}

TEST_CASE("A fault at OnDisconnect keeps nobody from seeing the end") {
    for (const auto act : {Act::Throw, Act::ThrowForeign}) {
        Script first;
        Script later;
        Lab lab;
        installScript(lab, first, "First Agent");
        installScript(lab, later, "Later Agent");
        first.acts[AgentEvent::OnDisconnect] = act;
        auto client = lab.connectFrom(kStranger);
        client.hello();
        client.say("QUIT");
        CHECK(later.disconnects.size() == 1);
        CHECK(lab.sessions() == 0);
    }
}

TEST_CASE("A recipient rewritten by an agent is what later agents, relay check and Replay see") {
    Script first;
    Script later;
    Lab lab;
    installScript(lab, first, "First Agent");
    installScript(lab, later, "Later Agent");
    first.rewrites["old@contoso.com"] = "new@adventureworks.com";
    first.rewrites["away@adventureworks.com"] = "away@contoso.com";
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    CHECK(client.say("RCPT TO:<old@contoso.com>").statusCode() == 250);
    CHECK(client.say("RCPT TO:<away@adventureworks.com>").statusCode() == 550);
    CHECK(client.say("DATA").statusCode() == 354);
    client.raw(dotStuffed(message()));
    CHECK(client.read().statusCode() == 250);
    CHECK((later.recipients == std::vector<std::string>{"new@adventureworks.com", "away@contoso.com"}));
    REQUIRE(lab.replay().size() == 1);
    REQUIRE(lab.replay()[0].file.receivers.size() == 1);
    CHECK(lab.replay()[0].file.receivers[0].address.toString() == "new@adventureworks.com");
}

TEST_CASE("When agents removed all recipients, the client hears 250 and nothing is stored") {
    for (const auto event :
         {AgentEvent::OnDataCommand, AgentEvent::OnEndOfHeaders, AgentEvent::OnEndOfData}) {
        Script script;
        Lab lab;
        installScript(lab, script);
        script.removeRecipientsAt = event;
        auto client = lab.connectFrom(kStranger);
        CHECK(sendOne(client).statusCode() == 250);
        CHECK(lab.replay().empty());
        CHECK((decisionBecause(lab, "NoRecipientsLeft").action == Action::DeleteMessage));
        CHECK(agentLogOf(lab).size() == 1); // DeleteRecipients
    }
}

TEST_CASE("A reset while an agent waits cancels the wait; OnDisconnect still runs") {
    for (const auto& stage : kStages) {
        CAPTURE(toString(stage.event));
        Script first;
        Script later;
        Lab lab;
        installScript(lab, first, "First Agent");
        installScript(lab, later, "Later Agent");
        first.waits[stage.event] = 40s;
        auto client = lab.connectFrom(kStranger);
        // The client does not wait for the reply of the slow event: it goes when the agent has begun to wait.
        client.wire().send("EHLO mail.fabrikam.com\r\nHELO mail.fabrikam.com\r\nNOOP\r\nHELP\r\nRSET\r\n"
                           "MAIL FROM:<ann@fabrikam.com>\r\nRCPT TO:<mary@adventureworks.com>\r\nDATA\r\n");
        lab.settle();
        client.wire().send(dotStuffed(message()));
        lab.settle();
        REQUIRE(first.count(stage.event) == 1);
        CHECK(later.count(stage.event) == 0);
        client.wire().reset();
        lab.settle();
        CHECK(lab.sessions() == 0);
        CHECK(later.count(stage.event) == 0);
        CHECK((first.disconnects == std::vector{DisconnectReason::DroppedSession}));
        CHECK((later.disconnects == std::vector{DisconnectReason::DroppedSession}));
        CHECK(decisionBecause(lab, "Cancelled").agent == "First Agent");
        CHECK(lab.replay().empty());
    }
}

TEST_CASE("A reset during the tarpit: OnReject and OnDisconnect still run") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.raw("XYZZY\r\n");
    lab.advance(1s);
    CHECK(script.rejects.empty());
    client.wire().reset();
    lab.settle();
    CHECK(script.rejects.size() == 1);
    CHECK((script.disconnects == std::vector{DisconnectReason::DroppedSession}));
    CHECK(lab.sessions() == 0);
}

TEST_CASE("A slow agent is waited out and its overrun recorded (platform.md 1.7)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -ConnectionTimeout 01:00:00");
    script.waits[AgentEvent::OnMailCommand] = 100s;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.say("MAIL FROM:<ann@fabrikam.com>").statusCode() == 250);
    CHECK(client.waited() == 100s);
    const auto calls = lab.decisions().of("Scripted Agent");
    REQUIRE_FALSE(calls.empty());
    CHECK(calls.back().overrun);
    CHECK(calls.back().elapsed == 100s);
    CHECK_FALSE(calls.front().overrun);
    CHECK(client.say("RCPT TO:<mary@adventureworks.com>").statusCode() == 250);
}

TEST_CASE("A hard limit stops an agent as a fault would") {
    Script script;
    Lab lab({.agentHardLimit = 10s});
    installScript(lab, script);
    script.waits[AgentEvent::OnEndOfData] = 11s;
    auto client = lab.connectFrom(kStranger);
    CHECK(sendOne(client) == SmtpResponse::dataTransactionFailed());
    CHECK(client.waited() == 10s);
    CHECK((decisionBecause(lab, "AgentFault").action == Action::Fault));
    script.waits[AgentEvent::OnEndOfData] = 9s;
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
    CHECK(lab.replay().size() == 1);
}

TEST_CASE("A greeting refused in the middle of a transaction leaves the transaction alone") {
    for (const auto* hello : {"EHLO other.fabrikam.com", "HELO other.fabrikam.com"}) {
        Script script;
        Lab lab;
        installScript(lab, script);
        auto client = lab.connectFrom(kStranger);
        client.hello();
        client.say("MAIL FROM:<ann@fabrikam.com>");
        client.say("RCPT TO:<mary@adventureworks.com>");
        script.acts[AgentEvent::OnEhloCommand] = Act::RejectTemporary;
        script.acts[AgentEvent::OnHeloCommand] = Act::RejectTemporary;
        CHECK(client.say(hello) == temporaryRefusal());
        CHECK(client.say("RCPT TO:<bob@adventureworks.com>").statusCode() == 250);
        CHECK(client.say("DATA").statusCode() == 354);
        client.raw(dotStuffed(message()));
        CHECK(client.read().statusCode() == 250);
        REQUIRE(lab.replay().size() == 1);
        CHECK(lab.replay()[0].file.receivers.size() == 2);
    }
}

TEST_CASE("An agent's 421 ends the session, whatever the command") {
    Script script;
    Lab lab;
    installScript(lab, script);
    script.acts[AgentEvent::OnNoopCommand] = Act::RejectTemporary;
    script.responses[AgentEvent::OnNoopCommand] = SmtpResponse(421, "4.7.0", "Go away");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.say("NOOP").toString() == "421 4.7.0 Go away");
    CHECK(client.closed());
    CHECK((script.disconnects == std::vector{DisconnectReason::Local}));
}

} // namespace edge::bench
