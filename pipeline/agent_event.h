// The events of the transport pipeline, in session order, with the names each of Exchange's surfaces gives
// them (platform.md 1.2, 1.3; agents.md 1.2). Everything that prints or parses an event name reads this one
// table.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace edge {

enum class AgentEvent : std::uint8_t {
    OnConnect,
    OnHeloCommand,
    OnEhloCommand,
    OnStartTlsCommand,
    OnAuthCommand,
    OnProcessAuthentication,
    OnEndOfAuthentication,
    OnMailCommand,
    OnRcptCommand,
    OnDataCommand,
    OnEndOfHeaders,
    OnEndOfData,
    OnHelpCommand,
    OnNoopCommand,
    OnReject,
    OnRsetCommand,
    OnDisconnect,
    OnSubmittedMessage,
    OnResolvedMessage,
    OnRoutedMessage,
    OnCategorizedMessage,
};

inline constexpr std::size_t kAgentEventCount = 21;
using EventSet = std::bitset<kAgentEventCount>;

struct AgentEventInfo {
    AgentEvent event;
    std::string_view sdkName;      // "OnConnect": SDK and agent log
    std::string_view pipelineName; // "OnConnectEvent": Get-TransportPipeline
    bool routing;                  // raised by the categorizer
    bool extended;                 // listed from 2013 on
    bool endsWithMessage;          // DATA has begun: a fault is answered 451, not 421 (platform.md 1.7)
};

// In the order Get-TransportPipeline lists them.
std::span<const AgentEventInfo> agentEvents();
const AgentEventInfo& info(AgentEvent event);
inline std::string_view toString(AgentEvent event) {
    return info(event).sdkName;
}
// By either name, without case.
std::optional<AgentEvent> findAgentEvent(std::string_view name);

} // namespace edge
