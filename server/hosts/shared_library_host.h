// Agents in shared libraries. A library is never unloaded: coroutines, decisions and statistics of a session
// may still refer to its code when the agent is long uninstalled, and a few hundred kilobytes a version are
// cheap.
#pragma once

#include <edge/server/hosts/agent_host.h>
#include <edge/server/hosts/plugin_copies.h>

#include <string>
#include <vector>

namespace edge {

// The folders of EDGESIM_AGENT_PATH, parted by colons.
std::vector<std::string> agentPathOfEnvironment();
// The folder of a file: "a" of "a/b.ps1", "." of "b.ps1".
std::string folderOf(const std::string& file);

class SharedLibraryHost final : public AgentHost {
public:
    // A relative path is looked for in `folders`, then in EDGESIM_AGENT_PATH. `files` is the real disk;
    // copies lie in `copyDirectory`.
    SharedLibraryHost(FileSystem& files, std::string copyDirectory, std::vector<std::string> folders);

    Result<AgentAssembly> inspect(const std::string& path, const std::string& factoryName) override;
    Result<std::shared_ptr<AgentFactory>> load(const AgentAssembly& assembly) override;

private:
    Result<std::string> find(const std::string& path) const;

    FileSystem& files_;
    PluginCopies copies_;
    std::vector<std::string> folders_;
};

} // namespace edge
