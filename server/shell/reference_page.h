// docs/cmdlets.md, written from the registry and the nouns' tables: the page cannot say anything that the
// shell does not do.
#pragma once

#include <edge/server/shell/cmdlet.h>

#include <string>

namespace edge {

// The whole page as Markdown.
std::string cmdletReference(const CmdletRegistry& registry, const NounList& nouns);

} // namespace edge
