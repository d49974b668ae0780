#include "conversation.h"

#include <edge/base/text.h>
#include <edge/server/smtp/replies.h>

#include <random>

namespace edge::smtp {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

std::string describeMail(const MailCommand& mail) {
    std::string text = "MAIL " + mail.address.toPath();
    if (mail.size)
        text += " size=" + std::to_string(*mail.size);
    if (mail.bodyType != BodyType::NotSpecified)
        text += " body=" + std::string(toString(mail.bodyType));
    if (mail.dsnFormatRequested != DsnFormatRequested::NotSpecified)
        text += " ret=" + std::string(toString(mail.dsnFormatRequested));
    if (!mail.envelopeId.empty())
        text += " envid=" + mail.envelopeId;
    if (!mail.auth.empty())
        text += " auth=" + mail.auth;
    return text + (mail.smtpUtf8 ? " smtputf8" : "");
}

std::string describeRcpt(const RcptCommand& rcpt) {
    std::string text = "RCPT " + rcpt.address.toPath();
    if (rcpt.notify.specified)
        text += " notify=" + toString(rcpt.notify);
    if (!rcpt.originalRecipient.empty())
        text += " orcpt=" + rcpt.originalRecipient;
    return text;
}

std::string describeRefused(const Refused& refused) {
    constexpr std::string_view kStatus[] = {"ProtocolError", "LimitExceeded", "NotImplemented", "TimedOut"};
    std::string text = "Refused " + std::string(kStatus[static_cast<int>(refused.status)]) + " " +
                       refused.response.toString();
    if (!refused.parameter.empty())
        text += " [" + refused.parameter + "]";
    return text + (refused.closes ? " closes" : "") + (refused.endsMessage ? " endsMessage" : "");
}

std::string describeEnd(const EndOfData& end) {
    return "EndOfData " + std::to_string(end.octets) + (end.flaws.bareCarriageReturn ? " bareCR" : "") +
           (end.flaws.bareLinefeed ? " bareLF" : "") + (end.flaws.nul ? " NUL" : "");
}

bool isContent(const Event& event) {
    return std::holds_alternative<DataBytes>(event);
}

// One session being played.
class Player {
public:
    Player(const Setup& setup, Record& record)
        : setup_(setup)
        , record_(record)
        , machine_(setup.options, SteadyTime{}) {}

    void receive(std::string_view bytes) {
        machine_.receive(bytes, SteadyTime{});
        run();
    }
    void end() {
        machine_.receiveEof();
        run();
    }
    // Works off whatever can be worked off.
    void run() {
        while (!record_.over) {
            const auto event = machine_.next();
            if (std::holds_alternative<NeedBytes>(event))
                break;
            note(event);
            if (machine_.awaitsAnswer())
                machine_.answer(setup_.answer ? setup_.answer(event)
                                              : acceptingAnswer(event, setup_.options.profile),
                                SteadyTime{});
            record_.output += machine_.takeOutput();
            record_.over = std::holds_alternative<SessionOver>(event);
        }
        record_.inData = machine_.inData();
        record_.lastCommand = machine_.lastCommand();
    }

private:
    void note(const Event& event) {
        // Content comes in other pieces when input does; only the sum must agree.
        if (isContent(event) && contentIsLast_)
            record_.events.back() += escapeControls(std::get<DataBytes>(event).bytes);
        else
            record_.events.push_back(describe(event));
        contentIsLast_ = isContent(event);
    }

    const Setup& setup_;
    Record& record_;
    ReceiveMachine machine_;
    bool contentIsLast_ = false;
};

std::string describeXclient(const XclientCommand& xclient) {
    std::string text = "XCLIENT";
    const auto add = [&text](const char* name, const auto& address, const auto& port) {
        if (address)
            text += std::string(" ") + name + " " + address->toString();
        if (port)
            text += std::string(" ") + name + " port " + std::to_string(*port);
    };
    add("from", xclient.address, xclient.port);
    add("to", xclient.destinationAddress, xclient.destinationPort);
    return text;
}

} // namespace

std::vector<std::string> Record::replies() const {
    std::vector<std::string> lines;
    for (const auto line : split(output, '\n'))
        if (!line.empty())
            lines.emplace_back(trim(line));
    return lines;
}

SmtpResponse acceptingAnswer(const Event& event, ProfileId profile) {
    const auto say = [profile](Reply which) { return reply(which, profile); };
    return std::visit(Overloaded{
                          [](const Connected&) {
                              return SmtpResponse{220, "", "edge ready"};
                          },
                          [](const HeloCommand&) {
                              return SmtpResponse{250, "", "edge Hello"};
                          },
                          [](const EhloCommand&) {
                              return SmtpResponse{250, "", "edge Hello"};
                          },
                          [&](const MailCommand&) { return say(Reply::SenderOk); },
                          [&](const RcptCommand&) { return say(Reply::RecipientOk); },
                          [&](const DataCommand&) { return say(Reply::StartMailInput); },
                          [&](const RsetCommand&) { return say(Reply::Resetting); },
                          [&](const NoopCommand&) { return say(Reply::NoopOk); },
                          [&](const HelpCommand&) { return say(Reply::Help); },
                          [&](const VrfyCommand&) { return say(Reply::CannotVrfy); },
                          [&](const QuitCommand&) { return say(Reply::ServiceClosing); },
                          [](const XclientCommand&) {
                              return SmtpResponse{220, "", "edge ready"};
                          },
                          [](const EndOfData&) {
                              return SmtpResponse{250, "2.6.0", "Queued mail for delivery"};
                          },
                          [](const Refused& refused) { return refused.response; },
                          [](const DataBytes&) { return SmtpResponse{}; },
                          [](const NeedBytes&) { return SmtpResponse{}; },
                          [](const SessionOver&) { return SmtpResponse{}; },
                      },
                      event);
}

std::string describe(const Event& event) {
    const auto text = std::visit(
        Overloaded{
            [](const Connected&) -> std::string { return "Connected"; },
            [](const HeloCommand& helo) { return "HELO " + helo.domain; },
            [](const EhloCommand& ehlo) { return "EHLO " + ehlo.domain; },
            [](const MailCommand& mail) { return describeMail(mail); },
            [](const RcptCommand& rcpt) { return describeRcpt(rcpt); },
            [](const DataCommand&) -> std::string { return "DATA"; },
            [](const RsetCommand&) -> std::string { return "RSET"; },
            [](const NoopCommand&) -> std::string { return "NOOP"; },
            [](const HelpCommand& help) { return "HELP " + help.argument; },
            [](const VrfyCommand& vrfy) { return "VRFY " + vrfy.argument; },
            [](const QuitCommand&) -> std::string { return "QUIT"; },
            [](const XclientCommand& xclient) { return describeXclient(xclient); },
            [](const EndOfData& end) { return describeEnd(end); },
            [](const Refused& refused) { return describeRefused(refused); },
            [](const DataBytes& data) { return "content " + std::string(data.bytes); },
            [](const NeedBytes&) -> std::string { return "NeedBytes"; },
            [](const SessionOver& over) -> std::string { return over.byPeer ? "over by peer" : "over"; },
        },
        event);
    return escapeControls(text);
}

Record converse(std::string_view input, const std::vector<std::size_t>& pieces, const Setup& setup) {
    Record record;
    Player player(setup, record);
    player.run();
    for (const auto piece : pieces) {
        player.receive(input.substr(0, piece));
        input.remove_prefix(std::min(piece, input.size()));
    }
    if (!input.empty())
        player.receive(input);
    if (setup.endOfInput)
        player.end();
    return record;
}

std::vector<std::size_t> randomPieces(std::size_t length, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto longest = std::size_t{1} << (random() % 10);
    std::vector<std::size_t> pieces;
    for (std::size_t sum = 0; sum < length; sum += pieces.back())
        pieces.push_back(1 + random() % longest);
    return pieces;
}

} // namespace edge::smtp
