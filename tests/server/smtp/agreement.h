// The one way in which the machine's tests play a transcript: whole, octet by octet, in seeded random pieces
// and with half a command behind it, and all must agree.
#pragma once

#include "conversation.h"
#include <doctest/doctest.h>

namespace edge::smtp {

inline constexpr int kRandomSplits = 20;

// Plays `input` in every way and returns the one record that all of them gave.
inline Record agreed(std::string_view input, const Setup& setup = {}) {
    const auto whole = converse(input, {}, setup);
    CHECK(converse(input, std::vector<std::size_t>(input.size(), 1), setup) == whole);
    for (int seed = 0; seed < kRandomSplits; ++seed) {
        CAPTURE(seed);
        CHECK(converse(input, randomPieces(input.size(), static_cast<std::uint64_t>(seed)), setup) == whole);
    }
    if (!whole.over && !whole.inData)
        CHECK(converse(std::string(input) + "NOOP but no line end", {}, setup) == whole);
    return whole;
}

inline const std::string kHello = "EHLO mail.fabrikam.com\r\n";
inline const std::string kSender = "MAIL FROM:<kim@fabrikam.com>\r\n";
inline const std::string kRecipient = "RCPT TO:<don@adventureworks.com>\r\n";
inline const std::string kUpToData = kHello + kSender + kRecipient + "DATA\r\n";

// The last reply of a session.
inline std::string lastReply(const Record& record) {
    const auto replies = record.replies();
    return replies.empty() ? std::string{} : replies.back();
}
// What the last command of `input` was answered.
inline std::string replyTo(const std::string& input, const Setup& setup = {}) {
    return lastReply(agreed(input, setup));
}

} // namespace edge::smtp
