#include <edge/mail/mail_item.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

RoutingAddress address(const char* text) {
    return RoutingAddress::parse(text).value();
}

EnvelopeRecipient recipient(const char* text) {
    EnvelopeRecipient made;
    made.address = address(text);
    return made;
}

std::string content(const MailItem& item) {
    std::string all;
    const auto take = [&all](std::string_view chunk) -> Result<> {
        all += chunk;
        return {};
    };
    REQUIRE(item.forEachMimeChunk(take).has_value());
    return all;
}

TEST_CASE("Removing a recipient takes every spelling of it and is remembered once") {
    EnvelopeRecipientCollection recipients;
    recipients.add(recipient("a@contoso.com"));
    recipients.add(recipient("A@CONTOSO.com"));
    recipients.add(recipient("b@contoso.com"));
    CHECK(recipients.contains(address("a@Contoso.Com")));
    CHECK(recipients.remove(address("a@contoso.COM")) == 2);
    CHECK(recipients.size() == 1);
    CHECK(recipients.removed().size() == 1);
    CHECK(recipients.revision() == 4);
    CHECK(recipients.remove(address("c@contoso.com")) == 0);
    CHECK(recipients.revision() == 4);
}

TEST_CASE("The content is header, blank line and body, in that order and to the octet") {
    MailItem item{SpoolPlace{}};
    item.headers = HeaderList::parse("Subject: x\r\n");
    REQUIRE(item.body.append("line\r\n").has_value());
    CHECK(content(item) == "Subject: x\r\n\r\nline\r\n");
    REQUIRE(item.body.append(std::string_view("\0\xFF", 2)).has_value());
    CHECK(content(item) == std::string("Subject: x\r\n\r\nline\r\n\0\xFF", 22));
    CHECK(item.mimeStreamLength() == content(item).size());
}

TEST_CASE("A message may end before the blank line") {
    MailItem item{SpoolPlace{}};
    item.headers = HeaderList::parse("Subject: x\r\n");
    item.hasBlankLine = false;
    CHECK(content(item) == "Subject: x\r\n");
    CHECK(item.mimeStreamLength() == 12);
}

TEST_CASE("Edits of header and envelope both count") {
    MailItem item{SpoolPlace{}};
    item.headers.append("X", "1");
    item.recipients.add(recipient("a@contoso.com"));
    CHECK(item.revision() == 2);
}

TEST_CASE("A taker that fails stops the content") {
    MailItem item{SpoolPlace{}};
    REQUIRE(item.body.append("body").has_value());
    int calls = 0;
    const auto refuse = [&calls](std::string_view) -> Result<> {
        ++calls;
        return Error{Errc::Io, "full"};
    };
    CHECK(item.forEachMimeChunk(refuse).error().message == "full");
    CHECK(calls == 1);
}

TEST_CASE("The words of BODY, RET and NOTIFY") {
    CHECK(toString(BodyType::SevenBit) == "7BIT");
    CHECK(toString(BodyType::EightBitMime) == "8BITMIME");
    CHECK(toString(BodyType::BinaryMime) == "BINARYMIME");
    CHECK(toString(BodyType::NotSpecified).empty());
    CHECK(toString(DsnFormatRequested::Full) == "FULL");
    CHECK(toString(DsnFormatRequested::Headers) == "HDRS");
    CHECK(toString(DsnFormatRequested::NotSpecified).empty());
    CHECK(toString(DsnTypeRequested{}).empty());
    CHECK(toString(DsnTypeRequested{true, true, false, false, false}) == "NEVER");
    CHECK(toString(DsnTypeRequested{true, false, true, true, true}) == "SUCCESS,FAILURE,DELAY");
    CHECK(toString(DsnTypeRequested{true, false, false, true, false}) == "FAILURE");
}

} // namespace
} // namespace edge
