#include <edge/server/ip_lists/ip_list_table.h>

#include <doctest/doctest.h>

#include <random>

namespace edge {
namespace {

using namespace std::chrono_literals;

const UtcTime kNow = std::chrono::sys_days(std::chrono::year(2022) / 9 / 13) + 14h;

IpListEntry entry(std::int64_t identity, const std::string& range,
                  std::optional<UtcTime> expires = std::nullopt) {
    IpListEntry made;
    made.identity = identity;
    made.range = *IpRange::parse(range);
    made.comment = "number " + std::to_string(identity);
    made.expirationTime = expires;
    return made;
}

IpAddress ip(const char* text) {
    return *IpAddress::parse(text);
}

// The identity that is found, or 0.
std::int64_t found(const IpListTable& table, const char* address, UtcTime now = kNow) {
    const auto match = table.find(ip(address), now);
    return match ? match->identity : 0;
}

TEST_CASE("Single addresses, ranges and CIDR match at their ends and not beyond") {
    const auto table = IpListTable().with({entry(1, "192.0.2.7"), entry(2, "198.51.100.10-198.51.100.20"),
                                           entry(3, "203.0.113.77/24"), entry(4, "2001:db8::5"),
                                           entry(5, "2001:db8:1::/48"), entry(6, "10.0.0.0/8")});
    struct Row {
        const char* address;
        std::int64_t identity;
    };
    constexpr Row kRows[] = {
        {"192.0.2.6", 0},     {"192.0.2.7", 1},        {"192.0.2.8", 0},
        {"198.51.100.9", 0},  {"198.51.100.10", 2},    {"198.51.100.20", 2},
        {"198.51.100.21", 0}, {"203.0.113.0", 3},      {"203.0.113.255", 3},
        {"203.0.112.255", 0}, {"203.0.114.0", 0},      {"2001:db8::5", 4},
        {"2001:db8::6", 0},   {"2001:db8:1::", 5},     {"2001:db8:1:ffff::1", 5},
        {"2001:db8:2::", 0},  {"::ffff:192.0.2.7", 1}, {"10.255.255.255", 6},
        {"0.0.0.0", 0},       {"255.255.255.255", 0},  {"::", 0},
    };
    for (const auto& row : kRows) {
        CAPTURE(row.address);
        CHECK(found(*table, row.address) == row.identity);
    }
    CHECK(found(IpListTable(), "192.0.2.7") == 0);
}

TEST_CASE("The whole of one family is not the other family") {
    const auto table = IpListTable().with({entry(1, "::/0")});
    CHECK(found(*table, "2001:db8::5") == 1);
    CHECK(found(*table, "192.0.2.7") == 0);
    CHECK(found(*IpListTable().with({entry(1, "0.0.0.0/0")}), "192.0.2.7") == 1);
}

TEST_CASE("The narrowest entry wins, of equal ones the oldest, and expired ones stand aside") {
    const auto table = IpListTable().with({entry(1, "192.0.0.0/16"), entry(2, "192.0.2.0/24", kNow),
                                           entry(3, "192.0.2.0-192.0.2.127", kNow + 1s),
                                           entry(4, "192.0.2.0/25"), entry(5, "192.0.2.7", kNow - 1s)});
    CHECK(found(*table, "192.0.2.7") == 3);
    CHECK(found(*table, "192.0.2.7", kNow - 2s) == 5);
    CHECK(found(*table, "192.0.2.7", kNow + 1s) == 4);
    CHECK(found(*table, "192.0.2.200") == 1); // entry 2 expires this very moment
    CHECK(found(*table, "192.0.2.200", kNow - 1us) == 2);
    CHECK(table->containing(ip("192.0.2.7")).size() == 5); // listed still
    CHECK(table->get(5)->hasExpired(kNow));
}

TEST_CASE("An entry comes back as it was given") {
    auto given = entry(7, "192.0.2.0/30", kNow);
    given.isMachineGenerated = true;
    const auto table = IpListTable().with({given});
    const auto got = *table->get(7);
    CHECK(got.identity == 7);
    CHECK((got.range == given.range));
    CHECK(got.comment == "number 7");
    CHECK((got.expirationTime == kNow));
    CHECK(got.isMachineGenerated);
    CHECK_FALSE(table->get(8).has_value());
    CHECK(table->withRange(given.range).size() == 1);
    CHECK(table->withRange(*IpRange::parse("192.0.2.0/31")).empty());
}

TEST_CASE("A table stays as it is while others are made of it") {
    const auto one = IpListTable().with({entry(1, "192.0.2.1")});
    const auto two = one->with({entry(2, "192.0.2.2")});
    const auto three = two->without(1);
    CHECK(one->size() == 1);
    CHECK(found(*one, "192.0.2.2") == 0);
    CHECK(two->size() == 2);
    CHECK(found(*two, "192.0.2.1") == 1);
    CHECK(three->size() == 1);
    CHECK(found(*three, "192.0.2.1") == 0);
    CHECK(found(*three, "192.0.2.2") == 2);
}

TEST_CASE("Whatever was added and removed, in whatever order, the answers are those of a plain search") {
    std::mt19937 random(20260); // the same numbers at each run
    const auto below = [&random](std::uint32_t limit) {
        return static_cast<std::uint32_t>(random() % limit);
    };
    std::vector<IpListEntry> plain;
    auto table = IpListTable().with({});
    std::int64_t identity = 0;
    for (int step = 0; step < 6000; ++step) {
        if (!plain.empty() && below(4) == 0) {
            const auto at = plain.begin() + below(static_cast<std::uint32_t>(plain.size()));
            table = table->without(at->identity);
            plain.erase(at);
        } else {
            // A small world, so that ranges nest, touch and repeat; every tenth is IPv6.
            const auto first = below(4000);
            const auto last = first + below(below(8) == 0 ? 2000 : 8);
            IpListEntry made;
            made.identity = ++identity;
            if (below(10) == 0) {
                auto bytes = IpAddress::parse("2001:db8::")->bytes();
                const auto end = [&bytes](std::uint32_t number) {
                    bytes[14] = static_cast<std::uint8_t>(number >> 8);
                    bytes[15] = static_cast<std::uint8_t>(number);
                    return IpAddress::fromBytes(bytes);
                };
                made.range.first = end(first);
                made.range.last = end(last);
            } else {
                made.range = {IpAddress::v4(0x0A000000U + first), IpAddress::v4(0x0A000000U + last)};
            }
            if (below(3) == 0)
                made.expirationTime = kNow + std::chrono::seconds(below(20)) - 10s;
            plain.push_back(made);
            table = table->with({made});
        }
        if (step % 20 != 0)
            continue;
        const auto address = IpAddress::v4(0x0A000000U + below(6200));
        const IpListEntry* best = nullptr;
        std::size_t containing = 0;
        for (const auto& candidate : plain) {
            if (!candidate.range.contains(address))
                continue;
            ++containing;
            if (!candidate.hasExpired(kNow) && (!best || candidate.range.narrowerThan(best->range)))
                best = &candidate;
        }
        const auto match = table->find(address, kNow);
        REQUIRE(match.has_value() == (best != nullptr));
        if (best)
            REQUIRE(match->identity == best->identity);
        REQUIRE(table->containing(address).size() == containing);
        REQUIRE(table->size() == plain.size());
    }
    const auto listed = table->list();
    REQUIRE(listed.size() == plain.size());
    for (std::size_t i = 0; i < plain.size(); ++i)
        REQUIRE(listed[i].identity == plain[i].identity);
    CHECK(table->list(10).size() == 10);
}

} // namespace
} // namespace edge
