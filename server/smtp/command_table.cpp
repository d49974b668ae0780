#include <edge/base/text.h>
#include <edge/server/smtp/command_table.h>

#include <algorithm>

namespace edge::smtp {
namespace {

using Refusals = std::array<std::optional<Reply>, kSessionStates>;

//                                AwaitHello               Ready                   HaveSender HaveRecipients
// clang-format off
constexpr Refusals kAnywhere   = {std::nullopt,            std::nullopt,           std::nullopt,                    std::nullopt};
constexpr Refusals kAfterHello = {Reply::SendHelloFirst,   std::nullopt,           std::nullopt,                    std::nullopt};
constexpr Refusals kMail       = {Reply::SendHelloFirst,   std::nullopt,           Reply::SenderAlreadySpecified,   Reply::SenderAlreadySpecified};
constexpr Refusals kRcpt       = {Reply::SendHelloFirst,   Reply::NeedMailCommand, std::nullopt,                    std::nullopt};
constexpr Refusals kData       = {Reply::SendHelloFirst,   Reply::NeedMailCommand, Reply::NeedRcptCommand,          std::nullopt};
constexpr Refusals kNoMail     = {std::nullopt,            std::nullopt,           Reply::BadSequence,             Reply::BadSequence};

using enum Transition;

// Not-implemented verbs are refused by their parser, in every state alike: what is not there has no order.
constexpr CommandRow kCommands[] = {
    //                                                                 before TLS, ends group, secret
    {"EHLO",           parseEhlo,          kAnywhere,   ToReady,          true,  true,  false, "RFC 5321 4.1.1.1"},
    {"HELO",           parseHelo,          kAnywhere,   ToReady,          false, true,  false, "RFC 5321 4.1.1.1"},
    {"MAIL",           parseMail,          kMail,       ToHaveSender,     false, false, false, "RFC 5321 4.1.1.2"},
    {"RCPT",           parseRcpt,          kRcpt,       ToHaveRecipients, false, false, false, "RFC 5321 4.1.1.3"},
    {"DATA",           parseData,          kData,       ToContent,        false, true,  false, "RFC 5321 4.1.1.4"},
    {"RSET",           parseRset,          kAnywhere,   DropTransaction,  false, false, false, "RFC 5321 4.1.1.5"},
    {"NOOP",           parseNoop,          kAnywhere,   Stay,             true,  true,  false, "RFC 5321 4.1.1.9"},
    {"HELP",           parseHelp,          kAnywhere,   Stay,             false, false, false, "RFC 5321 4.1.1.8"},
    {"VRFY",           parseVrfy,          kAnywhere,   Stay,             false, true,  false, "RFC 5321 4.1.1.6"},
    {"QUIT",           parseQuit,          kAnywhere,   ToEnd,            true,  true,  false, "RFC 5321 4.1.1.10"},

    {"STARTTLS",       parseUnimplemented, kAnywhere,   Stay,             true,  true,  false, "RFC 3207 4"},
    {"AUTH",           parseAuth,          kAfterHello, Stay,             false, true,  true,  "RFC 4954 4"},
    {"BDAT",           parseBdat,          kAnywhere,   Stay,             false, false, false, "RFC 3030 2"},
    {"EXPN",           parseUnimplemented, kAnywhere,   Stay,             false, true,  false, "RFC 5321 4.1.1.7"},
    {"TURN",           parseUnimplemented, kAnywhere,   Stay,             false, true,  false, "RFC 5321 F.1"},
    {"ETRN",           parseUnimplemented, kAnywhere,   Stay,             false, false, false, "RFC 1985"},
    {"ATRN",           parseUnimplemented, kAnywhere,   Stay,             false, true,  false, "RFC 2645"},
    {"SEND",           parseUnimplemented, kAnywhere,   Stay,             false, false, false, "RFC 5321 F.6"},
    {"SOML",           parseUnimplemented, kAnywhere,   Stay,             false, false, false, "RFC 5321 F.6"},
    {"SAML",           parseUnimplemented, kAnywhere,   Stay,             false, false, false, "RFC 5321 F.6"},
    {"XEXCH50",        parseUnimplemented, kAnywhere,   Stay,             false, true,  false, "platform.md 2.5"},
    {"XSHADOW",        parseUnimplemented, kAnywhere,   Stay,             false, true,  false, "platform.md 2.5"},
    {"X-ANONYMOUSTLS", parseUnimplemented, kAnywhere,   Stay,             true,  true,  false, "platform.md 2.5"},
    {"X-EXPS",         parseAuth,          kAfterHello, Stay,             false, true,  true,  "platform.md 2.5"},
    {"XCLIENT",        parseXclient,       kNoMail,     Stay,             false, true,  false, "Postfix, XCLIENT_README", &MachineOptions::xclientKnown},
};
// clang-format on

} // namespace

std::string_view toString(SessionState state) {
    constexpr std::array<std::string_view, kSessionStates> kNames{"AwaitHello", "Ready", "HaveSender",
                                                                  "HaveRecipients"};
    return kNames[static_cast<std::size_t>(state)];
}

std::span<const CommandRow> commandTable() {
    return kCommands;
}

const CommandRow* findCommand(std::string_view verb) {
    const auto row =
        std::find_if(std::begin(kCommands), std::end(kCommands),
                     [verb](const CommandRow& candidate) { return iequals(candidate.verb, verb); });
    return row == std::end(kCommands) ? nullptr : row;
}

SessionState stateAfter(const CommandRow& row, SessionState state) {
    switch (row.onSuccess) {
    case Stay:
    case ToContent:
    case ToEnd:
        return state;
    case ToReady:
        return SessionState::Ready;
    case DropTransaction:
        return state == SessionState::AwaitHello ? state : SessionState::Ready;
    case ToHaveSender:
        return SessionState::HaveSender;
    case ToHaveRecipients:
        return SessionState::HaveRecipients;
    }
    return state;
}

std::string_view publicPart(std::string_view line) {
    const auto command = splitCommandLine(line);
    const auto* row = findCommand(command.verb);
    if (!row || !row->secret)
        return line;
    const auto shown = command.arguments.substr(0, command.arguments.find_first_of(" \t"));
    return line.substr(0, static_cast<std::size_t>(shown.data() + shown.size() - line.data()));
}

} // namespace edge::smtp
