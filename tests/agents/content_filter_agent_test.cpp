// The Content Filter Agent, question by question (agents.md 6.3 to 6.9, and its rows of 14 and 16).
#include <edge/agents/content_filter/antispam_report.h>
#include <edge/agents/content_filter/content_filter_agent.h>
#include <edge/agents/content_filter/rule_classifier.h>
#include <edge/agents/message_notes.h>
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace edge::bench {
namespace {

constexpr char kAgent[] = "Content Filter Agent";
constexpr char kBypassed[] = "not available: content filtering was bypassed.";
const SmtpResponse kSpam{550, "5.7.1", "Message rejected as spam by Content Filtering."};
const SmtpResponse kQuarantined{550, "5.2.1", "Content Filter agent quarantined this message"};

// A bench with a message from outside to two recipients.
struct ContentBench : AgentBench {
    explicit ContentBench(int scl = 0, ProfileId profile = kDefaultProfile)
        : AgentBench(profile) {
        server.classifier.answer.scl = scl;
        server.classifier.answer.version = "1.0.0.0";
        mailItem.fromAddress = address("ann@fabrikam.com");
        for (const auto* to : {"mary@adventureworks.com", "bob@adventureworks.com"})
            mailItem.recipients.add({address(to), {}, {}, {}});
        mailItem.headers.append("Subject", "Hello");
        write("Good morning.\r\n");
    }
    void write(std::string_view text) { REQUIRE(mailItem.body.append(text).has_value()); }
    void phrase(const char* text, const char* influence) {
        REQUIRE(
            create(contentFilterPhraseSchema(), {{"Phrase", text}, {"Influence", influence}}).has_value());
    }
    void configure(const char* parameter, CmdletValue value) {
        REQUIRE(setContentFilter(parameter, std::move(value)).has_value());
    }
    void quarantineFrom(int scl) {
        configure("QuarantineMailbox", "spam@adventureworks.com");
        configure("SCLQuarantineThreshold", std::int64_t{scl});
        configure("SCLQuarantineEnabled", true);
        configure("SCLRejectEnabled", false);
    }
    const Decision& decision() const {
        for (const auto& decision : decisions.all)
            if (decision.agent == kAgent)
                return decision;
        throw std::logic_error("the content filter was not asked");
    }
    std::string header(const char* name) const { return mailItem.headers.get(name).value_or("(none)"); }
    std::string scl() const { return header(kSclHeader); }
    std::string report() const { return header(kAntispamReportHeader); }
    std::vector<std::string> recipients() const {
        std::vector<std::string> all;
        for (const auto& recipient : mailItem.recipients)
            all.push_back(recipient.address.toString());
        return all;
    }
};

using Strings = std::vector<std::string>;

TEST_CASE("An ordinary message is stamped SCL 0 and accepted, and the log gets its score") {
    ContentBench bench;
    CHECK_FALSE(bench.endOfData().terminal);
    CHECK(bench.scl() == "0");
    CHECK(bench.header(kPclHeader) == "2");
    CHECK(bench.report() == "DV:1.0.0.0;OrigIP:" + bench.session.lastExternalIpAddress().toString());
    const auto& decision = bench.decision();
    CHECK((decision.action == Action::AcceptMessage));
    CHECK(decision.reason == "SCL");
    CHECK(decision.reasonData == "0");
    CHECK(decision.diagnostics == bench.report());
    CHECK(bench.server.classifier.seen == Strings{"Hello"});
}

TEST_CASE(
    "SCL 8, reject threshold 7: 550 5.7.1 Message rejected as spam by Content Filtering. (agents.md 16)") {
    for (const int scl : {7, 8, 9}) {
        ContentBench bench(scl);
        const auto outcome = bench.endOfData();
        CHECK((outcome.response == kSpam));
        CHECK_FALSE(outcome.disconnect);
        const auto& decision = bench.decision();
        CHECK((decision.action == Action::RejectMessage));
        CHECK(decision.reason == "SclAtOrAboveRejectThreshold");
        CHECK(decision.reasonData == std::to_string(scl));
        CHECK(decision.diagnostics == bench.report());
    }
    ContentBench below(6);
    CHECK_FALSE(below.endOfData().terminal);
    CHECK(below.scl() == "6");
}

TEST_CASE("RejectionResponse is the text behind 550 5.7.1") {
    ContentBench bench(9);
    bench.configure("RejectionResponse", "Message rejected due to content restrictions");
    CHECK(bench.endOfData().response.toString() == "550 5.7.1 Message rejected due to content restrictions");
}

TEST_CASE("Delete is told 250 and delivers to nobody") {
    ContentBench bench(9);
    bench.configure("SCLDeleteEnabled", true);
    const auto outcome = bench.endOfData();
    CHECK(outcome.terminal);
    CHECK_FALSE(outcome.refused());
    CHECK((bench.decision().action == Action::DeleteMessage));
    CHECK(bench.decision().reason == "SclAtOrAboveDeleteThreshold");
    CHECK(bench.decision().response.isEmpty());
}

TEST_CASE("Quarantine is no refusal; the log holds the 550 of the report (agents.md 14, 23)") {
    ContentBench bench(8);
    bench.quarantineFrom(8);
    const auto outcome = bench.endOfData();
    CHECK(outcome.terminal);
    CHECK_FALSE(outcome.refused());
    CHECK((bench.decision().action == Action::QuarantineMessage));
    CHECK((bench.decision().response == kQuarantined));
    CHECK(bench.decision().reason == "SclAtOrAboveQuarantineThreshold");
    CHECK(bench.decision().reasonData == "8");
    CHECK(bench.decision().diagnostics == bench.report());
    CHECK(bench.mailItem.recipients.empty());
    REQUIRE(bench.mailItem.quarantined.size() == 1);
    CHECK(bench.mailItem.quarantined[0].recipients.size() == 2);
    CHECK((bench.mailItem.quarantined[0].diagnostic == kQuarantined));
}

TEST_CASE(
    "A delivery report that is spam is deleted where it would be quarantined, and refused where refused") {
    ContentBench bench(8);
    bench.quarantineFrom(8);
    bench.mailItem.fromAddress = RoutingAddress::nullReversePath();
    bench.endOfData();
    CHECK((bench.decision().action == Action::DeleteMessage));
    CHECK(bench.decision().reason == "SclAtOrAboveQuarantineThreshold");
    CHECK(bench.mailItem.quarantined.empty());
    ContentBench rejected(8);
    rejected.mailItem.fromAddress = RoutingAddress::nullReversePath();
    CHECK((rejected.endOfData().response == kSpam));
}

TEST_CASE("A message released from quarantine is not quarantined again") {
    ContentBench bench(8);
    bench.quarantineFrom(8);
    bench.mailItem.headers.append(kQuarantineHeader, "true");
    CHECK_FALSE(bench.endOfData().terminal);
    CHECK((bench.decision().action == Action::AcceptMessage));
    CHECK(bench.recipients().size() == 2);
}

TEST_CASE("A bypassed recipient gets the message, the others follow the verdict") {
    struct Row {
        ContentVerdict verdict;
        Action action;
        const char* reason;
    };
    const Row rows[] = {
        {ContentVerdict::Delete, Action::DeleteRecipients, "SclAtOrAboveDeleteThreshold"},
        {ContentVerdict::Reject, Action::RejectRecipients, "SclAtOrAboveRejectThreshold"},
        {ContentVerdict::Quarantine, Action::QuarantineRecipients, "SclAtOrAboveQuarantineThreshold"}};
    for (const auto& row : rows) {
        ContentBench bench(9);
        if (row.verdict == ContentVerdict::Delete)
            bench.configure("SCLDeleteEnabled", true);
        if (row.verdict == ContentVerdict::Quarantine)
            bench.quarantineFrom(9);
        bench.configure("BypassedRecipients", CmdletList{"Mary@adventureworks.com"});
        CHECK_FALSE(bench.endOfData().terminal); // the message goes on, for Mary
        const auto& decision = bench.decision();
        CHECK((decision.action == row.action));
        CHECK((decision.effects == std::vector<Effect>{{row.action, {"bob@adventureworks.com"}}}));
        CHECK(decision.reason == row.reason);
        CHECK(bench.recipients() == Strings{"mary@adventureworks.com"});
        CHECK(bench.mailItem.quarantined.size() == (row.verdict == ContentVerdict::Quarantine ? 1 : 0));
        CHECK(bench.scl() == "9");
    }
}

TEST_CASE("A mailbox with AntispamBypassEnabled is spared too; a silent directory spares nobody") {
    ContentBench bench(9);
    AddressBookEntry entry;
    entry.primarySmtpAddress = address("mary@adventureworks.com");
    entry.antispamBypass = true;
    bench.server.directory.add(entry);
    CHECK_FALSE(bench.endOfData().terminal);
    CHECK(bench.recipients() == Strings{"mary@adventureworks.com"});
    CHECK(input(bench.decision(), "AntispamBypassEnabled") == "mary@adventureworks.com");

    ContentBench silent(9);
    silent.server.directory.failure = Error{Errc::Unavailable, "down"};
    CHECK((silent.endOfData().response == kSpam));
    CHECK(input(silent.decision(), "AddressBook") == "mary@adventureworks.com: down");
}

TEST_CASE("Who is exempt is stamped -1 with the reason as report, and not scored") {
    struct Row {
        const char* parameter;
        CmdletValue value;
        const char* token;
    };
    const Row rows[] = {
        {"BypassedSenders", CmdletList{"ANN@fabrikam.com"}, "SenderBypassed"},
        {"BypassedSenderDomains", CmdletList{"fabrikam.com"}, "SenderBypassed"},
        {"BypassedSenderDomains", CmdletList{"*.fabrikam.com"}, "SenderBypassed"},
        {"BypassedRecipients", CmdletList{"mary@adventureworks.com", "bob@adventureworks.com"},
         "AllRecipientsBypassed"},
    };
    for (const auto& row : rows) {
        ContentBench bench(9);
        bench.configure(row.parameter, row.value);
        CHECK_FALSE(bench.endOfData().terminal);
        CHECK(bench.scl() == "-1");
        CHECK(bench.report() == row.token);
        CHECK(bench.header(kPclHeader) == "(none)");
        CHECK(bench.server.classifier.seen.empty());
        CHECK((bench.decision().action == Action::AcceptMessage));
        CHECK(bench.decision().reason == "SCL");
        CHECK(bench.decision().reasonData == kBypassed);
        CHECK(bench.decision().diagnostics == row.token);
    }
}

TEST_CASE("A session that bypasses antispam is stamped -1 with the session's reason") {
    for (const auto* token : {"IPOnAllowList", "MessageSecurityAntispamBypass"}) {
        ContentBench bench(9);
        bench.session.grantAntispamBypass(token);
        CHECK_FALSE(bench.endOfData().terminal);
        CHECK(bench.scl() == "-1");
        CHECK(bench.report() == token);
        CHECK(bench.decision().reasonData == kBypassed);
    }
}

TEST_CASE("A filter that is off, or out of its scope, leaves no trace on the message") {
    ContentBench off(9);
    off.configure("Enabled", false);
    ContentBench external(9);
    external.configure("ExternalMailEnabled", false);
    ContentBench internal(9);
    internal.session.authenticateAs(AuthenticationSource::Organization);
    internal.mailItem.fromAddress = address("kate@adventureworks.com");
    for (auto* bench : {&off, &external, &internal}) {
        CHECK_FALSE(bench->endOfData().terminal);
        CHECK((bench->decision().action == Action::None));
        CHECK(bench->scl() == "(none)");
        CHECK(bench->report() == "(none)");
    }
    CHECK(input(off.decision(), "Not examined") == "Enabled is false");
    ContentBench wanted(9);
    wanted.session.authenticateAs(AuthenticationSource::Organization);
    wanted.mailItem.fromAddress = address("kate@adventureworks.com");
    wanted.configure("InternalMailEnabled", true);
    CHECK((wanted.endOfData().response == kSpam));
}

TEST_CASE("An SCL of -1 that is there already exempts the message (agents.md 14, 2)") {
    ContentBench bench(9);
    bench.mailItem.headers.append(kSclHeader, "-1");
    CHECK_FALSE(bench.endOfData().terminal);
    CHECK(bench.scl() == "-1");
    CHECK(bench.report() == "(none)");
    CHECK(bench.server.classifier.seen.empty());
    CHECK(bench.decision().reasonData == kBypassed);
}

TEST_CASE("A verdict of a server that may stamp is taken over; a rule's bare SCL is acted on unscanned") {
    ContentBench judged(9);
    judged.mailItem.headers.append(kSclHeader, "9");
    judged.mailItem.headers.append(kAntispamReportHeader, "DV:3.3.5705.600");
    CHECK_FALSE(judged.endOfData().terminal);
    CHECK(judged.report() == "DV:3.3.5705.600");

    ContentBench ruled(0);
    ruled.mailItem.headers.append(kSclHeader, "8");
    CHECK((ruled.endOfData().response == kSpam));
    CHECK(ruled.server.classifier.seen.empty());
    CHECK(input(ruled.decision(), "Stamped SCL") == "8");
}

TEST_CASE("A message over 11 MB passes unscanned; 11 MB itself is scanned (agents.md 16)") {
    for (const bool over : {false, true}) {
        ContentBench bench(9);
        bench.write(std::string(ContentFilterAgent::kMaxScannedSize - bench.mailItem.body.size(), 'x'));
        if (over)
            bench.write("x");
        CHECK(bench.endOfData().refused() != over);
        CHECK(bench.scl() == (over ? "(none)" : "9"));
        if (over)
            CHECK(bench.decision().reasonData == kBypassed);
    }
}

TEST_CASE("A BadWord makes the SCL 9, a GoodWord 0, and GoodWord wins (agents.md 16)") {
    ContentBench bad;
    bad.phrase("good MORNING", "BadWord");
    CHECK((bad.endOfData().response == kSpam));
    CHECK(bad.scl() == "9");
    CHECK(bad.report().find(";CW:CustomList;") != std::string::npos);
    CHECK(input(bad.decision(), "BadWord") == "+9: good MORNING");

    ContentBench subject;
    subject.phrase("hello", "BadWord");
    CHECK(subject.endOfData().refused());

    ContentBench both(9);
    both.phrase("morning", "BadWord");
    both.phrase("hello", "GoodWord");
    CHECK_FALSE(both.endOfData().terminal);
    CHECK(both.scl() == "0");
    CHECK(both.report().find(";CW:CustomList;") != std::string::npos);

    ContentBench neither(3);
    neither.phrase("evening", "BadWord");
    neither.endOfData();
    CHECK(neither.scl() == "3");
    CHECK(neither.report().find("CW") == std::string::npos);
}

TEST_CASE("Phrases are found behind every encoding, and not across parts") {
    struct Row {
        const char* type;
        const char* encoding;
        const char* body;
        bool found;
    };
    const Row rows[] = {
        {"text/plain", "base64", "QnV5IG5v\r\ndyE=\r\n", true},
        {"text/plain", "quoted-printable", "Bu=79 n=\r\now!\r\n", true},
        {"text/html", "", "<p>B<b>uy</b>&nbsp;<i>now</i></p>\r\n", true},
        {"text/html", "", "<p title='buy now'>x</p>\r\n", false},
        {"text/plain; charset=utf-16le", "base64", "QgB1AHkAIABuAG8AdwA=\r\n", true},
        {"image/png", "", "buy now\r\n", false},
        {"multipart/mixed; boundary=b", "", "--b\r\n\r\nbuy\r\n--b\r\n\r\nnow\r\n--b--\r\n", false},
        {"multipart/mixed; boundary=b", "",
         "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nbuy now\r\n--b--\r\n", true},
        {"multipart/mixed; boundary=b", "",
         "--b\r\n\r\nx\r\n--b\r\nContent-Type: text/plain\r\n"
         "Content-Disposition: attachment\r\n\r\nbuy now\r\n--b--\r\n",
         true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.type);
        CAPTURE(row.body);
        ContentBench bench;
        bench.phrase("buy now", "BadWord");
        bench.mailItem.headers.append("Content-Type", row.type);
        if (*row.encoding)
            bench.mailItem.headers.append("Content-Transfer-Encoding", row.encoding);
        bench.mailItem.body = Spool();
        bench.write(row.body);
        bench.endOfData();
        CHECK((bench.scl() == "9") == row.found);
    }
    ContentBench encodedSubject;
    encodedSubject.phrase("buy now", "BadWord");
    encodedSubject.mailItem.headers.set("Subject", "=?utf-8?B?QnV5IG5vdw==?=");
    encodedSubject.endOfData();
    CHECK(encodedSubject.scl() == "9");
}

TEST_CASE("Notes of other agents and the MIME structure count (agents.md 6.2)") {
    ContentBench blocked;
    blocked.mailItem.properties.set(message_notes::kSenderBlocked, true);
    blocked.endOfData();
    CHECK(blocked.scl() == "3");

    ContentBench failed(1);
    failed.mailItem.headers.append(kSenderIdResultHeader, "Fail");
    failed.endOfData();
    CHECK(failed.scl() == "3");
    CHECK(failed.report().find(";SID:SenderIDStatus Fail;") != std::string::npos);

    ContentBench broken;
    broken.mailItem.headers.append("Content-Type", "multipart/mixed; boundary=b");
    broken.endOfData(); // no boundary in the body
    CHECK(broken.scl() == "1");
    CHECK(broken.report().find(";MIME:MIMECompliance;") != std::string::npos);
}

TEST_CASE("X-EdgeSim-SCL counts only where the lab says so, and only as a number from 0 to 9") {
    ContentBench ignored;
    ignored.mailItem.headers.append("X-EdgeSim-SCL", "9");
    ignored.endOfData();
    CHECK(ignored.scl() == "0");
    const std::pair<const char*, const char*> rows[] = {{"9", "9"},  {"0", "0"},    {"4", "4"}, {"-1", "2"},
                                                        {"10", "2"}, {"spam", "2"}, {"", "2"}};
    for (const auto& [value, scl] : rows) {
        CAPTURE(value);
        ContentBench bench(2);
        bench.configure("SclHeaderEnabled", true);
        bench.mailItem.headers.append("X-EdgeSim-SCL", value);
        bench.endOfData();
        CHECK(bench.scl() == scl);
    }
}

TEST_CASE("A classifier that cannot say counts as 0, and the decision tells it") {
    ContentBench bench(9);
    bench.server.classifier.failure = Error{Errc::Unavailable, "the engine is down"};
    CHECK_FALSE(bench.endOfData().terminal);
    CHECK(bench.scl() == "0");
    CHECK(bench.report().find("DV:") == std::string::npos);
    CHECK(input(bench.decision(), "Classifier") == "the engine is down");
}

TEST_CASE("A classifier with an opinion on phishing is stamped with it") {
    ContentBench bench(2);
    bench.server.classifier.answer.pcl = 7;
    bench.endOfData();
    CHECK(bench.header(kPclHeader) == "7");
    CHECK(bench.report().find(";PCL:PhishingLevel SUSPICIOUS;") != std::string::npos);
}

TEST_CASE("The phrases of a session are those of its snapshot; sessions share the automaton") {
    PhraseCache cache;
    PhraseMatcher::Phrases phrases{
        std::make_shared<const ContentFilterPhrase>(ContentFilterPhrase{"x", PhraseInfluence::BadWord})};
    const auto first = cache.matcher(phrases);
    CHECK(cache.matcher(phrases) == first);
    CHECK(cache.matcher({})->empty());
    CHECK(first->search("x").bad == "x"); // still good for those who have it
    CHECK(cache.matcher(phrases) != first);
}

// ---- the classifier itself

MailItem messageFrom(const std::string& file) {
    std::ifstream stream(std::string(EDGE_CORPORA "/mime-messages/spamassassin/") + file, std::ios::binary);
    std::stringstream read;
    read << stream.rdbuf();
    std::string text;
    for (const char c : read.str())
        text += c == '\n' && (text.empty() || text.back() != '\r') ? std::string("\r\n") : std::string(1, c);
    MailItem item{SpoolPlace{}};
    const auto end = text.find("\r\n\r\n");
    item.headers = HeaderList::parse(text.substr(0, end + 2));
    REQUIRE(item.body.append(text.substr(end + 4)).has_value());
    return item;
}

int sclOf(const MailItem& item) {
    Loop loop;
    RuleClassifier classifier;
    const auto text = readMessageText(item);
    return loop.run(classifier.classify(item, text))->scl;
}

TEST_CASE("SpamAssassin's GTUBE message is 9, its look-alike and its ham are 0") {
    if (!std::filesystem::exists(EDGE_CORPORA "/mime-messages/spamassassin")) {
        MESSAGE("skipped: no corpora in " EDGE_CORPORA);
        return;
    }
    CHECK(sclOf(messageFrom("spam-gtube.eml")) == 9);
    CHECK(sclOf(messageFrom("nice-not_gtube.eml")) == 0);
    CHECK(sclOf(messageFrom("sample-nonspam.txt")) == 0);
}

TEST_CASE("GTUBE counts as a whole string, in subject and decoded text") {
    const std::string gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
    const auto scl = [](const std::string& subject, const std::string& type, const std::string& body) {
        MailItem item{SpoolPlace{}};
        item.headers.append("Subject", subject);
        if (!type.empty())
            item.headers.append("Content-Type", type);
        REQUIRE(item.body.append(body).has_value());
        return sclOf(item);
    };
    CHECK(scl(gtube, "", "x") == 9);
    CHECK(scl("x", "", "before" + gtube + "after") == 9);
    CHECK(scl("x", "text/html", "<p>" + gtube + "</p>") == 9);
    CHECK(scl("x", "image/png", gtube) == 0);
    CHECK(scl("x", "", gtube.substr(1)) == 0);
    CHECK(scl("x", "", gtube.substr(0, 30) + "\r\n" + gtube.substr(30)) == 0);
    CHECK(scl("x", "", asciiLower(gtube)) == 0);
}

} // namespace
} // namespace edge::bench
