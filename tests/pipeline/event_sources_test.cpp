#include <edge/event_args.h>
#include <edge/event_sources.h>

#include <doctest/doctest.h>

#include <concepts>

namespace edge {
namespace {

const SmtpResponse kNo{550, "5.7.1", "No"};

// A wrong act does not compile: what each source offers, checked as a type (platform.md 1.4).
template <class S>
concept CanRejectCommand = requires(S& s, SmtpResponse r) {
    s.rejectCommand(r);
};
template <class S>
concept CanRejectMessage = requires(S& s, SmtpResponse r) {
    s.rejectMessage(r);
};
template <class S>
concept CanRejectConnection = requires(S& s, SmtpResponse r) {
    s.rejectConnection(r);
};
template <class S>
concept CanDisconnect = requires(S& s) {
    s.disconnect();
};

static_assert(CanRejectConnection<ConnectEventSource> && !CanRejectCommand<ConnectEventSource>);
static_assert(CanRejectCommand<ReceiveCommandEventSource> && !CanRejectMessage<ReceiveCommandEventSource>);
static_assert(CanRejectMessage<ReceiveMessageEventSource> && !CanRejectCommand<ReceiveMessageEventSource>);
static_assert(CanDisconnect<RejectEventSource> && !CanRejectCommand<RejectEventSource>);
static_assert(!CanDisconnect<DisconnectEventSource>);
static_assert(!CanDisconnect<QueuedMessageEventSource>);

TEST_CASE("Acts write what they did into the record, with the default reason") {
    CallRecord record;
    ReceiveCommandEventSource source(record);
    source.rejectCommand(kNo);
    CHECK(record.terminal);
    CHECK((record.action == Action::RejectCommand));
    CHECK(record.response == kNo);
    CHECK(record.because.reason == "AgentAction");
    CHECK(record.because.data.empty());
    CHECK_FALSE(record.disconnect);
}

TEST_CASE("A second terminal act is kept as an effect only") {
    CallRecord record;
    ReceiveMessageEventSource source(record);
    source.discardMessage({"First", ""});
    source.rejectMessage(kNo, {"Second", ""});
    CHECK((record.action == Action::DeleteMessage));
    CHECK(record.response.isEmpty());
    CHECK(record.because.reason == "First");
    CHECK(record.effects == std::vector<Effect>{{Action::DeleteMessage, {}}, {Action::RejectMessage, {}}});
}

TEST_CASE("Accepting after a refusal changes nothing but the effects") {
    CallRecord record;
    ReceiveMessageEventSource source(record);
    source.rejectMessage(kNo);
    source.acceptMessage({"Late", ""});
    CHECK((record.action == Action::RejectMessage));
    CHECK(record.because.reason == "AgentAction");
    CHECK(record.effects.size() == 2);
}

TEST_CASE("Quarantine of some recipients names them, of all names none") {
    CallRecord some, all;
    ReceiveMessageEventSource(some).quarantine({*RoutingAddress::parse("a@b.com")}, "SCL 7");
    ReceiveMessageEventSource(all).quarantine({}, "SCL 7");
    CHECK(some.effects == std::vector<Effect>{{Action::QuarantineRecipients, {"a@b.com"}}});
    CHECK(all.effects == std::vector<Effect>{{Action::QuarantineMessage, {}}});
    CHECK_FALSE(some.terminal); // the others still get it
    CHECK(all.terminal);
    CHECK(some.response.toString() == "550 5.2.1 SCL 7");
    CHECK(all.response == some.response);
}

TEST_CASE("A refused refusal leaves the record untouched") {
    CallRecord record;
    ReceiveCommandEventSource source(record);
    CHECK_THROWS_AS(source.rejectCommand({250, "2.1.0", "Fine"}), std::invalid_argument);
    CHECK_FALSE(record.terminal);
    CHECK(record.effects.empty());
}

TEST_CASE("Every action and disconnect reason has its word") {
    const std::pair<Action, std::string_view> actions[] = {
        {Action::None, "None"},
        {Action::AcceptMessage, "AcceptMessage"},
        {Action::DeleteMessage, "DeleteMessage"},
        {Action::DeleteRecipients, "DeleteRecipients"},
        {Action::Disconnect, "Disconnect"},
        {Action::ModifyHeaders, "ModifyHeaders"},
        {Action::QuarantineMessage, "QuarantineMessage"},
        {Action::QuarantineRecipients, "QuarantineRecipients"},
        {Action::RejectAuthentication, "RejectAuthentication"},
        {Action::RejectCommand, "RejectCommand"},
        {Action::RejectConnection, "RejectConnection"},
        {Action::RejectMessage, "RejectMessage"},
        {Action::RejectRecipients, "RejectRecipients"},
        {Action::Fault, "Fault"},
    };
    for (const auto& [action, word] : actions)
        CHECK(toString(action) == word);
    const std::pair<DisconnectReason, std::string_view> reasons[] = {
        {DisconnectReason::None, "None"},
        {DisconnectReason::QuitVerb, "QuitVerb"},
        {DisconnectReason::Timeout, "Timeout"},
        {DisconnectReason::SenderDisconnected, "SenderDisconnected"},
        {DisconnectReason::TooManyErrors, "TooManyErrors"},
        {DisconnectReason::DroppedSession, "DroppedSession"},
        {DisconnectReason::Local, "Local"},
    };
    for (const auto& [reason, word] : reasons)
        CHECK(toString(reason) == word);
}

} // namespace
} // namespace edge
