#include <edge/mail/mime_field.h>

#include <doctest/doctest.h>

#include <algorithm>

using namespace edge;

namespace {

using Names = std::vector<std::string>;

Names names(std::string_view raw) {
    return MimeField::parse(raw).readings("filename");
}

bool has(const Names& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

} // namespace

TEST_CASE("The value of a MIME field is lower case, without blanks and comments") {
    CHECK(MimeField::parse(" Text/Plain; charset=utf-8").value() == "text/plain");
    CHECK(MimeField::parse(" text / plain (a comment; with a semicolon is not one)").value() == "text/plain");
    CHECK(MimeField::parse(" ATTACHMENT\r\n ;filename=x").value() == "attachment");
    CHECK(MimeField::parse("").value().empty());
    CHECK(MimeField::parse(" x-internet-signup").value() == "x-internet-signup");
}

TEST_CASE("A parameter is found without case, quoted or not") {
    CHECK(names("attachment; FileName=x.exe") == Names{"x.exe"});
    CHECK(names("attachment; filename=\"my report.pdf\"") == Names{"my report.pdf"});
    CHECK(names("attachment;\r\n\tfilename = \"x.exe\" ; size=3") == Names{"x.exe"});
    CHECK(names("attachment; filename=\"a\\\"b.exe\"") == Names{"a\"b.exe"});
    CHECK(names("attachment; filename=\"\"").empty());
    CHECK(names("attachment").empty());
}

TEST_CASE("RFC 2231: charsets, percent signs and continuations") {
    CHECK(names("attachment; filename*=utf-8''na%C3%AFve.exe") == Names{"naïve.exe"});
    CHECK(names("attachment; filename*=iso-8859-1'en'na%EFve.exe") == Names{"naïve.exe"});
    CHECK(names("attachment; filename*0=\"x.\"; filename*1=exe") == Names{"x.exe"});
    CHECK(names("attachment; filename*1=exe; filename*0=\"x.\"").front() == "x.exe");
    CHECK(names("attachment; filename*0*=utf-8''x%2e; filename*1*=%65xe") == Names{"x.exe"});
    CHECK(names("attachment; filename*0*=utf-8''x%2e; filename*1=exe") == Names{"x.exe"});
    CHECK(names("attachment; filename*=x%2Eexe") == Names{"x.exe"}); // charset and language left out
    CHECK(names("attachment; filename*=no-such-charset''x.exe") == Names{"x.exe"});
}

TEST_CASE("Continuations with gaps and repeated numbers have several readings") {
    const auto gap = names("a; filename*0=x.exe; filename*2=.txt");
    CHECK(has(gap, "x.exe.txt"));
    CHECK(has(gap, "x.exe"));
    const auto repeated = names("a; filename*0=x; filename*1=.txt; filename*1=.exe");
    CHECK(has(repeated, "x.txt"));
    CHECK(has(repeated, "x.exe"));
}

TEST_CASE("RFC 2047 within a parameter is decoded, although it is forbidden") {
    CHECK(names("attachment; filename=\"=?utf-8?B?eC5leGU=?=\"") == Names{"x.exe"});
    CHECK(names("attachment; filename==?iso-8859-1?Q?x=2Eexe?=").front() == "x.exe");
    CHECK(names("attachment; filename=\"=?utf-8?B?eC5?=\r\n =?utf-8?B?leGU=?=\"").front() == "x.exe");
}

TEST_CASE("A repeated or doubly encoded parameter has all its values") {
    CHECK(names("a; filename=x.txt; filename=x.exe") == Names{"x.txt", "x.exe"});
    CHECK(names("a; filename=\"x.txt\"; filename*=utf-8''x.exe") == Names{"x.exe", "x.txt"});
}

TEST_CASE("Bad quoting has each reading that a mail reader may take") {
    CHECK(has(names("a; filename=\"x.exe"), "x.exe"));
    CHECK(has(names("a; filename=\"x.exe; size=3"), "x.exe"));
    CHECK(has(names("a; filename=\"x\".exe"), "x.exe"));
    CHECK(has(names("a; filename=my report.exe"), "my report.exe"));
    CHECK(has(names("a; filename=x.exe (a program)"), "x.exe"));
    CHECK(has(names("a; filename=\"x.txt\" name=y; filename=x.exe"), "x.exe"));
    CHECK(has(names("a; size=3 filename=x.exe"), "x.exe"));
    CHECK(has(names("attachment filename=x.exe"), "x.exe"));
    CHECK(has(names(std::string("a; filename=\"x.exe\0.txt\"", 24)), "x.exe"));
}

TEST_CASE("Names that are not UTF-8 are read as windows-1252") {
    CHECK(names("a; filename=\"na\xEFve.exe\"") == Names{"naïve.exe"});
    CHECK(names("a; filename=\"naïve.exe\"") == Names{"naïve.exe"});
}

TEST_CASE("A field without sense is read without harm") {
    for (const auto* raw :
         {";", "=", ";=;", "a;=", "a;=x", "\"", "(", "a; b", "a; =\"", "a; x=\"\\", "a;*=;*0=x"})
        CHECK(MimeField::parse(raw).first("filename").empty());
}
