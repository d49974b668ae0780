// The Attachment Filtering Agent at OnEndOfData (agents.md 8).
#include <edge/agents/attachment_filter/attachment_filter_config.h>
#include <edge/connector_guid.h>
#include <edge/mail/mime_document.h>
#include <edge/tests/agents/agent_bench.h>
#include <edge/tests/pipeline/mime_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

constexpr char kHead[] =
    "From: a@fabrikam.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n";

std::string withAttachment(const std::string& fields, const std::string& content = "TVo=") {
    return std::string(kHead) + "--b\r\n" + fields + "\r\n" + content + "\r\n--b--\r\n";
}

const std::string kExe = withAttachment("Content-Type: application/octet-stream; name=x.exe\r\n"
                                        "Content-Transfer-Encoding: base64\r\n");
// "PK\x03\x04", base64
const std::string kZip = withAttachment("Content-Type: application/zip; name=\"a.zip\"\r\n"
                                        "Content-Transfer-Encoding: base64\r\n",
                                        "UEsDBA==");
constexpr char kZipBytes[] = "PK\x03\x04";

ArchiveListing zip(std::vector<std::string> names, const char* trouble = "", bool encrypted = false) {
    ArchiveListing listing;
    listing.isArchive = true;
    listing.format = "ZIP";
    listing.names = std::move(names);
    listing.encrypted = encrypted;
    listing.trouble = trouble;
    return listing;
}

ArchiveListing gzip() {
    ArchiveListing listing;
    listing.isArchive = true;
    listing.format = "gzip";
    listing.singleFile = true;
    return listing;
}

class FilterBench : public AgentBench {
public:
    explicit FilterBench(const char* action = "Reject") { set("Action", action); }
    void set(const char* parameter, CmdletValue value) {
        REQUIRE(AgentBench::set(attachmentFilterListConfigSchema(), parameter, std::move(value)).has_value());
    }
    EventOutcome receive(const std::string& message) {
        mailItem = std::move(*mimeItem(message));
        return endOfData();
    }
    // Of the Attachment Filtering Agent.
    const Decision& decision() const {
        for (auto each = decisions.all.rbegin(); each != decisions.all.rend(); ++each)
            if (each->agent == "Attachment Filtering Agent")
                return *each;
        FAIL("the agent was not asked");
        return decisions.last();
    }
};

TEST_CASE("Reject answers 550 5.7.1 with RejectResponse and names the entry") {
    FilterBench bench;
    const auto outcome = bench.receive(kExe);
    CHECK(outcome.response.toString() == "550 5.7.1 Message rejected due to unacceptable attachments");
    CHECK((bench.decision().action == Action::RejectMessage));
    CHECK(bench.decision().reason == "ForbiddenAttachment");
    CHECK(bench.decision().reasonData == "FileName:*.exe");
    CHECK(input(bench.decision(), "Part 3") == "x.exe (FileName:*.exe)");
    CHECK(input(bench.decision(), "Action") == "Reject");
}

TEST_CASE("RejectResponse is the administrator's") {
    FilterBench bench;
    bench.set("RejectResponse", "No programs, please");
    CHECK(bench.receive(kExe).response.toString() == "550 5.7.1 No programs, please");
}

TEST_CASE("SilentDelete drops the message and tells nobody") {
    FilterBench bench("SilentDelete");
    const auto outcome = bench.receive(kExe);
    CHECK(outcome.terminal);
    CHECK_FALSE(outcome.refused());
    CHECK((bench.decision().action == Action::DeleteMessage));
}

TEST_CASE("Strip puts AdminMessage in the attachment's place and lets the message pass") {
    FilterBench bench("Strip");
    const auto outcome = bench.receive(kExe);
    CHECK_FALSE(outcome.terminal);
    CHECK(bench.decision().reason == "AttachmentStripped");
    CHECK(bench.decision().revision > bench.decision().revisionBefore);
    CHECK(outline(bench.mailItem) == "multipart/mixed\n  text/plain [Hello]\n"
                                     "  text/plain x.exe.txt [This attachment was removed.]\n");
}

TEST_CASE("Strip removes every forbidden part and says which") {
    FilterBench bench("Strip");
    bench.receive(std::string(kHead) +
                  "--b\r\nContent-Type: text/javascript\r\n\r\nalert()\r\n"
                  "--b\r\nContent-Disposition: attachment; filename=ok.pdf\r\n\r\n%PDF\r\n"
                  "--b\r\nContent-Disposition: attachment; filename=x.bat\r\n\r\nformat\r\n--b--\r\n");
    CHECK(outline(bench.mailItem) == "multipart/mixed\n  text/plain [Hello]\n"
                                     "  text/plain attachment.txt [This attachment was removed.]\n"
                                     "  text/plain ok.pdf [%PDF]\n"
                                     "  text/plain x.bat.txt [This attachment was removed.]\n");
    CHECK(bench.decision().reasonData == "ContentType:text/javascript;FileName:*.bat");
}

TEST_CASE("Strip of a whole message leaves the message with the text alone") {
    FilterBench bench("Strip");
    bench.receive(
        "Subject: part\r\nContent-Type: message/partial; number=1; total=2; id=x\r\n\r\nFrom: x\r\n");
    CHECK(bench.mailItem.headers.get("Subject").value_or("") == "part");
    CHECK(outline(bench.mailItem) == "text/plain attachment.txt [This attachment was removed.\\r\\n]\n");
}

// Found by the fuzzer: what was stripped for this server left an archive bare for readers who end lines at
// LF.
TEST_CASE("Strip does not edit a message whose header ends elsewhere for other readers") {
    const std::string messages[] = {"Content-Type:\nname=.exe\r\n\n\nPK\x03\x04",
                                    "Content-Type:\nname=a.exe\r\n\n\nsome text\r\n"};
    for (const auto& message : messages) {
        FilterBench bench("Strip");
        const auto outcome = bench.receive(message);
        CHECK(outcome.response.toString() == SmtpResponse::invalidContent().toString());
        CHECK(bench.decision().reason == "MalformedMime");
        CHECK(bench.decision().reasonData.find("bare line feeds") != std::string::npos);
        CHECK(bench.decision().revision == bench.decision().revisionBefore);
    }
}

TEST_CASE("A message without forbidden attachments passes untouched") {
    for (const auto* action : {"Reject", "Strip", "SilentDelete"}) {
        FilterBench bench(action);
        const auto outcome = bench.receive(withAttachment("Content-Type: application/pdf; name=x.pdf\r\n"));
        CHECK_FALSE(outcome.terminal);
        CHECK((bench.decision().action == Action::None));
        CHECK(bench.decision().revision == bench.decision().revisionBefore);
    }
}

TEST_CASE("Attachments of enclosed messages count") {
    FilterBench bench;
    CHECK(
        bench.receive(std::string(kHead) + "--b\r\nContent-Type: message/rfc822\r\n\r\n" + kExe + "--b--\r\n")
            .refused());
}

TEST_CASE("A file within plain text counts") {
    FilterBench bench;
    CHECK(bench.receive("Subject: x\r\n\r\nbegin 644 x.exe\r\n#0V%T\r\n`\r\nend\r\n").refused());
}

TEST_CASE("Names inside archives count") {
    FilterBench bench;
    bench.server.archives.known[kZipBytes] = zip({"docs/b.txt", "docs/B.EXE"});
    CHECK(bench.receive(kZip).refused());
    CHECK(input(bench.decision(), "Part 3") == "a.zip: docs/B.EXE (FileName:*.exe)");
}

TEST_CASE("A compressed single file goes by the archive's name without its suffix") {
    FilterBench bench;
    bench.server.archives.known["\x1F\x8B\x08"] = gzip();
    CHECK(bench
              .receive(withAttachment("Content-Type: application/gzip; name=x.exe.gz\r\n"
                                      "Content-Transfer-Encoding: base64\r\n",
                                      "H4sI"))
              .refused());
    FilterBench other;
    other.server.archives.known["\x1F\x8B\x08"] = gzip();
    CHECK_FALSE(other
                    .receive(withAttachment("Content-Type: application/gzip; name=x.txt.gz\r\n"
                                            "Content-Transfer-Encoding: base64\r\n",
                                            "H4sI"))
                    .refused());
}

TEST_CASE("An archive with harmless names passes") {
    FilterBench bench;
    bench.server.archives.known[kZipBytes] = zip({"a.txt"});
    CHECK_FALSE(bench.receive(kZip).terminal);
}

TEST_CASE("Unreadable archives are forbidden unless the administrator allows them") {
    FilterBench bench;
    bench.server.archives.known[kZipBytes] = zip({}, "it is broken");
    CHECK(bench.receive(kZip).refused());
    CHECK(bench.decision().reasonData == "UnreadableArchive");
    CHECK(input(bench.decision(), "Part 3") == "a.zip: it is broken (UnreadableArchive)");
    FilterBench lenient;
    lenient.set("UnreadableArchive", "Allow");
    lenient.server.archives.known = bench.server.archives.known;
    CHECK_FALSE(lenient.receive(kZip).terminal);
}

TEST_CASE("Archives with a password pass unless the administrator blocks them") {
    FilterBench bench;
    bench.server.archives.known[kZipBytes] = zip({"a.txt"}, "", true);
    CHECK_FALSE(bench.receive(kZip).terminal);
    FilterBench strict;
    strict.set("EncryptedArchive", "Block");
    strict.server.archives.known = bench.server.archives.known;
    CHECK(strict.receive(kZip).refused());
    CHECK(strict.decision().reasonData == "EncryptedArchive");
}

TEST_CASE("A message over the limits of MIME is malformed under every action") {
    for (const auto* action : {"Reject", "Strip", "SilentDelete"}) {
        FilterBench bench(action);
        const auto outcome = bench.receive(nestedMultiparts(1000));
        CHECK(outcome.response.toString() == SmtpResponse::invalidContent().toString());
        CHECK(bench.decision().reason == "MalformedMime");
        CHECK(bench.decision().reasonData == "malformed MIME: parts nested deeper than 30");
    }
}

TEST_CASE("Messages through an exception connector are not examined") {
    FilterBench bench;
    bench.set("ExceptionConnectors",
              CmdletList{receiveConnectorGuid(bench.session.connectorName()).toString()});
    CHECK_FALSE(bench.receive(kExe).terminal);
    CHECK(input(bench.decision(), "Not examined") == "the connector is in ExceptionConnectors");
}

TEST_CASE("The right to bypass antispam does not open the door to attachments") {
    FilterBench bench;
    bench.session.grantAntispamBypass("IPOnAllowList");
    CHECK(bench.receive(kExe).refused());
}

TEST_CASE("Without entries everything passes") {
    FilterBench bench;
    bench.server.settings.setAll<AttachmentFilterEntry>({});
    CHECK_FALSE(bench.receive(kExe).terminal);
}

} // namespace
} // namespace edge::bench
