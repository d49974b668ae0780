#include <edge/mail/file_name.h>

#include <doctest/doctest.h>

#include <algorithm>

using namespace edge;

namespace {

bool comparesAs(std::string_view name, std::string_view form) {
    const auto forms = comparableFileNames(name);
    return std::find(forms.begin(), forms.end(), form) != forms.end();
}

} // namespace

TEST_CASE("Names are compared without case, in any script") {
    CHECK(comparesAs("X.EXE", "x.exe"));
    CHECK(comparesAs("ÄRGER.Exe", "ärger.exe"));
    CHECK(comparesAs("STRASSE.EXE", "strasse.exe"));
}

TEST_CASE("What Windows or a mail reader drops does not count") {
    for (const auto* name : {"x.exe.", "x.exe ", "x.exe. . .", "x.exe\"", "x.exe'", "x.exe\t", "x.exe\r\n",
                             "x.\x01"
                             "exe",
                             "x.e\u200Bxe", "x.\u202Eexe", "x.exe\u00A0", "x.ex\u00ADe", "x.exe>"}) {
        CAPTURE(std::string(name));
        CHECK(comparesAs(name, "x.exe"));
    }
    CHECK(comparesAs(std::string_view("x.exe\0", 6), "x.exe"));
}

TEST_CASE("Fullwidth and other compatibility letters are their plain ones") {
    CHECK(comparesAs("x．ｅｘｅ", "x.exe"));
    CHECK(comparesAs("x\u2024exe", "x.exe")); // one dot leader
    CHECK(comparesAs("ﬁle.exe", "file.exe"));
}

TEST_CASE("Paths and alternate data streams are seen through") {
    CHECK(comparesAs("C:\\Temp\\x.exe", "x.exe"));
    CHECK(comparesAs("../../x.exe", "x.exe"));
    CHECK(comparesAs("x.exe::$DATA", "x.exe"));
    CHECK(comparesAs("x.exe:note.txt", "x.exe"));
    CHECK(comparesAs("a.exe/b.txt", "b.txt"));
    CHECK_FALSE(comparesAs("a.exe/b.txt", "a.exe"));
    CHECK(comparesAs("x.exe/", "x.exe/"));
}

TEST_CASE("A name that is nothing is no name") {
    CHECK(comparableFileNames("").empty());
    CHECK(comparableFileNames(" .. ").empty());
    CHECK(comparableFileNames("\u202E").empty());
}

TEST_CASE("A plain name is fit to be shown") {
    CHECK(plainFileName("C:\\Temp\\Report \u202Efdp.exe. ") == "Report fdp.exe");
    CHECK(plainFileName("na\xEFve.exe") == "naïve.exe");
    CHECK(plainFileName("\x01\x02").empty());
    const auto cut = plainFileName(std::string(149, 'x') + "ä.exe");
    CHECK(cut == std::string(149, 'x'));
}

TEST_CASE("A pattern keeps its asterisk and its dots") {
    CHECK(comparableFilePattern("*.EXE") == "*.exe");
    CHECK(comparableFilePattern("readme.") == "readme.");
}
