// The cmdlets of edgesim, registered by name in one place: no cmdlet appears because some file was linked.
#pragma once

#include <edge/server/shell/cmdlet.h>

namespace edge {

// Everything below, and Get-, Set-, New-, Add-, Remove- of each noun.
void registerStandardCmdlets(CmdletRegistry& registry, const NounList& nouns);

// Get-, Set- and for lists New- and Remove- (or Get-, Add- and Remove-: ListVerbs), all from the noun's
// table; Set-<setNoun> for settings of ours in it.
void registerNounCmdlets(CmdletRegistry& registry, const NounSchema& schema);
// New-ReceiveConnector with its usages.
void registerConnectorCmdlets(CmdletRegistry& registry);
// Format-List, Where-Object and the other ones that work on what comes through the pipe.
void registerPipelineCmdlets(CmdletRegistry& registry);
// Get-, Enable-, Disable-, Set-TransportAgent, Get-TransportPipeline, Get-AgentLog, Restart-Service.
void registerAgentCmdlets(CmdletRegistry& registry);
// Add-, Get-, Remove-IPBlockListEntry, the same for the allow list, Import-EdgeSimIPListEntry.
void registerIpListCmdlets(CmdletRegistry& registry);
// Both lists as cmdlets, for an export; machine-generated entries cannot be made by a cmdlet and are left out.
std::string ipListScript(const ShellHost& host);
// Profiles, recipients, export, queue, relaxed limits.
void registerEdgeSimCmdlets(CmdletRegistry& registry);
// Get-Help, Get-Command.
void registerHelpCmdlets(CmdletRegistry& registry);

// For cmdlets that use the tables themselves.

// The table's rows as parameters of New- or Set-; `setNoun` chooses those of Set-<setNoun>, empty the noun's
// own.
std::vector<CmdletParameter> schemaParameters(const NounSchema& schema, bool isNew, std::string_view setNoun);
// -Server of the connector cmdlets: an Edge server knows itself only.
CmdletParameter serverParameter();
// An error where -Server names another one.
ScriptResult<> checkServer(CmdletContext& context, const BoundParameters& bound);
// The bound parameters that are rows of the table.
std::vector<Assignment> assignmentsOf(const NounSchema& schema, const BoundParameters& bound);
// Checks `change` on a scratch copy, asks, and applies it. Wrong assignments are all reported.
using AssignmentChange =
    std::function<Result<>(ConfigurationDraft&, std::span<const Assignment>, std::size_t* failed)>;
ScriptResult<> changeConfiguration(CmdletContext& context, std::vector<Assignment> assignments,
                                   const AssignmentChange& change, const std::string& action,
                                   const std::string& target);

} // namespace edge
