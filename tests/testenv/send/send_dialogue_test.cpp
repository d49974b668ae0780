#include <edge/base/text.h>
#include <edge/testenv/send/send_dialogue.h>

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <vector>

using namespace edge;
using namespace edge::testenv;

namespace {

// A server that says its lines, one reply for each thing it hears, and then closes.
class ScriptedWire final : public ClientWire {
public:
    explicit ScriptedWire(std::vector<std::string> lines)
        : lines_(lines.begin(), lines.end()) {}

    Result<> write(std::string_view bytes) override {
        heard += bytes;
        return {};
    }
    Result<std::string> readLine() override {
        if (lines_.empty())
            return Error{Errc::EndOfStream, "closed"};
        auto line = lines_.front();
        lines_.pop_front();
        if (line == "silence")
            return Error{Errc::Timeout, "No answer within 30 seconds."};
        return line;
    }
    Result<std::string> startTls() override {
        heard += "(TLS)\r\n";
        if (!tls)
            return Error{Errc::Unavailable, "certificate has expired"};
        return "TLS started";
    }

    std::string heard;
    bool tls = true;

private:
    std::deque<std::string> lines_;
};

struct Played {
    int code;
    std::string heard;
    std::string transcript;
};

SendOptions options() {
    SendOptions options;
    options.from = "ann@fabrikam.com";
    options.to = {"mary@adventureworks.com"};
    options.helo = "mail.fabrikam.com";
    return options;
}

Played play(const std::vector<std::string>& lines, const SendOptions& how = options(), bool tls = true,
            const std::string& content = "Subject: x\r\n\r\n.body\r\n") {
    ScriptedWire wire(lines);
    wire.tls = tls;
    std::string transcript;
    const int code =
        sendMail(wire, how, content, [&transcript](const std::string& line) { transcript += line + "\n"; });
    return {code, wire.heard, transcript};
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const std::string kBye = "221 2.0.0 bye";

} // namespace

TEST_CASE("A message goes step by step, and the transcript has swaks' marks") {
    const auto played = play({"220 edge ready", "250-edge Hello", "250 SIZE 10", "250 2.1.0 Sender OK",
                              "250 2.1.5 Recipient OK", "354 go", "250 2.6.0 queued", kBye});
    CHECK(played.code == kSendDone);
    CHECK(played.heard == "EHLO mail.fabrikam.com\r\nMAIL FROM:<ann@fabrikam.com>\r\n"
                          "RCPT TO:<mary@adventureworks.com>\r\nDATA\r\n"
                          "Subject: x\r\n\r\n..body\r\n.\r\nQUIT\r\n");
    CHECK(played.transcript == "<-  220 edge ready\n"
                               " -> EHLO mail.fabrikam.com\n"
                               "<-  250-edge Hello\n"
                               "<-  250 SIZE 10\n"
                               " -> MAIL FROM:<ann@fabrikam.com>\n"
                               "<-  250 2.1.0 Sender OK\n"
                               " -> RCPT TO:<mary@adventureworks.com>\n"
                               "<-  250 2.1.5 Recipient OK\n"
                               " -> DATA\n"
                               "<-  354 go\n"
                               " -> Subject: x\n"
                               " -> \n"
                               " -> ..body\n"
                               " -> .\n"
                               "<-  250 2.6.0 queued\n"
                               " -> QUIT\n"
                               "<-  221 2.0.0 bye\n"
                               "=== Connection closed with remote host.\n");
}

TEST_CASE("The exit code names the step that was refused, and QUIT is said all the same") {
    struct Row {
        std::vector<std::string> lines;
        int code;
    };
    const std::vector<Row> rows{
        {{"554 no", kBye}, kSendBanner},
        {{"220 x", "550 no", "550 no", kBye}, kSendHello},
        {{"220 x", "250 x", "550 no", kBye}, kSendMail},
        {{"220 x", "250 x", "250 x", "550 no", kBye}, kSendNoRecipient},
        {{"220 x", "250 x", "250 x", "250 x", "451 no", kBye}, kSendData},
        {{"220 x", "250 x", "250 x", "250 x", "354 x", "550 no", kBye}, kSendMessage},
        {{"220 x", "250 x", "250 x", "250 x", "354 x", "250 x", "421 no"}, kSendQuit},
    };
    for (const auto& row : rows) {
        CAPTURE(row.code);
        const auto played = play(row.lines);
        CHECK(played.code == row.code);
        CHECK(played.heard.ends_with("QUIT\r\n"));
        CHECK(has(played.transcript, "<** "));
    }
}

TEST_CASE("A server that does not know EHLO is greeted with HELO") {
    const auto played = play({"220 x", "500 what", "250 x", "250 x", "250 x", "354 x", "250 x", kBye});
    CHECK(played.code == kSendDone);
    CHECK(has(played.heard, "EHLO mail.fabrikam.com\r\nHELO mail.fabrikam.com\r\nMAIL"));
}

TEST_CASE("One recipient who is taken is enough") {
    auto how = options();
    how.to = {"a@contoso.com", "b@contoso.com", "c@contoso.com"};
    const auto played =
        play({"220 x", "250 x", "250 x", "550 no", "250 x", "550 no", "354 x", "250 x", kBye}, how);
    CHECK(played.code == kSendDone);
    CHECK(has(played.heard, "RCPT TO:<c@contoso.com>\r\nDATA"));
}

TEST_CASE("The null sender is <>") {
    auto how = options();
    how.from.clear();
    CHECK(has(play({"220 x", "250 x", "550 no", kBye}, how).heard, "MAIL FROM:<>\r\n"));
}

TEST_CASE("A connection that ends, falls silent or talks nonsense is code 6, wherever that is") {
    const std::vector<std::string> all{"220 x", "250 x", "250 x", "250 x", "354 x", "250 x"};
    for (std::size_t length = 0; length < all.size(); ++length) {
        CAPTURE(length);
        std::vector<std::string> lines(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(length));
        CHECK(play(lines).code == kSendConnectionLost);
        CHECK(has(play(lines).transcript, "*** Remote host closed connection unexpectedly."));
        lines.push_back("silence");
        CHECK(has(play(lines).transcript, "*** No answer within 30 seconds."));
        lines.back() = "HTTP/1.1 400 Bad Request";
        CHECK(play(lines).code == kSendConnectionLost);
        CHECK(has(play(lines).transcript, "<** HTTP/1.1 400"));
    }
}

TEST_CASE("A server that closes after a refusal does not hide it") {
    CHECK(play({"220 x", "250 x", "550 no"}).code == kSendMail);
}

TEST_CASE("A reply without end is given up") {
    std::vector<std::string> lines{"220 x"};
    lines.resize(5000, "250-and so on");
    CHECK(play(lines).code == kSendConnectionLost);
}

TEST_CASE("With TLS the mail goes behind a second EHLO, and the marks tell") {
    auto how = options();
    how.tls = true;
    const auto played = play(
        {"220 x", "250-x", "250 STARTTLS", "220 go", "250 x", "250 x", "250 x", "354 x", "250 x", kBye}, how);
    CHECK(played.code == kSendDone);
    CHECK(has(played.heard, "STARTTLS\r\n(TLS)\r\nEHLO mail.fabrikam.com\r\nMAIL"));
    CHECK(has(played.transcript, "=== TLS started\n ~> EHLO mail.fabrikam.com\n<~  250 x\n"));
}

TEST_CASE("Without STARTTLS, or where TLS fails, no mail is sent") {
    auto how = options();
    how.tls = true;
    const auto missing = play({"220 x", "250-x", "250 SIZE", kBye}, how);
    CHECK(missing.code == kSendTls);
    CHECK(has(missing.transcript, "*** The server does not offer STARTTLS"));
    CHECK_FALSE(has(missing.heard, "MAIL"));
    const auto broken = play({"220 x", "250-x", "250 STARTTLS", "220 go", "250 x"}, how, false);
    CHECK(broken.code == kSendTls);
    CHECK(has(broken.transcript, "*** TLS startup failed: certificate has expired"));
    CHECK(broken.heard.ends_with("(TLS)\r\n")); // nothing in the clear
    const auto refused = play({"220 x", "250-x", "250 STARTTLS", "454 not now", kBye}, how);
    CHECK(refused.code == kSendTls);
    CHECK(play({"220 x", "250-x", "250 STARTTLS", "220 go", "550 no", "550 no", kBye}, how).code ==
          kSendHelloAfterTls);
}

TEST_CASE("Another client is presented by XCLIENT, and greets anew") {
    auto how = options();
    how.as = *IpAddress::parse("203.0.113.9");
    const std::vector<std::string> lines{
        "220 x", "250-x", "250 XCLIENT ADDR PORT", "220 x", "250 x", "250 x", "250 x", "354 x",
        "250 x", kBye};
    const auto played = play(lines, how);
    CHECK(played.code == kSendDone);
    CHECK(has(played.heard, "XCLIENT ADDR=203.0.113.9\r\nEHLO mail.fabrikam.com\r\nMAIL"));
    how.as = *IpAddress::parse("2001:db8::9");
    CHECK(has(play(lines, how).heard, "XCLIENT ADDR=IPV6:2001:db8::9\r\n"));
}

TEST_CASE("A server that does not offer XCLIENT, or refuses it, gets no mail under a wrong name") {
    auto how = options();
    how.as = *IpAddress::parse("203.0.113.9");
    const auto missing = play({"220 x", "250-x", "250 SIZE", kBye}, how);
    CHECK(missing.code == kSendXclient);
    CHECK(has(missing.transcript, "--trust-xclient"));
    CHECK_FALSE(has(missing.heard, "MAIL"));
    CHECK(play({"220 x", "250-x", "250 XCLIENT ADDR", "550 no", kBye}, how).code == kSendXclient);
    CHECK(play({"220 x", "250-x", "250 XCLIENT ADDR", "220 x", "550 no", "550 no", kBye}, how).code ==
          kSendHelloAfterXclient);
}

TEST_CASE("The message can be left out of the transcript") {
    auto how = options();
    how.hidesData = true;
    const auto played = play({"220 x", "250 x", "250 x", "250 x", "354 x", "250 x", kBye}, how);
    CHECK(has(played.transcript, " -> (25 octets with the dot)\n"));
    CHECK_FALSE(has(played.transcript, "body"));
}

TEST_CASE("A server cannot steer the terminal") {
    const auto played = play({"220 \x1b[2Jready", "550 no", "550 no", kBye});
    CHECK_FALSE(has(played.transcript, "\x1b"));
    CHECK(has(played.transcript, "220 \\x1b[2Jready"));
}
