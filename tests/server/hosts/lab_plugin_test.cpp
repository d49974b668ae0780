// Install-, Enable- and Uninstall-TransportAgent with real shared libraries on a whole server.
#include <edge/testenv/lab.h>

#include "plugin_files.h"
#include <doctest/doctest.h>

namespace edge::testenv {
namespace {

LabOptions withPlugins() {
    LabOptions options;
    options.agentFolders = {EDGE_PLUGINS};
    return options;
}

// The reply to a message with that subject, in a session of its own.
std::string replyTo(Lab& lab, const std::string& subject) {
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    return client
        .send("ann@fabrikam.com", {"mary@adventureworks.com"}, "Subject: " + subject + "\r\n\r\nHello\r\n")
        .toString();
}

void installNoFoo(Lab& lab) {
    lab.run("Install-TransportAgent -Name 'NoFoo Agent' -TransportAgentFactory NoFooAgent -AssemblyPath "
            "libedge_no_foo_plugin.so");
}

bool isRefused(const std::string& reply) {
    return reply.starts_with("550 5.7.1 No ");
}

TEST_CASE("A new agent is disabled and last, and takes part once it is enabled") {
    Lab lab(withPlugins());
    installNoFoo(lab);
    CHECK(lab.warnings() == std::vector<std::string>{
                                "Please exit Windows PowerShell to complete the installation.",
                                "The following service restart is required for the change(s) to take effect "
                                ": MSExchangeTransport"});
    CHECK(lab.run("Get-TransportAgent 'NoFoo Agent' | Format-List") ==
          "\nIdentity              : NoFoo Agent\nEnabled               : False\nPriority              : "
          "6\nTransportAgentFactory : NoFooAgent\nAssemblyPath          : " +
              pluginPath("no_foo_plugin") + "\n\n\n");
    CHECK_FALSE(isRefused(replyTo(lab, "foo")));
    lab.run("Enable-TransportAgent 'NoFoo Agent'");
    CHECK(replyTo(lab, "foo") == "550 5.7.1 No foo here");
    CHECK(lab.decisions().last() ==
          decision("NoFoo Agent", AgentEvent::OnEndOfHeaders, Action::RejectMessage));
    CHECK_FALSE(isRefused(replyTo(lab, "food")));
}

TEST_CASE("An agent that is uninstalled is gone for new sessions, and can come again") {
    Lab lab(withPlugins());
    installNoFoo(lab);
    lab.run("Enable-TransportAgent 'NoFoo Agent'");
    auto old = lab.connectFrom("203.0.113.10");
    old.hello();
    lab.run("Uninstall-TransportAgent 'NoFoo Agent' -Confirm:$false");
    CHECK_FALSE(isRefused(replyTo(lab, "foo")));
    CHECK(isRefused(
        old.send("a@fabrikam.com", {"mary@adventureworks.com"}, "Subject: foo\r\n\r\n").toString()));
    CHECK(lab.runExpectingErrors("Enable-TransportAgent 'NoFoo Agent'").find("there is no transport agent") !=
          std::string::npos);
    installNoFoo(lab);
    lab.run("Enable-TransportAgent 'NoFoo Agent'");
    CHECK(isRefused(replyTo(lab, "foo")));
}

TEST_CASE("One agent may be installed under two names, each with a factory of its own") {
    Lab lab(withPlugins());
    for (const std::string name : {"First", "Second"})
        lab.run(
            "Install-TransportAgent " + name +
            " -TransportAgentFactory contoso::CountingFactory -AssemblyPath libedge_two_agents_plugin.so; "
            "Enable-TransportAgent " +
            name);
    auto one = lab.connectFrom("203.0.113.9");
    one.hello();
    CHECK(one.say("HELP").toString() == "550 5.7.1 session 1");
    auto two = lab.connectFrom("203.0.113.9");
    two.hello();
    CHECK(two.say("HELP").toString() == "550 5.7.1 session 2");
    lab.run("Disable-TransportAgent First -Confirm:$false");
    auto three = lab.connectFrom("203.0.113.9");
    three.hello();
    CHECK(three.say("HELP").toString() == "550 5.7.1 session 3"); // Second has counted from its own 1
}

TEST_CASE("A routing agent of a plug-in edits what is published") {
    Lab lab(withPlugins());
    lab.run("Install-TransportAgent Stamp -TransportAgentFactory contoso::StampAgent -AssemblyPath "
            "libedge_two_agents_plugin.so; Enable-TransportAgent Stamp");
    REQUIRE(replyTo(lab, "hello").starts_with("250"));
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay()[0].file.headers.get("X-Contoso") == "was here");
}

TEST_CASE("What cannot be installed changes nothing and says why") {
    Lab lab(withPlugins());
    const std::pair<const char*, const char*> cases[] = {
        {"Install-TransportAgent X -AssemblyPath libnothing.so", "there is no \"libnothing.so\""},
        {"Install-TransportAgent X -AssemblyPath libedge_no_plugin.so", "no EDGE_AGENT_PLUGIN"},
        {"Install-TransportAgent X -AssemblyPath libedge_throwing_plugin.so", "the word list is missing"},
        {"Install-TransportAgent X -AssemblyPath libedge_two_agents_plugin.so", "-TransportAgentFactory"},
        {"Install-TransportAgent 'Sender Filter Agent' -AssemblyPath libedge_no_foo_plugin.so",
         "is already installed"},
        {"Install-TransportAgent '' -AssemblyPath libedge_no_foo_plugin.so", "1 to 64 characters"},
        {"Install-TransportAgent X -TransportAgentFactory Nobody -AssemblyPath 'built in'",
         "there is no built-in factory"},
    };
    for (const auto& [script, reason] : cases) {
        const auto errors = lab.runExpectingErrors(script);
        CHECK_MESSAGE(errors.find(reason) != std::string::npos, script, " said ", errors);
    }
    CHECK(lab.server().agents().agents().size() == 5);
    lab.run("Install-TransportAgent X -AssemblyPath libedge_no_foo_plugin.so -WhatIf");
    CHECK(lab.server().agents().agents().size() == 5);
}

TEST_CASE("A built-in agent can be uninstalled and brought back under its factory's name") {
    Lab lab(withPlugins());
    lab.run("Uninstall-TransportAgent 'Sender Filter Agent' -Confirm:$false");
    CHECK(lab.server().agents().agents().size() == 4);
    lab.run("Install-TransportAgent 'Sender Filter Agent' -TransportAgentFactory "
            "edge::SenderFilterAgentFactory -AssemblyPath 'built in'");
    CHECK(lab.server().agents().agents().back().identity == "Sender Filter Agent");
    CHECK_FALSE(lab.server().agents().agents().back().enabled);
}

TEST_CASE("The exported script brings a fresh server to the same agents") {
    Lab lab(withPlugins());
    installNoFoo(lab);
    lab.run("Enable-TransportAgent 'NoFoo Agent'; Set-TransportAgent 'NoFoo Agent' -Priority 2");
    lab.run("Uninstall-TransportAgent 'Sender Filter Agent' -Confirm:$false");
    lab.run(
        "Uninstall-TransportAgent 'Recipient Filter Agent' -Confirm:$false; Install-TransportAgent "
        "'Bob''s Filter' -TransportAgentFactory edge::RecipientFilterAgentFactory -AssemblyPath 'built in'");
    lab.run("Install-TransportAgent 'It''s another' -AssemblyPath libedge_no_bar_plugin.so");
    const auto script = lab.server().agents().exportScript();
    Lab fresh; // which finds the libraries by their full paths
    fresh.run(script);
    const auto listing = [](Lab& which) { return which.run("Get-TransportAgent | Format-List"); };
    CHECK(listing(fresh) == listing(lab));
    CHECK(fresh.server().agents().exportScript() == script);
    CHECK(Lab().server().agents().exportScript().empty());
}

TEST_CASE("Restarting the service loads libraries anew; one that does not load leaves all as it was") {
    TemporaryFolder folder;
    const auto library = folder.path() + "/libedited.so";
    std::filesystem::copy(pluginPath("no_foo_plugin"), library);
    LabOptions options;
    options.agentFolders = {folder.path()};
    Lab lab(options);
    lab.run("Install-TransportAgent Edited -AssemblyPath libedited.so; Enable-TransportAgent Edited");
    CHECK(isRefused(replyTo(lab, "foo")));

    writeFile(library, fileContent(pluginPath("no_bar_plugin"))); // in place, while it serves
    CHECK(isRefused(replyTo(lab, "foo")));
    lab.run("Restart-Service MSExchangeTransport");
    CHECK_FALSE(isRefused(replyTo(lab, "foo")));
    CHECK(isRefused(replyTo(lab, "bar")));

    writeFile(library, "half a library");
    CHECK(
        lab.runExpectingErrors("Restart-Service MSExchangeTransport").find("The agents go on as they were") !=
        std::string::npos);
    CHECK(isRefused(replyTo(lab, "bar")));
}

TEST_CASE("A check finds what is wrong with an installation and loads nothing") {
    Lab lab(withPlugins());
    const auto wrong = lab.runExpectingErrors("Install-TransportAgent X -AssemblyPath libnothing.so -WhatIf");
    CHECK(wrong.find("there is no \"libnothing.so\"") != std::string::npos);
    // A factory that throws is met by loading only.
    CHECK(lab.runExpectingErrors("Install-TransportAgent X -AssemblyPath libedge_throwing_plugin.so -WhatIf")
              .empty());
}

} // namespace
} // namespace edge::testenv
