#include <edge/mail/mime_document.h>
#include <edge/tests/pipeline/mime_bench.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace edge::bench;

TEST_CASE("A message without Content-Type is one text") {
    const auto item = mimeItem("Subject: x\r\n\r\nHello\r\n");
    const auto document = mimeOf(*item).value();
    REQUIRE(document->parts().size() == 1);
    const auto& part = document->parts().front();
    CHECK(part.contentType == "text/plain");
    CHECK(part.parent == MimePart::kNone);
    CHECK(part.offset == 0);
    CHECK(part.length == 7);
    CHECK_FALSE(part.isAttachment);
    CHECK(document->text(part, 100).value() == "Hello\r\n");
    CHECK(document->defects().empty());
}

TEST_CASE("Parts come in the order of the message, parents first") {
    const auto item =
        mimeItem("Content-Type: multipart/mixed; boundary=outer\r\n\r\n"
                 "preamble\r\n--outer\r\nContent-Type: multipart/alternative; boundary=\"in ner\"\r\n\r\n"
                 "--in ner\r\n\r\nplain\r\n--in ner\r\nContent-Type: text/html\r\n\r\n<b>\r\n--in ner--\r\n"
                 "--outer\r\nContent-Type: application/pdf; name=a.pdf\r\n"
                 "Content-Disposition: attachment\r\n\r\n%PDF\r\n--outer--\r\nepilogue\r\n");
    CHECK(outline(*item) == "multipart/mixed\n"
                            "  multipart/alternative\n"
                            "    text/plain [plain]\n"
                            "    text/html [<b>]\n"
                            "  application/pdf a.pdf [%PDF]\n");
    CHECK(mimeOf(*item).value()->defects().empty());
}

TEST_CASE("Line ends do not matter, nor blanks behind a boundary") {
    const auto item = mimeItem("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                               "--b  \n\none\n--b\t\r\n\r\ntwo\n--b--  \n");
    CHECK(outline(*item) == "multipart/mixed\n  text/plain [one]\n  text/plain [two]\n");
}

TEST_CASE("A boundary is a whole line, not a prefix") {
    const auto item = mimeItem("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                               "--b\r\n\r\n--bb\r\n --b\r\n--b x\r\n--b-\r\nend\r\n--b--\r\n");
    CHECK(outline(*item) == "multipart/mixed\n  text/plain [--bb\\r\\n --b\\r\\n--b x\\r\\n--b-\\r\\nend]\n");
}

TEST_CASE("A missing final boundary is a defect, and the parts are there") {
    const auto item = mimeItem("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n");
    CHECK(outline(*item) == "multipart/mixed\n  text/plain [one\\r\\n]\n");
    CHECK(mimeOf(*item).value()->defects() ==
          std::vector<std::string>{"part 1: the final boundary is missing"});
}

TEST_CASE("An outer boundary ends inner parts that are still open") {
    const auto item = mimeItem(
        "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
        "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\none\r\n--o\r\n\r\ntwo\r\n--o--\r\n");
    CHECK(outline(*item) == "multipart/mixed\n  multipart/mixed\n    text/plain [one]\n  text/plain [two]\n");
}

TEST_CASE("Multiparts that share a boundary nest, the inner one first") {
    const auto item = mimeItem("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                               "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n"
                               "--b\r\n\r\ntwo\r\n--b--\r\n");
    CHECK(outline(*item) == "multipart/mixed\n  multipart/mixed\n    text/plain [one]\n  text/plain [two]\n");
}

TEST_CASE("A part behind the final boundary is found") {
    const auto item = mimeItem("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n"
                               "--b\r\nContent-Type: application/x; name=x.exe\r\n\r\nMZ\r\n--b--\r\n");
    CHECK(outline(*item) == "multipart/mixed\n  text/plain [one]\n  application/x x.exe [MZ]\n");
    CHECK_FALSE(mimeOf(*item).value()->defects().empty());
}

TEST_CASE("Empty parts have no octets") {
    const auto item = mimeItem(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\n--b\r\nContent-Type: a/b\r\n"
        "--b\r\nContent-Type: c/d\r\n\r\n--b--");
    CHECK(outline(*item) == "multipart/mixed\n  text/plain []\n  text/plain []\n  a/b []\n  c/d []\n");
}

TEST_CASE("An enclosed message is walked; in a digest it is the default") {
    const auto item =
        mimeItem("Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n"
                 "Subject: one\r\nContent-Type: text/html; name=x.htm\r\n\r\n<i>\r\n"
                 "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: two\r\n\r\ntwo\r\n--b--\r\n");
    CHECK(outline(*item) == "multipart/digest\n"
                            "  message/rfc822\n    text/html x.htm [<i>]\n"
                            "  message/rfc822\n    text/plain [two]\n");
}

TEST_CASE("A message inside base64 is walked too") {
    // Content-Type: application/x; name=x.exe, blank line, MZ
    const auto item = mimeItem("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                               "Q29udGVudC1UeXBlOiBhcHBsaWNhdGlvbi94OyBuYW1lPXguZXhlDQoNCk1a\r\n");
    CHECK(outline(*item) == "message/rfc822\n  application/x x.exe [MZ]\n");
    const auto document = mimeOf(*item).value();
    CHECK(document->parts()[1].container == 0);
}

TEST_CASE("A multipart inside base64 is walked, one that is only labelled so as well") {
    // --b, Content-Type: application/x; name=x.exe, blank line, MZ, --b--
    const auto hidden =
        mimeItem("Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                 "LS1iDQpDb250ZW50LVR5cGU6IGFwcGxpY2F0aW9uL3g7IG5hbWU9eC5leGUNCg0KTVoNCi0tYi0tDQo=\r\n");
    CHECK(outline(*hidden).find("application/x x.exe [MZ]") != std::string::npos);
    const auto labelled = mimeItem(
        "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "--b\r\n\r\none\r\n--b--\r\n");
    CHECK(outline(*labelled) == "multipart/mixed\n  text/plain [one]\n");
}

TEST_CASE("Two Content-Type fields both count") {
    const auto item = mimeItem(
        "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\nContent-Type: application/hta; name=x.hta\r\n\r\n1\r\n--b--\r\n");
    const auto document = mimeOf(*item).value();
    REQUIRE(document->parts().size() == 2);
    CHECK(document->parts()[1].contentType == "text/plain");
    CHECK(document->parts()[1].otherContentTypes == std::vector<std::string>{"application/hta"});
    CHECK(document->parts()[1].fileNames == std::vector<std::string>{"x.hta"});
}

TEST_CASE("Two boundary parameters both count") {
    const auto item = mimeItem("Content-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n"
                               "--a\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n");
    CHECK(outline(*item) == "multipart/mixed\n  text/plain [one]\n  text/plain [two]\n");
}

TEST_CASE("A line in a part's header that is no field hides nothing behind it") {
    const auto item =
        mimeItem("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: a/b\r\njunk\r\n"
                 "Content-Disposition: attachment; filename=x.exe\r\n\r\nMZ\r\n"
                 "--b\r\nNo header here\r\nbut text\r\n\r\nmore\r\n--b--\r\n");
    CHECK(outline(*item) == "multipart/mixed\n  a/b x.exe [MZ]\n"
                            "  text/plain [No header here\\r\\nbut text\\r\\n\\r\\nmore]\n");
}

TEST_CASE("Files inside text are named: uuencode, yEnc, BinHex") {
    const auto names = [](const std::string& message) {
        const auto item = mimeItem(message);
        return mimeOf(*item).value()->parts().front().inlineFileNames;
    };
    using Names = std::vector<std::string>;
    CHECK(names("\r\nHi\r\nbegin 644 x.exe\r\n#0V%T\r\n`\r\nend\r\n") == Names{"x.exe"});
    CHECK(names("\r\nbegin-base64 0755 my file.exe\r\n====\r\n") == Names{"my file.exe"});
    CHECK(names("\r\n=ybegin line=128 size=3 name=x.exe\r\n") == Names{"x.exe"});
    CHECK(names("\r\n(This file must be converted with BinHex 4.0)\r\n\r\n:\"@Jl,Q9iC3TMD3\"3!!-!!\r\n")
              .size() == 1);
    CHECK(names("\r\nbegin to like it\r\nbegin 644\r\nbeginning 644 x\r\n").empty());
    CHECK(names("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                "YmVnaW4gNjQ0IHguZXhlCg==\r\n") == Names{"x.exe"});
}

TEST_CASE("Transfer encodings and charsets are undone") {
    const auto text = [](const std::string& message) {
        const auto item = mimeItem(message);
        const auto document = mimeOf(*item).value();
        return document->text(document->parts().front(), 1000).value();
    };
    CHECK(text("Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: "
               "quoted-printable\r\n\r\n"
               "na=EFve =\r\nx") == "naïve x");
    CHECK(text("Content-Type: text/plain; charset=\"UTF-16BE\"\r\nContent-Transfer-Encoding: BASE64\r\n\r\n"
               "AFgAWQ==\r\n") == "XY");
    CHECK(text("Content-Type: text/plain; charset=klingon\r\n\r\nna\xEFve") == "naïve");
    CHECK(text("Content-Type: text/plain; charset=utf-8\r\n\r\na\xFF"
               "b") == "a\xEF\xBF\xBD"
                       "b");
    CHECK(text("Content-Transfer-Encoding: x-unknown\r\n\r\nas it is") == "as it is");
}

TEST_CASE("Decoding stops at the limit: decoded() fails, text() leaves out") {
    const auto item = mimeItem("Content-Transfer-Encoding: base64\r\n\r\nQUJDREVGR0g=\r\n");
    const auto document = mimeOf(*item).value();
    const auto& part = document->parts().front();
    CHECK(document->decoded(part, 8).value() == "ABCDEFGH");
    CHECK(document->decoded(part, 7).error().code == Errc::LimitExceeded);
    CHECK(document->text(part, 3).value() == "ABC");
}

TEST_CASE("A message over a limit is malformed") {
    const auto failure = [](const std::string& message) {
        const auto item = mimeItem(message);
        const auto document = mimeOf(*item);
        REQUIRE(document.has_error());
        CHECK(document.error().code == Errc::LimitExceeded);
        return document.error().message;
    };
    CHECK(failure(nestedMultiparts(10'000)) == "malformed MIME: parts nested deeper than 30");
    std::string many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 1000; ++i)
        many += "--b\r\n\r\n";
    CHECK(failure(many) == "malformed MIME: more than 1000 parts");
    CHECK(failure("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: " + std::string(70'000, 'x')) ==
          "malformed MIME: a part has a header line of more than 65536 octets");
    std::string longHeader = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
    for (int i = 0; i < 10'000; ++i)
        longHeader += "X-Y: zzzz\r\n";
    CHECK(failure(longHeader) == "malformed MIME: a part has a header of more than 65536 octets");
    std::string boundaries = "Content-Type: multipart/mixed";
    std::string parameters = "Content-Disposition: attachment";
    std::string files = "\r\n";
    for (int i = 0; i < 300; ++i) {
        boundaries += i < 9 ? "; boundary=b" + std::to_string(i) : "";
        parameters += "; x=" + std::to_string(i);
        files += "begin 644 " + std::to_string(i) + "\r\n";
    }
    CHECK(failure(boundaries + "\r\n\r\n--b0\r\n") ==
          "malformed MIME: a multipart has more than 8 boundaries");
    CHECK(failure(parameters + "; filename=x.exe\r\n\r\nMZ") ==
          "malformed MIME: a Content-Disposition field has more than 200 parameters");
    CHECK(failure(files) == "malformed MIME: more than 200 files in one text");
    const auto item = mimeItem(nestedMultiparts(30));
    CHECK(mimeOf(*item).has_value());
}

TEST_CASE("The document is parsed once, and again when the message's structure changes") {
    const auto item = mimeItem("Content-Type: text/plain\r\n\r\nHello\r\n");
    const auto first = mimeOf(*item).value();
    item->headers.append("X-Stamp", "1");
    CHECK(mimeOf(*item).value() == first);
    item->headers.set("Content-Type", "text/html");
    const auto second = mimeOf(*item).value();
    CHECK(second != first);
    CHECK(second->parts().front().contentType == "text/html");
    CHECK(item->body.append("more").has_value());
    CHECK(mimeOf(*item).value()->parts().front().length == 11);
    MailItem moved = std::move(*item);
    CHECK(mimeOf(moved).value()->text(mimeOf(moved).value()->parts().front(), 100).value() ==
          "Hello\r\nmore");
}

TEST_CASE("Wherever the body is cut into pieces, the parts are the same") {
    const std::string body = "--b\r\nContent-Type: a/b; name=x\r\n\r\n1\r\n--b\n\n2\n--b--\r\nend";
    const std::vector<ContentField> header{{"Content-Type", "multipart/mixed; boundary=b"}};
    const auto expected = walkInPieces(header, body, body.size());
    for (std::size_t size = 1; size < body.size(); ++size)
        CHECK(walkInPieces(header, body, size) == expected);
}
