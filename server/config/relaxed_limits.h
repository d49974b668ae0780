// The limits of a lab under test: no tarpit, no limits by source or rate, long timeouts. A named set of
// ordinary settings (--relaxed, Enable-EdgeSimRelaxedLimit), so that it can be printed, exported and taken
// back.
#pragma once

#include <edge/config/configuration_draft.h>

#include <span>
#include <string_view>

namespace edge {

struct RelaxedLimit {
    std::string_view noun; // "ReceiveConnector": on every one
    std::string_view parameter;
    std::string_view value; // as a cmdlet takes it
};

std::span<const RelaxedLimit> relaxedLimits();
// Sets them all, on the connectors that are there.
Result<> enableRelaxedLimits(ConfigurationDraft& draft);
// Back to the defaults of the profile.
Result<> disableRelaxedLimits(ConfigurationDraft& draft);

} // namespace edge
