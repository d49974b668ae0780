// What a session can be cut into, coarse and fine: lines of the configuration and what stands in them,
// answers of the DNS, transactions, lines, parts and lines of messages. Each cut can be put together again
// from some of its pieces; whether the result still means anything is for the player to find out.
#pragma once

#include <edge/testenv/recording/dialogue.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// One way to cut a session.
struct SessionCut {
    std::size_t count = 0; // pieces
    // The session with those pieces only, given in ascending order.
    std::function<SessionCase(const std::vector<std::size_t>& kept)> keep;
};

// Every way to cut `given`, coarse ones first. The number of cuts depends on `given`: a message has two of
// its own, a line of the configuration one.
std::size_t cutCount(const SessionCase& given);
SessionCut cutOf(const SessionCase& given, std::size_t number);

// The pieces that a cut uses, for their own tests: each text is its pieces one behind the other.
std::vector<std::string> messageParts(std::string_view content); // fields, and what stands between boundaries
std::vector<std::string> messageLines(std::string_view content);
// "Set-X -A 1 -B a,b" into the cmdlet, its parameters, and the elements of lists.
std::vector<std::string> cmdletPieces(std::string_view line);

} // namespace edge::testenv
