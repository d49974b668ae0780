#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/logs/visible_text.h>
#include <edge/server/terminal/decision_line.h>

#include <algorithm>
#include <array>

namespace edge {
namespace {

// A line is to be read at a glance: long values are cut, long lists counted. The JSON form has everything.
constexpr std::size_t kMaxValueBytes = 100;
constexpr std::size_t kMaxReplyBytes = 200;
constexpr std::size_t kMaxListed = 3;
// Enough of the session id to tell neighbours apart; the logs have all sixteen digits.
constexpr std::size_t kShortIdDigits = 6;

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kCyan = "\x1b[36m";

std::string painted(std::string text, std::string_view paint, bool colour) {
    return colour ? std::string(paint) + text + std::string(kReset) : text;
}

std::string value(std::string_view text, std::size_t limit = kMaxValueBytes) {
    return shortened(visibleText(text), limit);
}

// <a@b>, <> for the null sender.
std::string path(std::string_view address) {
    return address.starts_with('<') ? value(address) : "<" + value(address) + ">";
}

template <class Show>
std::string listed(const std::vector<std::string>& all, const Show& show) {
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), kMaxListed); ++i)
        text += (i > 0 ? ", " : "") + show(all[i]);
    if (all.size() > kMaxListed)
        text += " and " + std::to_string(all.size() - kMaxListed) + " more";
    return text;
}

std::string paths(const std::vector<std::string>& addresses) {
    return listed(addresses, [](const std::string& address) { return path(address); });
}

std::string messageText(const StepSnapshot& step) {
    std::string text = "message";
    if (!step.messageId.empty())
        text += " " + value(step.messageId);
    if (!step.p1FromAddress.empty())
        text += " from " + path(step.p1FromAddress);
    if (!step.recipients.empty())
        text += " to " + paths(step.recipients);
    return text;
}

std::string commandText(std::string_view verb, const std::string& argument) {
    return argument.empty() ? std::string(verb) : std::string(verb) + argument;
}

// What the client was doing, in the client's words.
std::string subjectOf(const Decision& decision) {
    const auto& step = *decision.step;
    switch (decision.event) {
    case AgentEvent::OnConnect:
    case AgentEvent::OnDisconnect:
        return "the connection";
    case AgentEvent::OnHeloCommand:
        return commandText("HELO ", value(step.heloDomain));
    case AgentEvent::OnEhloCommand:
        return commandText("EHLO ", value(step.heloDomain));
    case AgentEvent::OnStartTlsCommand:
        return "STARTTLS";
    case AgentEvent::OnAuthCommand:
    case AgentEvent::OnProcessAuthentication:
    case AgentEvent::OnEndOfAuthentication:
        return "AUTH";
    case AgentEvent::OnMailCommand:
        return step.p1FromAddress.empty() ? "MAIL" : "MAIL FROM:" + path(step.p1FromAddress);
    case AgentEvent::OnRcptCommand:
        return step.recipients.empty() ? "RCPT" : "RCPT TO:" + path(step.recipients.back());
    case AgentEvent::OnDataCommand:
        return "DATA";
    case AgentEvent::OnHelpCommand:
        return "HELP";
    case AgentEvent::OnNoopCommand:
        return "NOOP";
    case AgentEvent::OnRsetCommand:
        return "RSET";
    case AgentEvent::OnReject:
        return "a command";
    default:
        return messageText(step);
    }
}

// Recipients that the act was on: its targets where it names some, else all.
std::string recipientsOf(const Decision& decision) {
    for (const auto& effect : decision.effects)
        if (effect.action == decision.action && !effect.targets.empty())
            return paths(effect.targets);
    return paths(decision.step->recipients);
}

std::string headersOf(const Decision& decision) {
    for (const auto& effect : decision.effects)
        if (effect.action == Action::ModifyHeaders && !effect.targets.empty())
            return listed(effect.targets, [](const std::string& name) { return value(name); });
    return "headers";
}

enum class Object { None, Subject, Connection, Message, Recipients, Headers };

struct ActWords {
    Action action;
    std::string_view verb;
    std::string_view paint;
    Object object;
};

constexpr std::array<ActWords, 14> kActs{{
    {Action::None, "passed", kDim, Object::Subject},
    {Action::AcceptMessage, "accepted", kGreen, Object::Message},
    {Action::DeleteMessage, "discarded", kYellow, Object::Message},
    {Action::DeleteRecipients, "dropped recipients", kYellow, Object::Recipients},
    {Action::Disconnect, "closed", kYellow, Object::Connection},
    {Action::ModifyHeaders, "changed", kCyan, Object::Headers},
    {Action::QuarantineMessage, "quarantined", kYellow, Object::Message},
    {Action::QuarantineRecipients, "quarantined for", kYellow, Object::Recipients},
    {Action::RejectAuthentication, "refused", kRed, Object::Subject},
    {Action::RejectCommand, "refused", kRed, Object::Subject},
    {Action::RejectConnection, "refused", kRed, Object::Connection},
    {Action::RejectMessage, "refused", kRed, Object::Message},
    {Action::RejectRecipients, "refused recipients", kRed, Object::Recipients},
    {Action::Fault, "agent failed at", kRed, Object::Subject},
}};

// An agent that accepts lets pass: the next one may still refuse. Only the server's own acceptance is one.
constexpr ActWords kLetPass{Action::AcceptMessage, "let pass", kDim, Object::Message};

const ActWords& wordsFor(const Decision& decision) {
    const bool letPass = decision.action == Action::AcceptMessage && decision.response.isEmpty();
    return letPass ? kLetPass : kActs[static_cast<std::size_t>(decision.action)];
}

std::string objectText(Object object, const Decision& decision) {
    switch (object) {
    case Object::Connection:
        return "the connection";
    case Object::Message:
        return messageText(*decision.step);
    case Object::Recipients:
        return recipientsOf(decision);
    case Object::Headers:
        return headersOf(decision) + " of " + messageText(*decision.step);
    default:
        return subjectOf(decision);
    }
}

bool alsoClosed(const Decision& decision) {
    return decision.action != Action::Disconnect && decision.action != Action::RejectConnection &&
           std::any_of(decision.effects.begin(), decision.effects.end(),
                       [](const Effect& effect) { return effect.action == Action::Disconnect; });
}

// "refused RCPT TO:<a@b>: 550 5.1.1 User unknown"
std::string whatText(const Decision& decision, bool colour) {
    const auto& words = wordsFor(decision);
    auto text =
        painted(std::string(words.verb), words.paint, colour) + " " + objectText(words.object, decision);
    if (!decision.response.isEmpty())
        text += ": " + value(decision.response.toString(), kMaxReplyBytes);
    if (alsoClosed(decision))
        text += ", and closed the connection";
    return text;
}

// "Recipient Filter Agent: RecipientDoesNotExist a@b (RecipientValidationEnabled = True)"
std::string whyText(const Decision& decision) {
    std::string why;
    if (decision.reason != Because{}.reason) // said nothing
        why = value(decision.reason);
    if (!decision.reasonData.empty())
        why += (why.empty() ? "" : " ") + value(decision.reasonData);
    std::vector<std::string> inputs;
    for (const auto& input : decision.inputs)
        inputs.push_back(value(input.what) + " = " + value(input.value));
    if (!inputs.empty())
        why +=
            (why.empty() ? "(" : " (") + listed(inputs, [](const std::string& text) { return text; }) + ")";
    return value(decision.agent) + (why.empty() ? "" : ": " + why);
}

} // namespace

bool isOfInterest(const Decision& decision) {
    return decision.action != Action::None;
}

std::string decisionLine(const Decision& decision, bool colour) {
    static const auto kNoStep = std::make_shared<const StepSnapshot>();
    auto shown = decision;
    if (!shown.step)
        shown.step = kNoStep;
    const auto clock = isoTime(shown.time).substr(std::string_view("2022-09-13T").size());
    const auto session = hex16(shown.step->sessionId).substr(16 - kShortIdDigits);
    auto line = painted(clock + "  " + session, kDim, colour) + "  " +
                shown.step->remoteEndpoint.address.toString() + "  " + whatText(shown, colour) + "  | " +
                whyText(shown);
    if (!shown.remedy.empty())
        line += "  | " + painted("to lift it: ", kCyan, colour) + value(shown.remedy, kMaxReplyBytes);
    return line;
}

} // namespace edge
