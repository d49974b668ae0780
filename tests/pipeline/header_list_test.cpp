#include <edge/mail/header_list.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

std::vector<std::string> names(const HeaderList& headers) {
    std::vector<std::string> names;
    for (const auto& header : headers)
        names.emplace_back(header.name());
    return names;
}

TEST_CASE("An untouched header leaves octet for octet as it came, hostile lines too") {
    const std::string blocks[] = {
        "Subject: hello\r\nFrom: a@b\r\n",
        "Received: from x\r\n\tby y\r\n with SMTP\r\nTo: c@d\r\n",
        "no colon at all\r\nSubject: x\r\n",
        ": no name\r\n",
        " continuation first\r\nSubject: x\r\n",
        "Sub ject: blank in the name\r\n",
        "Sub\xC3\xBC: not ASCII\r\n",
        "Subject : obsolete blank\r\n",
        "Subject:\r\n",
        "Subject:\r\n \r\n \r\nTo: x\r\n",
        "bare\nLF: inside\r\nX: y\r\n",
        "bare\rCR: inside\r\nX: y\r\n",
        std::string("Nul: a\0b\r\n", 10),
        "\r\n",
        "From x@y Thu Jan  1 00:00:00 1970\r\nSubject: mbox\r\n",
        "",
    };
    for (const auto& block : blocks) {
        CAPTURE(block);
        const auto headers = HeaderList::parse(block);
        CHECK(headers.toBytes() == block);
        CHECK(headers.byteCount() == block.size());
        CHECK(headers.revision() == 0);
    }
}

TEST_CASE("Only the last line may lack its CRLF, and gets it") {
    CHECK(HeaderList::parse("Subject: x").toBytes() == "Subject: x\r\n");
    CHECK(HeaderList::parse("Subject: x\n").toBytes() == "Subject: x\n\r\n");
}

TEST_CASE("Lines that are no field stay where they were, nameless") {
    const auto headers =
        HeaderList::parse("A: 1\r\nnot a field\r\n folded stuff\r\nSub ject: x\r\nB : 2\r\n: 3\r\nC:4\r\n");
    CHECK(names(headers) == std::vector<std::string>{"A", "", "", "B", "", "C"});
    CHECK(headers.get("B") == "2");
    CHECK(headers.get("C") == "4");
    CHECK_FALSE(headers.contains("not a field"));
}

TEST_CASE("Only CRLF ends a line: bare CR and LF do not make fields") {
    const auto headers = HeaderList::parse("Subject: a\nX-Evil: 1\rX-Worse: 2\r\nTo: b\r\n");
    CHECK(names(headers) == std::vector<std::string>{"Subject", "To"});
    CHECK_FALSE(headers.contains("X-Evil"));
    CHECK_FALSE(headers.contains("X-Worse"));
}

TEST_CASE("A folded value is read unfolded, and kept folded") {
    const auto headers = HeaderList::parse("Subject: one\r\n two\r\n\tthree\r\n");
    CHECK(headers.size() == 1);
    CHECK(headers.get("subject") == "one two\tthree");
    CHECK(headers.getRaw("SUBJECT") == " one\r\n two\r\n\tthree");
}

TEST_CASE("get decodes RFC 2047, getRaw does not") {
    const auto headers =
        HeaderList::parse("Subject: =?utf-8?B?Z3LDvMOfZQ==?= =?iso-8859-1?Q?_aus_K=F6ln?=\r\n");
    CHECK(headers.get("Subject") == "grüße aus Köln");
    CHECK(headers.getRaw("Subject") == " =?utf-8?B?Z3LDvMOfZQ==?= =?iso-8859-1?Q?_aus_K=F6ln?=");
}

TEST_CASE("Fields of one name are found in order, whatever the case") {
    const auto headers = HeaderList::parse("Received: 1\r\nTo: x\r\nRECEIVED: 2\r\nreceived: 3\r\n");
    CHECK(headers.get("Received") == "1");
    CHECK(headers.getAll("Received") == std::vector<std::string>{"1", "2", "3"});
    CHECK(headers.count("Received") == 3);
    CHECK_FALSE(headers.get("Receive"));
    CHECK(headers.getAll("Cc").empty());
}

TEST_CASE("Edits go where they say; each counts") {
    auto headers = HeaderList::parse("A: 1\r\nB: 2\r\na: 3\r\n");
    headers.prepend("Received", "from x");
    headers.append("Z", "last");
    CHECK(headers.toBytes() == "Received: from x\r\nA: 1\r\nB: 2\r\na: 3\r\nZ: last\r\n");
    CHECK(headers.revision() == 2);
    headers.set("A", "new"); // replaces the first, removes the others
    CHECK(headers.toBytes() == "Received: from x\r\nA: new\r\nB: 2\r\nZ: last\r\n");
    CHECK(headers.remove("b") == 1);
    CHECK(headers.revision() == 4);
    CHECK(headers.remove("nobody") == 0);
    CHECK(headers.revision() == 4); // nothing changed
    headers.set("New", "appended");
    CHECK(headers.toBytes() == "Received: from x\r\nA: new\r\nZ: last\r\nNew: appended\r\n");
    CHECK(headers.removeIf([](const Header& h) { return h.name().size() == 1; }) == 2);
    CHECK(headers.size() == 2);
}

TEST_CASE("No value can bring a field of its own") {
    HeaderList headers;
    headers.append("X-Note", "a\r\nBcc: victim@contoso.com\r\n\r\nbody");
    headers.set("X-Other", std::string("a\0b\nc", 5));
    CHECK(headers.size() == 2);
    const auto again = HeaderList::parse(headers.toBytes());
    CHECK(names(again) == std::vector<std::string>{"X-Note", "X-Other"});
    CHECK_FALSE(again.contains("Bcc"));
}

TEST_CASE("Long values fold at blanks, below column 78, and read back as they were") {
    HeaderList headers;
    std::string value;
    for (int i = 0; i < 40; ++i)
        value += (i ? " word" : "word") + std::to_string(i);
    headers.append("X-Long", value);
    const auto bytes = headers.toBytes();
    std::size_t begin = 0;
    for (auto end = bytes.find("\r\n"); end != std::string::npos; end = bytes.find("\r\n", begin)) {
        CHECK(end - begin <= 78);
        begin = end + 2;
    }
    CHECK(headers.get("X-Long") == value);
    CHECK(HeaderList::parse(bytes).size() == 1);
}

TEST_CASE("A long word without blanks is not broken, blanks never make a line of their own") {
    HeaderList headers;
    const std::string word(200, 'x');
    headers.append("X-Word", word);
    headers.append("X-Words", word + "  " + word + " \t " + word + " ");
    CHECK(headers.get("X-Word") == word);
    const auto again = HeaderList::parse(headers.toBytes());
    CHECK(again.size() == 2);
    CHECK(again.toBytes().find("\r\n\r\n") == std::string::npos);
    for (const auto* blankLine : {"\r\n \r\n", "\r\n \t\r\n", "\r\n  \r\n"})
        CHECK(again.toBytes().find(blankLine) == std::string::npos);
}

TEST_CASE("Ten thousand lines are ten thousand fields") {
    std::string block;
    for (int i = 0; i < 10000; ++i)
        block += "X-" + std::to_string(i) + ": y\r\n";
    const auto headers = HeaderList::parse(block);
    CHECK(headers.size() == 10000);
    CHECK(headers.get("x-9999") == "y");
}

} // namespace
} // namespace edge
