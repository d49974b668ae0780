#include <edge/server/terminal/decision_line.h>

#include "log_bench.h"
#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;

namespace {

const std::string kStart = "14:38:59.177Z  A1DA38  203.0.113.9  ";

std::string line(const Decision& made) {
    return decisionLine(made, false);
}

Decision accepted() {
    auto made = decision("SMTP Receive", AgentEvent::OnEndOfData, Action::AcceptMessage);
    made.response = {250, "2.6.0", "<1@fabrikam.com> Queued mail for delivery"};
    made.reason = "Queued";
    made.reasonData = "7";
    return made;
}

} // namespace

TEST_CASE("A refused sender says what was refused, the reply, the close, and why") {
    auto made = decision("Sender Filter Agent", AgentEvent::OnMailCommand, Action::RejectCommand);
    made.response = {554, "5.1.0", "Sender denied"};
    made.reason = "SenderInBlockList";
    made.reasonData = "*@fabrikam.com";
    made.inputs = {{"BlockedDomains", "fabrikam.com"}};
    made.effects.push_back({Action::Disconnect, {}});
    CHECK(line(made) ==
          kStart + "refused MAIL FROM:<user@fabrikam.com>: 554 5.1.0 Sender denied, and closed the connection"
                   "  | Sender Filter Agent: SenderInBlockList *@fabrikam.com "
                   "(BlockedDomains = fabrikam.com)");
}

TEST_CASE("A refused recipient is named") {
    auto made = decision("Recipient Filter Agent", AgentEvent::OnRcptCommand, Action::RejectCommand);
    made.response = {550, "5.1.1", "User unknown"};
    made.reason = "RecipientDoesNotExist";
    CHECK(line(made) == kStart + "refused RCPT TO:<kate@adventureworks.com>: 550 5.1.1 User unknown"
                                 "  | Recipient Filter Agent: RecipientDoesNotExist");
}

TEST_CASE("A server limit comes with the cmdlet that lifts it") {
    auto made = decision("SMTP Receive", AgentEvent::OnConnect, Action::RejectConnection);
    made.response = {421, "4.3.2", "The maximum number of concurrent connections has exceeded a limit"};
    made.reason = "ConnectionLimit";
    made.reasonData = "20 sessions from 203.0.113.9, MaxInboundConnectionPerSource is 20";
    made.remedy = "Set-ReceiveConnector \"Default\" -MaxInboundConnectionPerSource Unlimited";
    CHECK(line(made) ==
          kStart +
              "refused the connection: 421 4.3.2 The maximum number of concurrent connections has exceeded a "
              "limit"
              "  | SMTP Receive: ConnectionLimit 20 sessions from 203.0.113.9, MaxInboundConnectionPerSource "
              "is 20"
              "  | to lift it: Set-ReceiveConnector \"Default\" -MaxInboundConnectionPerSource Unlimited");
}

TEST_CASE("An accepted message says from whom to whom") {
    CHECK(line(accepted()) == kStart + "accepted message <1@fabrikam.com> from <user@fabrikam.com> to "
                                       "<kate@adventureworks.com>, <pilar@adventureworks.com>: 250 2.6.0 "
                                       "<1@fabrikam.com> Queued mail for delivery  | SMTP Receive: Queued 7");
}

TEST_CASE("A bounce has the null sender, and long lists are counted") {
    auto made = accepted();
    auto step = snapshot(made.event);
    step->p1FromAddress = "<>";
    step->messageId.clear();
    step->recipients = {"a@x", "b@x", "c@x", "d@x", "e@x"};
    made.step = step;
    CHECK(line(made).find("accepted message from <> to <a@x>, <b@x>, <c@x> and 2 more: 250") !=
          std::string::npos);
}

TEST_CASE("Every action has words of its own") {
    struct Row {
        Action action;
        AgentEvent event;
        std::vector<std::string> targets;
        const char* text;
    };
    using enum AgentEvent;
    const std::string message =
        "message <1@fabrikam.com> from <user@fabrikam.com> to <kate@adventureworks.com>, "
        "<pilar@adventureworks.com>";
    const Row rows[] = {
        {Action::DeleteMessage, OnEndOfData, {}, "discarded message <1@fabrikam.com>"},
        {Action::DeleteRecipients,
         OnEndOfHeaders,
         {"kate@adventureworks.com"},
         "dropped recipients <kate@adventureworks.com>  |"},
        {Action::QuarantineMessage, OnEndOfData, {}, "quarantined message <1@fabrikam.com>"},
        {Action::QuarantineRecipients,
         OnEndOfData,
         {"kate@adventureworks.com"},
         "quarantined for <kate@adventureworks.com>  |"},
        {Action::RejectRecipients, OnEndOfData, {}, "refused recipients <kate@adventureworks.com>, <pilar"},
        {Action::RejectAuthentication, OnEndOfAuthentication, {}, "refused AUTH  |"},
        {Action::RejectCommand, OnEhloCommand, {}, "refused EHLO mail.fabrikam.com  |"},
        {Action::RejectMessage, OnEndOfHeaders, {}, "refused message <1@fabrikam.com>"},
        {Action::ModifyHeaders,
         OnEndOfHeaders,
         {"X-A", "X-B"},
         "changed X-A, X-B of message <1@fabrikam.com>"},
        {Action::Disconnect, OnNoopCommand, {}, "closed the connection  |"},
        {Action::Fault, OnDataCommand, {}, "agent failed at DATA  |"},
    };
    for (const auto& row : rows) {
        auto made = decision("X", row.event, row.action);
        made.effects = {{row.action, row.targets}};
        CAPTURE(line(made));
        CHECK(line(made).starts_with(kStart + row.text));
    }
}

TEST_CASE("An agent that gave no reason is not made to say one") {
    auto made = decision("NoFooAgent", AgentEvent::OnEndOfHeaders, Action::RejectMessage);
    made.reason = Because{}.reason;
    CHECK(line(made).ends_with("  | NoFooAgent"));
}

TEST_CASE("What a client sends cannot steer the terminal or break the line") {
    auto made = accepted();
    auto step = snapshot(made.event);
    step->messageId = "<\x1b]0;owned\x07\r\nfake line\xE2\x80\xAE@evil>";
    step->p1FromAddress = std::string(5000, 'x') + "@evil";
    step->recipients = {"\xFF\xC2\x9B"
                        "2J@evil"};
    made.step = step;
    const auto shown = line(made);
    CHECK(shown.find_first_of("\x1b\x07\r\n") == std::string::npos);
    CHECK(shown.find("<\\x1b]0;owned\\x07\\r\\nfake line\\u202e@evil>") != std::string::npos);
    CHECK(shown.find("<\\xff\\u009b2J@evil>") != std::string::npos);
    CHECK(shown.size() < 1000);
}

TEST_CASE("Colour paints the verb, and the text is the same without it") {
    auto made = accepted();
    auto painted = decisionLine(made, true);
    CHECK(painted.find("\x1b[32maccepted\x1b[0m") != std::string::npos);
    for (const std::string_view code : {"\x1b[0m", "\x1b[2m", "\x1b[32m"})
        for (auto found = painted.find(code); found != std::string::npos; found = painted.find(code))
            painted.erase(found, code.size());
    CHECK(painted == line(made));
}

TEST_CASE("An agent that accepts only lets pass: the next one may still refuse") {
    auto made = decision("Content Filter Agent", AgentEvent::OnEndOfData, Action::AcceptMessage);
    made.reason = "SCL";
    made.reasonData = "0";
    CHECK(line(made).find("let pass message <1@fabrikam.com>") != std::string::npos);
    CHECK(line(made).find("accepted") == std::string::npos);
}

TEST_CASE("Of interest is what was done") {
    CHECK(isOfInterest(accepted()));
    CHECK_FALSE(isOfInterest(decision("Sender Filter Agent", AgentEvent::OnMailCommand, Action::None)));
}

TEST_CASE("A decision without a step is shown all the same") {
    auto made = accepted();
    made.step = nullptr;
    CHECK(line(made).find("accepted message: 250") != std::string::npos);
}
