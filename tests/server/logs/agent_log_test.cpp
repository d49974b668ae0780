#include <edge/base/text.h>
#include <edge/server/logs/agent_log.h>
#include <edge/server/logs/agent_log_reader.h>
#include <edge/server/logs/csv.h>

#include "log_bench.h"
#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;

namespace {

using Rows = std::vector<std::string>;

LogSettings settings() {
    LogSettings made;
    made.path = "Logs/Edge/AgentLog";
    return made;
}

const auto kFile = "/data/Logs/Edge/AgentLog/AGENTLOG20220913-1.LOG";

Decision senderDenied() {
    auto made = decision("Sender Filter Agent", AgentEvent::OnMailCommand, Action::RejectCommand);
    made.response = {554, "5.1.0", "Sender denied"};
    made.reason = "SenderInBlockList";
    made.reasonData = "user@fabrikam.com";
    made.effects.push_back({Action::Disconnect, {}});
    return made;
}

Decision userUnknown() {
    auto made = decision("Recipient Filter Agent", AgentEvent::OnRcptCommand, Action::RejectCommand);
    made.response = {550, "5.1.1", "User unknown"};
    made.reason = "RecipientDoesNotExist";
    made.reasonData = "kate@adventureworks.com";
    return made;
}

Decision spam() {
    auto made = decision("Content Filter Agent", AgentEvent::OnEndOfData, Action::RejectMessage);
    made.response = {550, "5.7.1", "Message rejected as spam by Content Filtering."};
    made.reason = "SclAtOrAboveRejectThreshold";
    made.reasonData = "8";
    made.diagnostics = "DV:3.3.9515.631;SV:3.3.9007.60;SID:SenderIDStatus Pass";
    return made;
}

Rows rowsOf(const Decision& made, ProfileId id = ProfileId::E2019) {
    return agentLogRows(made, profile(id));
}

std::vector<std::string> column(const Rows& rows, std::string_view name) {
    const auto fields = agentLogFields(profile(ProfileId::E2019));
    const auto index =
        static_cast<std::size_t>(std::find(fields.begin(), fields.end(), name) - fields.begin());
    std::vector<std::string> values;
    for (const auto& row : rows)
        values.push_back(parseCsvRow(row).value().at(index));
    return values;
}

} // namespace

// platform.md 9 item 16: one line per recipient, with the documented action words.
TEST_CASE("A message to two recipients is two rows that differ in the recipient only") {
    CHECK(rowsOf(spam()) ==
          Rows{"2022-09-13T14:38:59.177Z,08D675E58CA1DA38,192.168.30.60:25,203.0.113.9:2457,203.0.113.9,"
               "<1@fabrikam.com>,user@fabrikam.com,user@fabrikam.com;secretary@fabrikam.com;,kate@"
               "adventureworks.com,2,"
               "Content Filter Agent,OnEndOfData,RejectMessage,"
               "550 5.7.1 Message rejected as spam by Content Filtering.,SclAtOrAboveRejectThreshold,8,"
               "DV:3.3.9515.631;SV:3.3.9007.60;SID:SenderIDStatus "
               "Pass,01020304-0506-0708-090a-0b0c0d0e0f10,,Incoming",
               "2022-09-13T14:38:59.177Z,08D675E58CA1DA38,192.168.30.60:25,203.0.113.9:2457,203.0.113.9,"
               "<1@fabrikam.com>,user@fabrikam.com,user@fabrikam.com;secretary@fabrikam.com;,pilar@"
               "adventureworks.com,2,"
               "Content Filter Agent,OnEndOfData,RejectMessage,"
               "550 5.7.1 Message rejected as spam by Content Filtering.,SclAtOrAboveRejectThreshold,8,"
               "DV:3.3.9515.631;SV:3.3.9007.60;SID:SenderIDStatus "
               "Pass,01020304-0506-0708-090a-0b0c0d0e0f10,,Incoming"});
}

TEST_CASE("At RCPT the row names the recipient in question and no message yet") {
    CHECK(
        rowsOf(userUnknown()) ==
        Rows{
            "2022-09-13T14:38:59.177Z,08D675E58CA1DA38,192.168.30.60:25,203.0.113.9:2457,203.0.113.9,,"
            "user@fabrikam.com,,kate@adventureworks.com,1,Recipient Filter Agent,OnRcptCommand,RejectCommand,"
            "550 5.1.1 User unknown,RecipientDoesNotExist,kate@adventureworks.com,,,,Undefined"});
}

TEST_CASE("Refused and closed is one row") {
    CHECK(
        rowsOf(senderDenied()) ==
        Rows{"2022-09-13T14:38:59.177Z,08D675E58CA1DA38,192.168.30.60:25,203.0.113.9:2457,203.0.113.9,,"
             "user@fabrikam.com,,,0,Sender Filter Agent,OnMailCommand,RejectCommand,554 5.1.0 Sender denied,"
             "SenderInBlockList,user@fabrikam.com,,,,Undefined"});
}

TEST_CASE("2007 and 2010 have the first seventeen fields") {
    for (const auto id : {ProfileId::E2007, ProfileId::E2010}) {
        CHECK(agentLogFields(profile(id)).size() == 17);
        CHECK(agentLogFields(profile(id)).back() == "Diagnostics");
        const auto rows = rowsOf(spam(), id);
        REQUIRE(rows.size() == 2);
        CHECK(parseCsvRow(rows[0]).value().size() == 17);
        CHECK(rows[0].ends_with(",8,DV:3.3.9515.631;SV:3.3.9007.60;SID:SenderIDStatus Pass"));
    }
    CHECK(agentLogFields(profile(ProfileId::E2013)).size() == 20);
}

TEST_CASE("The null sender is <>") {
    auto made = userUnknown();
    auto step = snapshot(made.event);
    step->p1FromAddress = "<>";
    made.step = step;
    CHECK(column(rowsOf(made), "P1FromAddress") == Rows{"<>"});
}

TEST_CASE("Recipients that an agent took out have rows of their own") {
    auto made = decision("My Agent", AgentEvent::OnEndOfHeaders, Action::DeleteRecipients);
    made.effects = {{Action::DeleteRecipients, {"pilar@adventureworks.com"}}};
    SUBCASE("and nothing else happened") {
        CHECK(column(rowsOf(made), "Recipient") == Rows{"pilar@adventureworks.com"});
        CHECK(column(rowsOf(made), "Action") == Rows{"DeleteRecipients"});
        CHECK(column(rowsOf(made), "NumRecipients") == Rows{"2"});
    }
    SUBCASE("and the message was refused for the rest") {
        made.action = Action::RejectMessage;
        made.response = {550, "5.7.1", "No"};
        made.effects.push_back({Action::RejectMessage, {}});
        CHECK(column(rowsOf(made), "Recipient") ==
              Rows{"pilar@adventureworks.com", "kate@adventureworks.com"});
        CHECK(column(rowsOf(made), "Action") == Rows{"DeleteRecipients", "RejectMessage"});
        CHECK(column(rowsOf(made), "SmtpResponse") == Rows{"", "550 5.7.1 No"});
    }
    SUBCASE("and none are left to refuse the message for") {
        made.action = Action::RejectMessage;
        made.effects[0].targets.push_back("kate@adventureworks.com");
        CHECK(column(rowsOf(made), "Action") ==
              Rows{"DeleteRecipients", "DeleteRecipients", "RejectMessage"});
        CHECK(column(rowsOf(made), "Recipient") ==
              Rows{"pilar@adventureworks.com", "kate@adventureworks.com", ""});
    }
}

TEST_CASE("An act on the session has one row, whatever message is under way") {
    auto made = decision("My Agent", AgentEvent::OnNoopCommand, Action::Disconnect);
    made.step = snapshot(AgentEvent::OnEndOfData);
    CHECK(column(rowsOf(made), "Recipient") == Rows{""});
    CHECK(column(rowsOf(made), "NumRecipients") == Rows{"0"});
}

TEST_CASE("Header names are not taken for recipients") {
    auto made = decision("My Agent", AgentEvent::OnEndOfHeaders, Action::ModifyHeaders);
    made.effects = {{Action::ModifyHeaders, {"X-Header"}}};
    CHECK(column(rowsOf(made), "Recipient") == Rows{"kate@adventureworks.com", "pilar@adventureworks.com"});
}

TEST_CASE("What a client sends cannot forge a row or a column") {
    auto made = spam();
    auto step = snapshot(made.event);
    step->messageId = "<x,y\"z@evil>\r\n2022-09-13T14:38:59.177Z,FORGED";
    step->p2FromAddresses = {"a,b@evil", "\xFF\x1b[2J@evil"};
    made.step = step;
    made.reasonData = "\"";
    const auto rows = rowsOf(made);
    REQUIRE(rows.size() == 2);
    for (const auto& row : rows) {
        CHECK(row.find_first_of("\r\n\x1b") == std::string::npos);
        CHECK(parseCsvRow(row).value().size() == 20);
    }
    CHECK(column(rows, "MessageId")[0] == "<x,y\"z@evil>\\r\\n2022-09-13T14:38:59.177Z,FORGED");
}

TEST_CASE("Who writes the agent log") {
    struct Row {
        const char* agent;
        AgentEvent event;
        Action action;
        bool writes;
    };
    using enum AgentEvent;
    const Row rows[] = {
        {"Connection Filtering Agent", OnConnect, Action::RejectConnection, true},
        {"Content Filter Agent", OnEndOfData, Action::AcceptMessage, true},
        {"Edge Rule Agent", OnEndOfData, Action::QuarantineMessage, true},
        {"Recipient Filter Agent", OnRcptCommand, Action::RejectCommand, true},
        {"Sender Filter Agent", OnMailCommand, Action::RejectCommand, true},
        {"Sender Id Agent", OnEndOfHeaders, Action::DeleteMessage, true},
        {"NoFooAgent", OnEndOfHeaders, Action::RejectMessage, true},
        {"NoFooAgent", OnEhloCommand, Action::Disconnect, true},
        {"NoFooAgent", OnEndOfHeaders, Action::None, false},
        {"NoFooAgent", OnEndOfHeaders, Action::Fault, false},
        {"NoFooAgent", OnSubmittedMessage, Action::DeleteMessage, false},
        {"Protocol Analysis Agent", OnEndOfHeaders, Action::RejectMessage, false},
        {"Attachment Filtering Agent", OnEndOfData, Action::RejectMessage, false},
        {"Address Rewriting Inbound Agent", OnRcptCommand, Action::ModifyHeaders, false},
        {"SMTP Receive", OnRcptCommand, Action::RejectCommand, false},
        {"SMTP Receive", OnEndOfData, Action::AcceptMessage, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.agent);
        CAPTURE(toString(row.event));
        CHECK(belongsInAgentLog(decision(row.agent, row.event, row.action)) == row.writes);
    }
}

TEST_CASE("The file has the columns and header of its version, and changes with the profile") {
    LogBench bench;
    AgentLog log(bench.place(), ProfileId::E2019, settings());
    log.record(userUnknown());
    log.record(decision("Recipient Filter Agent", AgentEvent::OnRcptCommand, Action::None));
    const std::string columns2010 =
        "Timestamp,SessionId,LocalEndpoint,RemoteEndpoint,EnteredOrgFromIP,MessageId,"
        "P1FromAddress,P2FromAddresses,Recipient,NumRecipients,Agent,Event,Action,SmtpResponse,"
        "Reason,ReasonData,Diagnostics";
    CHECK(bench.content(kFile) ==
          "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: Agent Log\r\n"
          "#Date: 2022-09-13T14:38:59.177Z\r\n#Fields: " +
              columns2010 + ",NetworkMsgID,TenantID,Directionality\r\n" + rowsOf(userUnknown())[0] + "\r\n");
    log.configure(ProfileId::E2010, settings());
    log.record(userUnknown());
    const auto next = bench.content("/data/Logs/Edge/AgentLog/AGENTLOG20220913-2.LOG");
    CHECK(next.find("#Version: 14.0.0.0\r\n") != std::string::npos);
    CHECK(next.find("#Fields: " + columns2010 + "\r\n") != std::string::npos);
    CHECK(readAgentLog(bench.files, log.directory()).value().records.size() == 2);
}

TEST_CASE("The published sample has our header and our columns") {
    const auto sample = exchangeSample("agentlog-sample.log");
    if (sample.empty())
        return;
    LogBench bench(at(14, 38, 59, 177));
    AgentLog log(bench.place(), ProfileId::E2016, settings());
    log.record(userUnknown());
    const auto ours = bench.content(kFile);
    const auto theirLines = split(sample, '\n');
    const auto ourLines = split(ours, '\n');
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(trim(ourLines[i]) == trim(theirLines[i]));

    const auto listing = parseAgentLog(sample);
    CHECK(listing.skippedLines == 0);
    REQUIRE(listing.records.size() == 2);
    const auto& first = listing.records[0];
    CHECK(first.timestamp == at(14, 38, 59, 177));
    CHECK(first.sessionId == "1234DADADA795F2");
    CHECK(first.ipAddress == "95.11.22.33");
    CHECK(first.p2FromAddresses == Rows{"user.name@domain.com"});
    CHECK(first.recipients == Rows{"user.name2@domain2.com"});
    CHECK(first.action == "ModifyHeaders");
    CHECK(first.diagnostics == "Cross premises headers filtered");
}

TEST_CASE("What was recorded is listed again, recipients grouped") {
    LogBench bench;
    AgentLog log(bench.place(), ProfileId::E2019, settings());
    log.record(senderDenied());
    log.record(spam());
    auto later = spam();
    later.time += 1ms;
    log.record(later);
    const auto listing = readAgentLog(bench.files, log.directory()).value();
    CHECK(listing.skippedLines == 0);
    CHECK_FALSE(listing.truncated);
    REQUIRE(listing.records.size() == 3);
    CHECK(listing.records[0].recipients.empty());
    CHECK(listing.records[0].ipAddress == "203.0.113.9");
    CHECK(listing.records[1].recipients == Rows{"kate@adventureworks.com", "pilar@adventureworks.com"});
    CHECK(listing.records[1].p2FromAddresses == Rows{"user@fabrikam.com", "secretary@fabrikam.com"});
    CHECK(listing.records[1].smtpResponse == "550 5.7.1 Message rejected as spam by Content Filtering.");
    CHECK(listing.records[1].timestamp < listing.records[2].timestamp);
}

TEST_CASE("Two refusals of one recipient each in the same millisecond stay two records") {
    const std::string header = "#Fields: Timestamp,SessionId,Recipient,ReasonData\n";
    const auto listing = parseAgentLog(header + "2022-09-13T14:38:59.177Z,1,a@b,a@b\n"
                                                "2022-09-13T14:38:59.177Z,1,c@d,c@d\n");
    REQUIRE(listing.records.size() == 2);
    CHECK(listing.records[0].recipients == Rows{"a@b"});
    CHECK(listing.records[1].recipients == Rows{"c@d"});
}

TEST_CASE("Dates bound the listing, both ends included") {
    LogBench bench;
    AgentLog log(bench.place(), ProfileId::E2019, settings());
    auto made = userUnknown();
    for (int day = 0; day < 5; ++day) {
        log.record(made);
        bench.advance(24h);
        made.time += 24h;
    }
    const auto count = [&](UtcTime from, UtcTime to) {
        return readAgentLog(bench.files, log.directory(), from, to).value().records.size();
    };
    const auto first = userUnknown().time;
    CHECK(count(UtcTime::min(), UtcTime::max()) == 5);
    CHECK(count(first, first) == 1);
    CHECK(count(first + 1ms, first + 48h) == 2);
    CHECK(count(first + 24h, UtcTime::max()) == 4);
    CHECK(count(first + 96h + 1ms, UtcTime::max()) == 0);
    CHECK(count(UtcTime::min(), first - 1ms) == 0);
}

TEST_CASE("A row that waited over midnight is found by its own date") {
    LogBench bench;
    bench.put("/logs/AGENTLOG20220914-1.LOG", "#Fields: Timestamp,Agent\r\n2022-09-13T23:59:59.900Z,x\r\n");
    CHECK(readAgentLog(bench.files, "/logs", at(0, 0, 0, 0), at(23, 59, 59, 999)).value().records.size() ==
          1);
}

TEST_CASE("Foreign and broken lines are skipped, counted, and spoil nothing") {
    LogBench bench;
    const std::string header = "#Software: something\r\n#Fields: Timestamp,Recipient,Agent\r\n";
    bench.put("/logs/AGENTLOG20220913-1.LOG", "no header yet\r\n" + header +
                                                  "2022-09-13T14:00:00.000Z,a@b,X\r\n"
                                                  "\r\n"
                                                  "2022-09-13T14:00:00.000Z,too,many,fields\r\n"
                                                  "yesterday,a@b,X\r\n"
                                                  "2022-13-13T14:00:00.000Z,a@b,X\r\n"
                                                  "2022-09-13T24:00:00.000Z,a@b,X\r\n"
                                                  "2022-09-13 14:00:00.000Z,a@b,X\r\n"
                                                  "2022-09-13T14:00:01.000Z,\"unclosed,X\r\n" +
                                                  std::string(1'000'000, 'x') + "\r\n" + // no line of a log
                                                  "# a comment\r\n"
                                                  "2022-09-13T14:00:02.000Z,c@d,Y\r\n"
                                                  "2022-09-13T14:00:03.000Z,torn");
    bench.put("/logs/agentlog-copy.log",
              "#Fields: Recipient,Timestamp,Unknown\n\"e@f\",2022-09-13T13:00:00.000Z,z\n");
    bench.put("/logs/RECV20220913-1.LOG", header + "2022-09-13T14:00:00.000Z,a@b,X\r\n");
    const auto listing = readAgentLog(bench.files, "/logs").value();
    CHECK(listing.skippedLines == 9);
    REQUIRE(listing.records.size() == 3);
    CHECK(listing.records[0].recipients == Rows{"e@f"}); // by time, from the copy with other columns
    CHECK(listing.records[0].agent.empty());
    CHECK(listing.records[1].recipients == Rows{"a@b"});
    CHECK(listing.records[2].agent == "Y");
}

TEST_CASE("A long log is read in pieces without losing a row at their edges") {
    LogBench bench;
    std::string text = "#Fields: Timestamp,Recipient,Reason\r\n";
    constexpr std::size_t kRows = 20'000;
    for (std::size_t i = 0; i < kRows; ++i)
        text += "2022-09-13T14:00:00.000Z,,r" + std::to_string(i) + "\r\n";
    bench.put("/logs/AGENTLOG20220913-1.LOG", text);
    const auto listing = readAgentLog(bench.files, "/logs").value();
    CHECK(listing.skippedLines == 0);
    REQUIRE(listing.records.size() == kRows);
    CHECK(listing.records.back().reason == "r" + std::to_string(kRows - 1));
}

TEST_CASE("A listing has an end") {
    std::string text = "#Fields: Timestamp,Reason\n";
    for (std::size_t i = 0; i <= kMaxAgentLogRecords; ++i)
        text += "2022-09-13T14:00:00.000Z,r" + std::to_string(i) + "\n";
    const auto listing = parseAgentLog(text);
    CHECK(listing.records.size() == kMaxAgentLogRecords);
    CHECK(listing.truncated);
}

TEST_CASE("A folder that is not there is an error, an empty one is not") {
    LogBench bench;
    const auto missing = readAgentLog(bench.files, "/nowhere");
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().code == Errc::NotFound);
    REQUIRE(bench.files.createDirectories("/empty").has_value());
    CHECK(readAgentLog(bench.files, "/empty").value().records.empty());
}
