// An explanation for people at a terminal: the session as a dialogue, under each word of the client what it
// set off.
#pragma once

#include <edge/testenv/explain/explanation.h>

#include <string>

namespace edge::testenv {

std::string explanationText(const Explanation& explanation, bool colour);

} // namespace edge::testenv
