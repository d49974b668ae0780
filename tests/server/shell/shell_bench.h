// A shell on a configuration and a server that exist in memory: what tests of cmdlets run their lines on.
#pragma once

#include <edge/agents/builtin_agents.h>
#include <edge/config/accepted_domain.h>
#include <edge/config/transport_config.h>
#include <edge/server/config/receive_connector.h>
#include <edge/server/config/transport_server.h>
#include <edge/server/shell/memory_shell_host.h>
#include <edge/server/shell/shell.h>
#include <edge/server/shell/standard_cmdlets.h>

#include <string>
#include <vector>

namespace edge {

// All nouns of the server.
inline NounList allNouns() {
    NounList nouns{&transportServerSchema(), &transportConfigSchema(), &edgeSimSubmissionSchema(),
                   &acceptedDomainSchema(), &receiveConnectorSchema()};
    for (const auto* schema : builtinAgentSchemas())
        nouns.push_back(schema);
    return nouns;
}

struct ShellBench {
    explicit ShellBench(ProfileId profile = ProfileId::E2019)
        : store(allNouns(), profile) {
        registerStandardCmdlets(registry, store.nouns());
        options.width = 80;
    }

    ConfigurationStore store;
    CmdletRegistry registry;
    MemoryShellHost host;
    Shell shell{store, registry, host};
    ShellOptions options;
    ShellResult last;

    // What the script printed; anything that went wrong is part of it.
    std::string run(const std::string& script) {
        last = shell.run(script, "t", options);
        return last.terminalText();
    }
    // The first error without its file: "1:5: value: …", or empty.
    std::string error(const std::string& script) {
        run(script);
        return last.errors.empty() ? std::string() : last.errors.front().toString().substr(2);
    }
    // All errors of a check, a line each.
    std::string check(const std::string& script) {
        std::string text;
        for (const auto& problem : shell.check(script, "t"))
            text += problem.toString().substr(2) + "\n";
        return text;
    }
};

} // namespace edge
