// Order, limits and ends of a session.
#include <edge/base/text.h>
#include <edge/server/smtp/command_parser.h>
#include <edge/server/smtp/command_table.h>
#include <edge/server/smtp/replies.h>

#include "agreement.h"

#include <string>

namespace edge::smtp {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

// Answers `verb`'s events with `response` and all others with yes.
template <class Command>
Setup answering(const SmtpResponse& response) {
    Setup setup;
    setup.answer = [response](const Event& event) {
        return std::holds_alternative<Command>(event) ? response : acceptingAnswer(event);
    };
    return setup;
}

TEST_CASE("A message passes: one event a command, one reply an event") {
    const auto record = agreed(kUpToData + "Subject: a\r\n\r\nbody\r\n.\r\nQUIT\r\n");
    const std::vector<std::string> events = {"Connected",
                                             "EHLO mail.fabrikam.com",
                                             "MAIL <kim@fabrikam.com>",
                                             "RCPT <don@adventureworks.com>",
                                             "DATA",
                                             "content Subject: a\\r\\n\\r\\nbody\\r\\n",
                                             "EndOfData 20",
                                             "QUIT",
                                             "over"};
    CHECK(record.events == events);
    CHECK(record.output ==
          "220 edge ready\r\n250 edge Hello\r\n250 2.1.0 Sender OK\r\n250 2.1.5 Recipient OK\r\n"
          "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
          "250 2.6.0 Queued mail for delivery\r\n"
          "221 2.0.0 Service closing transmission channel\r\n");
}

TEST_CASE("Every verb is legal exactly where the table says so") {
    const std::string before[kSessionStates] = {"", kHello, kHello + kSender, kHello + kSender + kRecipient};
    const std::pair<std::string, std::string> lines[] = {
        {"EHLO", "EHLO a"}, {"HELO", "HELO a"}, {"MAIL", "MAIL FROM:<>"}, {"RCPT", "RCPT TO:<postmaster>"},
        {"DATA", "DATA"},   {"RSET", "RSET"},   {"NOOP", "NOOP"},         {"HELP", "HELP"},
        {"VRFY", "VRFY a"}, {"QUIT", "QUIT"},   {"AUTH", "AUTH LOGIN"}};
    for (const auto& [verb, line] : lines) {
        const auto* row = findCommand(verb);
        REQUIRE(row);
        for (std::size_t state = 0; state < kSessionStates; ++state) {
            CAPTURE(row->verb);
            CAPTURE(toString(static_cast<SessionState>(state)));
            const auto answered = replyTo(before[state] + line + "\r\n");
            if (row->refusal[state])
                CHECK(answered == reply(*row->refusal[state], kDefaultProfile).toString());
            else
                CHECK(answered.substr(0, 3) != "503");
        }
    }
}

TEST_CASE("Commands out of order get Exchange's words") {
    CHECK(replyTo(kSender) == "503 5.5.2 Send hello first");
    CHECK(replyTo(kHello + kSender + kSender) == "503 5.5.2 Sender already specified");
    CHECK(replyTo(kHello + kRecipient) == "503 5.5.2 Need mail command");
    CHECK(replyTo(kHello + "DATA\r\n") == "503 5.5.2 Need mail command");
    CHECK(replyTo(kHello + kSender + "DATA\r\n") == "503 5.5.2 Need rcpt command");
}

TEST_CASE("EHLO, HELO and RSET drop the transaction; RSET before hello greets nobody") {
    for (const auto* reset : {"EHLO again\r\n", "HELO again\r\n", "RSET\r\n"}) {
        CHECK(replyTo(kHello + kSender + kRecipient + reset + "DATA\r\n") == "503 5.5.2 Need mail command");
        CHECK(replyTo(kHello + kSender + kRecipient + reset + kSender) == "250 2.1.0 Sender OK");
    }
    CHECK(replyTo("RSET\r\n") == "250 2.0.0 Resetting");
    CHECK(replyTo("RSET\r\n" + kSender) == "503 5.5.2 Send hello first");
}

TEST_CASE("A refused command leaves the state as it was") {
    const SmtpResponse no{550, "5.7.1", "No"};
    CHECK(replyTo(kHello + kSender, answering<EhloCommand>(no)) == "503 5.5.2 Send hello first");
    CHECK(replyTo(kHello + kSender + kRecipient, answering<MailCommand>(no)) ==
          "503 5.5.2 Need mail command");
    CHECK(replyTo(kHello + kSender + kRecipient + "DATA\r\n", answering<RcptCommand>(no)) ==
          "503 5.5.2 Need rcpt command");
    // A refused hello keeps the open transaction (RFC 5321 4.1.4); so does a refused DATA.
    CHECK(replyTo("HELO a\r\n" + kSender + kRecipient + kHello + "DATA\r\n", answering<EhloCommand>(no)) ==
          "354 Start mail input; end with <CRLF>.<CRLF>");
    CHECK(replyTo(kUpToData + kRecipient, answering<DataCommand>(no)) == "250 2.1.5 Recipient OK");
    CHECK(replyTo(kHello + kSender + kRecipient + "RSET\r\n" + kRecipient, answering<RsetCommand>(no)) ==
          "250 2.1.5 Recipient OK");
}

TEST_CASE("After the dot a new transaction begins, whatever the dot was answered") {
    const auto message = kSender + kRecipient + "DATA\r\na\r\n.\r\n";
    for (const auto& response : {SmtpResponse{250, "2.6.0", "Queued"}, SmtpResponse{550, "5.7.1", "No"},
                                 SmtpResponse{451, "4.3.2", "Later"}}) {
        const auto setup = answering<EndOfData>(response);
        CHECK(replyTo(kHello + message, setup) == response.toString());
        CHECK(replyTo(kHello + message + kRecipient, setup) == "503 5.5.2 Need mail command");
        CHECK(replyTo(kHello + message + message, setup) == response.toString());
    }
}

TEST_CASE("A refused connection ends the session with that reply") {
    const auto record = agreed(kHello, answering<Connected>({554, "5.7.1", "No"}));
    CHECK(record.events == std::vector<std::string>{"Connected", "over"});
    CHECK(record.output == "554 5.7.1 No\r\n");
}

TEST_CASE("421 to anything ends the session, and nothing behind it is looked at") {
    const SmtpResponse goodbye{421, "4.3.2", "System not accepting network messages"};
    const auto tail = "NOOP\r\nQUIT\r\n"s;
    CHECK(agreed(kHello + tail, answering<EhloCommand>(goodbye)).events.size() == 3);
    CHECK(agreed(kHello + kSender + tail, answering<MailCommand>(goodbye)).events.size() == 4);
    CHECK(agreed("FOO\r\n" + tail, answering<Refused>(goodbye)).events.size() == 3);
    const auto atDot = agreed(kUpToData + "a\r\n.\r\n" + tail, answering<EndOfData>(goodbye));
    CHECK(atDot.events.back() == "over");
    CHECK(lastReply(atDot) == goodbye.toString());
}

TEST_CASE("QUIT ends the session whatever it is answered") {
    CHECK(agreed("QUIT\r\nNOOP\r\n").events == std::vector<std::string>{"Connected", "QUIT", "over"});
    CHECK(agreed("QUIT\r\n", answering<QuitCommand>({550, "5.7.1", "Stay"})).over);
}

TEST_CASE("PIPELINING: a group is answered in order, each command on its own merits") {
    Setup setup;
    setup.answer = [](const Event& event) {
        const auto* rcpt = std::get_if<RcptCommand>(&event);
        return rcpt && rcpt->address.localPart() == "green" ? SmtpResponse{550, "5.1.1", "User unknown"}
                                                            : acceptingAnswer(event);
    };
    const auto record =
        agreed(kHello + "RSET\r\nMAIL FROM:<smith@bar.com>\r\nRCPT TO:<jones@foo.com>\r\n"
                        "RCPT TO:<green@foo.com>\r\nRCPT TO:<brown@foo.com>\r\nDATA\r\n"
                        "Blah\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<green@foo.com>\r\nDATA\r\nQUIT\r\n",
               setup);
    const std::vector<std::string> expected = {"220 edge ready",
                                               "250 edge Hello",
                                               "250 2.0.0 Resetting",
                                               "250 2.1.0 Sender OK",
                                               "250 2.1.5 Recipient OK",
                                               "550 5.1.1 User unknown",
                                               "250 2.1.5 Recipient OK",
                                               "354 Start mail input; end with <CRLF>.<CRLF>",
                                               "250 2.6.0 Queued mail for delivery",
                                               "250 2.1.0 Sender OK",
                                               "550 5.1.1 User unknown",
                                               "503 5.5.2 Need rcpt command",
                                               "221 2.0.0 Service closing transmission channel"};
    CHECK(record.replies() == expected);
}

TEST_CASE("A client that half-closes is served to the end") {
    Setup setup;
    setup.endOfInput = true;
    const auto quit = agreed(kUpToData + "a\r\n.\r\nQUIT\r\n", setup);
    CHECK(quit.events.back() == "over");
    const auto gone = agreed(kUpToData + "a\r\n.\r\n", setup);
    CHECK(gone.events[6] == "EndOfData 3");
    CHECK(gone.events.back() == "over by peer");
}

TEST_CASE("Half a command and half a message are nothing") {
    Setup setup;
    setup.endOfInput = true;
    CHECK(agreed(kHello + "MAIL FROM:<a@b.c>", setup).events ==
          std::vector<std::string>{"Connected", "EHLO mail.fabrikam.com", "over by peer"});
    CHECK(agreed(kHello + "QUIT\r", setup).events.back() == "over by peer");
    const auto cut = agreed(kUpToData + "a\r\n.", setup);
    CHECK(cut.events.back() == "over by peer");
    CHECK(cut.events[5] == "content a\\r\\n");
}

// --- limits ---

TEST_CASE("A command line may have its full length and not an octet more") {
    const auto noop = [](std::size_t length) { return "NOOP " + std::string(length - 7, 'x') + "\r\n"; };
    CHECK(replyTo(kHello + noop(kMaxCommandLine)) == "250 2.0.0 OK");
    CHECK(replyTo(kHello + noop(kMaxCommandLine + 1)) == "500 5.3.3 Line too long");
    Setup setup;
    setup.options.longAddressesEnabled = true;
    CHECK(replyTo(kHello + noop(8000), setup) == "250 2.0.0 OK");
    CHECK(replyTo(kHello + noop(8001), setup) == "500 5.3.3 Line too long");
}

TEST_CASE("An over-long line is refused once, before it ends, and skipped to its CRLF") {
    const auto record = agreed(kHello + std::string(100000, 'x') + "\rQUIT\r\nNOOP\r\n");
    const std::vector<std::string> events = {
        "Connected", "EHLO mail.fabrikam.com",
        "Refused LimitExceeded 500 5.3.3 Line too long [LongAddressesEnabled]", "NOOP"};
    CHECK(record.events == events);
    CHECK(lastReply(agreed(kHello + std::string(kMaxCommandLine, 'x'))) == "500 5.3.3 Line too long");
    // The CRLF may straddle the limit.
    for (std::size_t length = kMaxCommandLine - 3; length < kMaxCommandLine + 3; ++length)
        CHECK(replyTo(kHello + std::string(length, 'x') + "\r\nNOOP\r\n") == "250 2.0.0 OK");
}

TEST_CASE("SIZE over the limit is refused at MAIL; at the limit it is not") {
    Setup setup;
    setup.options.maxMessageSize = 1000;
    CHECK(replyTo(kHello + "MAIL FROM:<> SIZE=1000\r\n", setup) == "250 2.1.0 Sender OK");
    const auto record = agreed(kHello + "MAIL FROM:<> SIZE=1001\r\n", setup);
    CHECK(record.events.back() ==
          "Refused LimitExceeded 552 5.3.4 Message size exceeds fixed maximum message size "
          "[MaxMessageSize]");
    setup.options.maxMessageSize = 0; // nothing fits
    CHECK(replyTo(kHello + "MAIL FROM:<> SIZE=1\r\n", setup).starts_with("552 5.3.4"));
    CHECK(lastReply(agreed(kUpToData + "a\r\n.\r\n", setup)).starts_with("552 5.3.4"));
    setup.options.maxMessageSize = kAnySize; // the right to any size
    CHECK(replyTo(kHello + "MAIL FROM:<> SIZE=99999999999\r\n", setup) == "250 2.1.0 Sender OK");
}

TEST_CASE("Content over the limit is cut off there and refused at the dot") {
    Setup setup;
    setup.options.maxMessageSize = 10;
    const auto exact = agreed(kUpToData + "12345678\r\n.\r\n", setup);
    CHECK(exact.events.back() == "EndOfData 10");
    const auto record = agreed(kUpToData + "123456789\r\nmore\r\n..\r\n.\r\nNOOP\r\n", setup);
    REQUIRE(record.events.size() == 8);
    CHECK(record.events[5] == "content 123456789\\r");
    CHECK(record.events[6] ==
          "Refused LimitExceeded 552 5.3.4 Message size exceeds fixed maximum message size "
          "[MaxMessageSize] endsMessage");
    CHECK(record.events[7] == "NOOP");
}

TEST_CASE("Stuffed dots do not count") {
    Setup setup;
    setup.options.maxMessageSize = 6;
    CHECK(agreed(kUpToData + "..a\r\n..\r\n.\r\n", setup).events.back().starts_with("Refused LimitExceeded"));
    setup.options.maxMessageSize = 7;
    CHECK(agreed(kUpToData + "..a\r\n..\r\n.\r\n", setup).events.back() == "EndOfData 7");
}

TEST_CASE("Each recipient over the limit gets 452 and the message goes on") {
    Setup setup;
    setup.options.maxRecipientsPerMessage = 2;
    const auto record = agreed(kHello + kSender + kRecipient + kRecipient + kRecipient + kRecipient +
                                   "DATA\r\na\r\n.\r\n" + kSender + kRecipient,
                               setup);
    const auto replies = record.replies();
    CHECK(replies[5] == "452 4.5.3 Too many recipients");
    CHECK(replies[6] == "452 4.5.3 Too many recipients");
    CHECK(record.events[5] ==
          "Refused LimitExceeded 452 4.5.3 Too many recipients [MaxRecipientsPerMessage]");
    CHECK(replies[8] == "250 2.6.0 Queued mail for delivery");
    CHECK(replies[10] == "250 2.1.5 Recipient OK"); // counted anew
}

TEST_CASE("Recipients that were refused do not count") {
    Setup setup = answering<RcptCommand>({550, "5.1.1", "User unknown"});
    setup.options.maxRecipientsPerMessage = 1;
    CHECK(replyTo(kHello + kSender + kRecipient + kRecipient, setup) == "550 5.1.1 User unknown");
}

TEST_CASE("The sixth protocol error closes the session") {
    for (const auto& error : {"FOO\r\n"s, "EXPN a\r\n"s, kRecipient, "EHLO a_b\r\n"s, "BDAT 1\r\nx"s}) {
        CAPTURE(error);
        std::string input;
        for (int i = 0; i < 5; ++i)
            input += error;
        CHECK_FALSE(agreed(input).over);
        const auto record = agreed(input + error + "NOOP\r\n");
        CHECK(record.over);
        CHECK(lastReply(record) ==
              "421 4.7.0 Too many errors on this connection, closing transmission channel");
        CHECK(record.events[6] ==
              "Refused LimitExceeded 421 4.7.0 Too many errors on this connection, closing "
              "transmission channel [MaxProtocolErrors] closes");
    }
}

TEST_CASE("Policy refusals and reached limits are no protocol errors") {
    std::string input = kHello + kSender;
    for (int i = 0; i < 20; ++i)
        input += kRecipient;
    CHECK_FALSE(agreed(input, answering<RcptCommand>({550, "5.1.1", "User unknown"})).over);
    Setup setup;
    setup.options.maxRecipientsPerMessage = 1;
    CHECK_FALSE(agreed(input, setup).over);
}

TEST_CASE("MaxProtocolErrors may be nought or unlimited") {
    Setup setup;
    setup.options.maxProtocolErrors = 0;
    CHECK(agreed("FOO\r\n", setup).over);
    setup.options.maxProtocolErrors = std::nullopt;
    std::string input;
    for (int i = 0; i < 200; ++i)
        input += "FOO\r\n";
    CHECK(replyTo(input + "NOOP\r\n", setup) == "250 2.0.0 OK");
}

// --- strangers ---

TEST_CASE("An HTTP request ends in orderly errors") {
    const auto record =
        agreed("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: b\r\nAccept: */*\r\nConnection: close\r\n"
               "X-Command: x\r\n\r\n");
    CHECK(record.over);
    CHECK(record.replies()[1] == "500 5.3.3 Unrecognized command");
    CHECK(lastReply(record).starts_with("421 4.7.0"));
}

TEST_CASE("A TLS ClientHello ends in orderly errors") {
    std::string hello = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s;
    for (int i = 0; i < 512; ++i)
        hello += static_cast<char>(i * 7);
    const auto record = agreed(hello);
    for (std::size_t i = 1; i < record.events.size(); ++i)
        CHECK(record.events[i].starts_with("Refused"));
    CHECK(record.events.size() > 1);
}

// --- time ---

struct Timed {
    explicit Timed(const MachineOptions& machineOptions = {})
        : machine(machineOptions, SteadyTime{}) {
        drain(SteadyTime{});
    }
    // Works off what is there; returns the replies.
    std::string drain(SteadyTime now) {
        for (;;) {
            const auto event = machine.next();
            over = std::holds_alternative<SessionOver>(event);
            if (over || std::holds_alternative<NeedBytes>(event))
                return machine.takeOutput();
            if (machine.awaitsAnswer())
                machine.answer(acceptingAnswer(event), now);
        }
    }
    std::string say(std::string_view bytes, Duration at) {
        machine.receive(bytes, SteadyTime{at});
        return drain(SteadyTime{at});
    }
    ReceiveMachine machine;
    bool over = false;
};

const std::string kTimedOut = "421 4.4.1 Connection timed out\r\n";

TEST_CASE("Silence of ConnectionInactivityTimeout ends the session; any octet restarts it") {
    Timed session;
    CHECK(session.machine.deadline() == SteadyTime{60s});
    session.say("NO", 50s);
    CHECK(session.machine.deadline() == SteadyTime{110s});
    session.machine.expire(SteadyTime{109s}); // too early: nothing
    CHECK(session.drain(SteadyTime{109s}).empty());
    session.machine.expire(SteadyTime{110s});
    const auto event = session.machine.next();
    CHECK(describe(event) ==
          "Refused TimedOut 421 4.4.1 Connection timed out [ConnectionInactivityTimeout] closes");
    session.machine.answer(std::get<Refused>(event).response, SteadyTime{110s});
    CHECK(session.drain(SteadyTime{110s}) == kTimedOut);
    CHECK(session.over);
    CHECK(session.machine.deadline() == kNever);
}

TEST_CASE("ConnectionTimeout is absolute, also in the middle of DATA") {
    Timed session;
    session.say(kUpToData, 1s);
    for (auto at = 2s; at < 300s; at += 1s)
        CHECK(session.say("a line\r\n", at).empty());
    CHECK(session.machine.deadline() == SteadyTime{300s});
    CHECK(session.machine.inData());
    CHECK(session.say("a line\r\n.\r\n", 300s) == kTimedOut); // the dot came too late
    CHECK(session.over);
}

TEST_CASE("While an answer is owed the silence is not the peer's") {
    ReceiveMachine machine({}, SteadyTime{});
    machine.receive(kHello, SteadyTime{1s});
    CHECK(describe(machine.next()) == "Connected");
    CHECK(machine.deadline() == SteadyTime{300s});
    machine.expire(SteadyTime{100s});
    machine.answer({220, "", "edge"}, SteadyTime{100s});
    CHECK(describe(machine.next()) == "EHLO mail.fabrikam.com");
    machine.answer({250, "", "edge"}, SteadyTime{120s});
    CHECK(describe(machine.next()) == "NeedBytes");
    CHECK(machine.deadline() == SteadyTime{180s});
}

TEST_CASE("An answer after the session's end is still given, and followed by 421") {
    Timed session;
    session.machine.receive(kHello + kSender, SteadyTime{1s});
    CHECK(describe(session.machine.next()) == "EHLO mail.fabrikam.com");
    session.machine.answer({250, "", "edge"}, SteadyTime{301s});
    CHECK(session.drain(SteadyTime{301s}) == "250 edge\r\n" + kTimedOut);
}

TEST_CASE("A session that is over stays over, whatever comes") {
    Timed session;
    session.say("QUIT\r\n", 1s);
    CHECK(session.over);
    CHECK(session.say(kHello, 2s).empty());
    session.machine.expire(SteadyTime{1000s});
    CHECK(session.drain(SteadyTime{1000s}).empty());
    CHECK_FALSE(std::get<SessionOver>(session.machine.next()).byPeer);
}

TEST_CASE("inData and lastCommand tell where a session is") {
    Timed session;
    CHECK(session.machine.lastCommand().empty());
    session.say(kUpToData, 1s);
    CHECK(session.machine.inData());
    CHECK(session.machine.lastCommand() == "DATA");
    session.machine.receive("a\r\n.\r\n", SteadyTime{2s});
    CHECK(describe(session.machine.next()).starts_with("content"));
    CHECK(describe(session.machine.next()).starts_with("EndOfData"));
    CHECK_FALSE(session.machine.inData());
    CHECK(session.machine.awaitsAnswer());
    CHECK(session.machine.lastCommand() == "DATA");
}

} // namespace
} // namespace edge::smtp
