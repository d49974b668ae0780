#include <edge/server/replay/replay_file.h>
#include <edge/tests/storage/storage_bench.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;

namespace {

// Not UTF-8, with a NUL and a lone dot, without a last line end: nothing may touch any of it.
constexpr std::string_view kBody("Body \xFF\0\r\n.\r\nno end of line", 26);

// The message of docs/queue-and-replay.md, with every parameter that a client can give.
MailItem fullItem() {
    MailItem item{SpoolPlace{}};
    item.fromAddress = *RoutingAddress::parse("bob@fabrikam.com");
    item.bodyType = BodyType::EightBitMime;
    item.dsnFormatRequested = DsnFormatRequested::Headers;
    item.envelopeId = "12345ABCD";
    item.originalAuthenticator = "bob+40fabrikam.com";
    EnvelopeRecipient mary;
    mary.address = *RoutingAddress::parse("mary@contoso.com");
    mary.originalRecipient = "rfc822;mary@contoso.com";
    mary.dsnTypeRequested = {true, true, false, false, false};
    item.recipients.add(mary);
    EnvelopeRecipient quoted;
    quoted.address = *RoutingAddress::parse("\"a > b\"@contoso.com");
    quoted.dsnTypeRequested = {true, false, true, true, false};
    item.recipients.add(quoted);
    item.heloDomain = "mail.fabrikam.com";
    item.sourceName = "SMTP:Default EDGE01";
    item.sourceIpAddress = "203.0.113.9";
    item.headers = HeaderList::parse("Received: from mail.fabrikam.com\r\nSubject: Hello\r\n");
    REQUIRE(item.body.append(kBody));
    return item;
}

constexpr const char* kGolden =
    "X-sender: <bob@fabrikam.com> BODY=8BITMIME RET=HDRS ENVID=12345ABCD auth=bob+40fabrikam.com\r\n"
    "X-Receiver: <mary@contoso.com> ORCPT=rfc822;mary@contoso.com NOTIFY=NEVER\r\n"
    "X-Receiver: <\"a > b\"@contoso.com> NOTIFY=SUCCESS,FAILURE\r\n"
    "X-CreatedBy: MSExchange15\r\n"
    "X-HeloDomain: mail.fabrikam.com\r\n"
    "X-Source: SMTP:Default EDGE01\r\n"
    "X-SourceIPAddress: 203.0.113.9\r\n"
    "X-EndOfInjectedXHeaders: 78\r\n";

std::size_t linesOf(const std::string& block) {
    std::size_t lines = 0;
    for (std::size_t at = 0; (at = block.find("\r\n", at)) != std::string::npos; at += 2)
        ++lines;
    return lines;
}

} // namespace

TEST_CASE("The injected block looks like a real export") {
    const auto item = fullItem();
    CHECK(renderReplayBlock(item, "MSExchange15") == kGolden);
    CHECK(replayText(item) == kGolden +
                                  std::string("Received: from mail.fabrikam.com\r\nSubject: Hello\r\n\r\n") +
                                  std::string(kBody));
}

TEST_CASE("What was rendered is read back, body octet for octet") {
    const auto item = fullItem();
    const auto text = replayText(item);
    const auto file = readReplayFile(text);
    REQUIRE(file);
    CHECK(file->sender == item.fromAddress);
    CHECK((file->bodyType == BodyType::EightBitMime));
    CHECK((file->dsnFormatRequested == DsnFormatRequested::Headers));
    CHECK(file->envelopeId == "12345ABCD");
    CHECK(file->auth == "bob+40fabrikam.com");
    REQUIRE(file->receivers.size() == 2);
    CHECK(file->receivers[0].originalRecipient == "rfc822;mary@contoso.com");
    CHECK(file->receivers[0].dsnTypeRequested.never);
    CHECK(file->receivers[1].address.toString() == "\"a > b\"@contoso.com");
    CHECK((file->receivers[1].dsnTypeRequested == DsnTypeRequested{true, false, true, true, false}));
    CHECK(file->createdBy == "MSExchange15");
    CHECK(file->heloDomain == "mail.fabrikam.com");
    CHECK(file->source == "SMTP:Default EDGE01");
    CHECK(file->sourceIpAddress == "203.0.113.9");
    CHECK(file->headers.toBytes() == item.headers.toBytes());
    CHECK(text.substr(file->bodyOffset) == *item.body.readAll(1000));
    CHECK(keepsOrganizationHeaders(*file, profile(ProfileId::E2019)));
    CHECK_FALSE(keepsOrganizationHeaders(*file, profile(ProfileId::E2007)));
}

TEST_CASE("A null sender, a message without body and one without header are written as they are") {
    MailItem item{SpoolPlace{}};
    item.fromAddress = RoutingAddress::nullReversePath();
    item.recipients.add({*RoutingAddress::parse("a@contoso.com"), "", {}, {}});
    item.hasBlankLine = false;
    item.headers = HeaderList::parse("Subject: only\r\n");
    auto text = replayText(item);
    CHECK(text.starts_with("X-sender: <>\r\nX-Receiver: <a@contoso.com>\r\n"));
    CHECK(text.ends_with("X-SourceIPAddress: 0.0.0.0\r\nX-EndOfInjectedXHeaders: 15\r\nSubject: only\r\n"));
    auto file = readReplayFile(text);
    REQUIRE(file);
    CHECK(file->sender.isNullReversePath());
    CHECK_FALSE(file->hasBlankLine);
    CHECK(file->source == "Replay");

    item.headers = {};
    item.hasBlankLine = true;
    text = replayText(item);
    CHECK(text.ends_with("X-EndOfInjectedXHeaders: 2\r\n\r\n"));
    file = readReplayFile(text);
    REQUIRE(file);
    CHECK(file->headers.empty());
    CHECK(file->bodyOffset == text.size());
}

TEST_CASE("No value brings a line, a parameter or a recipient of its own") {
    const char* const evil =
        "x\r\nX-Receiver: <victim@contoso.com>\r\n\r\nbody\0<victim@contoso.com> NOTIFY=NEVER";
    MailItem item{SpoolPlace{}};
    item.fromAddress = *RoutingAddress::parse("a@contoso.com");
    item.recipients.add({*RoutingAddress::parse("b@contoso.com"), evil, {}, {}});
    item.envelopeId = evil;
    item.originalAuthenticator = evil;
    item.heloDomain = evil;
    item.sourceName = evil;
    item.sourceIpAddress = evil;
    const auto block = renderReplayBlock(item, evil);
    CHECK(linesOf(block) == 7);
    const auto file = readReplayFile(block + "\r\n");
    REQUIRE(file);
    CHECK(file->receivers.size() == 1);
    CHECK(file->receivers[0].address.toString() == "b@contoso.com");
    CHECK_FALSE(file->receivers[0].dsnTypeRequested.specified);
}

TEST_CASE("A message cannot extend the injected block with headers of its own") {
    MailItem item{SpoolPlace{}};
    item.fromAddress = *RoutingAddress::parse("a@contoso.com");
    item.recipients.add({*RoutingAddress::parse("b@contoso.com"), "", {}, {}});
    item.headers = HeaderList::parse(
        "X-Receiver: <victim@contoso.com>\r\nX-Sender: <ceo@contoso.com>\r\nSubject: s\r\n");
    const auto file = readReplayFile(replayText(item));
    REQUIRE(file);
    CHECK(file->receivers.size() == 1);
    CHECK(file->sender.toString() == "a@contoso.com");
    CHECK(file->headers.size() == 3);
}

TEST_CASE("The documented minimal example is read") { // platform.md 4.4
    const auto file =
        readReplayFile("X-Receiver: <mary@contoso.com> NOTIFY=NEVER ORcpt=mary@contoso.com\r\n"
                       "X-Sender: <bob@fabrikam.com> BODY=7bit ENVID=12345AB auth=<someAuth>\r\n"
                       "Subject: Optional message subject\r\n"
                       "\r\n"
                       "This is the body of the message.\r\n");
    REQUIRE(file);
    CHECK(file->sender.toString() == "bob@fabrikam.com");
    CHECK((file->bodyType == BodyType::SevenBit));
    CHECK(file->auth == "<someAuth>");
    CHECK(file->receivers.at(0).originalRecipient == "mary@contoso.com");
    CHECK(file->createdBy.empty());
    CHECK(file->headers.size() == 1);
}

TEST_CASE("A real export is read, semicolons and both property names included") { // platform.md 4.4, observed
    const auto file = readReplayFile("X-sender: <netdev+bounces-1@vger.kernel.org>\r\n"
                                     "X-Receiver: <user@secunet.com> ORCPT=rfc822;user@secunet.com "
                                     "NOTIFY=NEVER; X-ExtendedProps=BQAVABYAAgAAAAUA\r\n"
                                     "X-CreatedBy: MSExchange15\r\n"
                                     "X-HeloDomain: mbx-dresden-01.secunet.de\r\n"
                                     "X-ExtendedProps: BQBjAAoAFmUFfe5Q3AgFADcAAgAADwA8AAAA\r\n"
                                     "X-Source: SMTP:Default MBX-ESSEN-02\r\n"
                                     "X-SourceIPAddress: 10.53.40.199\r\n"
                                     "X-EndOfInjectedXHeaders: 8644\r\n"
                                     "Received: from a by b\r\n"
                                     "X-Source: of the message\r\n\r\n");
    REQUIRE(file);
    CHECK(file->receivers.at(0).originalRecipient == "rfc822;user@secunet.com");
    CHECK(file->receivers.at(0).dsnTypeRequested.never);
    CHECK(file->extendedProps == "BQBjAAoAFmUFfe5Q3AgFADcAAgAADwA8AAAA");
    CHECK(file->source == "SMTP:Default MBX-ESSEN-02");
    CHECK(file->headers.size() == 2);
}

TEST_CASE("What breaks the rules of Replay is badmail, by name") {
    const struct {
        const char* text;
        const char* says;
    } cases[] = {
        {"Subject: s\r\n\r\n", "no X-Sender"},
        {"X-Sender: <a@b.com>\r\n\r\n", "no X-Receiver"},
        {"Subject: s\r\nX-Sender: <a@b.com>\r\nX-Receiver: <a@b.com>\r\n\r\n",
         "no X-Sender"}, // X-headers come first
        {"X-Sender: <a@b.com>\r\nX-Sender: <a@b.com>\r\nX-Receiver: <a@b.com>\r\n\r\n",
         "more than one X-Sender"},
        {"X-Sender: <a@b.com>\r\nX-Receiver: <a@b.com> <c@d.com>\r\n\r\n", "not one address"},
        {"X-Sender: <a@b.com>\r\nX-Receiver: <>\r\n\r\n", "no valid address"},
        {"X-Sender: <a@b.com\r\nX-Receiver: <a@b.com>\r\n\r\n", "not one address"},
        {"X-Sender: <a@b.com> BODY=9bit\r\nX-Receiver: <a@b.com>\r\n\r\n", "unknown BODY"},
        {"X-Sender: <a@b.com> RET=SOME\r\nX-Receiver: <a@b.com>\r\n\r\n", "unknown RET"},
        {"X-Sender: <a@b.com>\r\nX-Receiver: <a@b.com> NOTIFY=MAYBE\r\n\r\n", "unknown NOTIFY"},
        {"X-Sender: <a@b.com>\r\nX-Receiver: <a@b.com> NOTIFY=NEVER,DELAY\r\n\r\n", "beside others"},
        {"X-Sender: <a@b.com>\r\nX-Receiver: <a@b.com>\r\nX-CreatedBy:\r\n\r\n", "X-CreatedBy is empty"},
        {"", "no X-Sender"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.text);
        const auto file = readReplayFile(one.text);
        REQUIRE_FALSE(file);
        CHECK(file.error().code == Errc::Malformed);
        CHECK(file.error().message.find(one.says) != std::string::npos);
    }
}
