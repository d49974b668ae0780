// AgentHost: where agents come from that are not built in. A shared library is the first kind; agents in
// another process and milters are to be others, so whoever installs an agent knows a path and a name and
// nothing more.
#pragma once

#include <edge/agent_factory.h>
#include <edge/base/result.h>

#include <memory>
#include <string>

namespace edge {

// AssemblyPath of the agents that are part of edgesim.
inline constexpr const char* kBuiltInAssembly = "built in";

// What Install-TransportAgent -AssemblyPath -TransportAgentFactory means.
struct AgentAssembly {
    std::string path;        // absolute
    std::string factoryName; // as the assembly spells it
};

class AgentHost {
public:
    virtual ~AgentHost() = default;
    // Finds the assembly and judges it without running anything of it. `factoryName` may be empty where there
    // is only one. Errors are sentences for administrators. Callable from every thread, as is load().
    virtual Result<AgentAssembly> inspect(const std::string& path, const std::string& factoryName) = 0;
    // Loads what inspect() found, as the file is now, and makes the factory.
    virtual Result<std::shared_ptr<AgentFactory>> load(const AgentAssembly& assembly) = 0;
};

} // namespace edge
