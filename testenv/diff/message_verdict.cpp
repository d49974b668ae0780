#include <edge/testenv/diff/message_verdict.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace edge::testenv {
namespace {

constexpr std::array<std::string_view, 5> kOutcomes{"accepted", "quarantined", "deleted", "deferred",
                                                    "refused"};
constexpr std::string_view kClosed = "closed without a reply";

// Acts that cost a message, or a recipient of it, its way.
bool isObjection(Action action) {
    switch (action) {
    case Action::None:
    case Action::AcceptMessage:
    case Action::ModifyHeaders:
        return false;
    default:
        return true;
    }
}

std::optional<int> sclOf(const Decision& decision) {
    std::optional<int> scl;
    for (const auto& input : decision.inputs) {
        int level = 0;
        const auto& text = input.value;
        if (input.what == "SCL" &&
            std::from_chars(text.data(), text.data() + text.size(), level).ec == std::errc{})
            scl = level;
    }
    return scl;
}

// The server's last word on a message that it said 250 to.
const Decision* lastServerAct(const std::vector<Decision>& decisions) {
    const auto found = std::find_if(decisions.rbegin(), decisions.rend(), [](const Decision& each) {
        return each.byServer() && each.action != Action::None && each.action != Action::ModifyHeaders;
    });
    return found == decisions.rend() ? nullptr : &*found;
}

Outcome outcomeOf(const std::vector<Decision>& decisions, int code) {
    if (code >= 500)
        return Outcome::Refused;
    if (code < 200 || code >= 300)
        return Outcome::Deferred; // a sender that hears nothing tries again
    if (std::any_of(decisions.begin(), decisions.end(), [](const Decision& each) {
            return each.byServer() && each.action == Action::AcceptMessage;
        }))
        return Outcome::Accepted;
    const auto* last = lastServerAct(decisions);
    const bool kept = last && last->action == Action::QuarantineMessage;
    return kept ? Outcome::Quarantined : Outcome::Deleted;
}

// Whose objection it was. The server's own record often only says what followed from an agent's.
const Decision* deciding(const std::vector<Decision>& decisions, int code) {
    const auto last = [&decisions](auto fits) -> const Decision* {
        const auto found = std::find_if(decisions.rbegin(), decisions.rend(), [&](const Decision& each) {
            return isObjection(each.action) && fits(each);
        });
        return found == decisions.rend() ? nullptr : &*found;
    };
    const bool told = code >= 400;
    if (told) {
        if (const auto* found =
                last([code](const Decision& each) { return each.response.statusCode() == code; }))
            return found;
    }
    if (const auto* found = last([](const Decision& each) { return !each.byServer(); }))
        return found;
    return last([](const Decision&) { return true; });
}

std::size_t recipientsOf(const std::vector<Decision>& decisions) {
    for (auto each = decisions.rbegin(); each != decisions.rend(); ++each)
        if (each->byServer() && each->action == Action::AcceptMessage && each->step)
            return each->step->recipients.size();
    return 0;
}

} // namespace

std::string_view outcomeWord(Outcome outcome) {
    return kOutcomes[static_cast<std::size_t>(outcome)];
}

bool MessageVerdict::sameAs(const MessageVerdict& other) const {
    return outcome == other.outcome && agent == other.agent && event == other.event &&
           reason == other.reason && reply == other.reply && recipients == other.recipients &&
           (outcome != Outcome::Accepted || scl == other.scl);
}

std::string MessageVerdict::cause() const {
    std::string text(outcomeWord(outcome));
    if (outcome == Outcome::Accepted && scl)
        text += ", SCL " + std::to_string(*scl);
    if (agent.empty())
        return text;
    text += outcome == Outcome::Accepted ? ", but not for all: " : " by ";
    text += agent;
    if (!reason.empty())
        text += " (" + reason + ")";
    return text;
}

MessageVerdict verdictOf(const std::vector<Decision>& decisions, const SmtpResponse& lastReply,
                         std::size_t accepted) {
    const auto code = lastReply.statusCode();
    MessageVerdict verdict;
    verdict.outcome = outcomeOf(decisions, code);
    for (const auto& each : decisions)
        if (const auto scl = sclOf(each))
            verdict.scl = scl;
    if (verdict.outcome == Outcome::Accepted)
        verdict.recipients = recipientsOf(decisions);
    if (code == 0)
        verdict.reply = kClosed;
    else if (lastReply.isRefusal())
        verdict.reply = lastReply.toString();
    const bool forAll = verdict.outcome == Outcome::Accepted && verdict.recipients == accepted;
    if (const auto* decision = forAll ? nullptr : deciding(decisions, code)) {
        verdict.agent = decision->agent;
        verdict.event = decision->event;
        verdict.reason = decision->reason;
        verdict.data = decision->reasonData;
    }
    return verdict;
}

} // namespace edge::testenv
