// Which names and types an entry forbids (agents.md 8.2, 16).
#include <edge/agents/attachment_filter/attachment_match.h>
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

const AttachmentEntries& defaults() {
    static const AgentBench bench;
    return bench.server.settings.all<AttachmentFilterEntry>();
}

std::string entryFor(std::string_view name) {
    const auto match = findFileName(defaults(), name);
    return match ? match->entry : "";
}

TEST_CASE("The default list forbids programs by extension, without case") {
    CHECK(entryFor("x.exe") == "FileName:*.exe");
    CHECK(entryFor("REPORT.PDF.EXE") == "FileName:*.exe"); // agents.md 16
    CHECK(entryFor("x.ps1xml") == "FileName:*.ps1xml");
    CHECK(entryFor(".js") == "FileName:*.js");
    CHECK(entryFor("report.exe.pdf").empty());
    CHECK(entryFor("exe").empty());
    CHECK(entryFor("x.exec").empty());
    CHECK(entryFor("x.docx").empty());
}

TEST_CASE("Disguised names are seen through") {
    for (const auto* name :
         {"x.exe.", "x.exe   ", "x.exe::$DATA", "..\\x.exe", "gpj.\u202Eexe", "x．ｅｘｅ"}) {
        CAPTURE(std::string(name));
        CHECK(entryFor(name) == "FileName:*.exe");
    }
}

TEST_CASE("A match says the name as the message had it") {
    CHECK(findFileName(defaults(), "X.EXE.")->what == "X.EXE.");
}

TEST_CASE("Content types are compared whole") {
    CHECK(findContentType(defaults(), "text/javascript")->entry == "ContentType:text/javascript");
    CHECK(findContentType(defaults(), "x-internet-signup").has_value());
    CHECK_FALSE(findContentType(defaults(), "text/javascripts").has_value());
    CHECK_FALSE(findContentType(defaults(), "text/plain").has_value());
    CHECK_FALSE(findFileName(defaults(), "text/javascript").has_value());
}

TEST_CASE("A part is judged by all its types and names") {
    MimePart part;
    CHECK_FALSE(findPart(defaults(), part).has_value());
    part.fileNames = {"harmless.txt", "x.exe"};
    CHECK(findPart(defaults(), part)->what == "x.exe");
    part.fileNames.clear();
    part.inlineFileNames = {"x.vbs"};
    CHECK(findPart(defaults(), part)->entry == "FileName:*.vbs");
    part.inlineFileNames.clear();
    part.otherContentTypes = {"application/hta"};
    CHECK(findPart(defaults(), part)->entry == "ContentType:application/hta");
}

TEST_CASE("An asterisk stands for any characters, everything else for itself") {
    struct Row {
        const char* text;
        const char* pattern;
        bool fits;
    };
    constexpr Row kRows[] = {
        {"x.exe", "*.exe", true},
        {".exe", "*.exe", true},
        {"xexe", "*.exe", false},
        {"readme", "readme", true},
        {"readme2", "readme", false},
        {"", "*", true},
        {"", "", true},
        {"x", "", false},
        {"abcabd", "*abd", true},
        {"invoice 7.pdf.js", "invoice*.js", true},
        {"a*b", "a*b", true},
        {"x?exe", "x?exe", true},
        {"x.exe", "x?exe", false},
        {"aXbYc", "a*b*c", true},
        {"aXbY", "a*b*c", false},
        {"aaaaaaaaaaaaaaaaaaaab", "a*a*a*a*a*a*c", false},
    };
    for (const auto& row : kRows) {
        CAPTURE(row.text);
        CAPTURE(row.pattern);
        CHECK(matchesPattern(row.text, row.pattern) == row.fits);
    }
}

} // namespace
} // namespace edge::bench
