// A decision as one JSON object: what `serve --json` prints and other programs read. Every key is always
// there, so a reader never asks whether; the schema is described in docs/logs.md and changes only with its
// number.
#pragma once

#include <edge/decision.h>

#include <string>

namespace edge {

// Raised when a key changes its meaning or goes; a new key does not raise it.
inline constexpr int kDecisionJsonSchema = 1;

// One line without line end. Octets that are not UTF-8 appear as \x9b.
std::string decisionToJson(const Decision& decision);

} // namespace edge
