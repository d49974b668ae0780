#include <edge/server/connector_selection.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace edge;

namespace {

using Connectors = std::vector<std::shared_ptr<const ReceiveConnector>>;

std::shared_ptr<const ReceiveConnector> connector(const std::string& name,
                                                  const std::vector<std::string>& bindings,
                                                  const std::vector<std::string>& ranges,
                                                  bool enabled = true) {
    ReceiveConnector made;
    made.name = name;
    made.enabled = enabled;
    made.bindings.clear();
    made.remoteIpRanges.clear();
    for (const auto& binding : bindings)
        made.bindings.push_back(Endpoint::parse(binding).value());
    for (const auto& range : ranges)
        made.remoteIpRanges.push_back(IpRange::parse(range).value());
    return std::make_shared<const ReceiveConnector>(made);
}

const char* const kEverybody = "0.0.0.0-255.255.255.255";
const char* const kEverybody6 = "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

std::string chosen(const Connectors& connectors, const std::string& local, const std::string& remote) {
    const auto selected =
        selectConnector(connectors, Endpoint::parse(local).value(), IpAddress::parse(remote).value());
    return selected ? selected->name : "none";
}

} // namespace

TEST_CASE("The narrowest remote range wins: the documented example") { // platform.md 2.2
    Connectors connectors{
        connector("all", {"0.0.0.0:25"}, {kEverybody}),
        connector("subnet", {"0.0.0.0:25"}, {"192.168.1.0-192.168.1.255"}),
        connector("host", {"0.0.0.0:25"}, {"192.168.1.75"}),
    };
    for (int order = 0; order < 6; ++order) {
        CAPTURE(order);
        CHECK(chosen(connectors, "10.0.0.6:25", "192.168.1.75") == "host");
        CHECK(chosen(connectors, "10.0.0.6:25", "192.168.1.100") == "subnet");
        CHECK(chosen(connectors, "10.0.0.6:25", "192.168.2.75") == "all");
        std::next_permutation(connectors.begin(), connectors.end());
    }
}

TEST_CASE("Which connector serves a connection") {
    struct Row {
        const char* why;
        Connectors connectors;
        const char* local;
        const char* remote;
        const char* expected;
    };
    const auto all = connector("all", {"0.0.0.0:25"}, {kEverybody});
    const auto all6 = connector("all6", {"[::]:25"}, {kEverybody6});
    const Row rows[] = {
        {"nobody listens there", {all}, "10.0.0.6:587", "192.0.2.1", "none"},
        {"nobody serves that peer",
         {connector("a", {"0.0.0.0:25"}, {"10.0.0.0/8"})},
         "10.0.0.6:25",
         "192.0.2.1",
         "none"},
        {"no connectors at all", {}, "10.0.0.6:25", "192.0.2.1", "none"},
        {"a disabled one does not count",
         {connector("off", {"0.0.0.0:25"}, {kEverybody}, false)},
         "10.0.0.6:25",
         "192.0.2.1",
         "none"},
        {"a disabled one does not shadow another",
         {connector("off", {"0.0.0.0:25"}, {"192.0.2.1"}, false), all},
         "10.0.0.6:25",
         "192.0.2.1",
         "all"},
        {"the very address",
         {connector("a", {"10.0.0.6:25"}, {kEverybody})},
         "10.0.0.6:25",
         "192.0.2.1",
         "a"},
        {"another address",
         {connector("a", {"10.0.0.7:25"}, {kEverybody})},
         "10.0.0.6:25",
         "192.0.2.1",
         "none"},
        {"a specific binding goes before a narrower range",
         {connector("wild", {"0.0.0.0:25"}, {"192.0.2.1"}),
          connector("specific", {"10.0.0.6:25"}, {kEverybody})},
         "10.0.0.6:25",
         "192.0.2.1",
         "specific"},
        {"a specific binding that does not serve the peer gives way",
         {all, connector("specific", {"10.0.0.6:25"}, {"10.0.0.0/8"})},
         "10.0.0.6:25",
         "192.0.2.1",
         "all"},
        {"one of several bindings",
         {connector("a", {"10.0.0.6:25", "0.0.0.0:587"}, {kEverybody})},
         "10.0.0.9:587",
         "192.0.2.1",
         "a"},
        {"the narrowest of several ranges",
         {connector("a", {"0.0.0.0:25"}, {kEverybody, "192.0.2.1"}),
          connector("b", {"0.0.0.0:25"}, {"192.0.2.0/24"})},
         "10.0.0.6:25",
         "192.0.2.1",
         "a"},
        {"IPv4 wildcard and IPv6 peer", {all}, "[2001:db8::1]:25", "2001:db8::2", "none"},
        {"IPv6 wildcard", {all, all6}, "[2001:db8::1]:25", "2001:db8::2", "all6"},
        {"IPv6 wildcard and IPv4 peer", {all6}, "10.0.0.6:25", "192.0.2.1", "none"},
        {"a range in CIDR form",
         {all, connector("net", {"0.0.0.0:25"}, {"192.0.2.128/25"})},
         "10.0.0.6:25",
         "192.0.2.200",
         "net"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.why);
        CHECK(chosen(row.connectors, row.local, row.remote) == row.expected);
    }
}
