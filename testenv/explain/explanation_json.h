// An explanation for programs: one JSON document, described by docs/explain.schema.json.
#pragma once

#include <edge/testenv/explain/explanation.h>

#include <string>

namespace edge::testenv {

// Raised when a key changes its meaning or goes.
inline constexpr int kExplainJsonSchema = 1;

// Indented by two, with a line end.
std::string explanationJson(const Explanation& explanation);

} // namespace edge::testenv
