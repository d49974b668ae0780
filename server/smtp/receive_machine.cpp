#include <edge/base/append_or_move.h>
#include <edge/base/assert.h>
#include <edge/server/smtp/command_table.h>
#include <edge/server/smtp/data_reader.h>
#include <edge/server/smtp/receive_machine.h>

#include <algorithm>
#include <utility>

namespace edge::smtp {
namespace {

// An idle session keeps no buffer larger than this; ten thousand of them wait at a time.
constexpr std::size_t kIdleBuffer = 256;
// What is remembered of an over-long line, for logs.
constexpr std::size_t kRememberedOfLongLine = 200;

// The parameters behind the two deadlines.
constexpr const char* kConnectionTimeout = "ConnectionTimeout";
constexpr const char* kInactivityTimeout = "ConnectionInactivityTimeout";

constexpr const char* kBareLinefeed = "a LF without CR ends no command line";

LineEndPolicy lineEndPolicy(const MachineOptions& options) {
    return options.bareLinefeedRejectionEnabled ? LineEndPolicy::RejectBareLinefeeds
                                                : LineEndPolicy::Tolerate;
}

} // namespace

struct ReceiveMachine::State {
    // What the next octet of input belongs to.
    enum class Phase {
        Banner,  // nobody looks at input before the banner
        Command, // a command line
        Skip,    // the rest of a faulty command line, up to CRLF
        Chunk,   // the octets behind a refused BDAT
        Content, // a message
        Over,
    };
    // What the driver has to answer.
    enum class Question { None, Connection, Command, Message, Refusal };

    State(const MachineOptions& machineOptions, SteadyTime now)
        : options(machineOptions)
        , sessionEnd(now + machineOptions.connectionTimeout)
        , lastActivity(now) {}

    Event next();
    void answer(const SmtpResponse& response);
    void touch(SteadyTime now);

    std::string_view unread() const { return std::string_view(input).substr(consumed); }
    bool exhausted() const { return consumed == input.size(); }
    void consume(std::size_t octets);
    void append(std::string_view bytes);
    void releaseBuffers();
    Event awaitInput();

    std::optional<Event> nextCommand();
    std::optional<Event> skipLine();
    std::optional<Event> skipChunk();
    std::optional<Event> nextContent();
    Event endOfMessage();
    Event refuseLongLine();
    Event refuseBareLinefeed(std::size_t linefeed);
    Event perform(std::string_view line);
    std::optional<Refused> overLimit(const Event& event) const;
    Event ask(Event event, const CommandRow& commandRow);
    Event refuse(Refused refused);
    Event refuseError(Refused refused);
    Event refuseError(Reply which, std::string explanation);
    Event timedOut();

    void remember(std::string_view line);
    void acceptCommand(const SmtpResponse& response);
    void moveTo(SessionState newState);
    void startContent();
    void end(bool byPeer);

    MachineOptions options;
    SteadyTime sessionEnd;
    SteadyTime lastActivity;

    std::string input;
    std::size_t consumed = 0; // octets of input that are done with
    std::size_t scanned = 0;  // octets of unread() known to hold no LF
    std::string output;
    std::string lastCommand;

    Phase phase = Phase::Banner;
    Question question = Question::None;
    SessionState state = SessionState::AwaitHello;
    const CommandRow* row = nullptr; // of the command in question
    std::uint64_t chunkLeft = 0;
    DataReader reader;
    std::uint64_t contentOctets = 0;
    int recipients = 0;
    int protocolErrors = 0;
    bool smtpUtf8 = false;  // of the transaction
    bool skippedCr = false; // the last octet skipped was a CR
    bool closing = false;   // the refusal in question ends the session
    bool inputEnded = false;
    const char* expired = nullptr; // the parameter whose time is over
    bool overByPeer = false;
};

// --- input ---

void ReceiveMachine::State::append(std::string_view bytes) {
    if (exhausted())
        input.clear();
    else
        input.erase(0, consumed);
    consumed = 0;
    input.append(bytes);
}

void ReceiveMachine::State::consume(std::size_t octets) {
    consumed += octets;
    scanned = 0;
}

// Nothing points into the buffer now: DataBytes views end with the call that got us here.
void ReceiveMachine::State::releaseBuffers() {
    if (input.capacity() > kIdleBuffer && input.capacity() > 2 * unread().size()) {
        std::string(unread()).swap(input); // assignment would keep the large buffer
        consumed = 0;
    }
    if (lastCommand.capacity() > kIdleBuffer)
        lastCommand.shrink_to_fit();
}

void ReceiveMachine::State::touch(SteadyTime now) {
    lastActivity = now;
    // platform.md 2.8: absolute, also while input keeps flowing.
    if (now >= sessionEnd)
        expired = kConnectionTimeout;
}

// --- events ---

Event ReceiveMachine::State::next() {
    if (phase == Phase::Banner) {
        question = Question::Connection;
        return Connected{};
    }
    for (;;) {
        if (phase == Phase::Over)
            return SessionOver{overByPeer};
        if (expired)
            return timedOut();
        if (exhausted())
            return awaitInput();
        std::optional<Event> event;
        switch (phase) {
        case Phase::Command:
            event = nextCommand();
            break;
        case Phase::Skip:
            event = skipLine();
            break;
        case Phase::Chunk:
            event = skipChunk();
            break;
        case Phase::Content:
            event = nextContent();
            break;
        case Phase::Banner:
        case Phase::Over:
            break;
        }
        if (event)
            return std::move(*event);
    }
}

Event ReceiveMachine::State::awaitInput() {
    if (inputEnded) {
        end(true);
        return SessionOver{true};
    }
    if (phase != Phase::Content)
        releaseBuffers();
    return NeedBytes{};
}

std::optional<Event> ReceiveMachine::State::nextCommand() {
    const auto text = unread();
    const auto limit = options.longAddressesEnabled ? kMaxCommandLineLongAddresses : kMaxCommandLine;
    const auto linefeed = text.find('\n', scanned);
    const bool complete = linefeed != std::string_view::npos;
    if ((complete ? linefeed : text.size()) >= limit) // the LF counts too
        return refuseLongLine();
    if (!complete) {
        if (inputEnded) {
            consume(text.size()); // half a command is none
            return std::nullopt;
        }
        scanned = text.size();
        releaseBuffers();
        return NeedBytes{};
    }
    // RFC 5321 2.3.8: only CRLF ends a line.
    if (linefeed == 0 || text[linefeed - 1] != '\r')
        return refuseBareLinefeed(linefeed);
    auto event = perform(text.substr(0, linefeed - 1));
    consume(linefeed + 1);
    return event;
}

Event ReceiveMachine::State::perform(std::string_view line) {
    remember(line);
    const auto command = splitCommandLine(line);
    const auto* found = findCommand(command.verb);
    if (!found || (found->onlyWith && !(options.*found->onlyWith)))
        return refuseError(Reply::UnrecognizedCommand, "there is no such verb");
    if (const auto refusal = found->refusal[static_cast<std::size_t>(state)])
        return refuseError(*refusal, std::string(found->verb) + " is not legal in state " +
                                         std::string(toString(state)));
    auto parsed = found->parse(command.arguments, {options, smtpUtf8});
    if (parsed.octetsBehind > 0) {
        chunkLeft = parsed.octetsBehind;
        phase = Phase::Chunk;
    }
    if (auto* refused = std::get_if<Refused>(&parsed.event))
        return refuseError(std::move(*refused));
    if (auto refused = overLimit(parsed.event))
        return refuse(std::move(*refused));
    return ask(std::move(parsed.event), *found);
}

// The limits that a command alone can break.
std::optional<Refused> ReceiveMachine::State::overLimit(const Event& event) const {
    if (const auto* mail = std::get_if<MailCommand>(&event)) {
        // RFC 1870 6.1
        if (mail->size.value_or(0) > options.maxMessageSize)
            return Refused{reply(Reply::MessageTooLarge, options.profile), ParsingStatus::LimitExceeded,
                           "SIZE=" + std::to_string(*mail->size) + " is over the limit of " +
                               std::to_string(options.maxMessageSize),
                           "MaxMessageSize"};
    }
    if (std::holds_alternative<RcptCommand>(event) && recipients >= options.maxRecipientsPerMessage)
        return Refused{reply(Reply::TooManyRecipients, options.profile), ParsingStatus::LimitExceeded,
                       "the message has " + std::to_string(recipients) + " recipients already",
                       "MaxRecipientsPerMessage"};
    return std::nullopt;
}

// Answered at once, or a peer that never ends its line would never be told; the rest is skipped unseen.
Event ReceiveMachine::State::refuseLongLine() {
    const auto limit = options.longAddressesEnabled ? kMaxCommandLineLongAddresses : kMaxCommandLine;
    const auto line = unread().substr(0, limit);
    remember(line.substr(0, kRememberedOfLongLine));
    skippedCr = line.back() == '\r';
    phase = Phase::Skip;
    consume(limit);
    Refused refused{reply(Reply::LineTooLong, options.profile), ParsingStatus::LimitExceeded,
                    "the command line is longer than " + std::to_string(limit) + " octets", ""};
    if (!options.longAddressesEnabled)
        refused.parameter = "LongAddressesEnabled";
    return refuseError(std::move(refused));
}

// A line with a bare LF is not executed, nor is anything up to the next CRLF: who smuggles a second command
// behind an LF gets a single refusal, who knows only LF is told so at each line (docs/decisions/0100).
Event ReceiveMachine::State::refuseBareLinefeed(std::size_t linefeed) {
    remember(unread().substr(0, linefeed));
    skippedCr = false;
    phase = Phase::Skip;
    consume(linefeed + 1);
    return refuseError(Reply::UnrecognizedCommand, kBareLinefeed);
}

std::optional<Event> ReceiveMachine::State::skipLine() {
    const auto text = unread();
    const auto linefeed = text.find('\n');
    if (linefeed == std::string_view::npos) {
        skippedCr = text.back() == '\r';
        consume(text.size());
        return std::nullopt;
    }
    const bool lineEnd = linefeed == 0 ? skippedCr : text[linefeed - 1] == '\r';
    skippedCr = false;
    consume(linefeed + 1);
    if (!lineEnd)
        return refuseError(Reply::UnrecognizedCommand, kBareLinefeed);
    phase = Phase::Command;
    return std::nullopt;
}

// RFC 3030 2: what a refused BDAT carries is dropped, never read as commands.
std::optional<Event> ReceiveMachine::State::skipChunk() {
    const auto octets = std::min<std::uint64_t>(chunkLeft, unread().size());
    consume(static_cast<std::size_t>(octets));
    chunkLeft -= octets;
    if (chunkLeft == 0)
        phase = Phase::Command;
    return std::nullopt;
}

std::optional<Event> ReceiveMachine::State::nextContent() {
    const auto step = reader.read(unread());
    consume(step.consumed);
    if (step.endOfMessage)
        return endOfMessage();
    const auto before = std::exchange(contentOctets, contentOctets + step.content.size());
    auto bytes = step.content;
    if (contentOctets > options.maxMessageSize)
        bytes = bytes.substr(0, options.maxMessageSize - std::min(before, options.maxMessageSize));
    if (bytes.empty())
        return std::nullopt;
    return DataBytes{bytes};
}

// The transaction is over with the dot, whatever is answered (RFC 5321 4.1.1.4).
Event ReceiveMachine::State::endOfMessage() {
    phase = Phase::Command;
    moveTo(SessionState::Ready);
    if (contentOctets > options.maxMessageSize)
        return refuse({reply(Reply::MessageTooLarge, options.profile), ParsingStatus::LimitExceeded,
                       "the content has " + std::to_string(contentOctets) + " octets, " +
                           std::to_string(options.maxMessageSize) + " are allowed",
                       "MaxMessageSize", false, true});
    if (!isAcceptable(reader.flaws(), lineEndPolicy(options)))
        return refuse({reply(Reply::BareLinefeeds, options.profile), ParsingStatus::ProtocolError,
                       "the content has a LF without CR", "BareLinefeedRejectionEnabled", false, true});
    question = Question::Message;
    return EndOfData{contentOctets, reader.flaws()};
}

Event ReceiveMachine::State::ask(Event event, const CommandRow& commandRow) {
    if (const auto* mail = std::get_if<MailCommand>(&event))
        smtpUtf8 = mail->smtpUtf8;
    row = &commandRow;
    question = Question::Command;
    return event;
}

Event ReceiveMachine::State::refuse(Refused refused) {
    closing = refused.closes;
    question = Question::Refusal;
    return refused;
}

// A refusal that counts against MaxProtocolErrors; the one too many says so instead (platform.md 2.7, 8).
Event ReceiveMachine::State::refuseError(Refused refused) {
    ++protocolErrors;
    if (options.maxProtocolErrors && protocolErrors > *options.maxProtocolErrors) {
        refused.response = reply(Reply::TooManyErrors, options.profile);
        refused.status = ParsingStatus::LimitExceeded;
        refused.explanation += "; this is error number " + std::to_string(protocolErrors);
        refused.parameter = "MaxProtocolErrors";
        refused.closes = true;
    }
    return refuse(std::move(refused));
}

Event ReceiveMachine::State::refuseError(Reply which, std::string explanation) {
    return refuseError(
        Refused{reply(which, options.profile), ParsingStatus::ProtocolError, std::move(explanation), ""});
}

Event ReceiveMachine::State::timedOut() {
    const std::string parameter = std::exchange(expired, nullptr);
    return refuse(
        {reply(Reply::ConnectionTimedOut, options.profile), ParsingStatus::TimedOut,
         parameter == kConnectionTimeout ? "the session is too old" : "the peer was silent too long",
         parameter, true});
}

// --- answers ---

void ReceiveMachine::State::answer(const SmtpResponse& response) {
    const auto answered = std::exchange(question, Question::None);
    appendOrMove(output, response.toWire());
    if (answered == Question::Connection) {
        phase = Phase::Command;
        if (response.isRefusal()) // RFC 5321 3.1, and nothing to wait for
            end(false);
    } else if (answered == Question::Command) {
        acceptCommand(response);
    }
    // RFC 5321 3.8: 421 announces the end, whoever gives it.
    if (std::exchange(closing, false) || response.statusCode() == 421)
        end(false);
}

void ReceiveMachine::State::acceptCommand(const SmtpResponse& response) {
    if (row->onSuccess == Transition::ToEnd)
        return end(false);
    if (response.isRefusal())
        return;
    const bool content = row->onSuccess == Transition::ToContent;
    const bool intermediate = response.smtpResponseType() == SmtpResponseType::IntermediateSuccess;
    EDGE_ASSERT(content == intermediate, "a 3xx answers DATA and nothing else");
    if (content)
        return startContent();
    moveTo(stateAfter(*row, state));
    if (row->onSuccess == Transition::ToHaveRecipients)
        ++recipients;
}

void ReceiveMachine::State::startContent() {
    phase = Phase::Content;
    reader = {};
    contentOctets = 0;
}

void ReceiveMachine::State::moveTo(SessionState newState) {
    state = newState;
    if (state == SessionState::AwaitHello || state == SessionState::Ready) {
        recipients = 0;
        smtpUtf8 = false;
    }
}

void ReceiveMachine::State::end(bool byPeer) {
    phase = Phase::Over;
    overByPeer = byPeer;
    std::string().swap(input);
    consumed = 0;
}

void ReceiveMachine::State::remember(std::string_view line) {
    const auto shown = publicPart(line);
    lastCommand.assign(shown);
    if (shown.size() < line.size())
        lastCommand += " ***";
}

// --- the public face ---

ReceiveMachine::ReceiveMachine(const MachineOptions& options, SteadyTime now)
    : state_(std::make_unique<State>(options, now)) {}

ReceiveMachine::~ReceiveMachine() = default;

void ReceiveMachine::receive(std::string_view bytes, SteadyTime now) {
    EDGE_ASSERT(!state_->inputEnded, "nothing is received after the end of input");
    if (state_->phase == State::Phase::Over)
        return;
    state_->append(bytes);
    state_->touch(now);
}

void ReceiveMachine::receiveEof() {
    state_->inputEnded = true;
}

Event ReceiveMachine::next() {
    EDGE_ASSERT(!awaitsAnswer(), "each question is answered before the next");
    return state_->next();
}

void ReceiveMachine::answer(const SmtpResponse& response, SteadyTime now) {
    EDGE_ASSERT(awaitsAnswer(), "only a question is answered, and once");
    EDGE_ASSERT(!response.isEmpty(), "an answer has a reply");
    state_->answer(response);
    state_->touch(now);
}

bool ReceiveMachine::awaitsAnswer() const {
    return state_->question != State::Question::None;
}

std::string ReceiveMachine::takeUnread() {
    std::string unread(state_->unread());
    state_->consume(unread.size());
    return unread;
}

std::string ReceiveMachine::takeOutput() {
    return std::exchange(state_->output, {});
}

bool ReceiveMachine::hasOutput() const {
    return !state_->output.empty();
}

SteadyTime ReceiveMachine::deadline() const {
    if (state_->phase == State::Phase::Over)
        return kNever;
    if (awaitsAnswer()) // the silence is ours
        return state_->sessionEnd;
    return std::min(state_->sessionEnd, state_->lastActivity + state_->options.connectionInactivityTimeout);
}

void ReceiveMachine::expire(SteadyTime now) {
    if (now >= deadline())
        state_->expired = now >= state_->sessionEnd ? kConnectionTimeout : kInactivityTimeout;
}

std::string_view ReceiveMachine::lastCommand() const {
    return state_->lastCommand;
}

bool ReceiveMachine::inData() const {
    return state_->phase == State::Phase::Content;
}

} // namespace edge::smtp
