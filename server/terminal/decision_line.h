// A decision as one line for people: when, which session, who, what was done to what, what the client was
// told, why, and for the server's own limits the cmdlet that lifts them. Written so that somebody who has
// never seen Exchange understands a refusal without a manual.
#pragma once

#include <edge/decision.h>

#include <string>

namespace edge {

// Whether people want to see it: something was done. Calls that looked and let pass are left out.
bool isOfInterest(const Decision& decision);
// The line without its end; with ANSI colours where asked.
std::string decisionLine(const Decision& decision, bool colour);

} // namespace edge
