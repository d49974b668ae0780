// What Clock::within() does, for every clock: the work and a wait until the deadline run side by side,
// whichever ends first cancels the other. Kept in one place so that the real and the scripted clock cannot
// differ in it.
#pragma once

#include <edge/base/clock.h>

namespace edge {

// Runs `work` and cancels it at `deadline` of `clock`: true when it finished by itself. What it throws passes
// through, except what it throws because of that cancellation.
Task<bool> runWithin(Clock& clock, SteadyTime deadline, Task<> work);

} // namespace edge
