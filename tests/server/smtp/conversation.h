// Drives a receive machine as a driver would, without any I/O, and writes down what happened. The input can
// be cut anywhere: the same octets must give the same record however they arrive, and `agreed` insists on it.
#pragma once

#include <edge/server/smtp/receive_machine.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::smtp {

// What a session was seen to do.
struct Record {
    std::vector<std::string>
        events;         // one line each, as describe() words them; content is one entry a message
    std::string output; // all replies, as on the wire
    std::string lastCommand;
    bool inData = false; // content was still running at the end
    bool over = false;
    bool operator==(const Record&) const = default;

    // The replies alone, without the banner's and the greetings' part of `output`.
    std::vector<std::string> replies() const;
};

// A session to be played.
struct Setup {
    MachineOptions options;
    std::function<SmtpResponse(const Event&)> answer; // empty: yes to everything
    bool endOfInput = false;                          // receiveEof() behind the last piece
};

// Says yes to everything; a refusal of the machine is passed on.
SmtpResponse acceptingAnswer(const Event& event, ProfileId profile = kDefaultProfile);
// An event in one line, control characters made visible.
std::string describe(const Event& event);
// Plays `input` in pieces of the sizes given; what they leave over comes as the last piece.
Record converse(std::string_view input, const std::vector<std::size_t>& pieces, const Setup& setup = {});
// Piece sizes for an input of `length`: repeatable by seed.
std::vector<std::size_t> randomPieces(std::size_t length, std::uint64_t seed);

} // namespace edge::smtp
