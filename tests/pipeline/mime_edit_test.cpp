#include <edge/mail/mime_document.h>
#include <edge/mail/mime_edit.h>
#include <edge/tests/pipeline/mime_bench.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace edge::bench;

namespace {

std::string whole(const MailItem& item) {
    std::string bytes;
    const auto read = item.forEachMimeChunk([&bytes](std::string_view chunk) -> Result<> {
        bytes += chunk;
        return {};
    });
    return read ? bytes : read.error().message;
}

constexpr char kMixed[] =
    "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\nHello\r\n--b\r\n"
    "Content-Type: application/x; name=x.exe\r\nX-Kept: yes\r\n\r\nMZ\r\n--b--\r\nepilogue";

} // namespace

TEST_CASE("A part is replaced, and every octet round it stays") {
    const auto item = mimeItem(kMixed);
    const auto before = item->revision();
    REQUIRE(replaceParts(*item, {textReplacement(2, "x.txt", "Gone.")}).has_value());
    CHECK(whole(*item) ==
          "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\nHello\r\n--b\r\n"
          "X-Kept: yes\r\nContent-Type: text/plain; charset=\"utf-8\"; name=\"x.txt\"\r\n"
          "Content-Disposition: attachment; filename=\"x.txt\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
          "Gone.\r\n--b--\r\nepilogue");
    CHECK(item->revision() == before + 1);
    CHECK(outline(*item) == "multipart/mixed\n  text/plain [Hello]\n  text/plain x.txt [Gone.]\n");
}

TEST_CASE("A message of one part keeps its header but for Content fields") {
    const auto item =
        mimeItem("Subject: x\r\nContent-Type: application/x; name=x.exe\r\n"
                 "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nTVo=\r\n");
    REQUIRE(replaceParts(*item, {textReplacement(0, "x.txt", "Gone.")}).has_value());
    CHECK(whole(*item) == "Subject: x\r\nContent-Type: text/plain; charset=\"utf-8\"; name=\"x.txt\"\r\n"
                          "Content-Disposition: attachment; filename=\"x.txt\"\r\n"
                          "Content-Transfer-Encoding: 7bit\r\nMIME-Version: 1.0\r\n\r\nGone.\r\n");
}

TEST_CASE("The root of an enclosed message keeps that message's header") {
    const auto item = mimeItem("Content-Type: message/rfc822\r\n\r\nFrom: a@b\r\nContent-Type: "
                               "application/x; name=x.exe\r\n\r\nMZ\r\n");
    REQUIRE(replaceParts(*item, {textReplacement(1, "x.txt", "Gone.")}).has_value());
    CHECK(whole(*item).find("\r\n\r\nFrom: a@b\r\nContent-Type: text/plain") != std::string::npos);
    CHECK(outline(*item) == "message/rfc822\n  text/plain x.txt [Gone.\\r\\n]\n");
}

TEST_CASE("A part inside an encoded message goes together with it") {
    const auto item =
        mimeItem("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
                 "Content-Transfer-Encoding: base64\r\n\r\n"
                 "Q29udGVudC1UeXBlOiBhcHBsaWNhdGlvbi94OyBuYW1lPXguZXhlDQoNCk1a\r\n--b--\r\n");
    REQUIRE(replaceParts(*item, {textReplacement(2, "x.txt", "Gone.")}).has_value());
    CHECK(outline(*item) == "multipart/mixed\n  text/plain x.txt [Gone.]\n");
}

TEST_CASE("Within a part that is replaced nothing is replaced") {
    const auto item =
        mimeItem("Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
                 "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\n1\r\n--i\r\n\r\n2\r\n--i--\r\n"
                 "--o\r\n\r\n3\r\n--o--\r\n");
    REQUIRE(replaceParts(*item, {textReplacement(3, "b", "B"), textReplacement(1, "a", "A"),
                                 textReplacement(4, "c", "C")})
                .has_value());
    CHECK(outline(*item) == "multipart/mixed\n  text/plain a [A]\n  text/plain c [C]\n");
}

TEST_CASE("Parts without content or line end are replaced cleanly") {
    for (const auto* body : {"--b\r\n--b--\r\n", "--b\r\n\r\n--b--", "--b\r\nContent-Type: a/b\r\n--b--",
                             "--b\n\nx\n--b--\n", "--b\r\n\r\nx", "--b\r\nX: y"}) {
        const auto item = mimeItem("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + std::string(body));
        REQUIRE(replaceParts(*item, {textReplacement(1, "n", "T")}).has_value());
        const auto found = outline(*item);
        CHECK_MESSAGE(found.starts_with("multipart/mixed\n  text/plain n [T"), body, " became ",
                      whole(*item));
    }
}

TEST_CASE("A text that 7bit cannot hold is base64, a name that is no ASCII goes by RFC 2231") {
    const auto item = mimeItem(kMixed);
    REQUIRE(
        replaceParts(*item, {textReplacement(2, "naïve \"x\".txt", "Entfernt: ungültig\nEnde")}).has_value());
    const auto document = mimeOf(*item).value();
    const auto& part = document->parts().back();
    CHECK(part.fileNames == std::vector<std::string>{"naïve \"x\".txt"});
    CHECK(part.transferEncoding == "base64");
    CHECK(document->text(part, 1000).value() == "Entfernt: ungültig\r\nEnde");
    CHECK(textReplacement(0, "a\"b", "").fields[1].value == "attachment; filename=\"a\\\"b\"");
}
