// The frozen score table, the report, the verdicts: the pure parts of the content filter
// (agents.md 6.2, 6.3, 6.8).
#include <edge/agents/content_filter/antispam_report.h>
#include <edge/agents/content_filter/content_verdict.h>
#include <edge/agents/content_filter/scl_score.h>

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace edge {
namespace {

std::string page() {
    std::ifstream file(EDGE_SOURCE "/docs/agents/content-filter.md");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string lineOf(const SclScore& score) {
    std::string text;
    for (const auto& line : score.lines)
        text += (text.empty() ? "" : " ") + line.rule + (line.points < 0 ? "" : "+") +
                std::to_string(line.points);
    return text;
}

TEST_CASE("The score table is frozen: points, order, and the page that tells them") {
    struct Row {
        const char* page; // a row of the table in docs/agents/content-filter.md
        SclFacts facts;
        int scl;
        const char* lines;
    };
    const Row rows[] = {
        {"| 1 | Classifier | base score | 0; 9 with the GTUBE test string |", {.base = 9}, 9, "Classifier+9"},
        {"| 1 | Classifier | base score | 0; 9 with the GTUBE test string |", {}, 0, ""},
        {"| 2 | X-EdgeSim-SCL | the header, where it may be believed | that number stands in for row 1 |",
         {.base = 9, .header = 4},
         4,
         "X-EdgeSim-SCL+4"},
        {"| 3 | SenderId | the Sender Id agent stamped `Fail` | +2 |",
         {.base = 3, .senderIdResult = "Fail"},
         5,
         "Classifier+3 SenderId+2"},
        {"| 3 | SenderId | the Sender Id agent stamped `SoftFail` | +1 |",
         {.senderIdResult = "SoftFail"},
         1,
         "SenderId+1"},
        {"| 4 | SenderBlocked | the Sender Filter noted a blocked sender | +3 |",
         {.senderBlocked = true},
         3,
         "SenderBlocked+3"},
        {"| 5 | MimeErrors | the message does not conform to MIME | +1 |",
         {.mimeDefect = "the final boundary is missing"},
         1,
         "MimeErrors+1"},
        {"| 6 | | the sum | at least 0, at most 9 |",
         {.base = 7, .senderIdResult = "Fail", .senderBlocked = true, .mimeDefect = "x"},
         9,
         "Classifier+7 SenderId+2 SenderBlocked+3 MimeErrors+1"},
        {"| 7 | BadWord | a BadWord phrase was found | 9 |", {.badPhrase = "buy now"}, 9, "BadWord+9"},
        {"| 8 | GoodWord | a GoodWord phrase was found | 0 |",
         {.base = 9, .badPhrase = "buy now", .goodPhrase = "invoice"},
         0,
         "Classifier+9 BadWord+0 GoodWord-9"},
    };
    const auto told = page();
    REQUIRE_FALSE(told.empty());
    for (const auto& row : rows) {
        CAPTURE(row.page);
        const auto score = scoreOf(row.facts);
        CHECK(score.scl == row.scl);
        CHECK(lineOf(score) == row.lines);
        CHECK(told.find(row.page) != std::string::npos);
    }
    CHECK(told.find("version " + std::string(kSclRulesVersion)) != std::string::npos);
    CHECK(std::string(kSclRulesVersion) == "1.0.0.0"); // raise it whenever a row above changes
}

TEST_CASE("Other Sender ID words count nothing, and only a phrase is a custom list") {
    for (const auto* word : {"Pass", "Neutral", "None", "TempError", "PermError", ""})
        CHECK(scoreOf({.senderIdResult = word}).scl == 0);
    CHECK_FALSE(scoreOf({.base = 9}).byPhrase);
    CHECK(scoreOf({.badPhrase = "x"}).byPhrase);
    CHECK(scoreOf({.goodPhrase = "x"}).byPhrase);
}

TEST_CASE("The report has the tokens of what ran, in Exchange's order (agents.md 6.8)") {
    AntispamReport report;
    CHECK(report.toString() == "");
    report.definitionVersion = "1.0.0.0";
    CHECK(report.toString() == "DV:1.0.0.0");
    report.originatingIp = *IpAddress::parse("203.0.113.9");
    CHECK(report.toString() == "DV:1.0.0.0;OrigIP:203.0.113.9");
    report.senderIdResult = "Fail";
    report.pcl = 3;
    report.customList = true;
    report.mimeErrors = true;
    CHECK(report.toString() == "DV:1.0.0.0;SID:SenderIDStatus Fail;PCL:PhishingLevel NEUTRAL;CW:CustomList;"
                               "MIME:MIMECompliance;OrigIP:203.0.113.9");
    report.pcl = 4;
    CHECK(report.toString().find("PCL:PhishingLevel SUSPICIOUS") != std::string::npos);
}

TEST_CASE("Stamps replace older ones; an exempt message has no PCL") {
    HeaderList headers;
    headers.append(kSclHeader, "3");
    headers.append(kSclHeader, "4");
    stamp(headers, 7, std::nullopt, "DV:1");
    CHECK(headers.count(kSclHeader) == 1);
    CHECK(headers.get(kSclHeader) == "7");
    CHECK(headers.get(kPclHeader) == "2");
    CHECK(headers.get(kAntispamReportHeader) == "DV:1");
    HeaderList exempt;
    stampExempt(exempt, "IPOnAllowList");
    CHECK(exempt.get(kSclHeader) == "-1");
    CHECK_FALSE(exempt.contains(kPclHeader));
    CHECK(exempt.get(kAntispamReportHeader) == "IPOnAllowList");
}

TEST_CASE("Only a number from -1 to 9 is a stamped SCL") {
    const std::pair<const char*, std::optional<int>> rows[] = {{"-1", -1},
                                                               {"0", 0},
                                                               {"9", 9},
                                                               {"10", std::nullopt},
                                                               {"-2", std::nullopt},
                                                               {"", std::nullopt},
                                                               {"5 ", 5},
                                                               {"5x", std::nullopt},
                                                               {"x", std::nullopt},
                                                               {"+5", std::nullopt}};
    for (const auto& [text, scl] : rows) {
        CAPTURE(text);
        HeaderList headers;
        headers.append(kSclHeader, text);
        CHECK((stampedScl(headers) == scl));
    }
    CHECK_FALSE(stampedScl({}));
}

TEST_CASE("A threshold is met by its own value; delete goes before reject, reject before quarantine") {
    struct Row {
        SclThreshold deletes, rejects, quarantines;
        int scl;
        ContentVerdict verdict;
    };
    using V = ContentVerdict;
    const Row rows[] = {
        {{false, 9}, {true, 7}, {false, 9}, 6, V::Deliver},
        {{false, 9}, {true, 7}, {false, 9}, 7, V::Reject},
        {{false, 9}, {true, 7}, {false, 9}, 9, V::Reject},
        {{true, 9}, {true, 7}, {true, 5}, 4, V::Deliver},
        {{true, 9}, {true, 7}, {true, 5}, 5, V::Quarantine},
        {{true, 9}, {true, 7}, {true, 5}, 8, V::Reject},
        {{true, 9}, {true, 7}, {true, 5}, 9, V::Delete},
        {{true, 3}, {true, 7}, {true, 5}, 8, V::Delete},
        {{false, 1}, {false, 1}, {false, 1}, 9, V::Deliver},
        {{false, 1}, {false, 1}, {true, 9}, 9, V::Quarantine},
        {{true, 1}, {false, 1}, {false, 1}, 0, V::Deliver},
        {{true, 1}, {true, 1}, {true, 1}, -1, V::Deliver},
    };
    for (const auto& row : rows) {
        ContentFilterConfig config;
        config.sclDelete = row.deletes;
        config.sclReject = row.rejects;
        config.sclQuarantine = row.quarantines;
        CAPTURE(row.scl);
        CHECK((verdictOf(config, row.scl) == row.verdict));
    }
}

TEST_CASE("A bypassed domain is itself; with *. it is all its subdomains too") {
    ContentFilterConfig config;
    config.bypassedSenderDomains = {"contoso.com", "*.fabrikam.com"};
    for (const auto* domain :
         {"contoso.com", "CONTOSO.com", "fabrikam.com", "a.fabrikam.com", "b.a.Fabrikam.com"})
        CHECK(isBypassedDomain(config, domain));
    for (const auto* domain :
         {"sales.contoso.com", "xfabrikam.com", "com", "", "*.fabrikam.com.evil.example"})
        CHECK_FALSE(isBypassedDomain(config, domain));
}

TEST_CASE("A delivery report is told by the null reverse path or by its form") {
    const auto reports = [](const char* from, const char* type) {
        MailItem item{SpoolPlace{}};
        item.fromAddress = *RoutingAddress::parse(from);
        if (*type)
            item.headers.append("Content-Type", type);
        return isDeliveryReport(item);
    };
    CHECK(reports("<>", ""));
    CHECK(reports("<>", "text/plain"));
    CHECK(reports("a@b.example", "Multipart/Report; boundary=x; report-type=Delivery-Status"));
    CHECK_FALSE(reports("a@b.example", "multipart/report; report-type=disposition-notification"));
    CHECK_FALSE(reports("a@b.example", "multipart/mixed; boundary=x"));
    CHECK_FALSE(reports("a@b.example", ""));
}

} // namespace
} // namespace edge
