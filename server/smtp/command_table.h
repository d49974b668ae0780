// The verbs, each with its whole story in one row: how its arguments are read, in which states it is legal
// and what is said where it is not, where a success leads. The machine is driven by this table and
// docs/protocol.md is drawn from it, so the page cannot drift.
#pragma once

#include <edge/server/smtp/command_parser.h>
#include <edge/server/smtp/replies.h>

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace edge::smtp {

// Where a session stands between two commands.
enum class SessionState {
    AwaitHello,     // the banner was sent
    Ready,          // HELO or EHLO was accepted, no transaction
    HaveSender,     // MAIL was accepted
    HaveRecipients, // at least one RCPT was accepted
};
inline constexpr std::size_t kSessionStates = 4;
std::string_view toString(SessionState state);

// Where an accepted command leads.
enum class Transition {
    Stay,
    ToReady,         // a transaction is dropped
    DropTransaction, // as ToReady, but a session without HELO stays without
    ToHaveSender,
    ToHaveRecipients,
    ToContent, // DATA: content follows the 354
    ToEnd,     // whatever is answered
};

struct CommandRow {
    std::string_view verb;
    CommandParser parse;
    std::array<std::optional<Reply>, kSessionStates> refusal; // by state; nothing: legal
    Transition onSuccess;
    bool beforeTls; // stays legal where a connector requires TLS (RFC 3207 4)
    bool endsGroup; // last of a pipelined group (RFC 2920 3.1)
    bool secret;    // the second argument on is a credential
    std::string_view source;
    bool MachineOptions::*onlyWith = nullptr; // unknown where that is off
};

// All verbs, in the order of the page.
std::span<const CommandRow> commandTable();
// By verb without regard to case; nullptr: unknown.
const CommandRow* findCommand(std::string_view verb);
// The state that a success of `row` leads to (ToContent and ToEnd leave the command states: unchanged).
SessionState stateAfter(const CommandRow& row, SessionState state);
// The beginning of a command line that may be shown: all of it, or up to the mechanism where a credential
// follows.
std::string_view publicPart(std::string_view line);

} // namespace edge::smtp
