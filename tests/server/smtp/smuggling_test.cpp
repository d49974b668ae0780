// Threat: SMTP smuggling (CVE-2023-51764, -51765, -51766, CVE-2023-52354; peers.md C.7). A sender hides a
// second message behind something that another server takes for the end of the first. Here only CRLF.CRLF
// ends one, so the hidden commands are content, whatever precedes them and however TCP cuts the stream.
#include <edge/base/text.h>

#include "agreement.h"

#include <string>
#include <vector>

namespace edge::smtp {
namespace {

using namespace std::string_literals;

// Line ends as servers have mistaken them.
const std::vector<std::string> kLineEnds = {"\r\n", "\n",      "\r",      "\r\r\n",
                                            "\n\r", "\r\n\0"s, "\0\r\n"s, "\r\0\n"s};

// Every "<line end>.<line end>" but the true one, and some that are no such pair.
std::vector<std::string> falseEnds() {
    std::vector<std::string> ends;
    for (const auto& before : kLineEnds)
        for (const auto& behind : kLineEnds)
            ends.push_back(before + "." + behind);
    // What ends with a true CRLF before the dot and begins with one behind it is the true end in other words.
    std::erase_if(ends, [](const std::string& end) { return end.find("\r\n.\r\n") != std::string::npos; });
    for (const auto* other :
         {"\r\n..\r\n", "\r\n. \r\n", "\r\n.\t\r\n", "\r\n .\r\n", "\n\n.\n\n", "\r\n.\r", "\x85.\x85",
          "\r\n.\x0b\r\n", "\r\n.\x0c", ".\r\n", "\r\n.=\r\n", "\r\n.\xe2\x80\xa8"})
        ends.emplace_back(other);
    return ends;
}

const std::string kHidden =
    "MAIL FROM:<admin@fabrikam.com>\r\nRCPT TO:<victim@adventureworks.com>\r\nDATA\r\n"
    "Subject: smuggled\r\n\r\nHello\r\n";

TEST_CASE("Only CRLF.CRLF ends DATA") {
    const auto ends = falseEnds();
    CHECK(ends.size() > 60);
    for (const auto& end : ends) {
        const auto shown = escapeControls(end);
        CAPTURE(shown);
        const auto record =
            agreed(kUpToData + "Subject: a\r\n\r\nbody" + end + kHidden + "\r\n.\r\nQUIT\r\n");
        REQUIRE(record.events.size() == 9);
        CHECK(record.events[5].starts_with("content Subject: a"));
        CHECK(record.events[5].find("MAIL FROM:<admin@fabrikam.com>") != std::string::npos);
        CHECK(record.events[5].find("Subject: smuggled") != std::string::npos);
        CHECK(record.events[6].starts_with("EndOfData "));
        CHECK(record.events[7] == "QUIT");
        CHECK(record.events[8] == "over");
    }
}

TEST_CASE("BareLinefeedRejectionEnabled refuses a message with a bare LF at its dot, and only there") {
    Setup setup;
    setup.options.bareLinefeedRejectionEnabled = true;
    for (const auto& end : falseEnds()) {
        const auto shown = escapeControls(end);
        CAPTURE(shown);
        const auto record = agreed(kUpToData + "body" + end + kHidden + "\r\n.\r\n", setup);
        REQUIRE(record.events.size() == 7);
        const auto message = "body" + end + kHidden;
        bool bare = false;
        for (auto lf = message.find('\n'); lf != std::string::npos; lf = message.find('\n', lf + 1))
            bare |= message[lf - 1] != '\r';
        CHECK(record.events[6].starts_with(
            bare ? "Refused ProtocolError 550 5.6.11 Message contains bare linefeeds "
                   "[BareLinefeedRejectionEnabled] endsMessage"
                 : "EndOfData"));
    }
}

TEST_CASE("The true end is the true end in every cut, with the next command behind it") {
    const auto record = agreed(kUpToData + "body\r\n.\r\n" + kHidden + "\r\n.\r\n");
    const std::vector<std::string> expected = {
        "Connected",
        "EHLO mail.fabrikam.com",
        "MAIL <kim@fabrikam.com>",
        "RCPT <don@adventureworks.com>",
        "DATA",
        "content body\\r\\n",
        "EndOfData 6",
        "MAIL <admin@fabrikam.com>",
        "RCPT <victim@adventureworks.com>",
        "DATA",
        "content Subject: smuggled\\r\\n\\r\\nHello\\r\\n\\r\\n",
        "EndOfData 30",
    };
    CHECK(record.events == expected);
}

TEST_CASE("Flawed content that is tolerated stays as it came and is reported with the dot") {
    const auto record = agreed(kUpToData + "a\nb\rc\0d\r\n.\r\n"s);
    REQUIRE(record.events.size() == 7);
    CHECK(record.events[5] == "content a\\nb\\rc\\x00d\\r\\n");
    CHECK(record.events[6] == "EndOfData 9 bareCR bareLF NUL");
}

TEST_CASE("A command smuggled behind a bare LF in a command line is not executed") {
    const auto record =
        agreed(kHello + "MAIL FROM:<kim@fabrikam.com>\nRCPT TO:<victim@adventureworks.com>\r\nNOOP\r\n");
    const std::vector<std::string> expected = {
        "Connected",
        "EHLO mail.fabrikam.com",
        "Refused ProtocolError 500 5.3.3 Unrecognized command",
        "NOOP",
    };
    CHECK(record.events == expected);
}

TEST_CASE("A command behind a bare CR is part of the argument and refused with it") {
    CHECK(replyTo(kHello + "MAIL FROM:<kim@fabrikam.com>\rRCPT TO:<victim@adventureworks.com>\r\n") ==
          "550 5.1.7 Invalid address");
    CHECK(replyTo(kHello + "NOOP\rQUIT\r\n") == "500 5.3.3 Unrecognized command");
    CHECK(replyTo(kHello + "NOOP x\rQUIT\r\n") == "501 5.5.4 Invalid arguments");
}

TEST_CASE("A peer that ends its lines with LF alone is told at each line and then disconnected") {
    const auto record = agreed("EHLO a\nMAIL FROM:<a@b.c>\nQUIT\nNOOP\nNOOP\nNOOP\nNOOP\n");
    const auto replies = record.replies();
    REQUIRE(replies.size() == 7); // banner, five refusals, and the one that is too many
    for (std::size_t i = 1; i < 6; ++i)
        CHECK(replies[i] == "500 5.3.3 Unrecognized command");
    CHECK(replies[6] == "421 4.7.0 Too many errors on this connection, closing transmission channel");
    CHECK(record.over);
}

TEST_CASE("The octets of a refused BDAT are never read as commands") {
    const auto chunk = kHidden + "QUIT\r\n";
    const auto record = agreed(kHello + kSender + kRecipient + "BDAT " + std::to_string(chunk.size()) +
                               " LAST\r\n" + chunk + "NOOP\r\n");
    const std::vector<std::string> expected = {
        "Connected",
        "EHLO mail.fabrikam.com",
        "MAIL <kim@fabrikam.com>",
        "RCPT <don@adventureworks.com>",
        "Refused NotImplemented 502 5.3.3 Command not implemented",
        "NOOP",
    };
    CHECK(record.events == expected);
}

TEST_CASE("A BDAT whose size is unknown or absurd ends the session: its octets could be anything") {
    for (const auto* line : {"BDAT", "BDAT x", "BDAT -1 LAST", "BDAT 5 FIRST", "BDAT 5 LAST LAST", "BDAT 0x5",
                             "BDAT 99999999999999999999", "BDAT 184467440737095516160"}) {
        CAPTURE(line);
        const auto record = agreed(kHello + line + "\r\nMAIL FROM:<admin@fabrikam.com>\r\n");
        CHECK(record.over);
        CHECK(record.events.size() == 4);
        CHECK(lastReply(record) == "501 5.5.4 Invalid arguments");
    }
    const auto tooLarge = agreed(kHello + "BDAT 37748737\r\nMAIL FROM:<admin@fabrikam.com>\r\n");
    CHECK(tooLarge.over);
    CHECK(lastReply(tooLarge) == "502 5.3.3 Command not implemented");
}

} // namespace
} // namespace edge::smtp
