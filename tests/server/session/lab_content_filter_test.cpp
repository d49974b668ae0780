// The Content Filter as administrators use it, through cmdlets and real dialogues, and quarantine by any
// agent, end to end (agents.md 6, 12.3, 14, 16).
#include <edge/base/text.h>
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using testenv::Lab;
using testenv::LabClient;
using testenv::LabOptions;
using namespace std::chrono_literals;

constexpr const char* kContentFilter = "Content Filter Agent";
constexpr const char* kSpam = "550 5.7.1 Message rejected as spam by Content Filtering.";
constexpr const char* kQuarantineOn =
    "Set-ContentFilterConfig -QuarantineMailbox spam@adventureworks.com -SCLQuarantineEnabled $true "
    "-SCLQuarantineThreshold 8 -SCLRejectEnabled $false";
constexpr const char* kBob = "bob@adventureworks.com";

SmtpResponse sendTo(LabClient& client, const std::vector<std::string>& recipients,
                    const char* sender = kSender, std::string_view body = kBody) {
    client.hello();
    return client.send(sender, recipients, message(body));
}

// A Lab whose engine gives every message that score.
void scoreAll(Lab& lab, int scl) {
    Classification classification;
    classification.scl = scl;
    lab.classifier().answer(std::move(classification));
}

std::string header(const testenv::ReplayedMessage& message, const char* name) {
    return message.file.headers.get(name).value_or("(none)");
}

// Rows of the agent log as "Recipient Action SmtpResponse Reason ReasonData".
std::vector<std::string> rowsOf(Lab& lab) {
    std::vector<std::string> rows;
    for (const auto& row : lab.agentLog()) {
        const auto fields = fieldsOf(row);
        if (fields[10] == kContentFilter)
            rows.push_back(fields[8] + "|" + fields[12] + "|" + fields[13] + "|" + fields[14] + "|" +
                           fields[15]);
    }
    return rows;
}
using Rows = std::vector<std::string>;

std::vector<std::string> receivers(const testenv::ReplayedMessage& message) {
    std::vector<std::string> all;
    for (const auto& recipient : message.file.receivers)
        all.push_back(recipient.address.toString());
    return all;
}

// The third part of a report, as it lies there.
std::string originalIn(const testenv::ReplayedMessage& report) {
    const auto type = header(report, "Content-Type");
    const auto at = type.find("boundary=\"") + 10;
    const auto boundary = "\r\n--" + type.substr(at, type.find('"', at) - at);
    const auto begin = report.body.find("\r\n\r\n", report.body.find("Content-Type: message/rfc822")) + 4;
    return report.body.substr(begin, report.body.rfind(boundary + "--") - begin);
}

} // namespace

TEST_CASE("An ordinary message is stamped 0 and logged for each recipient") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary, kBob}).statusCode() == 250);
    const auto replay = lab.replay();
    REQUIRE(replay.size() == 1);
    CHECK(header(replay[0], "X-MS-Exchange-Organization-SCL") == "0");
    CHECK(header(replay[0], "X-MS-Exchange-Organization-PCL") == "2");
    CHECK(header(replay[0], "X-MS-Exchange-Organization-Antispam-Report") == "DV:1.0.0.0;OrigIP:203.0.113.9");
    CHECK((rowsOf(lab) == Rows{"mary@adventureworks.com|AcceptMessage||SCL|0",
                               "bob@adventureworks.com|AcceptMessage||SCL|0"}));
}

TEST_CASE("SCL 8, reject threshold 7: 550 5.7.1 at the dot, logged, nothing delivered (agents.md 16)") {
    Lab lab;
    scoreAll(lab, 8);
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary}).toString() == kSpam);
    CHECK(client.waited() == 5s);
    CHECK_FALSE(client.closed());
    CHECK(lab.replay().empty());
    CHECK((rowsOf(lab) == Rows{std::string("mary@adventureworks.com|RejectMessage|") + kSpam +
                               "|SclAtOrAboveRejectThreshold|8"}));
    const auto fields = fieldsOf(lab.agentLog().back());
    CHECK(fields[11] == "OnEndOfData");
    CHECK(fields[16] == "OrigIP:203.0.113.9"); // Diagnostics: the report
}

TEST_CASE("A bad phrase is refused, a good one lets everything through (agents.md 16)") {
    Lab lab;
    lab.run("Add-ContentFilterPhrase -Phrase 'yours, ann' -Influence BadWord");
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary}).toString() == kSpam);
    CHECK(decisionBecause(lab, "SclAtOrAboveRejectThreshold").inputs.front().what == "BadWord");
    lab.run("Add-ContentFilterPhrase Greetings -Influence GoodWord");
    auto again = lab.connectFrom(kStranger);
    CHECK(sendTo(again, {kMary}).statusCode() == 250);
    CHECK(header(lab.replay().at(0), "X-MS-Exchange-Organization-SCL") == "0");
    CHECK(header(lab.replay().at(0), "X-MS-Exchange-Organization-Antispam-Report").find("CW:CustomList") !=
          std::string::npos);
    lab.run("Remove-ContentFilterPhrase -Phrase Greetings -Confirm:$false");
    auto third = lab.connectFrom(kStranger);
    CHECK(sendTo(third, {kMary}).toString() == kSpam);
    CHECK(lab.run("Get-ContentFilterPhrase | Format-List Phrase, Influence").find("yours, ann") !=
          std::string::npos);
}

TEST_CASE("A stranger's SCL of -1 is removed before the filter looks (agents.md 14, 22)") {
    Lab lab;
    scoreAll(lab, 9);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    const auto reply = client.send(kSender, {kMary}, "X-MS-Exchange-Organization-SCL: -1\r\n" + message());
    CHECK(reply.toString() == kSpam);
}

TEST_CASE("The lab header decides the score once the administrator says so") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.send(kSender, {kMary}, "X-EdgeSim-SCL: 7\r\n" + message()).statusCode() == 250);
    lab.run("Set-EdgeSimContentFilter -SclHeaderEnabled $true");
    auto heard = lab.connectFrom(kStranger);
    heard.hello();
    CHECK(heard.send(kSender, {kMary}, "X-EdgeSim-SCL: 7\r\n" + message()).toString() == kSpam);
    CHECK(heard.send(kSender, {kMary}, "X-EdgeSim-SCL: 6\r\n" + message()).statusCode() == 250);
    CHECK(lab.replay().size() == 2);
}

TEST_CASE("Delete: 250, and nothing anywhere but in the log") {
    Lab lab;
    lab.run("Set-ContentFilterConfig -SCLDeleteEnabled $true");
    scoreAll(lab, 9);
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary}).statusCode() == 250);
    CHECK(lab.replay().empty());
    CHECK((rowsOf(lab) == Rows{"mary@adventureworks.com|DeleteMessage||SclAtOrAboveDeleteThreshold|9"}));
}

TEST_CASE("Quarantine: 250, a delivery report to the mailbox, a 550 in the log (agents.md 6.4, 16)") {
    Lab lab;
    lab.run(kQuarantineOn);
    scoreAll(lab, 8);
    auto client = lab.connectFrom(kStranger);
    const auto reply = sendTo(client, {kMary, kBob});
    CHECK(reply.statusCode() == 250);
    CHECK(reply.enhancedStatusCode() == "2.6.0");
    CHECK(client.waited() == 0s);
    const std::string logged = "|QuarantineMessage|550 5.2.1 Content Filter agent quarantined this message|"
                               "SclAtOrAboveQuarantineThreshold|8";
    CHECK((rowsOf(lab) == Rows{kMary + logged, kBob + logged}));
    const auto replay = lab.replay();
    REQUIRE(replay.size() == 1);
    const auto& report = replay[0];
    CHECK(report.file.sender.isNullReversePath());
    CHECK((receivers(report) == std::vector<std::string>{"spam@adventureworks.com"}));
    CHECK(header(report, "From") == "postmaster@adventureworks.com");
    CHECK(header(report, "To") == "spam@adventureworks.com");
    CHECK(header(report, "Subject") == "Undeliverable: Greetings");
    CHECK(header(report, "X-MS-Exchange-Organization-Quarantine") == "true");
    CHECK(header(report, "X-MS-Exchange-Organization-Original-Scl") == "8");
    CHECK(header(report, "X-MS-Exchange-Organization-Original-Sender") == kSender);
    CHECK(header(report, "X-MS-Exchange-Organization-AuthAs") == "Internal");
    CHECK(header(report, "Content-Type").starts_with("multipart/report; report-type=delivery-status;"));
    for (const auto* line :
         {"\r\nFinal-Recipient: rfc822;mary@adventureworks.com\r\n",
          "\r\nFinal-Recipient: rfc822;bob@adventureworks.com\r\n", "\r\nAction: failed\r\n",
          "\r\nStatus: 5.2.1\r\n",
          "\r\nDiagnostic-Code: smtp;550 5.2.1 Content Filter agent quarantined this message\r\n",
          "\r\nArrival-Date: ", "Reporting-MTA: dns;"})
        CHECK(report.body.find(line) != std::string::npos);
    CHECK(originalIn(report) == message()); // octet for octet: our stamps and Received are gone again
}

TEST_CASE("Quarantine keeps strange originals as they are") {
    const std::string bodies[] = {"caf\xC3\xA9 \xFF\r\n", "--=_x\r\n--=_x--\r\n", "no line end at all",
                                  "\r\n", std::string(300'000, 'x') + "\r\n"};
    for (const auto& body : bodies) {
        Lab lab;
        lab.run(kQuarantineOn);
        scoreAll(lab, 9);
        auto client = lab.connectFrom(kStranger);
        const bool ends = body.ends_with("\r\n");
        CHECK(sendTo(client, {kMary}, kSender, ends ? body : body + "\r\n").statusCode() == 250);
        const auto replay = lab.replay();
        REQUIRE(replay.size() == 1);
        CHECK((originalIn(replay[0]) == message(ends ? body : body + "\r\n")));
        const bool eight = body.find('\xC3') != std::string::npos;
        CHECK(header(replay[0], "Content-Transfer-Encoding") == (eight ? "8bit" : "7bit"));
    }
}

TEST_CASE("A spam delivery report is deleted instead of quarantined (agents.md 16)") {
    Lab lab;
    lab.run(kQuarantineOn);
    scoreAll(lab, 9);
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary}, "").statusCode() == 250);
    CHECK(lab.replay().empty());
    CHECK((rowsOf(lab) == Rows{"mary@adventureworks.com|DeleteMessage||SclAtOrAboveQuarantineThreshold|9"}));
}

TEST_CASE(
    "A bypassed recipient gets the message, the quarantine mailbox the copy of the others, both durable") {
    Lab lab;
    lab.run(kQuarantineOn);
    lab.run("Set-ContentFilterConfig -BypassedRecipients mary@adventureworks.com");
    scoreAll(lab, 9);
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary, kBob}).statusCode() == 250);
    const auto replay = lab.replay();
    REQUIRE(replay.size() == 2);
    const bool reportFirst = replay[0].file.sender.isNullReversePath();
    const auto& report = replay[reportFirst ? 0 : 1];
    const auto& delivered = replay[reportFirst ? 1 : 0];
    CHECK((receivers(delivered) == std::vector<std::string>{kMary}));
    CHECK((receivers(report) == std::vector<std::string>{"spam@adventureworks.com"}));
    CHECK(report.body.find(kMary) ==
          report.body.find("mary@adventureworks.com\r\nSubject")); // only its own To
    CHECK(lab.server().queue().statistics().batches == 1);
    CHECK((rowsOf(lab) ==
           Rows{"bob@adventureworks.com|QuarantineRecipients|550 5.2.1 Content Filter agent quarantined this "
                "message|SclAtOrAboveQuarantineThreshold|9"}));
}

TEST_CASE("A partial reject answers 250 for the bypassed, and logs the refused") {
    Lab lab;
    lab.run("Set-ContentFilterConfig -BypassedRecipients mary@adventureworks.com");
    scoreAll(lab, 9);
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary, kBob}).statusCode() == 250);
    REQUIRE(lab.replay().size() == 1);
    CHECK((receivers(lab.replay()[0]) == std::vector<std::string>{kMary}));
    CHECK((rowsOf(lab) == Rows{std::string("bob@adventureworks.com|RejectRecipients|") + kSpam +
                               "|SclAtOrAboveRejectThreshold|9"}));
}

TEST_CASE("Any agent's quarantine reaches the mailbox, from either event") {
    for (const auto event : {AgentEvent::OnEndOfHeaders, AgentEvent::OnEndOfData}) {
        Script script;
        Lab lab;
        installScript(lab, script);
        lab.run("Set-ContentFilterConfig -QuarantineMailbox spam@adventureworks.com");
        script.acts[event] = Act::Quarantine;
        auto client = lab.connectFrom(kStranger);
        CHECK(sendOne(client).statusCode() == 250);
        const auto replay = lab.replay();
        REQUIRE(replay.size() == 1);
        CHECK(replay[0].body.find("Diagnostic-Code: smtp;550 5.2.1 scripted\r\n") != std::string::npos);
        CHECK(originalIn(replay[0]) == message());
        CHECK(script.rejects.empty());
        CHECK(script.count(AgentEvent::OnEndOfData) == (event == AgentEvent::OnEndOfData ? 1 : 0));
        CHECK(decisionBecause(lab, "Quarantined").reasonData == "spam@adventureworks.com");
    }
}

TEST_CASE("Quarantine without a mailbox refuses with the agent's reason, and says which cmdlet is missing") {
    for (const auto event : {AgentEvent::OnEndOfHeaders, AgentEvent::OnEndOfData}) {
        Script script;
        Lab lab;
        installScript(lab, script);
        script.acts[event] = Act::Quarantine;
        auto client = lab.connectFrom(kStranger);
        CHECK(sendOne(client).toString() == "550 5.2.1 scripted");
        CHECK(lab.replay().empty());
        CHECK(script.rejects.size() == 1);
        CHECK(decisionBecause(lab, "NoQuarantineMailbox").remedy ==
              "Set-ContentFilterConfig -QuarantineMailbox");
    }
}

TEST_CASE("A quarantine that cannot be stored is no 250, and nothing of the message appears") {
    Lab lab;
    lab.run(kQuarantineOn);
    lab.run("Set-ContentFilterConfig -BypassedRecipients mary@adventureworks.com");
    scoreAll(lab, 9);
    auto client = lab.connectFrom(kStranger);
    client.hello();
    lab.server().queue().stop("the test's disk");
    const auto reply = client.send(kSender, {kMary, kBob}, message());
    CHECK(reply.statusCode() >= 400);
    CHECK(lab.replay().empty());
}

TEST_CASE("A message over 11 MB is delivered without a stamp, whatever it says (agents.md 16)") {
    Lab lab;
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -MaxMessageSize 20MB; "
            "Set-TransportConfig -MaxReceiveSize 20MB; "
            "Add-ContentFilterPhrase Greetings -Influence BadWord");
    std::string body;
    while (body.size() <= 11 * 1024 * 1024)
        body += "A line of an ordinary length, as mail programs write them.\r\n";
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary}, kSender, body).statusCode() == 250);
    const auto replay = lab.replay();
    REQUIRE(replay.size() == 1);
    CHECK(header(replay[0], "X-MS-Exchange-Organization-SCL") == "(none)");
    CHECK(
        (rowsOf(lab) ==
         Rows{"mary@adventureworks.com|AcceptMessage||SCL|not available: content filtering was bypassed."}));
}

TEST_CASE("A slow engine holds back its own message only; a dead one lets mail through as 0") {
    Lab lab;
    lab.classifier().delay(3s);
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary}).statusCode() == 250);
    CHECK(client.waited() == 3s);
    lab.classifier().delay(0s);
    lab.classifier().fail(Error{Errc::Unavailable, "the engine is down"});
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
    CHECK(header(lab.replay().at(1), "X-MS-Exchange-Organization-SCL") == "0");
    CHECK(lab.classifier().asked().size() == 2);
}

TEST_CASE("GTUBE is refused by the server's own scorer") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary}, kSender,
                 "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n")
              .toString() == kSpam);
}

TEST_CASE("A sender that the Sender Filter only stamped is three points worse (agents.md 6.2)") {
    Lab lab;
    lab.run("Set-SenderFilterConfig -BlockedSenders ann@fabrikam.com -Action StampStatus; "
            "Set-ContentFilterConfig -SCLRejectThreshold 3");
    auto client = lab.connectFrom(kStranger);
    CHECK(sendTo(client, {kMary}).toString() == kSpam);
    CHECK(decisionBecause(lab, "SclAtOrAboveRejectThreshold").reasonData == "3");
}

} // namespace edge::bench
