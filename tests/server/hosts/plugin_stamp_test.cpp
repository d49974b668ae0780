// What a plug-in was built with, read from its file.
#include <edge/base/text.h>
#include <edge/plugin.h>
#include <edge/server/hosts/plugin_stamp.h>

#include "plugin_files.h"
#include <doctest/doctest.h>

namespace edge::testenv {
namespace {

PluginStamp stampOf(const std::string& plugin) {
    const auto stamp = PluginStamp::find(fileContent(pluginPath(plugin)));
    REQUIRE_MESSAGE(stamp.has_value(), plugin);
    return *stamp;
}

std::string refusal(const std::string& content) {
    const auto stamp = PluginStamp::find(content);
    return stamp ? "found" : stamp.error().message;
}

TEST_CASE("A plug-in of this build has this program's stamp and names its agents") {
    const auto stamp = stampOf("two_agents_plugin");
    CHECK(stampDifference(stamp, PluginStamp::ours()).empty());
    CHECK(stamp.factories == std::vector<std::string>{"contoso::CountingFactory", "contoso::StampAgent"});
    CHECK(stampOf("no_foo_plugin").factories == std::vector<std::string>{"NoFooAgent"});
}

TEST_CASE("The stamp says all that must be the same") {
    const auto ours = PluginStamp::ours();
    std::string names;
    for (const auto& [name, value] : ours.built) {
        CHECK_FALSE(value.empty());
        names += name + ",";
    }
    CHECK(names == "agent API,compiler,standard library,Boost,Asio,sanitizer,");
    CHECK(ours.built.front().second == EDGE_AGENT_API);
}

TEST_CASE("Every difference is named with both sides") {
    auto stamp = PluginStamp::ours();
    stamp.built[1].second = "g++ 11";
    stamp.built[5].second = "of another kind";
    const auto difference = stampDifference(stamp, PluginStamp::ours());
    CHECK(difference.starts_with("compiler g++ 11, here "));
    CHECK(difference.find("; sanitizer of another kind, here ") != std::string::npos);
}

TEST_CASE("A line that only one side has is a difference") {
    auto stamp = PluginStamp::ours();
    stamp.built.emplace_back("weather", "fine");
    CHECK(stampDifference(stamp, PluginStamp::ours()) == "weather fine, here unknown");
    stamp = PluginStamp::ours();
    stamp.built.pop_back();
    CHECK(stampDifference(stamp, PluginStamp::ours()).starts_with("sanitizer unknown, here "));
}

TEST_CASE("What is no plug-in is told what it is") {
    CHECK(refusal("") == "it is no shared library");
    CHECK(refusal("#!/bin/sh\n" EDGE_PLUGIN_MARK "factories=A\n") == "it is no shared library");
    CHECK(refusal("MZ\x90").find(".NET assembly") != std::string::npos);
    CHECK(refusal("!<arch>\nfoo").find("static library") != std::string::npos);
    CHECK(refusal(fileContent(pluginPath("no_plugin"))).find("no EDGE_AGENT_PLUGIN") != std::string::npos);
}

TEST_CASE("A stamp that is cut off or names nobody is no plug-in") {
    const std::string elf = "\x7f"
                            "ELF";
    CHECK(refusal(elf + EDGE_PLUGIN_MARK "compiler=g++ 12\n") == "its stamp names no agent");
    CHECK(refusal(elf + EDGE_PLUGIN_MARK "factories= , \n") == "its stamp names no agent");
    CHECK(refusal(elf + EDGE_PLUGIN_MARK "factories=A") == "found");
    CHECK(refusal(elf + EDGE_PLUGIN_MARK + std::string(100000, 'x')) == "its stamp names no agent");
}

} // namespace
} // namespace edge::testenv
