// The mailbox parser against the isemail vectors (../shared/corpora/isemail, read in place) and against its
// own rules.
#include <edge/base/text.h>
#include <edge/mail/routing_address.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace edge {
namespace {

const std::string kVectors = std::string(EDGE_CORPORA) + "/isemail/tests.xml";

struct Vector {
    int id = 0;
    std::string address;
    std::string category;
};

// The corpus writes control character n as U+2400+n, in UTF-8 E2 90 80+n.
std::string withControls(std::string text) {
    for (auto at = text.find("\xe2\x90"); at != std::string::npos; at = text.find("\xe2\x90", at + 1))
        text.replace(at, 3, 1, static_cast<char>(static_cast<unsigned char>(text[at + 2]) - 0x80));
    return text;
}

std::vector<Vector> readVectors() {
    boost::property_tree::ptree tree;
    boost::property_tree::read_xml(kVectors, tree);
    std::vector<Vector> vectors;
    for (const auto& [name, test] : tree.get_child("tests"))
        if (name == "test")
            vectors.push_back({test.get<int>("<xmlattr>.id"),
                               withControls(test.get<std::string>("address", "")),
                               test.get<std::string>("category")});
    return vectors;
}

bool isLegalInSmtp(const std::string& category) {
    return category == "ISEMAIL_VALID_CATEGORY" || category == "ISEMAIL_DNSWARN" ||
           category == "ISEMAIL_RFC5321";
}

TEST_CASE("isemail: what SMTP allows is taken, everything else is refused") {
    if (!std::filesystem::exists(kVectors)) {
        MESSAGE("skipped: no " << kVectors);
        return;
    }
    std::map<std::string, int> count;
    for (const auto& vector : readVectors()) {
        CAPTURE(vector.id);
        CAPTURE(escapeControls(vector.address));
        CHECK(RoutingAddress::parse(vector.address, kRfc5321AddressLimits).has_value() ==
              isLegalInSmtp(vector.category));
        ++count[vector.category];
    }
    CHECK(count["ISEMAIL_VALID_CATEGORY"] + count["ISEMAIL_DNSWARN"] + count["ISEMAIL_RFC5321"] == 38);
    CHECK(count["ISEMAIL_ERR"] == 66);
}

TEST_CASE("isemail: Exchange's lengths let through what is merely long, and nothing else") {
    if (!std::filesystem::exists(kVectors)) {
        MESSAGE("skipped: no " << kVectors);
        return;
    }
    std::set<int> longOnes;
    for (const auto& vector : readVectors())
        if (RoutingAddress::isValidAddress(vector.address) != isLegalInSmtp(vector.category))
            longOnes.insert(vector.id);
    // RFC5322_LOCAL_TOOLONG and RFC5322_TOOLONG: legal shapes beyond 64 and 254 octets.
    CHECK(longOnes == std::set<int>{26, 39, 40, 59, 60});
}

TEST_CASE("An address has its parts as written") {
    const auto address = RoutingAddress::parse("\"A b@\"@[IPv6:2001:db8::1]").value();
    CHECK(address.localPart() == "\"A b@\"");
    CHECK(address.domainPart() == "[IPv6:2001:db8::1]");
    CHECK(address.toPath() == "<\"A b@\"@[IPv6:2001:db8::1]>");
    const auto postmaster = RoutingAddress::parse("PostMaster").value();
    CHECK(postmaster.localPart() == "PostMaster");
    CHECK(postmaster.domainPart().empty());
}

TEST_CASE("The null reverse path is an address without parts; a default one is none") {
    const auto null = RoutingAddress::parse("<>").value();
    CHECK(null.isNullReversePath());
    CHECK(null.isValid());
    CHECK(null.toPath() == "<>");
    CHECK(null.localPart().empty());
    CHECK(null.domainPart().empty());
    CHECK(null == RoutingAddress::nullReversePath());
    CHECK(RoutingAddress{}.isEmpty());
    CHECK_FALSE(RoutingAddress{}.isValid());
    CHECK_FALSE(RoutingAddress{} == null);
}

TEST_CASE("Addresses compare without regard to ASCII case") {
    const auto parse = [](const char* text) { return RoutingAddress::parse(text).value(); };
    CHECK(parse("Kim@Fabrikam.COM") == parse("kim@fabrikam.com"));
    CHECK_FALSE(parse("kim@fabrikam.com") == parse("kims@fabrikam.com"));
    CHECK(parse("A@b.c") < parse("b@b.c"));
    CHECK_FALSE(parse("b@b.c") < parse("A@b.c"));
    CHECK_FALSE(parse("A@b.c") < parse("a@B.c"));
}

TEST_CASE("UTF-8 is taken only where allowed, and only well formed") {
    const AddressLimits utf8{571, 315, true};
    const std::string address = "k\xc3\xafm@m\xc3\xbcnchen.example";
    CHECK(RoutingAddress::parse(address, utf8).has_value());
    CHECK_FALSE(RoutingAddress::parse(address).has_value());
    CHECK_FALSE(RoutingAddress::parse("k\xc3@fabrikam.com", utf8).has_value());
    CHECK(RoutingAddress::parse("\"k \xc3\xaf\"@fabrikam.com", utf8).has_value());
    CHECK_FALSE(
        RoutingAddress::parse("\"k\\\xc3\xaf\"@fabrikam.com", utf8).has_value()); // RFC 6531: qtext only
}

TEST_CASE("Too long is told apart from malformed") {
    const auto longLocal = std::string(316, 'a') + "@b.c";
    CHECK(RoutingAddress::parse(longLocal).error().code == Errc::LimitExceeded);
    CHECK(RoutingAddress::parse(longLocal, kLongAddressLimits).has_value());
    CHECK(RoutingAddress::parse(std::string(572, 'a')).error().code == Errc::LimitExceeded);
    CHECK(RoutingAddress::parse("a@b@c").error().code == Errc::Malformed);
    CHECK_FALSE(isDomain(std::string(63, 'a') + "." + std::string(64, 'a')));
}

} // namespace
} // namespace edge
