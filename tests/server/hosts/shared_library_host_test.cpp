// Finding, judging and loading plug-ins.
#include <edge/agent.h>
#include <edge/server/hosts/plugin_stamp.h>
#include <edge/server/hosts/shared_library_host.h>
#include <edge/server/posix_file_system.h>

#include "plugin_files.h"
#include <doctest/doctest.h>

namespace edge::testenv {
namespace {

struct HostBench {
    TemporaryFolder folder;
    PosixFileSystem files;
    SharedLibraryHost host{files, folder.path() + "/copies", {folder.path(), EDGE_PLUGINS}};

    std::string refusal(const std::string& path, const std::string& factory = {}) {
        const auto assembly = host.inspect(path, factory);
        return assembly ? "found " + assembly->factoryName : assembly.error().message;
    }
    // What load() says of a plug-in that inspect() found in order.
    std::string failure(const std::string& path) {
        const auto assembly = host.inspect(path, {});
        REQUIRE(assembly.has_value());
        const auto factory = host.load(*assembly);
        return factory ? "loaded" : factory.error().message;
    }
    bool hasCopies() const { return std::filesystem::exists(folder.path() + "/copies"); }
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("A relative path is looked for in the folders, in their order") {
    HostBench bench;
    CHECK(bench.host.inspect("libedge_no_foo_plugin.so", {})->path == pluginPath("no_foo_plugin"));
    std::filesystem::copy(pluginPath("no_foo_plugin"), bench.folder.path() + "/libedge_no_foo_plugin.so");
    CHECK(bench.host.inspect("libedge_no_foo_plugin.so", {})->path ==
          bench.folder.path() + "/libedge_no_foo_plugin.so");
    CHECK(bench.host.inspect("./libedge_no_foo_plugin.so", {})->path ==
          bench.folder.path() + "/libedge_no_foo_plugin.so");
    CHECK(bench.host.inspect(pluginPath("no_foo_plugin"), {})->path == pluginPath("no_foo_plugin"));
}

TEST_CASE("A file that is not there is told with the folders that were searched") {
    HostBench bench;
    const auto said = bench.refusal("libnothing.so");
    CHECK(contains(said, "there is no \"libnothing.so\" in " + bench.folder.path()));
    CHECK(contains(said, EDGE_PLUGINS));
    CHECK(contains(bench.refusal("/nowhere/libnothing.so"), "/nowhere/libnothing.so"));
    CHECK(contains(bench.refusal(bench.folder.path()), bench.folder.path())); // a folder is no library
}

TEST_CASE("The only agent of a library needs no name, several do") {
    HostBench bench;
    CHECK(bench.refusal("libedge_no_foo_plugin.so") == "found NoFooAgent");
    CHECK(bench.refusal("libedge_no_foo_plugin.so", "nofooagent") == "found NoFooAgent");
    CHECK(contains(bench.refusal("libedge_no_foo_plugin.so", "NoFoAgent"), "did you mean \"NoFooAgent\"?"));
    CHECK(contains(bench.refusal("libedge_two_agents_plugin.so"),
                   "say which with -TransportAgentFactory: contoso::CountingFactory, contoso::StampAgent"));
    CHECK(bench.refusal("libedge_two_agents_plugin.so", "contoso::StampAgent") ==
          "found contoso::StampAgent");
}

TEST_CASE("Judging a library loads nothing") {
    HostBench bench;
    CHECK(bench.refusal("libedge_throwing_plugin.so") == "found ThrowingFactory");
    CHECK_FALSE(bench.hasCopies());
}

TEST_CASE("A library that was built for another edgesim is refused before it is loaded") {
    HostBench bench;
    auto content = fileContent(pluginPath("no_foo_plugin"));
    const std::string api = EDGE_AGENT_API;
    const auto at = content.find("agent API=" + api);
    REQUIRE(at != std::string::npos);
    content.replace(at + std::string("agent API=").size(), 5, "0.0.9");
    writeFile(bench.folder.path() + "/libold.so", content);
    const auto said = bench.refusal("libold.so");
    CHECK(contains(said, "it was built for another edgesim (agent API 0.0.9" + api.substr(5) + ", here " +
                             api + ")"));
    CHECK(contains(said, "build it again"));
    CHECK_FALSE(bench.host.load({bench.folder.path() + "/libold.so", "NoFooAgent"}).has_value());
    CHECK_FALSE(bench.hasCopies());
}

TEST_CASE("A library that fails to load, and a factory that throws, are sentences") {
    HostBench bench;
    const auto unresolved = bench.failure("libedge_unresolved_plugin.so");
    CHECK(contains(unresolved,
                   "\"" + pluginPath("unresolved_plugin") + "\" cannot be used: undefined symbol: "));
    CHECK(contains(unresolved, "contosoForgotten"));
    CHECK(bench.failure("libedge_throwing_plugin.so") ==
          "ThrowingFactory of \"" + pluginPath("throwing_plugin") +
              "\" could not be made: the word list is missing");
}

TEST_CASE("The factory of a plug-in tells its events and makes agents of its kind") {
    HostBench bench;
    const auto factory = bench.host.load({pluginPath("two_agents_plugin"), "contoso::StampAgent"}).value();
    EventSet expected;
    expected.set(static_cast<std::size_t>(AgentEvent::OnSubmittedMessage));
    CHECK(factory->events() == expected);
    CHECK_FALSE(bench.host.load({pluginPath("two_agents_plugin"), "contoso::CountingFactory"}).value() ==
                factory);
}

TEST_CASE("EDGESIM_AGENT_PATH is a list of folders") {
    REQUIRE(setenv("EDGESIM_AGENT_PATH", "/a/b::/c", 1) == 0);
    const auto folders = agentPathOfEnvironment();
    REQUIRE(unsetenv("EDGESIM_AGENT_PATH") == 0);
    CHECK(folders == std::vector<std::string>{"/a/b", "/c"});
    CHECK(agentPathOfEnvironment().empty());
}

TEST_CASE("The folder of a file") {
    CHECK(folderOf("a/b.scenario") == "a");
    CHECK(folderOf("b.scenario") == ".");
    CHECK(folderOf("/b.scenario") == "/");
}

} // namespace
} // namespace edge::testenv
