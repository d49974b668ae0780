// The Connection Filtering Agent as administrators use it: cmdlets, dialogues, log (agents.md 2, 13, 14, 16).
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using testenv::dotStuffed;
using testenv::Lab;
using testenv::LabClient;
using namespace std::chrono_literals;

constexpr const char* kAgent = "Connection Filtering Agent";
constexpr const char* kGateway = "192.0.2.10";
constexpr const char* kBadHop =
    "Received: from mail.fabrikam.com (198.51.100.9) by gate.adventureworks.com\r\n";

std::string refusalOf(const std::string& address) {
    return "550 5.7.1 External client with IP address " + address +
           " does not have permissions to submit to this server.";
}

SmtpResponse rcpt(LabClient& client, const char* to = kMary) {
    return client.say("RCPT TO:<" + std::string(to) + ">");
}

// EHLO, MAIL, RCPT; the last reply.
SmtpResponse untilRcpt(LabClient& client) {
    client.hello();
    REQUIRE(client.say("MAIL FROM:<ann@fabrikam.com>").statusCode() == 250);
    return rcpt(client);
}

// The connector of a fresh server takes IPv4 only.
constexpr const char* kAlsoV6 =
    "Get-ReceiveConnector | Set-ReceiveConnector -RemoteIPRanges 0.0.0.0/0,::/0\n";

void writeFile(Lab& lab, const std::string& path, std::string_view text) {
    auto file = lab.disk().open(path, OpenMode::CreateNew);
    REQUIRE(file.has_value());
    REQUIRE((*file)->writeAt(0, text).has_value());
}

} // namespace

TEST_CASE("A blocked client is refused at RCPT, with reply, row and empty Replay (agents.md 2.3, 2.4)") {
    struct Row {
        const char* entry;
        const char* client;
        const char* range;
    };
    constexpr Row kRows[] = {
        {"-IPAddress 203.0.113.9", "203.0.113.9", "203.0.113.9"},
        {"-IPRange 203.0.113.1-203.0.113.9", "203.0.113.9", "203.0.113.1-203.0.113.9"},
        {"-IPRange 203.0.113.77/24", "203.0.113.0", "203.0.113.0-203.0.113.255"}, // host bits are masked
        {"-IPAddress 2001:db8::9", "2001:db8::9", "2001:db8::9"},
        {"-IPRange 2001:db8::77/120", "2001:db8::ff", "2001:db8::-2001:db8::ff"},
    };
    for (const auto& row : kRows) {
        CAPTURE(row.entry);
        Lab lab;
        lab.run(kAlsoV6 + ("Add-IPBlockListEntry " + std::string(row.entry)) + " -Comment 'open relay'");
        auto client = lab.connectFrom(row.client);
        CHECK(untilRcpt(client).toString() == refusalOf(row.client));
        CHECK(client.waited() == 5s); // the tarpit
        CHECK_FALSE(client.closed());
        const auto act = lab.decisions().lastAct();
        CHECK(act.reason == "LocalBlockList");
        CHECK(act.reasonData == row.range);
        const auto rows = lab.agentLog();
        REQUIRE(rows.size() == 1);
        const auto fields = fieldsOf(rows[0]);
        REQUIRE(fields.size() == 20);
        CHECK(fields[4] == row.client);
        CHECK(fields[6] == kSender);
        CHECK(fields[8] == kMary);
        CHECK(fields[9] == "1");
        CHECK(fields[10] == kAgent);
        CHECK(fields[11] == "OnRcptCommand");
        CHECK(fields[12] == "RejectCommand");
        CHECK(fields[13] == refusalOf(row.client));
        CHECK(fields[14] == "LocalBlockList");
        CHECK(fields[15] == row.range);
        CHECK(lab.replay().empty());
    }
}

TEST_CASE("A client beside the blocked range sends as ever, and the log stays empty") {
    Lab lab;
    lab.run(kAlsoV6 + std::string("Add-IPBlockListEntry -IPRange 203.0.113.0/29\n"
                                  "Add-IPBlockListEntry -IPRange 2001:db8::/64"));
    for (const auto* address : {"203.0.113.8", "2001:db8:0:1::9"}) {
        auto client = lab.connectFrom(address);
        CHECK(sendOne(client).statusCode() == 250);
    }
    CHECK(lab.replay().size() == 2);
    CHECK(agentLogOf(lab, "Connection Filtering Agent").empty());
}

TEST_CASE("Every recipient has its refusal and its row; the connection closes when the client goes on") {
    struct Row {
        const char* command;
        const char* reply;
    };
    for (const auto& row : {Row{"DATA", "503 5.5.2 Need rcpt command"}, Row{"RSET", "250 2.0.0 Resetting"},
                            Row{"MAIL FROM:<b@fabrikam.com>", "503 5.5.2 Sender already specified"},
                            Row{"EHLO again.fabrikam.com", "250 "}}) {
        CAPTURE(row.command);
        Lab lab;
        lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9");
        auto client = lab.connectFrom(kStranger);
        CHECK(untilRcpt(client).toString() == refusalOf(kStranger));
        CHECK(rcpt(client, "bob@adventureworks.com").toString() == refusalOf(kStranger));
        CHECK(client.say("NOOP").statusCode() == 250);
        CHECK(client.say("RCPT TO:bob").statusCode() == 501);
        CHECK_FALSE(client.closed());
        const auto reply = client.say(row.command);
        if (reply.statusCode() != 250 || *row.reply == '5')
            CHECK(reply.toString() == row.reply);
        CHECK(client.closed());
        CHECK((decisionBecause(lab, "AllRecipientsRefused").action == Action::Disconnect));
        CHECK(lab.agentLog().size() == 2);
        CHECK(lab.replay().empty());
        CHECK(lab.protocol().back().context == "Local");
    }
}

TEST_CASE("QUIT after refused recipients is answered as ever") {
    Lab lab;
    lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9");
    auto client = lab.connectFrom(kStranger);
    untilRcpt(client);
    CHECK(client.say("QUIT").statusCode() == 221);
    CHECK(client.closed());
}

TEST_CASE("Pipelined commands of a blocked client are all answered before the end") {
    Lab lab;
    lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.raw("MAIL FROM:<a@fabrikam.com>\r\nRCPT TO:<mary@adventureworks.com>\r\n"
               "RCPT TO:<bob@adventureworks.com>\r\nDATA\r\nNOOP\r\n");
    CHECK(client.read().statusCode() == 250);
    CHECK(client.read().statusCode() == 550);
    CHECK(client.read().statusCode() == 550);
    CHECK(client.read().statusCode() == 503);
    CHECK(client.closed());
}

TEST_CASE(
    "The stage is a setting: MAIL closes at once, Connect says it in place of the banner (agents.md 2.3)") {
    Lab lab;
    lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9; Set-EdgeSimConnectionFilter -BlockStage Mail");
    CHECK(lab.run("(Get-IPBlockListConfig).BlockStage") == "Mail\n");
    auto mail = lab.connectFrom(kStranger);
    mail.hello();
    CHECK(mail.say("MAIL FROM:<ann@fabrikam.com>").toString() == refusalOf(kStranger));
    CHECK(mail.closed());
    CHECK(fieldsOf(lab.agentLog().back())[11] == "OnMailCommand");
    CHECK(fieldsOf(lab.agentLog().back())[12] == "RejectCommand");

    lab.run("Set-EdgeSimConnectionFilter -BlockStage Connect");
    auto connect = lab.connectFrom(kStranger);
    CHECK(connect.read().toString() == refusalOf(kStranger));
    CHECK(connect.closed());
    CHECK(fieldsOf(lab.agentLog().back())[11] == "OnConnect");
    CHECK(fieldsOf(lab.agentLog().back())[12] == "RejectConnection");
    CHECK(lab.replay().empty());
}

TEST_CASE("A server of 2007 refuses at MAIL, unless told otherwise") {
    Lab lab({.profile = ProfileId::E2007});
    lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.say("MAIL FROM:<ann@fabrikam.com>").statusCode() == 550);
    lab.run("Set-EdgeSimConnectionFilter -BlockStage Rcpt");
    auto later = lab.connectFrom(kStranger);
    CHECK(untilRcpt(later).statusCode() == 550);
}

TEST_CASE("An entry expires with time, and stays listed") {
    Lab lab;
    const auto end = lab.clock().utcNow() + 1h;
    lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9 -ExpirationTime " + CmdletValue(end).toScript());
    auto before = lab.connectFrom(kStranger);
    CHECK(untilRcpt(before).statusCode() == 550);
    CHECK(lab.run("(Get-IPBlockListEntry 1).HasExpired") == "False\n");
    lab.advance(end - lab.clock().utcNow());
    auto after = lab.connectFrom(kStranger);
    CHECK(sendOne(after).statusCode() == 250);
    CHECK(lab.run("(Get-IPBlockListEntry -IPAddress 203.0.113.9).HasExpired") == "True\n");
    lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9"); // the expired one is no obstacle
    auto again = lab.connectFrom(kStranger);
    CHECK(untilRcpt(again).statusCode() == 550);
}

TEST_CASE("An entry of sender reputation has its own text, and a pipe removes all of them") {
    Lab lab;
    const auto tomorrow = lab.clock().utcNow() + 24h;
    REQUIRE(lab.server().ipLists().block(*IpRange::parse(kStranger), "SRL 9", tomorrow).has_value());
    lab.run("Add-IPBlockListEntry -IPAddress 198.51.100.1");
    auto client = lab.connectFrom(kStranger);
    CHECK(untilRcpt(client).toString() ==
          refusalOf(kStranger) + " Visit http://support.microsoft.com/kb/928123 for more information.");
    lab.run("Set-IPBlockListConfig -MachineEntryRejectionResponse 'Connection from IP address {0} was "
            "rejected by "
            "sender reputation.'");
    auto custom = lab.connectFrom(kStranger);
    CHECK(untilRcpt(custom).toString() ==
          "550 5.7.1 Connection from IP address 203.0.113.9 was rejected by sender reputation.");
    lab.run("Get-IPBlockListEntry | where IsMachineGenerated | Remove-IPBlockListEntry -Confirm:$false");
    CHECK(lab.run("(Get-IPBlockListEntry).IPRange") == "198.51.100.1\n");
    auto after = lab.connectFrom(kStranger);
    CHECK(sendOne(after).statusCode() == 250);
}

TEST_CASE("The allow list wins over the block list and exempts from every antispam agent (agents.md 14, 6)") {
    Lab lab;
    lab.run("Add-IPAllowListEntry -IPRange 203.0.113.0/24 -Comment partner\n"
            "Add-IPBlockListEntry -IPAddress 203.0.113.9\n"
            "Set-SenderFilterConfig -BlockedSenders ann@fabrikam.com\n"
            "Set-RecipientFilterConfig -RecipientValidationEnabled $true");
    auto client = lab.connectFrom(kStranger);
    CHECK(sendOne(client).statusCode() == 250);
    CHECK(lab.replay().size() == 1);
    for (const auto* agent : {"Sender Filter Agent", "Recipient Filter Agent"}) {
        const auto decisions = lab.decisions().of(agent);
        REQUIRE_FALSE(decisions.empty());
        CHECK(decisions.front().inputs.front().value == "the session bypasses antispam");
    }
    std::size_t found = 0;
    for (const auto& row : lab.agentLog()) {
        const auto fields = fieldsOf(row);
        if (fields[10] != kAgent)
            continue;
        ++found;
        CHECK(fields[11] == "OnEndOfHeaders");
        CHECK(fields[12] == "AcceptMessage");
        CHECK(fields[13].empty());
        CHECK(fields[14] == "LocalAllowList");
        CHECK(fields[15] == "203.0.113.0-203.0.113.255");
    }
    CHECK(found == 1);
    // Relaying is no matter of antispam.
    client.say("MAIL FROM:<ann@fabrikam.com>");
    CHECK(rcpt(client, "nobody@contoso.com").statusCode() == 550);
    auto stranger = lab.connectFrom("198.51.100.9");
    stranger.hello();
    CHECK(stranger.say("MAIL FROM:<ann@fabrikam.com>").toString() == "554 5.1.0 Sender denied");
}

TEST_CASE("Each switch lets a blocked client pass, and the decision says which one (agents.md 1.8)") {
    struct Row {
        const char* script;
        const char* why; // empty: the agent is not asked
    };
    for (const auto& row : {Row{"Set-IPBlockListConfig -Enabled $false", "not examined: Enabled is false"},
                            Row{"Set-IPBlockListConfig -ExternalMailEnabled $false",
                                "not examined: ExternalMailEnabled is false"},
                            Row{"Disable-TransportAgent 'Connection Filtering Agent' -Confirm:$false", ""}}) {
        CAPTURE(row.script);
        Lab lab;
        lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9; " + std::string(row.script));
        auto client = lab.connectFrom(kStranger);
        CHECK(sendOne(client).statusCode() == 250);
        const auto decisions = lab.decisions().of(kAgent);
        CHECK(decisions.empty() == (*row.why == 0));
        if (!decisions.empty())
            CHECK(decisions.front().inputs.front().value == row.why);
        CHECK(lab.replay().size() == 1);
    }
}

TEST_CASE("Behind a server of our own the address in Received is judged (agents.md 2.5)") {
    Lab lab;
    lab.run("Set-TransportConfig -InternalSMTPServers 192.0.2.0/24\n"
            "Add-IPBlockListEntry -IPRange 198.51.100.0/24\n"
            "Add-IPBlockListEntry -IPAddress 192.0.2.10"); // the gateway itself is never judged
    auto client = lab.connectFrom(kGateway);
    client.hello();
    const auto bad = kBadHop + message();
    CHECK(client.send(kSender, {kMary}, bad).toString() == refusalOf("198.51.100.9"));
    CHECK(client.waited() == 5s);
    CHECK_FALSE(client.closed());
    CHECK(lab.replay().empty());
    const auto rows = lab.agentLog();
    REQUIRE(rows.size() == 1);
    const auto fields = fieldsOf(rows[0]);
    CHECK(fields[3].starts_with("192.0.2.10:"));
    CHECK(fields[4] == "198.51.100.9");
    CHECK(fields[5] == "<first@fabrikam.com>");
    CHECK(fields[10] == kAgent);
    CHECK(fields[11] == "OnEndOfHeaders");
    CHECK(fields[12] == "RejectMessage");
    CHECK(fields[14] == "LocalBlockList");
    CHECK(fields[15] == "198.51.100.0-198.51.100.255");

    // The next message of the same session comes from elsewhere; internal hops before it are passed over.
    const auto good = "Received: from inner (inner [192.0.2.11]) by gate\r\n"
                      "Received: from mail.fabrikam.com (203.0.113.9) by inner\r\n" +
                      std::string(kBadHop) + message();
    CHECK(client.send(kSender, {kMary}, good).statusCode() == 250);
    CHECK(lab.replay().size() == 1);
    CHECK(lab.decisions().of(kAgent).back().step->enteredOrgFromIp.toString() == "203.0.113.9");
}

TEST_CASE("Where no Received field names a stranger, the origin is unknown and nothing is judged") {
    Lab lab;
    lab.run("Set-TransportConfig -InternalSMTPServers 192.0.2.0/24; Add-IPBlockListEntry -IPRange 0.0.0.0/0\n"
            "Set-SenderFilterConfig -BlockedSenders bad@contoso.com");
    auto client = lab.connectFrom(kGateway);
    client.hello();
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
    CHECK(lab.decisions().of(kAgent).back().inputs.back().value.starts_with("unknown"));
    CHECK(client.say("MAIL FROM:<bad@contoso.com>").statusCode() == 554);
    CHECK(fieldsOf(lab.agentLog().back())[4].empty()); // EnteredOrgFromIP: nobody knows yet
}

TEST_CASE("An allowed origin behind our gateway exempts its message, and the next one is filtered again") {
    Lab lab;
    lab.run(
        "Set-TransportConfig -InternalSMTPServers 192.0.2.10; Add-IPAllowListEntry -IPAddress 198.51.100.9");
    auto client = lab.connectFrom(kGateway);
    client.hello();
    CHECK(client.send(kSender, {kMary, "bob@adventureworks.com"}, kBadHop + message()).statusCode() == 250);
    const auto rows = lab.agentLog();
    std::size_t accepted = 0;
    for (const auto& row : rows)
        accepted += fieldsOf(row)[14] == "LocalAllowList" ? 1 : 0;
    CHECK(accepted == 2); // one a recipient
    lab.run("Set-SenderFilterConfig -BlockedSenders ann@fabrikam.com");
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250); // settings of its session
    CHECK(lab.decisions().of("Sender Filter Agent").back().inputs.front().what != "Not examined");
}

TEST_CASE("Peers that may bypass antispam are on no list (agents.md 1.8)") {
    Lab lab;
    lab.run("Add-IPBlockListEntry -IPAddress 203.0.113.9\n"
            "Get-ReceiveConnector | Set-ReceiveConnector -PermissionGroups AnonymousUsers,ExchangeServers "
            "-AuthMechanism Tls,ExternalAuthoritative");
    auto client = lab.connectFrom(kStranger);
    CHECK(sendOne(client).statusCode() == 250);
    CHECK(lab.decisions().of(kAgent).front().inputs.front().value ==
          "not examined: the session bypasses antispam");
}

TEST_CASE("A list is imported from a file, all or nothing, and what is exported makes it again") {
    Lab lab;
    writeFile(lab, "/drop.txt", "# a published list\n203.0.113.0/24\n2001:db8::/32 # and a net\n");
    writeFile(lab, "/wrong.txt", "198.51.100.1\nnowhere\n");
    lab.run("Import-EdgeSimIPListEntry -List Block /drop.txt");
    CHECK(lab.runExpectingErrors("Import-EdgeSimIPListEntry -List Block /wrong.txt")
              .find("/wrong.txt, line 2: \"nowhere\" is not an IP range") != std::string::npos);
    CHECK(lab.run("(Get-IPBlockListEntry).IPRange") ==
          "203.0.113.0-203.0.113.255\n2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\n");
    auto client = lab.connectFrom(kStranger);
    CHECK(untilRcpt(client).statusCode() == 550);

    lab.run("Add-IPAllowListEntry -IPAddress 192.0.2.1 -Comment \"it's ours\" -ExpirationTime '2030-01-02 "
            "03:04'");
    REQUIRE(lab.server().ipLists().block(*IpRange::parse("192.0.2.2"), "", UtcTime{}).has_value());
    CHECK(lab.run("Export-EdgeSimConfig").find("ListEntry") == std::string::npos);
    const auto script = lab.run("Export-EdgeSimConfig -IncludeIPList");
    CHECK(script.find("192.0.2.2") == std::string::npos); // of sender reputation
    Lab copy({.bare = true});
    copy.run(script);
    CHECK(copy.run("Export-EdgeSimConfig -IncludeIPList") == script);
    CHECK(copy.run("(Get-IPAllowListEntry).Comment") == "it's ours\n");
}

} // namespace edge::bench
