#include <edge/agent_event.h>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

namespace edge {
namespace {

TEST_CASE("The table is in the order of the enumeration, each event once") {
    std::size_t index = 0;
    std::set<std::string_view> names;
    for (const auto& event : agentEvents()) {
        CHECK(static_cast<std::size_t>(event.event) == index++);
        CHECK(&info(event.event) == &event);
        CHECK(names.insert(event.sdkName).second);
    }
    CHECK(index == kAgentEventCount);
}

TEST_CASE("Events are listed in Get-TransportPipeline's order (agents.md 1.6)") {
    std::vector<std::string_view> names;
    for (const auto& event : agentEvents())
        if (!event.extended)
            names.push_back(event.pipelineName);
    const std::vector<std::string_view> expected{"OnConnectEvent",
                                                 "OnHeloCommand",
                                                 "OnEhloCommand",
                                                 "OnAuthCommand",
                                                 "OnEndOfAuthentication",
                                                 "OnMailCommand",
                                                 "OnRcptCommand",
                                                 "OnDataCommand",
                                                 "OnEndOfHeaders",
                                                 "OnEndOfData",
                                                 "OnHelpCommand",
                                                 "OnNoopCommand",
                                                 "OnReject",
                                                 "OnRsetCommand",
                                                 "OnDisconnectEvent",
                                                 "OnSubmittedMessage",
                                                 "OnResolvedMessage",
                                                 "OnRoutedMessage",
                                                 "OnCategorizedMessage"};
    CHECK(names == expected);
}

TEST_CASE("Only connect and disconnect have two names") {
    for (const auto& event : agentEvents()) {
        CAPTURE(std::string(event.sdkName));
        const bool two = event.event == AgentEvent::OnConnect || event.event == AgentEvent::OnDisconnect;
        CHECK((event.sdkName == event.pipelineName) != two);
        CHECK(event.pipelineName == std::string(event.sdkName) + (two ? "Event" : ""));
    }
}

TEST_CASE("An event is found by either name, without case") {
    CHECK((findAgentEvent("OnConnect") == AgentEvent::OnConnect));
    CHECK((findAgentEvent("onconnectevent") == AgentEvent::OnConnect));
    CHECK((findAgentEvent("ONENDOFDATA") == AgentEvent::OnEndOfData));
    CHECK_FALSE(findAgentEvent("OnRcptToCommand"));
    CHECK_FALSE(findAgentEvent(""));
}

TEST_CASE("A fault is answered 451 from DATA on (platform.md 1.7)") {
    for (const auto& event : agentEvents()) {
        CAPTURE(std::string(event.sdkName));
        const bool expected = event.event == AgentEvent::OnDataCommand ||
                              event.event == AgentEvent::OnEndOfHeaders ||
                              event.event == AgentEvent::OnEndOfData;
        CHECK(event.endsWithMessage == expected);
    }
}

TEST_CASE("The four categorizer events are the routing events") {
    std::vector<std::string_view> names;
    for (const auto& event : agentEvents())
        if (event.routing)
            names.push_back(event.sdkName);
    CHECK(names == std::vector<std::string_view>{"OnSubmittedMessage", "OnResolvedMessage", "OnRoutedMessage",
                                                 "OnCategorizedMessage"});
}

} // namespace
} // namespace edge
