#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/testenv/scenario/expectations.h>
#include <edge/testenv/scenario/scenario_run.h>

#include <array>

namespace edge::testenv {

void ScenarioRun::act(const step::Client& client) {
    current_ = &actors_[client.name];
    if (!client.address)
        return;
    current_->name = client.name;
    if (current_->wire)
        current_->wire->leave(step::Ending::End);
    note("===", "connected from " + client.address->toString());
    current_->wire = world_.connect(*client.address);
    current_->lastWord = world_.steadyNow();
    current_->reply.clear();
    current_->greeted = false;
    current_->leavesAt.reset();
}

void ScenarioRun::act(const step::Send& send) {
    std::string_view shown = send.bytes;
    if (shown.ends_with("\r\n"))
        shown.remove_suffix(2);
    for (const auto line : split(shown, '\n'))
        note("->", line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    say(send.bytes);
    if (resetAfter_.empty() || !istartsWith(send.bytes, resetAfter_))
        return;
    resetAfter_.clear();
    world_.settle();
    act(step::Leave{step::Ending::Cut, {}});
}

// All of it, or as far as the client gets.
void ScenarioRun::say(std::string_view bytes) {
    auto& leavesAt = actor().leavesAt;
    const bool leaves = leavesAt && *leavesAt->after < bytes.size();
    if (leavesAt && !leaves)
        *leavesAt->after -= bytes.size();
    actor().wire->send(leaves ? bytes.substr(0, *leavesAt->after) : bytes);
    actor().lastWord = world_.steadyNow();
    if (!leaves)
        return;
    const auto ending = leavesAt->ending;
    leavesAt.reset();
    world_.settle();
    act(step::Leave{ending, {}});
}

std::vector<std::string> ScenarioRun::hear() {
    auto reply = actor().wire->read();
    for (const auto& line : reply)
        note(line.starts_with('4') || line.starts_with('5') ? "<**" : "<-", line);
    if (reply.empty())
        note("===", actor().wire->closed() ? "closed by the server" : "the server says nothing more");
    else
        actor().greeted = true;
    actor().reply = reply;
    return reply;
}

void ScenarioRun::act(const step::Reply& reply) {
    if (reply.match == step::ReplyMatch::HasLine || reply.match == step::ReplyMatch::LacksLine) {
        if (auto wrong = wrongLine(reply, actor().reply))
            miss(*wrong, join(actor().reply, "\n"));
        return;
    }
    const auto heard = hear();
    if (reply.match == step::ReplyMatch::Closed)
        return expectClosed(heard);
    const auto waited = world_.steadyNow() - actor().lastWord;
    const auto marker = step_->text.substr(0, 2) + " ";
    const auto suffix = reply.after ? " after " + spanWord(waited) : "";
    if (heard.empty())
        return missUpdatable("a reply", actor().wire->closed() ? "the server closed" : "silence",
                             step_->place.line, 1, {"S: closed"});
    if (!replyMatches(reply, heard.back()))
        return missUpdatable(
            replyInWords(reply), join(heard, "\n"), step_->place.line, 1,
            {marker + (reply.match == step::ReplyMatch::Exact ? heard.back() : stablePart(heard.back())) +
             suffix});
    if (reply.after && waited != *reply.after)
        missUpdatable("the reply after " + timeSpanText(*reply.after), "it after " + timeSpanText(waited),
                      step_->place.line, 1, {marker + reply.text + suffix});
}

void ScenarioRun::expectClosed(const std::vector<std::string>& heard) {
    if (!heard.empty())
        return missUpdatable("the server to close", join(heard, "\n"), step_->place.line, 1,
                             {"S: " + stablePart(heard.back())});
    if (!actor().wire->closed())
        miss("the server to close", "silence");
}

void ScenarioRun::act(const step::Silence& silence) {
    note("===", "silence for " + timeSpanText(silence.span));
    world_.advance(silence.span);
    if (actor().wire->hasUnread())
        miss("silence for " + timeSpanText(silence.span), join(hear(), "\n"));
    else if (actor().wire->closed())
        miss("silence for " + timeSpanText(silence.span), "the server closed");
}

void ScenarioRun::act(const step::Leave& leave) {
    if (leave.after) {
        actor().leavesAt = leave;
        return;
    }
    constexpr std::array<std::string_view, 3> kWords{"half-closed by the client", "reset by the client",
                                                     "the client has vanished"};
    note("===", kWords[static_cast<std::size_t>(leave.ending)]);
    actor().wire->leave(leave.ending);
}

void ScenarioRun::act(const step::Pieces& pieces) {
    actor().wire->setReadSize(pieces.octets);
}

// Says a line and wants a reply that begins with `code`; false, and a miss, where it does not.
bool ScenarioRun::command(const std::string& line, std::string_view code) {
    if (!line.empty())
        act(step::Send{line + "\r\n"});
    const auto heard = hear();
    if (!heard.empty() && heard.back().starts_with(code))
        return true;
    miss(std::string(code) + (line.empty() ? " as banner" : " to " + line),
         heard.empty() ? "the server closed" : join(heard, "\n"));
    return false;
}

void ScenarioRun::act(const step::Hello& hello) {
    if (actor().greeted || command("", "220"))
        command("EHLO " + hello.domain, "250");
}

void ScenarioRun::act(const step::Envelope& envelope) {
    const auto path = [](const std::string& address) {
        return address == "<>" ? address : "<" + address + ">";
    };
    if (!command("MAIL FROM:" + path(envelope.from), "250"))
        return;
    for (const auto& recipient : envelope.recipients)
        if (!command("RCPT TO:" + path(recipient), "250"))
            return;
    command("DATA", "354");
}

// Where the server will have STARTTLS, the handshake follows here.
void ScenarioRun::act(const step::StartTls&) {
    if (command("STARTTLS", "220"))
        miss("a TLS handshake", "none: scenarios of this version speak plain text only");
}

} // namespace edge::testenv
