// SMTP smuggling: no line-end trick inside DATA makes a second message out of one (docs/decisions/0100).
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using testenv::Lab;
using testenv::LabClient;

// What other servers were seen to take for the end of a message (SEC Consult, December 2023, and kin).
const std::vector<std::string> kFalseEnds{
    "\n.\n",
    "\n.\r\n",
    "\r\n.\n",
    "\r.\r",
    "\r.\r\n",
    "\r\n.\r",
    "\n.\r",
    "\r.\n",
    "\r\n\r.\r",
    "\r\n.\r\r\n",
    "\r\n\n.\n",
    std::string("\r\n\0.\r\n", 6),
    std::string("\r\n.\0\r\n", 6),
};

constexpr const char* kSmuggled =
    "MAIL FROM:<forged@adventureworks.com>\r\nRCPT TO:<bob@adventureworks.com>\r\n"
    "DATA\r\nSubject: smuggled\r\n\r\nsmuggled\r\n";

void begin(LabClient& client) {
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    client.say("RCPT TO:<mary@adventureworks.com>");
    REQUIRE(client.say("DATA").statusCode() == 354);
}

// What the server keeps of a line that begins with a dot behind a true line end (RFC 5321 4.5.2).
std::string unstuffed(std::string body) {
    for (std::size_t at = 0; (at = body.find("\r\n.", at)) != std::string::npos; at += 2)
        body.erase(at + 2, 1);
    return body;
}

} // namespace

TEST_CASE("No false end of data lets a second message in; the body stays what was sent") {
    for (const auto& end : kFalseEnds) {
        for (const std::size_t readSize : {std::size_t{1}, std::size_t{3}, std::size_t{65536}}) {
            CAPTURE(end);
            CAPTURE(readSize);
            Lab lab;
            auto client = lab.connectFrom(kStranger);
            begin(client);
            client.wire().setReadSize(readSize);
            const auto body = "innocent" + end + kSmuggled;
            client.raw(kHeader + std::string("\r\n") + body + ".\r\n");
            CHECK(client.read().statusCode() == 250);
            const auto stored = lab.replay();
            REQUIRE(stored.size() == 1);
            CHECK(stored[0].file.sender.toString() == kSender);
            CHECK(stored[0].body == unstuffed(body));
            CHECK(client.say("NOOP").toString() == "250 2.0.0 OK"); // no reply is left over
        }
    }
}

TEST_CASE("A true CRLF.CRLF ends the message: what follows is commands") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    begin(client);
    client.raw(message("first\r\n") + ".\r\nNOOP\r\n");
    CHECK(client.read().statusCode() == 250);
    CHECK(client.read().toString() == "250 2.0.0 OK");
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay()[0].body == "first\r\n");
}

TEST_CASE("Where the connector refuses bare line feeds, the message is refused at the true dot") {
    Lab lab;
    lab.run("Get-ReceiveConnector | Set-ReceiveConnector -BareLinefeedRejectionEnabled $true");
    auto client = lab.connectFrom(kStranger);
    begin(client);
    client.raw(message("innocent\n.\n") + kSmuggled + "\r\n.\r\n");
    CHECK(client.read().statusCode() == 550);
    CHECK(lab.replay().empty());
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
}

} // namespace edge::bench
