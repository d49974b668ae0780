// What agents see of a session, and what the session leaves behind: the checklist of platform.md 9, item by
// item.
#include <edge/base/text.h>
#include <edge/server/config/transport_server.h>
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using testenv::dotStuffed;
using testenv::Lab;
using testenv::LabClient;
using namespace std::chrono_literals;

constexpr const char* kTooLarge = "552 5.3.4 Message size exceeds fixed maximum message size";

// To the point where content is expected.
void beginContent(LabClient& client) {
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    client.say("RCPT TO:<mary@adventureworks.com>");
    REQUIRE(client.say("DATA").statusCode() == 354);
}

// The lines of the protocol log file without its # lines.
std::vector<std::string> protocolRows(Lab& lab) {
    const std::string directory =
        lab.server().configuration().current()->get<TransportServer>().receiveProtocolLog.path;
    lab.server().flushLogs();
    std::vector<std::string> rows;
    const auto names = lab.disk().list("/lab/" + directory);
    REQUIRE(names.has_value());
    for (const auto& name : *names) {
        const auto text = lab.fileText(directory + "/" + name);
        for (const auto line : split(text, '\n'))
            if (!trim(line).empty() && line.front() != '#')
                rows.emplace_back(trim(line));
    }
    return rows;
}

} // namespace

TEST_CASE(
    "Events come in session order, a second message repeats from OnMailCommand (platform.md 9, item 4)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.send(kSender, {kMary, "bob@adventureworks.com"}, message());
    client.say("RSET");
    client.send(kSender, {kMary}, message());
    client.say("QUIT");
    CHECK(script.eventText() == "OnConnect OnEhloCommand "
                                "OnMailCommand OnRcptCommand OnRcptCommand OnDataCommand OnEndOfHeaders "
                                "OnEndOfData OnRsetCommand "
                                "OnMailCommand OnRcptCommand OnDataCommand OnEndOfHeaders OnEndOfData "
                                "OnDisconnect");
    CHECK((script.disconnects == std::vector{DisconnectReason::QuitVerb}));
}

TEST_CASE("HELO, NOOP and HELP have their events, VRFY and QUIT have none (platform.md 9, item 4)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.read();
    for (const auto* line : {"HELO mail.fabrikam.com", "NOOP", "HELP", "VRFY mary", "QUIT"})
        client.say(line);
    CHECK(script.eventText() == "OnConnect OnHeloCommand OnNoopCommand OnHelpCommand OnDisconnect");
}

TEST_CASE("Organization headers are gone before OnEndOfHeaders, Received survives (platform.md 9, item 5)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client
              .send(kSender, {kMary},
                    "Received: from a by b; Mon, 3 Jun 2019 08:00:00 +0000\r\n"
                    "X-MS-Exchange-Organization-SCL: -1\r\nX-MS-Exchange-Organization-AuthAs: Internal\r\n" +
                        message())
              .statusCode() == 250);
    REQUIRE(script.headers.size() == 1);
    CHECK(script.headers[0].find("Organization-SCL") == std::string::npos);
    CHECK(script.headers[0].find("AuthAs") == std::string::npos);
    CHECK(script.headers[0].find("Received: from a by b") != std::string::npos);
    const auto firewall = decisionBecause(lab, "HeaderFirewall");
    CHECK(firewall.reasonData == "X-MS-Exchange-Organization-SCL, X-MS-Exchange-Organization-AuthAs");
    REQUIRE(lab.replay().size() == 1);
    const auto headers = lab.replay()[0].file.headers;
    CHECK(headers.getAll("X-MS-Exchange-Organization-SCL") == std::vector<std::string>{"0"}); // ours
    CHECK(headers.get("X-MS-Exchange-Organization-AuthAs") == "Anonymous");
}

TEST_CASE("Every agent runs though an earlier one removed all recipients (platform.md 9, item 7)") {
    Script first;
    Script second;
    Lab lab;
    installScript(lab, first, "First Agent");
    installScript(lab, second, "Second Agent");
    first.removeRecipientsAt = AgentEvent::OnDataCommand;
    auto client = lab.connectFrom(kStranger);
    CHECK(sendOne(client).statusCode() == 250);
    CHECK((second.removed == std::vector<std::string>{"OnDataCommand", "OnEndOfHeaders", "OnEndOfData"}));
    CHECK(lab.replay().empty());
}

TEST_CASE("A reject with 2xx or 3xx is the agent's fault (platform.md 9, item 8)") {
    for (const auto& wrong : {SmtpResponse(250, "2.0.0", "Fine"), SmtpResponse(354, "", "Go on")}) {
        Script script;
        Lab lab;
        installScript(lab, script);
        script.acts[AgentEvent::OnMailCommand] = Act::RejectPermanent;
        script.responses[AgentEvent::OnMailCommand] = wrong;
        auto client = lab.connectFrom(kStranger);
        client.hello();
        CHECK(client.say("MAIL FROM:<ann@fabrikam.com>") == SmtpResponse::connectionDroppedByAgentError());
        CHECK(client.closed());
        CHECK(decisionBecause(lab, "AgentFault").agent == "Scripted Agent");
    }
}

TEST_CASE("A multi-line refusal is sent verbatim (platform.md 9, item 8)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    script.acts[AgentEvent::OnMailCommand] = Act::RejectPermanent;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    CHECK(client.heard().ends_with("550-5.7.1 We do not want this\r\n550 5.7.1 and say so in two lines\r\n"));
}

TEST_CASE("A reject before the 250 leaves no replay file (platform.md 9, item 9)") {
    for (const auto event : {AgentEvent::OnMailCommand, AgentEvent::OnRcptCommand, AgentEvent::OnDataCommand,
                             AgentEvent::OnEndOfHeaders, AgentEvent::OnEndOfData}) {
        Script script;
        Lab lab;
        installScript(lab, script);
        script.acts[event] = Act::RejectPermanent;
        auto client = lab.connectFrom(kStranger);
        CHECK(sendOne(client) == permanentRefusal());
        CHECK(lab.replay().empty());
        script.acts.clear();
        client.say("RSET");
        CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
        CHECK(lab.replay().size() == 1);
    }
}

TEST_CASE("Discard answers 250, nothing is delivered (platform.md 9, item 10)") {
    for (const auto event : {AgentEvent::OnEndOfHeaders, AgentEvent::OnEndOfData}) {
        Script script;
        Lab lab;
        installScript(lab, script);
        script.acts[event] = Act::Discard;
        auto client = lab.connectFrom(kStranger);
        const auto reply = sendOne(client);
        CHECK(reply.statusCode() == 250);
        CHECK(reply.toString().find("InternalId=") != std::string::npos);
        CHECK(lab.replay().empty());
        CHECK((decisionBecause(lab, "DiscardedByAgent").action == Action::DeleteMessage));
        CHECK(script.rejects.empty());
    }
}

TEST_CASE("A 5xx waits five seconds, a 2xx and a 4xx do not (platform.md 9, item 11)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    CHECK(client.waited() == 0s);
    CHECK(client.say("RCPT TO:<nobody@contoso.com>").statusCode() == 550);
    CHECK(client.waited() == 5s);
    CHECK(client.say("XYZZY").statusCode() == 500);
    CHECK(client.waited() == 5s);
    script.acts[AgentEvent::OnRcptCommand] = Act::RejectTemporary;
    CHECK(client.say("RCPT TO:<mary@adventureworks.com>") == temporaryRefusal());
    CHECK(client.waited() == 0s);
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -TarpitInterval 00:00:00");
    auto quick = lab.connectFrom(kStranger);
    quick.hello();
    CHECK(quick.say("XYZZY").statusCode() == 500);
    CHECK(quick.waited() == 0s);
}

TEST_CASE("The 201st recipient is told 452, the message goes to the 200 (platform.md 9, item 12)") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    for (int i = 1; i <= 200; ++i)
        REQUIRE(client.say("RCPT TO:<user" + std::to_string(i) + "@adventureworks.com>").statusCode() == 250);
    CHECK(client.say("RCPT TO:<user201@adventureworks.com>").toString() == "452 4.5.3 Too many recipients");
    CHECK(client.waited() == 0s);
    CHECK_FALSE(decisionBecause(lab, "LimitExceeded").remedy.empty());
    REQUIRE(client.say("DATA").statusCode() == 354);
    client.raw(dotStuffed(message()));
    CHECK(client.read().statusCode() == 250);
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay()[0].file.receivers.size() == 200);
}

TEST_CASE("Too large is told at MAIL by SIZE=, and at the dot by content (platform.md 9, item 12)") {
    Lab lab;
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -MaxMessageSize 64KB");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.say("MAIL FROM:<ann@fabrikam.com> SIZE=65537").toString() == kTooLarge);
    CHECK(client.say("MAIL FROM:<ann@fabrikam.com> SIZE=65536").statusCode() == 250);
    client.say("RSET");
    std::string body;
    while (body.size() < 70'000)
        body += std::string(70, 'x') + "\r\n";
    CHECK(client.send(kSender, {kMary}, message(body)).toString() == kTooLarge);
    CHECK(lab.replay().empty());
    CHECK(decisionBecause(lab, "LimitExceeded").remedy.find("MaxMessageSize") != std::string::npos);
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
}

TEST_CASE("The remedy of a limit names the one that counted, and lifts it") {
    const struct {
        const char* setting;
        const char* refused;
    } rows[] = {{"Set-TransportConfig -MaxReceiveSize 1KB", "MAIL FROM:<ann@fabrikam.com> SIZE=2000"},
                {"Set-TransportConfig -MaxRecipientEnvelopeLimit 0", "RCPT TO:<mary@adventureworks.com>"}};
    for (const auto& row : rows) {
        INFO(row.setting);
        Lab lab;
        lab.run(row.setting);
        const auto ask = [&] {
            auto client = lab.connectFrom(kStranger);
            client.hello();
            if (std::string_view(row.refused).starts_with("RCPT"))
                client.say("MAIL FROM:<ann@fabrikam.com>");
            return client.say(row.refused).statusCode();
        };
        CHECK(ask() >= 400);
        const auto remedy = decisionBecause(lab, "LimitExceeded").remedy;
        CHECK(remedy.starts_with("Set-TransportConfig"));
        lab.run(remedy);
        CHECK(ask() == 250);
    }
}

TEST_CASE("A header above MaxHeaderSize is refused at the dot") {
    Lab lab;
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -MaxHeaderSize 1KB");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.send(kSender, {kMary}, "X-Long: " + std::string(900, 'x') + "\r\n" + message()).toString() ==
          "552 5.3.4 Header size exceeds fixed maximum size");
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
    CHECK(lab.replay().size() == 1);
}

TEST_CASE("Too many Received fields end in 554 (platform.md 9, item 12)") {
    Lab lab;
    const auto hops = [](int count) {
        std::string fields;
        for (int i = 0; i < count; ++i)
            fields += "Received: from a by b; Mon, 3 Jun 2019 08:00:00 +0000\r\n";
        return fields;
    };
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -MaxHopCount 30");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.send(kSender, {kMary}, hops(31) + message()).toString() ==
          "554 5.4.6 Hop count exceeded - possible mail loop");
    CHECK(client.send(kSender, {kMary}, hops(30) + message()).statusCode() == 250);
    CHECK(lab.replay().size() == 1);
}

TEST_CASE("Silence ends in 421 after a minute (platform.md 9, item 12)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.read().toString() == "421 4.4.1 Connection timed out");
    CHECK(client.waited() == 60s);
    CHECK(client.closed());
    CHECK((script.disconnects == std::vector{DisconnectReason::Timeout}));
    CHECK(script.rejects.size() == 1);
    CHECK(lab.sessions() == 0);
}

TEST_CASE("A busy session ends in 421 after five minutes, also inside DATA (platform.md 9, item 12)") {
    for (const bool inData : {false, true}) {
        Lab lab;
        const auto begin = lab.clock().steadyNow();
        auto client = lab.connectFrom(kStranger);
        if (inData)
            beginContent(client);
        else
            client.hello();
        for (int i = 0; i < 9; ++i) {
            lab.advance(30s);
            client.raw(inData ? "X-Line: slow\r\n" : "NOOP\r\n");
            lab.settle();
        }
        while (!client.closed())
            client.read();
        CHECK(client.heard().ends_with("421 4.4.1 Connection timed out\r\n"));
        CHECK(lab.clock().steadyNow() - begin == 300s);
        CHECK(lab.replay().empty());
    }
}

TEST_CASE("The sixth protocol error closes (platform.md 2.8)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    for (int i = 0; i < 5; ++i)
        CHECK(client.say("XYZZY").statusCode() == 500);
    CHECK(client.say("XYZZY").toString() ==
          "421 4.7.0 Too many errors on this connection, closing transmission channel");
    CHECK(client.closed());
    CHECK(script.rejects.size() == 6);
    CHECK((script.disconnects == std::vector{DisconnectReason::TooManyErrors}));
}

TEST_CASE("The protocol log of a session has Exchange's form (platform.md 9, item 14)") {
    Lab lab({.profile = ProfileId::E2010});
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -ProtocolLoggingLevel Verbose");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    lab.advance(1s);
    client.say("MAIL FROM:<ann@fabrikam.com>");
    client.say("RCPT TO:<nobody@contoso.com>");
    client.say("QUIT");
    client.closed();
    const auto session = hex16(lab.decisions().all().front().step->sessionId);
    const auto& connector = lab.decisions().all().front().step->connector;
    auto at = [&, number = 0](const char* time, const std::string& rest) mutable {
        return "2019-06-03T09:00:" + std::string(time) + "Z,EDGE01\\" + connector + "," + session + "," +
               std::to_string(number++) + ",192.168.2.20:25,203.0.113.9:1024," + rest;
    };
    const std::vector<std::string> expected{
        at("00.000", "+,,"),
        at("00.000", "*,SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender "
                     "AcceptRoutingHeaders,Set Session Permissions"),
        at("00.000",
           ">,\"220 edge01.adventureworks.com Microsoft ESMTP MAIL Service ready at Mon, 3 Jun 2019 "
           "09:00:00 +0000\","),
        at("00.000", "<,EHLO mail.fabrikam.com,"),
        at("00.000", ">,250-edge01.adventureworks.com Hello [203.0.113.9],"),
        at("00.000", ">,250-SIZE 10485760,"),
        at("00.000", ">,250-PIPELINING,"),
        at("00.000", ">,250-DSN,"),
        at("00.000", ">,250-ENHANCEDSTATUSCODES,"),
        at("00.000", ">,250 8BITMIME,"),
        at("01.000", "<,MAIL FROM:<ann@fabrikam.com>,"),
        at("01.000", "*," + session + ";2019-06-03T09:00:00.000Z;1,receiving message"),
        at("01.000", ">,250 2.1.0 Sender OK,"),
        at("01.000", "<,RCPT TO:<nobody@contoso.com>,"),
        at("01.000", "*,Tarpit for '0.00:00:05',"),
        at("06.000", ">,550 5.7.1 Unable to relay,"),
        at("06.000", "<,QUIT,"),
        at("06.000", ">,221 2.0.0 Service closing transmission channel,"),
        at("06.000", "-,,Local"),
    };
    const auto rows = protocolRows(lab);
    CHECK(join(rows, "\n") == join(expected, "\n"));
}

TEST_CASE(
    "Newer builds log EHLO on one line and the permissions before the message (platform.md 9, item 14)") {
    Lab lab;
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -ProtocolLoggingLevel Verbose");
    auto client = lab.connectFrom(kStranger);
    sendOne(client);
    client.say("QUIT");
    client.closed();
    std::vector<std::string> parts; // event, data, context
    for (const auto& row : protocolRows(lab)) {
        const auto fields = fieldsOf(row);
        REQUIRE(fields.size() >= 9);
        CHECK(fields[3] == std::to_string(parts.size()));
        parts.push_back(fields[6] + "," + fields[7]);
    }
    REQUIRE(parts.size() == 16);
    CHECK(parts[0] == "+,");
    CHECK(parts[3].starts_with(
        ">,250  edge01.adventureworks.com Hello [203.0.113.9] SIZE 37748736 PIPELINING"));
    CHECK(parts[4] == "<,MAIL FROM:<ann@fabrikam.com>");
    CHECK(parts[5].starts_with("*,SMTPSubmit"));
    CHECK(parts[6].starts_with("*," + hex16(lab.decisions().all().front().step->sessionId) + ";"));
    CHECK(parts[10] == "<,DATA");
    CHECK(parts[11].starts_with(">,354 "));
    CHECK(parts[12].starts_with(">,\"250 2.6.0 <first@fabrikam.com> [InternalId="));
    CHECK(parts[14].starts_with(">,221"));
    CHECK(parts[15] == "-,");
}

TEST_CASE("A connector without verbose logging writes no protocol log") {
    Lab lab;
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -ProtocolLoggingLevel None");
    auto client = lab.connectFrom(kStranger);
    sendOne(client);
    lab.server().flushLogs();
    const auto names = lab.disk().list("/lab/Logs/Edge/ProtocolLog/SmtpReceive");
    CHECK((!names || names->empty()));
}

TEST_CASE("The agent log has a row for each recipient and for each refusal (platform.md 9, item 16)") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    script.acts[AgentEvent::OnRcptCommand] = Act::RejectTemporary;
    client.say("MAIL FROM:<ann@fabrikam.com>");
    client.say("RCPT TO:<mary@adventureworks.com>");
    script.acts.clear();
    client.say("RSET");
    script.acts[AgentEvent::OnEndOfData] = Act::RejectTemporary;
    client.send(kSender, {kMary, "bob@adventureworks.com", "eve@adventureworks.com"}, message());
    const auto rows = agentLogOf(lab);
    REQUIRE(rows.size() == 4);
    const auto first = fieldsOf(rows[0]);
    REQUIRE(first.size() == 20);
    CHECK(first[8] == kMary);
    CHECK(first[9] == "1");
    CHECK(first[10] == "Scripted Agent");
    CHECK(first[11] == "OnRcptCommand");
    CHECK(first[12] == "RejectCommand");
    CHECK(first[13] == "450 4.7.1 Come back later");
    CHECK(first[14] == "AgentAction");
    const std::vector<std::string> recipients{kMary, "bob@adventureworks.com", "eve@adventureworks.com"};
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        const auto fields = fieldsOf(rows[i + 1]);
        REQUIRE(fields.size() == 20);
        CHECK(fields[1] == first[1]); // one session
        CHECK(fields[5] == "<first@fabrikam.com>");
        CHECK(fields[6] == kSender);
        CHECK(fields[7] == "ann@fabrikam.com;");
        CHECK(fields[8] == recipients[i]);
        CHECK(fields[9] == "3");
        CHECK(fields[11] == "OnEndOfData");
        CHECK(fields[12] == "RejectMessage");
        CHECK(fields[19] == "Incoming");
    }
}

TEST_CASE("The Network-Message-Id is one in header, agent log and decision") {
    Script script;
    Lab lab;
    installScript(lab, script);
    script.acts[AgentEvent::OnEndOfData] = Act::Discard;
    auto client = lab.connectFrom(kStranger);
    sendOne(client);
    const auto& step = *decisionBecause(lab, "DiscardedByAgent").step;
    CHECK_FALSE(step.networkMessageId.isEmpty());
    const auto rows = agentLogOf(lab);
    REQUIRE(rows.size() == 1);
    CHECK(fieldsOf(rows[0])[17] == step.networkMessageId.toString());
    REQUIRE(script.headers.size() == 1);
    CHECK(script.headers[0].find("X-MS-Exchange-Organization-Network-Message-Id: " +
                                 step.networkMessageId.toString()) != std::string::npos);
}

TEST_CASE("Get-TransportPipeline is empty before the first message, then in documented order (platform.md 9, "
          "item 20)") {
    Lab lab;
    CHECK(lab.run("Get-TransportPipeline").find("OnConnectEvent") == std::string::npos);
    auto client = lab.connectFrom(kStranger);
    sendOne(client);
    const auto text = lab.run("Get-TransportPipeline");
    const std::vector<std::string> order{
        "OnConnectEvent", "OnHeloCommand", "OnEhloCommand",  "OnAuthCommand", "OnMailCommand",
        "OnRcptCommand",  "OnDataCommand", "OnEndOfHeaders", "OnEndOfData",   "OnDisconnectEvent"};
    std::size_t at = 0;
    for (const auto& name : order) {
        const auto found = text.find("\n" + name, at);
        CHECK_MESSAGE(found != std::string::npos, name << " is missing or out of order in\n" << text);
        at = found == std::string::npos ? at : found;
    }
    CHECK(text.find("{Connection Filtering Agent, Sender Filter Agent}") != std::string::npos);
    CHECK(text.find("{Connection Filtering Agent, Recipient Filter Agent}") != std::string::npos);
}

} // namespace edge::bench
