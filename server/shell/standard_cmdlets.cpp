#include <edge/server/shell/standard_cmdlets.h>

namespace edge {

void registerStandardCmdlets(CmdletRegistry& registry, const NounList& nouns) {
    for (const auto* schema : nouns)
        registerNounCmdlets(registry, *schema);
    if (findNoun(nouns, "ReceiveConnector") != nullptr)
        registerConnectorCmdlets(registry);
    registerPipelineCmdlets(registry);
    registerAgentCmdlets(registry);
    registerIpListCmdlets(registry);
    registerEdgeSimCmdlets(registry);
    registerHelpCmdlets(registry);
}

} // namespace edge
