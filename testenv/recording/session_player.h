// Plays a session in memory: a Lab with the recorded configuration, its clock at the recorded time, its DNS
// the recorded answers, and a client that says what it said and waits where it waited. The client is a
// sensible one: a message is sent only where the server has asked for it with 354.
#pragma once

#include <edge/testenv/recording/dialogue.h>

namespace edge::testenv {

// An error where the configuration does not run on this version, or the answers of the DNS are none.
Result<SessionOutcome> playSession(const SessionCase& given);

} // namespace edge::testenv
