// agents.md 2.5: where a message came from, read out of Received.
#include <edge/mail/originating_ip.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

std::string from(const char* value) {
    const auto address = receivedFromAddress(value);
    return address ? address->toString() : "none";
}

std::vector<IpRange> ranges(std::initializer_list<const char*> texts) {
    std::vector<IpRange> all;
    for (const auto* text : texts)
        all.push_back(*IpRange::parse(text));
    return all;
}

TEST_CASE("The peer's address stands in the from-clause, as each server writes it") {
    struct Row {
        const char* value;
        const char* address;
    };
    constexpr Row kRows[] = {
        // Exchange: parentheses without brackets; the by-clause's address is the server's own
        {" from mail.example.net (203.0.113.7) by edge1.contoso.com (192.0.2.25) with Microsoft SMTP Server "
         "id "
         "8.1.240.5; Tue, 1 Apr 2008 10:11:12 -0700",
         "203.0.113.7"},
        {" from mail.example.net (203.0.113.7) by\r\n edge1.contoso.com (192.0.2.25)", "203.0.113.7"},
        {" from mail.example.net (2001:db8::7) by edge1.contoso.com (192.0.2.25)", "2001:db8::7"},
        {" from mail.example.net (fe80::1:2%12) by edge1.contoso.com", "fe80::1:2"},
        // Postfix, Sendmail
        {" from mail.example.net (mail.example.net [203.0.113.7]) by mx (Postfix) with ESMTP", "203.0.113.7"},
        {" from x (unknown [203.0.113.7])\r\n\tby mx (Postfix)", "203.0.113.7"},
        {" from x (unknown [IPv6:2001:db8::7]) by mx", "2001:db8::7"},
        {" from x (x.fabrikam.com [203.0.113.7] (may be forged)) by mx", "203.0.113.7"},
        {" from x ([203.0.113.7]) (authenticated bits=0) by mx", "203.0.113.7"},
        // Exim
        {" from [203.0.113.7] (helo=x) by mx", "203.0.113.7"},
        {" from x ([203.0.113.7]:4711 helo=[198.51.100.1]) by mx", "203.0.113.7"},
        {" from [203.0.113.7] (helo=[198.51.100.1]) by mx", "203.0.113.7"},
        // qmail
        {" from unknown (HELO x) (203.0.113.7) by mx", "203.0.113.7"},
        {" from unknown (HELO [198.51.100.1]) (203.0.113.7) by mx", "203.0.113.7"},
        {" FROM x (203.0.113.7) BY mx", "203.0.113.7"},
        {" from x(203.0.113.7)by mx", "203.0.113.7"},
        {" from ::ffff (::ffff:203.0.113.7) by mx", "203.0.113.7"},
    };
    for (const auto& row : kRows) {
        CAPTURE(row.value);
        CHECK(from(row.value) == row.address);
    }
}

TEST_CASE("What the peer says of itself counts less than what the server saw") {
    CHECK(from("from [198.51.100.1] (mail [203.0.113.7]) by mx") == "203.0.113.7");
    CHECK(from("from [198.51.100.1] (203.0.113.7) by mx") == "203.0.113.7");
    CHECK(from("from a (fake [198.51.100.1]) (real [203.0.113.7]) by mx") == "203.0.113.7");
    CHECK(from("from [198.51.100.1] by mx") == "198.51.100.1"); // there is nothing better
}

TEST_CASE("Fields without an address of a peer have none, whatever they look like") {
    for (const auto* value : {"", " ", "by mx (192.0.2.25) with local", "(qmail 123 invoked by uid 0); date",
                              "from", "from x by mx", "from x (unknown) by mx", "from x ([999.1.1.1]) by mx",
                              "from x ([203.0.113.7) by mx", "from x ([]) by", "from x (((((",
                              "from x ))))) [", "from 203.0.113.7 by mx", "fromage (203.0.113.7) by mx",
                              "from x ([IPv6:]) by mx", "from x (203.0.113.7.evil.example) by mx"}) {
        CAPTURE(value);
        CHECK(from(value) == "none");
    }
}

TEST_CASE("The first address from the top that is no internal server is the origin") {
    const auto headers = HeaderList::parse("Received: from gate (192.0.2.10) by edge (192.0.2.25)\r\n"
                                           "X-Other: from x (198.51.100.9) by y\r\n"
                                           "Received: by gate with local\r\n"
                                           "Received: from front (front [192.0.2.11]) by gate\r\n"
                                           "Received: from mail.fabrikam.com (203.0.113.7) by front\r\n"
                                           "Received: from pc (10.0.0.5) by mail.fabrikam.com\r\n");
    const auto internal = ranges({"192.0.2.0/24"});
    REQUIRE(findOriginatingIp(headers, internal).has_value());
    CHECK(findOriginatingIp(headers, internal)->toString() == "203.0.113.7");
    // Only the list counts: private addresses are not ours by themselves.
    CHECK(findOriginatingIp(headers, ranges({"192.0.2.0/24", "203.0.113.7"}))->toString() == "10.0.0.5");
    CHECK(findOriginatingIp(headers, ranges({"192.0.2.10"}))->toString() == "192.0.2.11");
    CHECK_FALSE(findOriginatingIp(headers, ranges({"0.0.0.0/0"})).has_value());
    CHECK_FALSE(findOriginatingIp(HeaderList::parse("Subject: x\r\n"), internal).has_value());
}

} // namespace
} // namespace edge
