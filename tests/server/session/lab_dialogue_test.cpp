// Whole dialogues, octet for octet, against the virtual clock (platform.md 2.5 to 2.8).
#include <edge/base/text.h>
#include <edge/testenv/seeded_random.h>
#include <edge/tests/session/lab_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using testenv::dotStuffed;
using testenv::Lab;
using testenv::LabClient;
using namespace std::chrono_literals;

constexpr const char* kBanner =
    "220 edge01.adventureworks.com Microsoft ESMTP MAIL Service ready at Mon, 3 Jun 2019 09:00:00 +0000\n";
constexpr const char* kRelayAttempt = "RCPT TO:<nobody@contoso.com>\r\n";
constexpr const char* kUnableToRelay = "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain\n";

std::string dialogue(std::string_view bodyOctets) {
    return "EHLO mail.fabrikam.com\r\nMAIL FROM:<ann@fabrikam.com>\r\nRCPT TO:<mary@adventureworks.com>\r\n"
           "DATA\r\n" +
           dotStuffed(message(bodyOctets)) + "QUIT\r\n";
}

// Lets everything happen that the server does without hearing more.
void runOut(Lab& lab, LabClient& client) {
    while (!client.read().isEmpty() && lab.sessions() > 0) {
    }
}

// What the server says to octets that arrive in pieces of the given sizes, the last size again and again.
std::string heardWhen(const std::string& octets, const std::function<std::size_t()>& nextSize) {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.read();
    for (std::size_t at = 0; at < octets.size();) {
        const auto size = std::min(nextSize(), octets.size() - at);
        client.wire().send(octets.substr(at, size));
        lab.settle();
        at += size;
    }
    runOut(lab, client);
    REQUIRE(client.closed());
    REQUIRE(lab.replay().size() == 2);
    for (const auto& stored : lab.replay())
        CHECK(stored.body == kBody);
    return client.heard();
}

} // namespace

TEST_CASE("A whole session in profile 2019, octet for octet (platform.md 2.5, 2.6)") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.read();
    for (const auto* line : {"EHLO mail.fabrikam.com", "MAIL FROM:<ann@fabrikam.com>",
                             "RCPT TO:<mary@adventureworks.com>", "DATA"})
        client.say(line);
    client.raw(message("").substr(0, 40));
    lab.advance(105ms); // the content took that long
    client.raw(dotStuffed(message()).substr(40));
    client.read();
    client.say("QUIT");
    CHECK(client.closed());
    CHECK(
        client.heard() ==
        crlf(std::string(kBanner) +
             "250-edge01.adventureworks.com Hello [203.0.113.9]\n250-SIZE 37748736\n250-PIPELINING\n250-DSN\n"
             "250-ENHANCEDSTATUSCODES\n250 8BITMIME\n"
             "250 2.1.0 Sender OK\n250 2.1.5 Recipient OK\n354 Start mail input; end with <CRLF>.<CRLF>\n"
             "250 2.6.0 <first@fabrikam.com> [InternalId=" +
             lastInternalId(lab) +
             ", Hostname=edge01.adventureworks.com] 204 bytes in 0.105, 1.897 KB/sec Queued mail for "
             "delivery\n221 2.0.0 Service closing transmission channel\n"));
}

TEST_CASE("A whole session in profile 2007, octet for octet (platform.md 2.5, 2.6)") {
    Lab lab({.profile = ProfileId::E2007});
    auto client = lab.connectFrom(kStranger);
    client.read();
    sendOne(client);
    client.say("QUIT");
    CHECK(
        client.heard() ==
        crlf(std::string(kBanner) +
             "250-edge01.adventureworks.com Hello [203.0.113.9]\n250-SIZE 10485760\n250-PIPELINING\n250-DSN\n"
             "250-ENHANCEDSTATUSCODES\n250 8BITMIME\n"
             "250 2.1.0 Sender OK\n250 2.1.5 Recipient OK\n354 Start mail input; end with <CRLF>.<CRLF>\n"
             "250 2.6.0 <first@fabrikam.com> Queued mail for delivery\n"
             "221 2.0.0 Service closing transmission channel\n"));
}

TEST_CASE("The replayed file is envelope, our headers, the header that came, and the very body") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    CHECK(sendOne(client).statusCode() == 250);
    const auto stored = lab.replay();
    REQUIRE(stored.size() == 1);
    const auto& file = stored[0].file;
    CHECK(file.sender.toString() == kSender);
    REQUIRE(file.receivers.size() == 1);
    CHECK(file.receivers[0].address.toString() == kMary);
    CHECK(file.heloDomain == "mail.fabrikam.com");
    CHECK(stored[0].body == kBody);
    CHECK(file.headers.get("X-MS-Exchange-Organization-AuthAs") == "Anonymous");
    CHECK(file.headers.get("X-MS-Exchange-Organization-AuthSource") == "edge01.adventureworks.com");
    CHECK(file.headers.get("Subject") == "Greetings");
    CHECK(file.headers.get("Received")
              .value_or("")
              .starts_with("from mail.fabrikam.com (203.0.113.9) by edge01.adventureworks.com"));
}

TEST_CASE("HELO serves as well as EHLO") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.read();
    CHECK(client.say("HELO mail.fabrikam.com").toString() ==
          "250 edge01.adventureworks.com Hello [203.0.113.9]");
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay()[0].body == kBody);
}

TEST_CASE("RSET forgets the transaction, and the session takes a second message") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    CHECK(sendOne(client).statusCode() == 250);
    client.say("MAIL FROM:<forgotten@fabrikam.com>");
    client.say("RCPT TO:<forgotten@adventureworks.com>");
    CHECK(client.say("RSET").toString() == "250 2.0.0 Resetting");
    CHECK(client.say("RCPT TO:<mary@adventureworks.com>").toString() == "503 5.5.2 Need mail command");
    CHECK(client.send("second@fabrikam.com", {"bob@adventureworks.com"}, message("two\r\n")).statusCode() ==
          250);
    const auto stored = lab.replay();
    REQUIRE(stored.size() == 2);
    CHECK(stored[1].file.sender.toString() == "second@fabrikam.com");
    REQUIRE(stored[1].file.receivers.size() == 1);
    CHECK(stored[1].file.receivers[0].address.toString() == "bob@adventureworks.com");
    CHECK(stored[1].body == "two\r\n");
}

TEST_CASE("EHLO in the middle forgets the transaction, too (RFC 5321 4.1.4)") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<forgotten@fabrikam.com>");
    CHECK(client.hello().statusCode() == 250);
    CHECK(client.say("RCPT TO:<mary@adventureworks.com>").statusCode() == 503);
    CHECK(client.send(kSender, {kMary}, message()).statusCode() == 250);
}

TEST_CASE("NOOP, HELP and VRFY answer as documented (platform.md 2.6)") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    CHECK(client.say("NOOP").toString() == "250 2.0.0 OK");
    CHECK(client.say("HELP").toWire() ==
          "214-This server supports the following commands:\r\n"
          "214 HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT\r\n");
    CHECK(client.say("VRFY mary").toString() == "252 2.1.5 Cannot VRFY user");
    CHECK(client.waited() == 0s);
}

TEST_CASE("Replies of a pipelined group go out together after the tarpit (platform.md 2.8)") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    const auto before = client.heard().size();
    client.raw("MAIL FROM:<ann@fabrikam.com>\r\n" + std::string(kRelayAttempt) +
               "RCPT TO:<mary@adventureworks.com>\r\nDATA\r\n");
    lab.advance(4999ms);
    CHECK(client.wire().take().empty());
    lab.advance(1ms);
    CHECK(client.wire().take() == crlf("250 2.1.0 Sender OK\n" + std::string(kUnableToRelay) +
                                       "250 2.1.5 Recipient OK\n"
                                       "354 Start mail input; end with <CRLF>.<CRLF>\n"));
    CHECK(client.heard().size() == before);
}

TEST_CASE("A dialogue gets the same replies sent whole, octet by octet and in random pieces") {
    const auto first = dialogue(kBody);
    const auto both = first.substr(0, first.size() - 6) + "RSET\r\nNOOP\r\nEXPN list\r\n" +
                      "MAIL FROM:<ann@fabrikam.com>\r\n" + kRelayAttempt +
                      dialogue(kBody).substr(dialogue(kBody).find("RCPT"));
    const auto whole = heardWhen(both, [&both] { return both.size(); });
    CHECK(whole.find("221 2.0.0") != std::string::npos);
    // Seconds and rate of the queued reply tell how long the content took: no time passes in any of these.
    CHECK(heardWhen(both, [] { return std::size_t{1}; }) == whole);
    testenv::SeededRandom random(20190603);
    for (int round = 0; round < 25; ++round)
        CHECK(heardWhen(both, [&random] { return 1 + random.below(40); }) == whole);
}

TEST_CASE("A client that ends its input early is served to the end") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.read();
    const auto octets = dialogue(kBody);
    client.wire().send(octets.substr(0, octets.size() - 6)); // without QUIT
    client.wire().halfClose();
    runOut(lab, client);
    CHECK(client.closed());
    CHECK(client.heard().find("Queued mail for delivery\r\n") != std::string::npos);
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay()[0].body == kBody);
}

TEST_CASE("Input that ends inside DATA stores nothing") {
    Lab lab;
    auto client = lab.connectFrom(kStranger);
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    client.say("RCPT TO:<mary@adventureworks.com>");
    client.say("DATA");
    client.raw(message());
    client.wire().halfClose();
    CHECK(client.closed());
    CHECK(lab.replay().empty());
    CHECK(lab.sessions() == 0);
}

} // namespace edge::bench
