// New-ReceiveConnector and the rules between connectors (platform.md 2.1, 2.2).
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

const ReceiveConnector* connector(const ShellBench& bench, std::string_view name) {
    for (const auto& each : bench.store.current()->all<ReceiveConnector>())
        if (each->name == name)
            return each.get();
    return nullptr;
}

TEST_CASE("The usage decides permission groups and authentication") {
    struct Case {
        const char* arguments;
        std::set<PermissionGroup> groups;
        std::set<AuthMechanism> mechanisms;
    };
    const Case cases[] = {
        {"-Usage Internet -Bindings 0.0.0.0:2501", {PermissionGroup::AnonymousUsers}, {AuthMechanism::Tls}},
        {"-Internet -Bindings 0.0.0.0:2501", {PermissionGroup::AnonymousUsers}, {AuthMechanism::Tls}},
        {"-Internal -RemoteIPRanges 10.0.0.0/8",
         {PermissionGroup::ExchangeServers},
         {AuthMechanism::Tls, AuthMechanism::ExchangeServer}},
        {"-Usage partner -Bindings 0.0.0.0:2501 -RemoteIPRanges 10.0.0.1",
         {PermissionGroup::Partners},
         {AuthMechanism::Tls}},
        {"-Custom -Bindings 0.0.0.0:2501 -RemoteIPRanges 10.0.0.1", {}, {AuthMechanism::Tls}},
        {"-Bindings 0.0.0.0:2501 -RemoteIPRanges 10.0.0.1", {}, {AuthMechanism::Tls}},
        {"-Internet -Bindings 0.0.0.0:2501 -PermissionGroups Partners",
         {PermissionGroup::Partners},
         {AuthMechanism::Tls}},
    };
    for (const auto& [arguments, groups, mechanisms] : cases) {
        CAPTURE(arguments);
        ShellBench bench;
        REQUIRE(bench.error(std::string("New-ReceiveConnector X ") + arguments) == "");
        CHECK((connector(bench, "X")->permissionGroups == groups));
        CHECK((connector(bench, "X")->authMechanism == mechanisms));
    }
}

TEST_CASE("Internet serves everybody, Internal is bound to port 25") {
    ShellBench bench;
    REQUIRE(bench.error("New-ReceiveConnector A -Internet -Bindings 127.0.0.1:2525") == "");
    CHECK(connector(bench, "A")->remoteIpRanges == std::vector{everyIpV4Address()});
    REQUIRE(bench.error("New-ReceiveConnector B -Internal -RemoteIPRanges 10.0.0.0/8") == "");
    REQUIRE(connector(bench, "B")->bindings.size() == 1);
    CHECK(connector(bench, "B")->bindings[0].toString() == "0.0.0.0:25");
}

TEST_CASE("What a usage needs must be given, and a client connector does not exist here") {
    const std::pair<const char*, const char*> cases[] = {
        {"New-ReceiveConnector X -Internet",
         "1:1: parameter: New-ReceiveConnector -Usage Internet needs -Bindings"},
        {"New-ReceiveConnector X -Internal",
         "1:1: parameter: New-ReceiveConnector -Usage Internal needs -RemoteIPRanges"},
        {"New-ReceiveConnector X -Partner -Bindings 0.0.0.0:25",
         "1:1: parameter: New-ReceiveConnector -Usage Partner needs -RemoteIPRanges"},
        {"New-ReceiveConnector X -Bindings 0.0.0.0:25",
         "1:1: parameter: New-ReceiveConnector -Usage Custom needs -RemoteIPRanges"},
        {"New-ReceiveConnector X -Usage Client -RemoteIPRanges 10.0.0.1",
         "1:31: unsupported: client connectors authenticate mailbox users and do not exist on an Edge server "
         "(platform.md 2.1)"},
        {"New-ReceiveConnector X -Client", "1:24: unsupported: -Client of New-ReceiveConnector is not "
                                           "supported: client connectors authenticate mailbox "
                                           "users and do not exist on an Edge server (platform.md 2.1)"},
        {"New-ReceiveConnector X -Usage Intranet", "1:31: value: \"Intranet\" is none of Custom | Internet | "
                                                   "Internal | Partner; did you mean \"Internet\"?"},
        {"New-ReceiveConnector X -Usage Internet -Partner -Bindings 0.0.0.0:25",
         "1:40: parameter: a connector has one usage, not Internet and Partner"},
    };
    for (const auto& [script, message] : cases) {
        ShellBench bench;
        CHECK(bench.error(script) == message);
    }
}

TEST_CASE("Ranges of one binding may nest, but not cross and not be equal") {
    ShellBench bench;
    CHECK(bench.error("New-ReceiveConnector In -Internal -RemoteIPRanges 192.168.1.0/24") == "");
    CHECK(bench.error("New-ReceiveConnector One -Internal -RemoteIPRanges 192.168.1.75") == "");
    CHECK(bench.error("New-ReceiveConnector Cross -Internal -RemoteIPRanges 192.168.0.200-192.168.1.100")
              .find("must lie wholly inside the other") != std::string::npos);
    CHECK(bench.error("New-ReceiveConnector Same -Internal -RemoteIPRanges 192.168.1.0-192.168.1.255")
              .find("are those of \"Same\" as well") != std::string::npos);
    CHECK(bench.error(
              "New-ReceiveConnector Other -Custom -Bindings 0.0.0.0:26 -RemoteIPRanges 192.168.1.0/24") ==
          "");
    CHECK(bench.error("Set-ReceiveConnector One -RemoteIPRanges 192.168.1.0/24").find("as well") !=
          std::string::npos);
    CHECK(bench.error("Set-ReceiveConnector In -Bindings $null").find("needs at least one of -Bindings") !=
          std::string::npos);
}

TEST_CASE("Mechanisms that do nothing yet, or contradict each other, are refused") {
    ShellBench bench;
    bench.run("New-ReceiveConnector X -Custom -Bindings 0.0.0.0:26 -RemoteIPRanges 10.0.0.1");
    CHECK(bench.error("Set-ReceiveConnector X -AuthMechanism Tls,BasicAuth")
              .find("it comes with the AUTH command") != std::string::npos);
    CHECK(bench.error("Set-ReceiveConnector X -AuthMechanism ExternalAuthoritative")
              .find("needs PermissionGroups ExchangeServers") != std::string::npos);
    CHECK(bench
              .error("Set-ReceiveConnector X -AuthMechanism ExternalAuthoritative,ExchangeServer "
                     "-PermissionGroups "
                     "ExchangeServers")
              .find("goes with Tls only") != std::string::npos);
    CHECK(bench.error("Set-ReceiveConnector X -AuthMechanism Tls,ExternalAuthoritative -PermissionGroups "
                      "ExchangeServers") == "");
    CHECK(bench
              .error("New-ReceiveConnector Y -Internet -Bindings 0.0.0.0:27 -PermissionGroups "
                     "ExchangeLegacyServers")
              .find("does not exist on an Edge server") != std::string::npos);
}

TEST_CASE("A banner is a reply, and nothing can be smuggled into it") {
    ShellBench bench;
    const std::string set = "Get-ReceiveConnector | Set-ReceiveConnector -Banner ";
    CHECK(bench.error(set + "'220 Contoso'") == "");
    CHECK(bench.error(set + "$null") == "");
    CHECK(bench.error(set + "'Contoso'").find("a banner starts with \"220 \"") != std::string::npos);
    CHECK(bench.error(set + "\"220 a`r`n220 b\"").find("printable ASCII") != std::string::npos);
}

TEST_CASE("-Server may name this server only") {
    ShellBench bench;
    CHECK(bench.run("(Get-ReceiveConnector -Server EDGE01).Enabled") == "True\n");
    CHECK(bench.error("New-ReceiveConnector X -Internal -RemoteIPRanges 10.0.0.1 -Server "
                      "edge01.adventureworks.com") == "");
    CHECK(bench.error("Get-ReceiveConnector -Server HUB01") ==
          "1:30: operation: there is no server \"HUB01\"; this one is \"EDGE01\"");
}

TEST_CASE("Anonymous relay is one switch of ours") {
    ShellBench bench;
    CHECK(bench.run("Get-ReceiveConnector | Set-EdgeSimReceiveConnector -AnonymousMayRelay $true") == "");
    CHECK(connector(bench, "Default internal receive connector EDGE01")->anonymousMayRelay);
}

} // namespace
} // namespace edge
