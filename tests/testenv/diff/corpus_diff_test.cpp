#include <edge/base/text.h>
#include <edge/testenv/diff/corpus_diff.h>

#include "disk.h"
#include <doctest/doctest.h>

#include <map>
#include <stdexcept>
#include <string>

using namespace edge::testenv;

namespace {

constexpr const char* kDomain = "New-AcceptedDomain -Name Contoso -DomainName contoso.com\n";
// The classifier's own header, so that a test says the score.
constexpr const char* kTrusting = "Set-EdgeSimContentFilter -SclHeaderEnabled $true\n";

std::string scored(int scl, const std::string& subject = "x") {
    return "From: a@fabrikam.com\nSubject: " + subject + "\nX-EdgeSim-SCL: " + std::to_string(scl) +
           "\n\nbody\n";
}

MessageVerdict judge(const std::string& script, const std::string& content, MailEnvelope envelope = {}) {
    VerdictLab lab({"a.ps1", kDomain + std::string(kTrusting) + script});
    if (envelope.to.empty())
        envelope = {"ann@fabrikam.com", {"mary@contoso.com"}, "203.0.113.9", "mail.fabrikam.com"};
    return lab.judge(envelope, edge::replaceAll(content, "\n", "\r\n"));
}

DiffTally compare(Disk& disk, const std::string& a, const std::string& b, std::size_t threads = 1) {
    DiffPlan plan;
    plan.a = {"a.ps1", kDomain + std::string(kTrusting) + a};
    plan.b = {"b.ps1", kDomain + std::string(kTrusting) + b};
    plan.recipient = "mary@contoso.com";
    plan.threads = threads;
    MailCorpus corpus(disk.files, {"/mail"});
    return compareVerdicts(plan, corpus);
}

// Message n has SCL n % 10.
Disk scores(std::size_t messages) {
    Files files;
    for (std::size_t i = 0; i < messages; ++i)
        files["/mail/" + std::to_string(100000 + i)] = scored(static_cast<int>(i % 10));
    return Disk(files);
}

std::string inWords(const DiffTally& tally) {
    std::string text = std::to_string(tally.messages()) + "\n";
    for (const auto& group : tally.groups()) {
        text += std::to_string(group.messages) + " " + group.a + " / " + group.b;
        for (const auto& example : group.examples)
            text += " " + example.name;
        text += "\n";
    }
    return text;
}

} // namespace

TEST_CASE("A message that is accepted has its score, and nobody who objected") {
    const auto verdict = judge("", scored(3));
    CHECK(verdict.outcome == Outcome::Accepted);
    CHECK(verdict.scl == 3);
    CHECK(verdict.agent.empty());
    CHECK(verdict.recipients == 1);
    CHECK(verdict.cause() == "accepted, SCL 3");
}

TEST_CASE("A refusal names the agent, its reason, what decided and what was said") {
    const auto verdict = judge("Set-ContentFilterConfig -SCLRejectThreshold 4", scored(5));
    CHECK(verdict.outcome == Outcome::Refused);
    CHECK(verdict.cause() == "refused by Content Filter Agent (SclAtOrAboveRejectThreshold)");
    CHECK(verdict.data == "5");
    CHECK((verdict.event == edge::AgentEvent::OnEndOfData));
    CHECK(verdict.reply == "550 5.7.1 Message rejected as spam by Content Filtering.");
}

TEST_CASE("Refusals before DATA are told with their event") {
    const auto sender = judge("Set-SenderFilterConfig -BlockedDomains fabrikam.com", scored(0));
    CHECK(sender.cause() == "refused by Sender Filter Agent (SenderInBlockList)");
    CHECK((sender.event == edge::AgentEvent::OnMailCommand));
    const auto relay =
        judge("", scored(0), {"ann@fabrikam.com", {"x@elsewhere.com"}, "203.0.113.9", "h.fabrikam.com"});
    CHECK(relay.outcome == Outcome::Refused);
    CHECK(relay.agent == edge::kServerAgent);
    CHECK((relay.event == edge::AgentEvent::OnRcptCommand));
    const auto peer = judge("Add-IPBlockListEntry -IPAddress 203.0.113.9", scored(0));
    CHECK(peer.agent == "Connection Filtering Agent");
}

TEST_CASE("A message that was said 250 to may still be deleted or quarantined") {
    CHECK(judge("Set-ContentFilterConfig -SCLDeleteEnabled $true -SCLDeleteThreshold 8", scored(9)).cause() ==
          "deleted by Content Filter Agent (SclAtOrAboveDeleteThreshold)");
    CHECK(judge("Set-ContentFilterConfig -QuarantineMailbox q@contoso.com -SCLRejectEnabled $false "
                "-SCLQuarantineEnabled $true -SCLQuarantineThreshold 6",
                scored(6))
              .cause() == "quarantined by Content Filter Agent (SclAtOrAboveQuarantineThreshold)");
}

TEST_CASE("A recipient who was lost on the way is told of") {
    const auto verdict = judge(
        "Set-RecipientFilterConfig -BlockListEnabled $true -BlockedRecipients bob@contoso.com", scored(0),
        {"ann@fabrikam.com", {"mary@contoso.com", "bob@contoso.com"}, "203.0.113.9", "h.fabrikam.com"});
    CHECK(verdict.outcome == Outcome::Accepted);
    CHECK(verdict.recipients == 1);
    CHECK(verdict.cause() ==
          "accepted, SCL 0, but not for all: Recipient Filter Agent (RecipientInBlockList)");
}

TEST_CASE("Messages whose fate differs are grouped by what decided on either side") {
    auto disk = scores(20);
    const auto tally = compare(disk, "Set-ContentFilterConfig -SCLRejectThreshold 9",
                               "Set-ContentFilterConfig -SCLRejectThreshold 7");
    CHECK(tally.messages() == 20);
    CHECK(tally.changed() == 4);
    CHECK(tally.count(Outcome::Accepted, Outcome::Refused) == 4);
    CHECK(tally.count(Outcome::Refused, Outcome::Refused) == 2);
    const auto groups = tally.groups();
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].a == "accepted, SCL 7");
    CHECK(groups[0].b == "refused by Content Filter Agent (SclAtOrAboveRejectThreshold)");
    CHECK(groups[0].messages == 2);
    CHECK(groups[0].examples.front().name == "/mail/100007");
    CHECK(groups[0].data == std::map<std::string, std::size_t>{{"7", 2}});
}

TEST_CASE("A score that travels on with the message counts as a verdict") {
    Disk disk(Files{{"/mail/a", "From: a@fabrikam.com\nSubject: buy now\n\nbody\n"}});
    const auto tally = compare(disk, "",
                               "Set-ContentFilterConfig -SCLRejectEnabled $false\nAdd-ContentFilterPhrase "
                               "-Phrase \"buy now\" -Influence BadWord");
    REQUIRE(tally.groups().size() == 1);
    CHECK(tally.groups().front().a == "accepted, SCL 0");
    CHECK(tally.groups().front().b == "accepted, SCL 9");
}

TEST_CASE("The same configuration twice changes nothing") {
    auto disk = scores(30);
    const auto tally = compare(disk, "", "");
    CHECK(tally.messages() == 30);
    CHECK(tally.changed() == 0);
    CHECK(tally.groups().empty());
}

TEST_CASE("Nothing leaks from one message to the next: no rate, no connection, no earlier refusal") {
    auto disk = scores(30);
    const auto strict = "Set-ContentFilterConfig -SCLRejectThreshold 3\n"
                        "Get-ReceiveConnector | Set-ReceiveConnector -MessageRateLimit 1 "
                        "-MaxInboundConnectionPerSource 1 -MaxProtocolErrors 1\n"
                        "Set-TransportServer -MaxConnectionRatePerMinute 1";
    const auto tally = compare(disk, "Set-ContentFilterConfig -SCLRejectThreshold 3", strict);
    CHECK(tally.changed() == 0);
    CHECK(tally.countB(Outcome::Accepted) == 9);
    CHECK(tally.countB(Outcome::Refused) == 21);
}

TEST_CASE("A verdict does not depend on the messages before it") {
    Disk alone(Files{{"/mail/100003", scored(3)}});
    auto many = scores(4);
    const auto a = "Set-ContentFilterConfig -SCLRejectThreshold 9";
    const auto b = "Set-ContentFilterConfig -SCLRejectThreshold 3";
    CHECK(compare(alone, a, b).groups().front().b == compare(many, a, b).groups().front().b);
    CHECK(compare(many, a, b).changed() == 1);
}

TEST_CASE("The report is the same for any number of threads") {
    auto disk = scores(2 * kDiffBatchMessages + 17);
    const auto a = "Set-ContentFilterConfig -SCLRejectThreshold 9";
    const auto b = "Set-ContentFilterConfig -SCLRejectThreshold 5";
    const auto one = inWords(compare(disk, a, b, 1));
    CHECK(one == inWords(compare(disk, a, b, 4)));
    CHECK(one.find("/mail/100005") != std::string::npos);
}

TEST_CASE("A message too large for both servers is counted as refused by both") {
    Disk disk(Files{{"/mail/large", "Subject: x\n\n" + std::string(70000, 'x') + "\n"}});
    const auto small = "Get-ReceiveConnector | Set-ReceiveConnector -MaxMessageSize 64KB";
    const auto tally = compare(disk, small, small);
    CHECK(tally.count(Outcome::Refused, Outcome::Refused) == 1);
    CHECK(tally.messages() == 1);
}

TEST_CASE("What cannot be read is counted beside the messages") {
    Disk disk(Files{{"/mail/a", scored(0)}, {"/mail/empty", ""}});
    const auto tally = compare(disk, "", "");
    CHECK(tally.messages() == 1);
    CHECK(tally.unreadable() == 1);
    REQUIRE(tally.troubles().size() == 1);
    CHECK(tally.troubles().front().first == "/mail/empty");
}

TEST_CASE("A script that is wrong is told with its place") {
    CHECK(VerdictLab::errorsOf({"b.ps1", "\nSet-ContentFilterConfig -SCLRejectThreshold 12"})
              .find("b.ps1:2:") == 0);
    CHECK(VerdictLab::errorsOf({"b.ps1", kDomain}).empty());
    CHECK_THROWS_AS(VerdictLab({"b.ps1", "Set-Nonsense"}), std::runtime_error);
}

TEST_CASE("A script may import what lies on the disk") {
    Disk disk(Files{{"/lists/drop.txt", "203.0.113.9\n"}});
    JudgeConfiguration configuration{
        "a.ps1", "Import-EdgeSimIPListEntry -List Block -Path /lists/drop.txt\n" + std::string(kDomain)};
    CHECK_FALSE(VerdictLab::errorsOf(configuration).empty());
    configuration.files = &disk.files;
    const auto verdict =
        VerdictLab(configuration)
            .judge({"ann@fabrikam.com", {"mary@contoso.com"}, "203.0.113.9", "h.fabrikam.com"},
                   "Subject: x\r\n\r\n");
    CHECK(verdict.agent == "Connection Filtering Agent");
}

TEST_CASE("The version that was asked for wins over the script's, and zones are checked") {
    JudgeConfiguration configuration{"a.ps1", "Set-EdgeSimProfile 2007"};
    CHECK(VerdictLab(configuration).settings().find("2007") != std::string::npos);
    configuration.profile = edge::ProfileId::SE;
    CHECK(VerdictLab(configuration).settings().find("2007") == std::string::npos);
    configuration.zones = "fabrikam.com NONSENSE x";
    CHECK_FALSE(VerdictLab::errorsOf(configuration).empty());
}

TEST_CASE("Mail goes to the first accepted domain; a script without one has adventureworks.com") {
    CHECK(VerdictLab({"a.ps1", kDomain}).defaultRecipient() == "mary@contoso.com");
    CHECK(
        VerdictLab({"a.ps1", "New-AcceptedDomain -Name Sub -DomainName *.contoso.com"}).defaultRecipient() ==
        "mary@contoso.com");
    CHECK(VerdictLab({"a.ps1", ""}).defaultRecipient() == "mary@adventureworks.com");
}
