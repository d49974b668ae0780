#include <edge/tests/pipeline/pipeline_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

std::string names(const PipelineSnapshot& snapshot, AgentEvent event) {
    std::string names;
    for (const auto index : snapshot.order(event))
        names += snapshot.agents()[index].identity;
    return names;
}

TEST_CASE("A snapshot has the enabled agents of each event, in priority order") {
    PipelineBench bench;
    const auto nothing = [](auto&, auto&) {};
    bench.add("A", {.mail = nothing, .rcpt = nothing});
    bench.add("B", {.rcpt = nothing});
    bench.add("C", {.mail = nothing});
    bench.add("D", {.mail = nothing});
    REQUIRE(bench.registry.setEnabled("D", false).has_value());
    const PipelineSnapshot snapshot(bench.registry);
    CHECK(names(snapshot, AgentEvent::OnMailCommand) == "AC");
    CHECK(names(snapshot, AgentEvent::OnRcptCommand) == "AB");
    CHECK(names(snapshot, AgentEvent::OnConnect).empty());
    CHECK(snapshot.agents().size() == 3);
}

TEST_CASE("A session finishes on the snapshot it began with") {
    PipelineBench bench;
    std::string trace;
    const auto note = [&trace](const char* name) { return [&trace, name](auto&, auto&) { trace += name; }; };
    bench.add("A", {.mail = note("A")});
    bench.add("B", {.mail = note("B")});
    bench.mail();
    CHECK(trace == "AB");
    REQUIRE(bench.registry.setEnabled("A", false).has_value());
    REQUIRE(bench.registry.setPriority("B", 1).has_value());
    bench.add("C", {.mail = note("C")});
    trace.clear();
    bench.mail();
    CHECK(trace == "AB");
    CHECK(names(PipelineSnapshot(bench.registry), AgentEvent::OnMailCommand) == "BC");
}

TEST_CASE("A snapshot keeps an uninstalled agent alive until its sessions end") {
    PipelineBench bench;
    int calls = 0;
    bench.add("A", {.mail = [&calls](auto&, auto&) { ++calls; }});
    bench.mail();
    REQUIRE(bench.registry.uninstall("A").has_value());
    bench.mail();
    CHECK(calls == 2);
}

} // namespace
} // namespace edge::bench
