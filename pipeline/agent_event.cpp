#include <edge/agent_event.h>
#include <edge/base/text.h>

#include <array>

namespace edge {
namespace {

using enum AgentEvent;

// clang-format off
constexpr std::array<AgentEventInfo, kAgentEventCount> kEvents{{
    //                       SDK and agent log          Get-TransportPipeline      routing extended message
    {OnConnect,              "OnConnect",               "OnConnectEvent",          false,  false,   false},
    {OnHeloCommand,          "OnHeloCommand",           "OnHeloCommand",           false,  false,   false},
    {OnEhloCommand,          "OnEhloCommand",           "OnEhloCommand",           false,  false,   false},
    {OnStartTlsCommand,      "OnStartTlsCommand",       "OnStartTlsCommand",       false,  true,    false},
    {OnAuthCommand,          "OnAuthCommand",           "OnAuthCommand",           false,  false,   false},
    {OnProcessAuthentication,"OnProcessAuthentication", "OnProcessAuthentication", false,  true,    false},
    {OnEndOfAuthentication,  "OnEndOfAuthentication",   "OnEndOfAuthentication",   false,  false,   false},
    {OnMailCommand,          "OnMailCommand",           "OnMailCommand",           false,  false,   false},
    {OnRcptCommand,          "OnRcptCommand",           "OnRcptCommand",           false,  false,   false},
    {OnDataCommand,          "OnDataCommand",           "OnDataCommand",           false,  false,   true},
    {OnEndOfHeaders,         "OnEndOfHeaders",          "OnEndOfHeaders",          false,  false,   true},
    {OnEndOfData,            "OnEndOfData",             "OnEndOfData",             false,  false,   true},
    {OnHelpCommand,          "OnHelpCommand",           "OnHelpCommand",           false,  false,   false},
    {OnNoopCommand,          "OnNoopCommand",           "OnNoopCommand",           false,  false,   false},
    {OnReject,               "OnReject",                "OnReject",                false,  false,   false},
    {OnRsetCommand,          "OnRsetCommand",           "OnRsetCommand",           false,  false,   false},
    {OnDisconnect,           "OnDisconnect",            "OnDisconnectEvent",       false,  false,   false},
    {OnSubmittedMessage,     "OnSubmittedMessage",      "OnSubmittedMessage",      true,   false,   false},
    {OnResolvedMessage,      "OnResolvedMessage",       "OnResolvedMessage",       true,   false,   false},
    {OnRoutedMessage,        "OnRoutedMessage",         "OnRoutedMessage",         true,   false,   false},
    {OnCategorizedMessage,   "OnCategorizedMessage",    "OnCategorizedMessage",    true,   false,   false},
}};
// clang-format on

} // namespace

std::span<const AgentEventInfo> agentEvents() {
    return kEvents;
}

const AgentEventInfo& info(AgentEvent event) {
    return kEvents[static_cast<std::size_t>(event)];
}

std::optional<AgentEvent> findAgentEvent(std::string_view name) {
    for (const auto& candidate : kEvents)
        if (iequals(candidate.sdkName, name) || iequals(candidate.pipelineName, name))
            return candidate.event;
    return std::nullopt;
}

} // namespace edge
