#include <edge/server/session/trace_headers.h>

#include <doctest/doctest.h>

using namespace edge;

namespace {

const UtcTime kAugust5{std::chrono::seconds(1470439481)}; // 2016-08-05 23:24:41 UTC

} // namespace

TEST_CASE("Received is written as Exchange writes it (platform.md 2.9)") {
    HeaderList headers;
    headers.prepend("Received", receivedValue({.heloDomain = "mail.example.net",
                                               .client = *IpAddress::parse("203.0.113.7"),
                                               .fqdn = "edge1.contoso.com",
                                               .local = *IpAddress::parse("192.0.2.25"),
                                               .profile = ProfileId::E2016,
                                               .when = kAugust5,
                                               .utcOffset = std::chrono::hours(-7)}));
    CHECK(headers.toBytes() == "Received: from mail.example.net (203.0.113.7) by edge1.contoso.com\r\n"
                               " (192.0.2.25) with Microsoft SMTP Server id 15.1.2507.35; Fri, 5 Aug 2016\r\n"
                               " 16:24:41 -0700\r\n");
}

TEST_CASE("Hops are counted, ours apart") {
    const auto headers = HeaderList::parse("Received: from a by EDGE01.contoso.com (1.2.3.4); d\r\n"
                                           "Received: from c\r\n by other.example (5.6.7.8); d\r\n"
                                           "X-Received: by edge01.contoso.com\r\n");
    const auto hops = countHops(headers, "edge01.contoso.com");
    CHECK(hops.all == 2);
    CHECK(hops.local == 1);
}

TEST_CASE("Message-ID and Date are added where they are missing, and only there") {
    auto bare = HeaderList::parse("Subject: x\r\n");
    Guid guid;
    guid.bytes[0] = 0xAB;
    addMissingHeaders(bare, guid, "edge01.contoso.com", kAugust5, std::chrono::minutes(0));
    CHECK(bare.get("Message-ID") == "<ab000000-0000-0000-0000-000000000000@edge01.contoso.com>");
    CHECK(bare.get("Date") == "Fri, 5 Aug 2016 23:24:41 +0000");

    auto full = HeaderList::parse("Date: some day\r\nMessage-Id: <a@b>\r\n");
    addMissingHeaders(full, guid, "edge01.contoso.com", kAugust5, std::chrono::minutes(0));
    CHECK(full.toBytes() == "Date: some day\r\nMessage-Id: <a@b>\r\n");
}
