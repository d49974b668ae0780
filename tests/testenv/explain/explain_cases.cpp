#include <edge/server/administration/default_configuration.h>
#include <edge/testenv/manual_clock.h>
#include <edge/tests/explain/explain_cases.h>

namespace edge::testenv {
namespace {

constexpr const char* kPlain = "From: Ann <ann@fabrikam.com>\r\n"
                               "To: mary@adventureworks.com\r\n"
                               "Subject: Lunch\r\n"
                               "\r\n"
                               "Dear Mary,\r\n"
                               "at noon?\r\n";

std::string withAttachment(const std::string& fields, const std::string& content) {
    return "From: Ann <ann@fabrikam.com>\r\n"
           "Subject: The file\r\n"
           "MIME-Version: 1.0\r\n"
           "Content-Type: multipart/mixed; boundary=b\r\n"
           "\r\n"
           "--b\r\n"
           "\r\n"
           "Here it is.\r\n"
           "--b\r\n" +
           fields + "\r\n\r\n" + content + "\r\n--b--\r\n";
}

// A zip with tools/setup.exe in it.
constexpr const char* kZip =
    "UEsDBBQAAAAAAABIw06M2emhCwAAAAsAAAAPAAAAdG9vbHMvc2V0dXAuZXhlTVogaGFybWxlc3NQSwECFAMUAAAAAAAASMNOjNnpoQsA"
    "\r\n"
    "AAALAAAADwAAAAAAAAAAAAAAgAEAAAAAdG9vbHMvc2V0dXAuZXhlUEsFBgAAAAABAAEAPQAAADgAAAAAAA==";

std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += std::string(70, 'x') + "\r\n";
    return text;
}

// More multiparts in each other than any mail program writes.
std::string nested() {
    constexpr int kDepth = 40;
    std::string text = "From: Ann <ann@fabrikam.com>\r\nSubject: Deep\r\nMIME-Version: 1.0\r\n";
    for (int i = 0; i < kDepth; ++i) {
        const auto boundary = "b" + std::to_string(i);
        text += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
    }
    return text + "\r\ntext\r\n";
}

class Cases {
public:
    // The next case, to be changed.
    ExplainRequest& add(const std::string& name, const std::string& cmdlets = {}) {
        cases_.push_back({name, plainRequest()});
        cases_.back().request.config += cmdlets;
        return cases_.back().request;
    }
    std::vector<RefusalCase> take() { return std::move(cases_); }

private:
    std::vector<RefusalCase> cases_;
};

void addEnvelopeCases(Cases& cases) {
    cases.add("blocked_address", "Add-IPBlockListEntry -IPAddress 203.0.113.9\n");
    cases.add("blank_sender").from = "";
    cases.add("blocked_domain", "Set-SenderFilterConfig -BlockedDomains @{Add=\"fabrikam.com\"}\n");
    cases.add("unknown_recipient").to = {"marry@adventureworks.com"};
    cases.add("blocked_recipient").to = {"secret@adventureworks.com"};
    cases.add("relay").to = {"mary@adventurework.com"};
    cases.add("no_connector").ip = *IpAddress::parse("2001:db8::9");
    cases.add("bad_sender").from = "ann lee@fabrikam.com";
    cases.add("bad_recipient").to = {"mary @adventureworks.com"};
    cases.add("bad_greeting").helo = "mail fabrikam com";
    cases.add("one_of_two_recipients").to = {"mary@adventureworks.com", "marry@adventureworks.com"};
}

void addContentCases(Cases& cases) {
    cases.add("bad_phrase", "Add-ContentFilterPhrase -Phrase \"at noon\" -Influence BadWord\n");
    cases
        .add("scl_threshold", "Set-EdgeSimContentFilter -SclHeaderEnabled $true\n"
                              "Set-ContentFilterConfig -SCLRejectThreshold 5\n")
        .message = "X-EdgeSim-SCL: 6\r\n" + std::string(kPlain);
    cases.add("deleted_as_spam", "Set-ContentFilterConfig -SCLDeleteEnabled $true -SCLDeleteThreshold 9\n")
        .message =
        std::string(kPlain) + "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n";
    cases
        .add("quarantined", "Set-ContentFilterConfig -SCLQuarantineEnabled $true -SCLQuarantineThreshold 5 "
                            "-QuarantineMailbox spam@adventureworks.com\n"
                            "Set-EdgeSimContentFilter -SclHeaderEnabled $true\n")
        .message = "X-EdgeSim-SCL: 5\r\n" + std::string(kPlain);
    const std::string reject = "Set-AttachmentFilterListConfig -Action Reject\n";
    cases.add("forbidden_attachment", reject).message =
        withAttachment("Content-Disposition: attachment; filename=setup.exe", "MZ harmless");
    cases.add("archive_member", reject).message = withAttachment(
        "Content-Type: application/zip; name=tools.zip\r\nContent-Transfer-Encoding: base64", kZip);
    cases.add("malformed_mime").message = nested();
    cases
        .add("message_size",
             "Set-ReceiveConnector \"Default internal receive connector EDGE01\" -MaxMessageSize 64KB\n")
        .message = std::string(kPlain) + lines(1000);
}

} // namespace

ExplainRequest plainRequest() {
    ExplainRequest request;
    request.ip = *IpAddress::parse("203.0.113.9");
    request.helo = "mail.fabrikam.com";
    request.from = "ann@fabrikam.com";
    request.to = {"mary@adventureworks.com"};
    request.messageName = "lunch.eml";
    request.message = kPlain;
    request.config = std::string(defaultConfigurationScript());
    request.configName = "the AdventureWorks default";
    request.at = kScenarioStart;
    return request;
}

std::vector<RefusalCase> refusalCases() {
    Cases cases;
    addEnvelopeCases(cases);
    addContentCases(cases);
    return cases.take();
}

} // namespace edge::testenv
