// The Attachment Filtering Agent as administrators use it, through cmdlets and real dialogues (agents.md 8,
// 16).
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using testenv::Lab;
using testenv::LabClient;
using testenv::LabOptions;
using namespace std::chrono_literals;

constexpr const char* kAgent = "Attachment Filtering Agent";
constexpr const char* kRefused = "550 5.7.1 Message rejected due to unacceptable attachments";

// A text and an attachment with these fields.
std::string mail(const std::string& fields, const std::string& content = "TVqQAAMAAAAEAAAA") {
    return std::string(kHeader) + crlf("MIME-Version: 1.0\n"
                                       "Content-Type: multipart/mixed; boundary=\"frontier\"\n"
                                       "\n"
                                       "preamble\n"
                                       "--frontier\n"
                                       "Content-Type: text/plain\n"
                                       "\n"
                                       "Dear Mary, see the attachment.\n"
                                       "--frontier\n" +
                                       fields + "\n" + content + "\n--frontier--\nepilogue\n");
}

// x.exe, continued and encoded as RFC 2231 has it.
const std::string kProgram = mail("Content-Type: application/octet-stream\n"
                                  "Content-Transfer-Encoding: base64\n"
                                  "Content-Disposition: attachment;\n"
                                  " filename*0*=utf-8''invoice%2e;\n"
                                  " filename*1*=%65%78e\n");

SmtpResponse deliver(Lab& lab, const std::string& content, const char* from = kStranger) {
    auto client = lab.connectFrom(from);
    client.hello();
    const auto reply = client.send(kSender, {kMary}, content);
    lab.settle();
    return reply;
}

bool isInAgentLog(Lab& lab) {
    for (const auto& row : lab.agentLog())
        if (row.find(kAgent) != std::string::npos)
            return true;
    return false;
}

} // namespace

TEST_CASE("A program under an RFC 2231 name is refused before the 250, and nothing is in Replay") {
    Lab lab;
    lab.run("Set-AttachmentFilterListConfig -Action Reject");
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.send(kSender, {kMary}, kProgram).toString() == kRefused);
    CHECK(client.waited() == 5s); // the tarpit
    CHECK(client.say("NOOP").statusCode() == 250);
    lab.settle();
    CHECK(lab.replay().empty());
    const auto decision = decisionBecause(lab, "ForbiddenAttachment");
    CHECK(decision.agent == kAgent);
    CHECK(decision.reasonData == "FileName:*.exe");
    CHECK_FALSE(isInAgentLog(lab)); // agents.md 8.4, 13.2: it writes no rows
}

TEST_CASE("Strip delivers the rest of the message octet for octet") {
    Lab lab;
    lab.run("Set-AttachmentFilterListConfig -Action Strip -AdminMessage 'Removed by IT.'");
    CHECK(deliver(lab, kProgram).statusCode() == 250);
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay().front().body ==
          crlf("preamble\n"
               "--frontier\n"
               "Content-Type: text/plain\n"
               "\n"
               "Dear Mary, see the attachment.\n"
               "--frontier\n"
               "Content-Type: text/plain; charset=\"utf-8\"; name=\"invoice.exe.txt\"\n"
               "Content-Disposition: attachment; filename=\"invoice.exe.txt\"\n"
               "Content-Transfer-Encoding: 7bit\n"
               "\n"
               "Removed by IT.\n"
               "--frontier--\nepilogue\n"));
    const auto decision = decisionBecause(lab, "AttachmentStripped");
    CHECK(decision.revision > decision.revisionBefore);
    CHECK_FALSE(isInAgentLog(lab));
}

TEST_CASE("SilentDelete says 250 and delivers nothing") {
    Lab lab;
    lab.run("Set-AttachmentFilterListConfig -Action SilentDelete");
    CHECK(deliver(lab, kProgram).statusCode() == 250);
    CHECK(lab.replay().empty());
}

TEST_CASE("The default action is the version's") {
    const std::pair<ProfileId, int> expected[] = {{ProfileId::E2007, 550}, {ProfileId::E2010, 550},
                                                  {ProfileId::E2013, 550}, {ProfileId::E2016, 250},
                                                  {ProfileId::E2019, 250}, {ProfileId::SE, 250}};
    for (const auto& [profile, code] : expected) {
        Lab lab({.profile = profile});
        CHECK(deliver(lab, kProgram).statusCode() == code);
    }
}

TEST_CASE("report.pdf.exe is matched by *.exe (agents.md 16)") {
    Lab lab;
    lab.run("Set-AttachmentFilterListConfig -Action Reject");
    CHECK(deliver(lab, mail("Content-Type: application/pdf; name=report.pdf.exe\n")).toString() == kRefused);
    CHECK(deliver(lab, mail("Content-Type: application/pdf; name=report.exe.pdf\n")).statusCode() == 250);
}

TEST_CASE("Entries are added, shown and removed by type and name") {
    Lab lab;
    lab.run("Set-AttachmentFilterListConfig -Action Reject");
    const auto iso = mail("Content-Type: application/x; name=disk.ISO\n");
    CHECK(deliver(lab, iso).statusCode() == 250);
    lab.run("Add-AttachmentFilterEntry -Name *.iso -Type FileName");
    CHECK(deliver(lab, iso).toString() == kRefused);
    CHECK(lab.run("Get-AttachmentFilterEntry FileName:*.iso | Format-List Identity").find("FileName:*.iso") !=
          std::string::npos);
    lab.run("Remove-AttachmentFilterEntry FileName:*.iso -Confirm:$false");
    CHECK(deliver(lab, iso).statusCode() == 250);

    lab.run("Add-AttachmentFilterEntry -Name image/jpeg -Type ContentType");
    CHECK(deliver(lab, mail("Content-Type: IMAGE/JPEG\n")).toString() == kRefused);
    lab.run(
        "Get-AttachmentFilterEntry ContentType:image/jpeg | Remove-AttachmentFilterEntry -Confirm:$false");
    CHECK(deliver(lab, mail("Content-Type: image/jpeg\n")).statusCode() == 250);
}

TEST_CASE("An unknown entry gets Exchange's words") {
    Lab lab;
    for (const auto* script : {"Get-AttachmentFilterEntry FileName:*.nope",
                               "Remove-AttachmentFilterEntry FileName:*.nope -Confirm:$false"}) {
        const auto errors = lab.runExpectingErrors(script);
        CHECK_MESSAGE(errors.find("Couldn't find the specified identity.") != std::string::npos, errors);
    }
}

TEST_CASE("A connector is excepted by its GUID") {
    Lab lab;
    lab.run("Set-AttachmentFilterListConfig -Action Reject");
    lab.run("New-ReceiveConnector Trusted -Usage Custom -Bindings 0.0.0.0:25 -RemoteIPRanges 198.51.100.0/24 "
            "-PermissionGroups AnonymousUsers");
    const auto text = lab.run("Get-ReceiveConnector Trusted | Format-List Guid");
    const auto guid = text.substr(text.find(": ") + 2, 36);
    lab.run("Set-AttachmentFilterListConfig -ExceptionConnectors " + guid);
    CHECK(deliver(lab, kProgram, "198.51.100.7").statusCode() == 250);
    CHECK(deliver(lab, kProgram).toString() == kRefused);
}

TEST_CASE("A message over the limits of MIME is refused as unparsable") {
    Lab lab;
    std::string deep(kHeader);
    for (int i = 0; i < 100; ++i)
        deep += crlf("Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" +
                     std::to_string(i) + "\n");
    CHECK(deliver(lab, deep + "\r\n").toString() == "554 5.6.0 Invalid message content");
    CHECK(decisionBecause(lab, "MalformedMime").agent == kAgent);
    CHECK(lab.replay().empty());
}

TEST_CASE("A large message is stripped as a small one") {
    Lab lab;
    std::string content;
    while (content.size() < 300'000) // beyond what a spool keeps in memory
        content += "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
    CHECK(deliver(lab, mail("Content-Type: application/x; name=x.exe\nContent-Transfer-Encoding: base64\n",
                            content))
              .statusCode() == 250);
    REQUIRE(lab.replay().size() == 1);
    const auto body = lab.replay().front().body;
    CHECK(body.size() < 1000);
    CHECK(body.find("Dear Mary") != std::string::npos);
    CHECK(body.find("This attachment was removed.") != std::string::npos);
}

TEST_CASE("A message that is nothing but the attachment keeps its header") {
    Lab lab;
    CHECK(deliver(lab, std::string(kHeader) + crlf("Content-Type: text/javascript\n\nalert('x')\n"))
              .statusCode() == 250);
    REQUIRE(lab.replay().size() == 1);
    const auto replayed = lab.replay().front();
    CHECK(replayed.body == "This attachment was removed.\r\n");
    CHECK(replayed.bytes.find("Subject: Greetings\r\n") != std::string::npos);
    CHECK(replayed.bytes.find("text/javascript") == std::string::npos);
}

TEST_CASE("A disabled agent lets everything pass; there is no other switch") {
    Lab lab;
    lab.run("Disable-TransportAgent 'Attachment Filtering Agent' -Confirm:$false");
    CHECK(deliver(lab, kProgram).statusCode() == 250);
    CHECK(lab.replay().front().body.find("TVqQAAMA") != std::string::npos);
    CHECK_FALSE(lab.runExpectingErrors("Set-AttachmentFilterListConfig -Enabled $false").empty());
}

TEST_CASE("It is asked last at OnEndOfData (agents.md 1.4)") {
    Lab lab;
    deliver(lab, message());
    std::string last;
    for (const auto& decision : lab.decisions().all())
        if (decision.event == AgentEvent::OnEndOfData && !decision.byServer())
            last = decision.agent;
    CHECK(last == kAgent);
}

} // namespace edge::bench
