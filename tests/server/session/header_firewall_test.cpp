#include <edge/server/session/header_firewall.h>

#include <doctest/doctest.h>

using namespace edge;

namespace {

const char* const kHeader = "Received: from a by b; date\r\n"
                            "Resent-From: c@example.com\r\n"
                            "X-MS-Exchange-Organization-SCL: -1\r\n"
                            "x-ms-exchange-organization-authas: Internal\r\n"
                            "X-MS-Exchange-Forest-RulesExecuted: edge\r\n"
                            "X-MS-Exchange-Other: kept\r\n"
                            "Subject: hello\r\n";

} // namespace

TEST_CASE(
    "A stranger's organization and forest headers are removed, Received survives (platform.md 9, item 5)") {
    auto headers = HeaderList::parse(kHeader);
    const auto removed = applyHeaderFirewall(headers, {Permission::AcceptRoutingHeaders});
    CHECK(removed.size() == 3);
    CHECK(headers.toBytes() == "Received: from a by b; date\r\n"
                               "Resent-From: c@example.com\r\n"
                               "X-MS-Exchange-Other: kept\r\n"
                               "Subject: hello\r\n");
}

TEST_CASE("Without the routing right Received and Resent go, too") {
    auto headers = HeaderList::parse(kHeader);
    applyHeaderFirewall(headers, {});
    CHECK(headers.toBytes() == "X-MS-Exchange-Other: kept\r\nSubject: hello\r\n");
}

TEST_CASE("An Exchange server keeps everything") {
    auto headers = HeaderList::parse(kHeader);
    const auto removed =
        applyHeaderFirewall(headers, {Permission::AcceptRoutingHeaders, Permission::AcceptOrganizationHeaders,
                                      Permission::AcceptForestHeaders});
    CHECK(removed.empty());
    CHECK(headers.toBytes() == kHeader);
    CHECK(headers.revision() == 0);
}
