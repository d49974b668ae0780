// The three switches of a filter's scope as cmdlet parameters: the same words in every Set-…Config that has
// them.
#pragma once

#include <edge/agents/mail_scope.h>
#include <edge/config/schema.h>

#include <vector>

namespace edge {

// Enabled, ExternalMailEnabled and InternalMailEnabled (agents.md 1.8) of a configuration with a member
// `scope`: the first parameters of its table.
template <class C>
std::vector<Parameter<C>> mailScopeParameters() {
    using P = Parameter<C>;
    return {
        P(
            "Enabled", [](C& c) -> bool& { return c.scope.enabled; },
            "Whether the agent examines mail at all; the agent itself stays loaded."),
        P(
            "ExternalMailEnabled", [](C& c) -> bool& { return c.scope.externalMailEnabled; },
            "Examine mail from unauthenticated peers and partners."),
        P(
            "InternalMailEnabled", [](C& c) -> bool& { return c.scope.internalMailEnabled; },
            "Examine mail from authenticated peers of the organization in its authoritative domains."),
    };
}

} // namespace edge
