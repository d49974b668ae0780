// What a doctest of an agent includes: the Lab and short words to compare with. Scenario files can be played
// from a test, too, so that one program tests both the parts of an agent and what a client sees of it.
#pragma once

#include <edge/testenv/lab.h>

#include <ostream>
#include <string>

namespace edge::testenv {

// Code and enhanced code of a reply; the text may be anything.
struct ReplyCodes {
    int statusCode = 0;
    std::string enhancedStatusCode;
};
inline ReplyCodes reply(int statusCode, std::string enhancedStatusCode = {}) {
    return {statusCode, std::move(enhancedStatusCode)};
}
// Without an enhanced code, any is right.
bool operator==(const SmtpResponse& response, const ReplyCodes& codes);
std::ostream& operator<<(std::ostream& out, const ReplyCodes& codes);

// Plays a scenario file, each row of its table: empty where all passed, else what `edgesim test` would print.
std::string playScenario(const std::string& file);

} // namespace edge::testenv

namespace edge {

// For the messages of a failed check; here, because values do not print themselves elsewhere.
std::ostream& operator<<(std::ostream& out, const SmtpResponse& response);

} // namespace edge
