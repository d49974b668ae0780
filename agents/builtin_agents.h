// The built-in agents in Exchange's default order (agents.md 1.1). The list is explicit: main calls these two
// functions, nothing registers itself.
#pragma once

#include <edge/agent_registry.h>
#include <edge/config/schema.h>

#include <vector>

namespace edge {

// Installs and enables them, after whatever the registry holds already; asserts that none is there yet.
// Agents that come with later issues leave no gap: relative order is kept.
void registerBuiltInAgents(AgentRegistry& registry);

// Their configuration nouns, for the configuration store.
std::vector<const NounSchema*> builtinAgentSchemas();

} // namespace edge
