// Sender Filter and Recipient Filter as administrators use them, through cmdlets and real dialogues
// (agents.md 3, 4, 16), and what the server's own limits say.
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using testenv::dotStuffed;
using testenv::Lab;
using testenv::LabClient;
using testenv::LabOptions;
using namespace std::chrono_literals;

constexpr const char* kSenderFilter = "Sender Filter Agent";
constexpr const char* kRecipientFilter = "Recipient Filter Agent";
constexpr const char* kDenied = "554 5.1.0 Sender denied";
constexpr const char* kUnknown = "550 5.1.1 User unknown";
constexpr const char* kFull = "452 4.3.1 Insufficient system resources";

SmtpResponse mailFrom(LabClient& client, const std::string& sender) {
    client.hello();
    return client.say("MAIL FROM:<" + sender + ">");
}

// To the dot, which is not sent.
void untilDot(LabClient& client) {
    client.say("MAIL FROM:<ann@fabrikam.com>");
    client.say("RCPT TO:<mary@adventureworks.com>");
    REQUIRE(client.say("DATA").statusCode() == 354);
    client.raw(message());
}

} // namespace

TEST_CASE("A blocked sender is denied after the tarpit, closed, and logged with reason (agents.md 3.3, 16)") {
    struct Row {
        const char* script;
        const char* sender;
        const char* reason;
        const char* data;
    };
    constexpr Row kRows[] = {
        {"Set-SenderFilterConfig -BlankSenderBlockingEnabled $true", "", "BlankSender", "<>"},
        {"Set-SenderFilterConfig -BlockedSenders bad@contoso.com", "Bad@Contoso.com", "SenderInBlockList",
         "bad@contoso.com"},
        {"Set-SenderFilterConfig -BlockedDomains contoso.com", "any@contoso.com", "SenderInBlockList",
         "contoso.com"},
        {"Set-SenderFilterConfig -BlockedDomainsAndSubdomains contoso.com", "any@sales.contoso.com",
         "SenderInBlockList", "contoso.com"},
    };
    for (const auto& row : kRows) {
        CAPTURE(row.script);
        Lab lab;
        lab.run(row.script);
        auto client = lab.connectFrom(kStranger);
        CHECK(mailFrom(client, row.sender).toString() == kDenied);
        CHECK(client.waited() == 5s);
        CHECK(client.closed());
        CHECK(lab.decisions().last() ==
              testenv::decision(kSenderFilter, AgentEvent::OnMailCommand, Action::RejectCommand));
        CHECK(lab.decisions().lastAct().reason == row.reason);
        CHECK(lab.decisions().lastAct().reasonData == row.data);
        CHECK(lab.replay().empty());
        const auto rows = lab.agentLog();
        REQUIRE(rows.size() == 1);
        const auto fields = fieldsOf(rows[0]);
        REQUIRE(fields.size() == 20);
        CHECK(fields[3] == "203.0.113.9:1024");
        CHECK(fields[6] == (*row.sender ? row.sender : "<>"));
        CHECK(fields[8].empty());
        CHECK(fields[10] == kSenderFilter);
        CHECK(fields[11] == "OnMailCommand");
        CHECK(fields[12] == "RejectCommand");
        CHECK(fields[13] == kDenied);
        CHECK(fields[14] == row.reason);
        CHECK(fields[15] == row.data);
    }
}

TEST_CASE("BlockedDomains spares a subdomain, BlockedDomainsAndSubdomains a mere likeness (agents.md 16)") {
    Lab lab;
    lab.run("Set-SenderFilterConfig -BlockedDomains contoso.com -BlockedDomainsAndSubdomains tailspin.com");
    for (const auto* sender : {"a@sales.contoso.com", "a@xtailspin.com"}) {
        auto client = lab.connectFrom(kStranger);
        CHECK(mailFrom(client, sender).statusCode() == 250);
    }
}

TEST_CASE("StampStatus takes the message of a blocked sender (agents.md 3.3)") {
    Lab lab;
    lab.run("Set-SenderFilterConfig -BlockedSenders ann@fabrikam.com -Action StampStatus");
    auto client = lab.connectFrom(kStranger);
    CHECK(sendOne(client).statusCode() == 250);
    CHECK(lab.replay().size() == 1);
    CHECK((decisionBecause(lab, "SenderInBlockList").action == Action::None));
    CHECK(agentLogOf(lab, kSenderFilter).empty());
    CHECK(lab.replay()[0].file.headers.get("X-MS-Exchange-Organization-SCL") == "3"); // what the stamp is for
}

TEST_CASE("Blocked and unknown recipients cannot be told apart, also not by time (agents.md 4.3, 16)") {
    Lab lab;
    lab.run("New-EdgeSimRecipient mary@adventureworks.com; New-EdgeSimRecipient bob@adventureworks.com");
    lab.run("Set-RecipientFilterConfig -RecipientValidationEnabled $true -BlockListEnabled $true "
            "-BlockedRecipients bob@adventureworks.com");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    struct Row {
        const char* recipient;
        const char* reason;
    };
    for (const auto& row : {Row{"bob@adventureworks.com", "RecipientInBlockList"},
                            Row{"nobody@adventureworks.com", "RecipientDoesNotExist"}}) {
        CHECK(client.say("RCPT TO:<" + std::string(row.recipient) + ">").toString() == kUnknown);
        CHECK(client.waited() == 5s);
        CHECK_FALSE(client.closed());
        CHECK(lab.decisions().last() ==
              testenv::decision(kRecipientFilter, AgentEvent::OnRcptCommand, Action::RejectCommand));
        CHECK(lab.decisions().lastAct().reason == row.reason);
        CHECK(lab.decisions().lastAct().reasonData == row.recipient);
        const auto fields = fieldsOf(lab.agentLog().back());
        CHECK(fields[8] == row.recipient);
        CHECK(fields[9] == "1");
        CHECK(fields[10] == kRecipientFilter);
        CHECK(fields[13] == kUnknown);
    }
    CHECK(client.say("RCPT TO:<mary@adventureworks.com>").toString() == "250 2.1.5 Recipient OK");
    CHECK(client.waited() == 0s);
    CHECK(client.say("DATA").statusCode() == 354);
    client.raw(dotStuffed(message()));
    CHECK(client.read().statusCode() == 250);
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay()[0].file.receivers.size() == 1);
}

TEST_CASE("A stranger's relay attempt is refused by the server, whatever the filter thinks") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    mailFrom(client, kSender);
    CHECK(client.say("RCPT TO:<nobody@contoso.com>").toString() ==
          "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain");
    const auto refusal = decisionBecause(lab, "RecipientNotInAcceptedDomain");
    CHECK(refusal.agent == std::string(kServerAgent));
    CHECK(refusal.remedy.starts_with("New-AcceptedDomain"));
    CHECK(lab.agentLog().empty());
}

TEST_CASE("A change applies to new sessions; one that is open keeps what it began with") {
    Lab lab;
    auto open = lab.connectFrom(kStranger);
    open.hello();
    lab.run("Set-SenderFilterConfig -BlockedSenders ann@fabrikam.com");
    CHECK(open.say("MAIL FROM:<ann@fabrikam.com>").statusCode() == 250);
    auto fresh = lab.connectFrom(kStranger);
    CHECK(mailFrom(fresh, kSender).toString() == kDenied);
    open.say("RSET");
    CHECK(open.say("MAIL FROM:<ann@fabrikam.com>").statusCode() == 250);
}

TEST_CASE("Disable-TransportAgent warns of a restart and takes the agent out; Enable- brings it back") {
    Lab lab;
    lab.run("Set-SenderFilterConfig -BlockedSenders ann@fabrikam.com");
    lab.run("Disable-TransportAgent \"Sender Filter Agent\" -Confirm:$false");
    REQUIRE(lab.warnings().size() == 1);
    CHECK(lab.warnings()[0].find("restart") != std::string::npos);
    auto without = lab.connectFrom(kStranger);
    CHECK(mailFrom(without, kSender).statusCode() == 250);
    lab.run("Enable-TransportAgent \"Sender Filter Agent\"");
    CHECK(lab.warnings().size() == 1);
    auto with = lab.connectFrom(kStranger);
    CHECK(mailFrom(with, kSender).toString() == kDenied);
}

TEST_CASE("Set-TransportAgent -Priority changes who is asked first") {
    Script script;
    Lab lab;
    installScript(lab, script);
    lab.run("Set-SenderFilterConfig -BlockedSenders ann@fabrikam.com");
    auto before = lab.connectFrom(kStranger);
    mailFrom(before, kSender);
    CHECK(script.count(AgentEvent::OnMailCommand) == 0);
    lab.run("Set-TransportAgent \"Scripted Agent\" -Priority 1");
    auto after = lab.connectFrom(kStranger);
    mailFrom(after, kSender);
    CHECK(script.count(AgentEvent::OnMailCommand) == 1);
}

TEST_CASE("A full disk at the dot is 452, nothing is stored, and later all is well again") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    untilDot(client);
    lab.disk().failAlways(testenv::DiskOperation::Write, Errc::NoSpace);
    CHECK(client.say(".").toString() == kFull);
    CHECK((decisionBecause(lab, "NotStored").action == Action::RejectMessage));
    lab.disk().clearFaults();
    CHECK(lab.replay().empty());
    lab.advance(10s);
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay()[0].body == kBody);
}

TEST_CASE("A failed sync at the dot is 451, and MAIL is refused until Resume-EdgeSimQueue") {
    Script script;
    Lab lab;
    installScript(lab, script);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    untilDot(client);
    lab.disk().failAlways(testenv::DiskOperation::Sync, Errc::Io);
    CHECK(client.say(".").statusCode() == 451);
    CHECK(script.rejects.size() == 1);
    lab.disk().clearFaults();
    CHECK(lab.replay().empty());
    CHECK(client.say("MAIL FROM:<ann@fabrikam.com>").toString() == kFull);
    CHECK(decisionBecause(lab, "InsufficientResources").remedy.starts_with("Resume-EdgeSimQueue"));
    lab.run("Resume-EdgeSimQueue");
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
    CHECK(lab.replay().size() == 1);
}

TEST_CASE("A full replay directory refuses MAIL and names the cmdlet that helps") {
    struct Row {
        const char* parameter;
        const char* low;
        const char* high;
    };
    std::string body; // above the lower quota
    while (body.size() < 1'100'000)
        body += std::string(998, 'x') + "\r\n";
    for (const auto& row : {Row{"-ReplayMaxFiles", "1", "10"}, Row{"-ReplayQuota", "1MB", "1GB"}}) {
        CAPTURE(row.parameter);
        const auto set = [&row](const char* value) {
            return "Set-EdgeSimSubmission " + std::string(row.parameter) + " " + value;
        };
        Lab lab;
        lab.run(set(row.low));
        auto client = lab.connectFrom(kStranger);
        CHECK(sendOne(client, body).statusCode() == 250);
        REQUIRE(lab.replay().size() == 1);
        CHECK((lab.replay()[0].body == body));
        lab.advance(5s);
        CHECK(client.say("MAIL FROM:<ann@fabrikam.com>").toString() == kFull);
        CHECK(decisionBecause(lab, "InsufficientResources").remedy.find(row.parameter) != std::string::npos);
        lab.run(set(row.high));
        lab.advance(5s);
        CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
    }
}

TEST_CASE("The message rate limit closes with 421 and its remedy lifts it") {
    Lab lab;
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -MessageRateLimit 2 -MessageRateSource IPAddress");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    for (int i = 0; i < 2; ++i)
        REQUIRE(client.send(kSender, {kMary}, message()).statusCode() == 250);
    CHECK(client.say("MAIL FROM:<ann@fabrikam.com>").toString() ==
          "421 4.4.2 Message submission rate for this client has exceeded the configured limit");
    CHECK(client.closed());
    auto other = lab.connectFrom("198.51.100.7");
    CHECK(mailFrom(other, kSender).statusCode() == 250);
    lab.run(decisionBecause(lab, "MessageRateLimit").remedy);
    auto again = lab.connectFrom(kStranger);
    CHECK(mailFrom(again, kSender).statusCode() == 250);
}

TEST_CASE("Connection limits turn the peer away before any agent sees it; the remedy lifts them") {
    for (const auto* limit : {"-MaxInboundConnectionPerSource 1", "-MaxInboundConnection 1"}) {
        CAPTURE(limit);
        Script script;
        Lab lab;
        installScript(lab, script);
        lab.run("Get-ReceiveConnector | Set-ReceiveConnector " + std::string(limit));
        auto first = lab.connectFrom(kStranger);
        first.hello();
        auto second = lab.connectFrom(kStranger);
        CHECK(second.read().toString() == "421 4.3.2 The maximum number of concurrent connections has "
                                          "exceeded a limit, closing transmission channel");
        CHECK(second.closed());
        CHECK(script.count(AgentEvent::OnConnect) == 1);
        CHECK(script.disconnects.empty());
        lab.run(decisionBecause(lab, "ConnectionLimit").remedy);
        auto third = lab.connectFrom(kStranger);
        CHECK(third.read().statusCode() == 220);
    }
}

TEST_CASE("The same seed gives the same decisions, files and lines; another seed other ids") {
    struct Outcome {
        std::string decisions;
        std::string files;
        std::string lines;
        std::string log;
        bool operator==(const Outcome&) const = default;
    };
    const auto play = [](std::uint64_t seed) {
        Lab lab({.seed = seed});
        lab.run("Set-SenderFilterConfig -BlockedSenders bad@contoso.com");
        for (int i = 0; i < 3; ++i) {
            auto client = lab.connectFrom(kStranger);
            client.hello();
            client.send(kSender, {kMary, "nobody@contoso.com"}, "Subject: without ids\r\n\r\nbody\r\n");
            client.say("MAIL FROM:<bad@contoso.com>");
        }
        Outcome outcome{lab.decisions().toString(), {}, {}, {}};
        for (const auto& stored : lab.replay())
            outcome.files += stored.name + "\n" + stored.bytes;
        for (const auto& line : lab.protocol())
            outcome.lines += line.event + line.data + "|" + line.context + "\n";
        for (const auto& row : lab.agentLog())
            outcome.log += row + "\n";
        return outcome;
    };
    const auto first = play(7);
    CHECK((play(7) == first));
    CHECK_FALSE(first.files.empty());
    CHECK_FALSE(first.log.empty());
    CHECK(play(8).files != first.files);
}

} // namespace edge::bench
