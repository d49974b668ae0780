// Grammar: what each verb takes and what it answers to the rest.
#include <edge/server/smtp/command_parser.h>
#include <edge/server/smtp/command_table.h>

#include "agreement.h"

#include <string>

namespace edge::smtp {
namespace {

using namespace std::string_literals;

struct Row {
    std::string line;
    std::string outcome; // the event, or the reply of a refusal
};

// What one command line behind `before` became.
std::string outcome(const std::string& before, const std::string& line, const Setup& setup) {
    const auto record = agreed(before + line + "\r\n", setup);
    const auto& event = record.events.back();
    return event.starts_with("Refused") ? lastReply(record) : event;
}

void check(const std::string& before, const std::vector<Row>& rows, const Setup& setup = {}) {
    for (const auto& row : rows) {
        CAPTURE(row.line);
        CHECK(outcome(before, row.line, setup) == row.outcome);
    }
}

const std::string kInvalidArguments = "501 5.5.4 Invalid arguments";
const std::string kInvalidSender = "550 5.1.7 Invalid address";
const std::string kInvalidRecipient = "501 5.1.3 Invalid address";
const std::string kInvalidDomain = "501 5.5.4 Invalid domain name";

TEST_CASE("EHLO and HELO take names, literals and nothing, but no strange characters") {
    check("", {
                  {"EHLO mail.fabrikam.com", "EHLO mail.fabrikam.com"},
                  {"ehlo x", "EHLO x"},
                  {"HELO mail.fabrikam.com", "HELO mail.fabrikam.com"},
                  {"EHLO [95.10.20.33]", "EHLO [95.10.20.33]"},
                  {"EHLO [IPv6:2001:db8::1]", "EHLO [IPv6:2001:db8::1]"},
                  {"EHLO  padded.example  ", "EHLO padded.example"},
                  {"EHLO", "EHLO "},
                  {"HELO ", "HELO "},
                  {"EHLO bad_name", kInvalidDomain},
                  {"EHLO two names", kInvalidDomain},
                  {"EHLO a<b>", kInvalidDomain},
                  {"EHLO []", kInvalidDomain},
                  {"EHLO [1.2.3.4", kInvalidDomain},
                  {"HELO m\xc3\xbcnchen.example", kInvalidDomain},
                  {"EHLO a\0b"s, kInvalidDomain},
                  {"EHLO " + std::string(255, 'a'), "EHLO " + std::string(255, 'a')},
                  {"EHLO " + std::string(256, 'a'), kInvalidDomain},
              });
}

TEST_CASE("RequireEHLODomain refuses a hello without a domain and closes") {
    Setup setup;
    setup.options.requireEhloDomain = true;
    for (const auto* line : {"EHLO\r\n", "HELO\r\n", "EHLO   \r\n"}) {
        const auto record = agreed(line, setup);
        CHECK(record.events[1] ==
              "Refused ProtocolError 501 5.5.4 Invalid domain name [RequireEHLODomain] closes");
        CHECK(record.over);
    }
    CHECK(replyTo("EHLO a\r\n", setup) == "250 edge Hello");
}

TEST_CASE("MAIL takes a reverse path, with a blank behind the colon or without brackets") {
    check(kHello, {
                      {"MAIL FROM:<kim@fabrikam.com>", "MAIL <kim@fabrikam.com>"},
                      {"mail from:<Kim@Fabrikam.com>", "MAIL <Kim@Fabrikam.com>"},
                      {"MAIL FROM: <kim@fabrikam.com>", "MAIL <kim@fabrikam.com>"},
                      {"MAIL FROM:kim@fabrikam.com", "MAIL <kim@fabrikam.com>"},
                      {"MAIL  FROM:<kim@fabrikam.com>", "MAIL <kim@fabrikam.com>"},
                      {"MAIL FROM:<>", "MAIL <>"},
                      {"MAIL FROM: <>  ", "MAIL <>"},
                      {"MAIL FROM:<\"a >b\"@fabrikam.com>", "MAIL <\"a >b\"@fabrikam.com>"},
                      {"MAIL FROM:<\"a\\\">\"@fabrikam.com>", "MAIL <\"a\\\">\"@fabrikam.com>"},
                      {"MAIL FROM:<kim@[192.0.2.1]>", "MAIL <kim@[192.0.2.1]>"},
                      {"MAIL FROM:<@a.example,@b.example:kim@fabrikam.com>", "MAIL <kim@fabrikam.com>"},
                      {"MAIL", kInvalidArguments},
                      {"MAIL FROM", kInvalidArguments},
                      {"MAIL FROM:", kInvalidArguments},
                      {"MAIL FROM:  ", kInvalidArguments},
                      {"MAIL TO:<kim@fabrikam.com>", kInvalidArguments},
                      {"MAIL FROM :<kim@fabrikam.com>", kInvalidArguments},
                      {"MAIL LALA: <>", kInvalidArguments},
                      {"MAIL FROM:<kim>", kInvalidSender},
                      {"MAIL FROM:<postmaster>", kInvalidSender},
                      {"MAIL FROM:<kim@fabrikam.com", kInvalidSender},
                      {"MAIL FROM:<kim@fabrikam.com>SIZE=1", kInvalidSender},
                      {"MAIL FROM:<<kim@fabrikam.com>>", kInvalidSender},
                      {"MAIL FROM:<kim@-fabrikam.com>", kInvalidSender},
                      {"MAIL FROM:<a@xn--->", kInvalidSender},
                      {"MAIL FROM:< kim@fabrikam.com>", kInvalidSender},
                      {"MAIL FROM:<kim@fabrikam.com >", kInvalidSender},
                      {"MAIL FROM:<kim\0@fabrikam.com>"s, kInvalidSender},
                      {"MAIL FROM:<k\xc3\xafm@fabrikam.com>", kInvalidSender},
                      {"MAIL FROM:<@a.example:>", kInvalidSender},
                      {"MAIL FROM:<@a.example kim@fabrikam.com>", kInvalidSender},
                      {"MAIL FROM:<@a..example:kim@fabrikam.com>", kInvalidSender},
                      {"MAIL FROM:<a.example:kim@fabrikam.com>", kInvalidSender},
                      {"MAIL FROM:<\"unclosed@fabrikam.com>", kInvalidSender},
                  });
}

TEST_CASE("MAIL takes its ESMTP parameters, each once and well formed") {
    const auto mail = "MAIL FROM:<kim@fabrikam.com> "s;
    const auto seen = "MAIL <kim@fabrikam.com> "s;
    check(kHello, {
                      {mail + "SIZE=1000", seen + "size=1000"},
                      {mail + "size=0", seen + "size=0"},
                      {mail + "BODY=8BITMIME", seen + "body=8BITMIME"},
                      {mail + "BODY=7bit", seen + "body=7BIT"},
                      {mail + "RET=HDRS ENVID=QQ314159", seen + "ret=HDRS envid=QQ314159"},
                      {mail + "RET=full", seen + "ret=FULL"},
                      {mail + "ENVID=a+2Bb", seen + "envid=a+2Bb"},
                      {mail + "AUTH=<>", seen + "auth=<>"},
                      {mail + "AUTH=e+3Dmc2@example.com", seen + "auth=e+3Dmc2@example.com"},
                      {mail + "SIZE=1  BODY=8BITMIME RET=FULL ENVID=x AUTH=<>",
                       seen + "size=1 body=8BITMIME ret=FULL envid=x auth=<>"},
                      {mail + "ENVID=" + std::string(100, 'e'), seen + "envid=" + std::string(100, 'e')},
                      {mail + "ENVID=" + std::string(101, 'e'), kInvalidArguments},
                      {mail + "SIZE", kInvalidArguments},
                      {mail + "SIZE=", kInvalidArguments},
                      {mail + "SIZE=-1", kInvalidArguments},
                      {mail + "SIZE=1x", kInvalidArguments},
                      {mail + "SIZE=111111111111111111111", kInvalidArguments},
                      {mail + "SIZE=1 SIZE=1", kInvalidArguments},
                      {mail + "SIZE=1=1", kInvalidArguments},
                      {mail + "BODY", kInvalidArguments},
                      {mail + "BODY=BINARYMIME", kInvalidArguments},
                      {mail + "BODY=9BIT", kInvalidArguments},
                      {mail + "RET=ALL", kInvalidArguments},
                      {mail + "ENVID=", kInvalidArguments},
                      {mail + "ENVID=a+2", kInvalidArguments},
                      {mail + "ENVID=a+2b", kInvalidArguments},
                      {mail + "AUTH=", kInvalidArguments},
                      {mail + "AUTH", kInvalidArguments},
                      {mail + "SMTPUTF8", kInvalidArguments},
                      {mail + "NOTIFY=NEVER", kInvalidArguments},
                      {mail + "BY=120;R", kInvalidArguments},
                      {mail + "=x", kInvalidArguments},
                      {mail + "-X=1", kInvalidArguments},
                      {mail + "X_Y=1", kInvalidArguments},
                      {mail + "SIZE=1\0"s, kInvalidArguments},
                  });
}

TEST_CASE("A parameter whose extension is off is unknown") {
    Setup setup;
    setup.options.sizeEnabled = false;
    setup.options.eightBitMimeEnabled = false;
    setup.options.deliveryStatusNotificationEnabled = false;
    for (const auto* parameter : {"SIZE=1", "BODY=7BIT", "RET=FULL", "ENVID=x"})
        CHECK(replyTo(kHello + "MAIL FROM:<kim@fabrikam.com> " + parameter + "\r\n", setup) ==
              kInvalidArguments);
    for (const auto* parameter : {"NOTIFY=NEVER", "ORCPT=rfc822;a@b"})
        CHECK(replyTo(kHello + kSender + "RCPT TO:<don@adventureworks.com> " + parameter + "\r\n", setup) ==
              kInvalidArguments);
}

TEST_CASE("RCPT takes a forward path, also postmaster alone, but not the null path") {
    check(kHello + kSender,
          {
              {"RCPT TO:<don@adventureworks.com>", "RCPT <don@adventureworks.com>"},
              {"rcpt to: <don@adventureworks.com>", "RCPT <don@adventureworks.com>"},
              {"RCPT TO:don@adventureworks.com", "RCPT <don@adventureworks.com>"},
              {"RCPT TO:<postmaster>", "RCPT <postmaster>"},
              {"RCPT TO:<PostMaster>", "RCPT <PostMaster>"},
              {"RCPT TO:<@relay.example:don@adventureworks.com>", "RCPT <don@adventureworks.com>"},
              {"RCPT TO:<@[1.2.3.4]:don@adventureworks.com>", "RCPT <don@adventureworks.com>"},
              {"RCPT TO:<>", kInvalidRecipient},
              {"RCPT TO:<don>", kInvalidRecipient},
              {"RCPT TO:<don@>", kInvalidRecipient},
              {"RCPT TO:<@relay.example:>", kInvalidRecipient},
              {"RCPT TO:", kInvalidArguments},
              {"RCPT", kInvalidArguments},
              {"RCPT FROM:<don@adventureworks.com>", kInvalidArguments},
              {"RCPT LALA: <>", kInvalidArguments},
          });
}

TEST_CASE("RCPT takes NOTIFY and ORCPT") {
    const auto rcpt = "RCPT TO:<don@adventureworks.com> "s;
    const auto seen = "RCPT <don@adventureworks.com> "s;
    check(kHello + kSender, {
                                {"RCPT TO: <kate@fabrikam.com> NOTIFY=success,failure",
                                 "RCPT <kate@fabrikam.com> notify=SUCCESS,FAILURE"},
                                {rcpt + "NOTIFY=NEVER", seen + "notify=NEVER"},
                                {rcpt + "NOTIFY=DELAY ORCPT=rfc822;don+2B@a.example",
                                 seen + "notify=DELAY orcpt=rfc822;don+2B@a.example"},
                                {rcpt + "NOTIFY=NEVER,DELAY", kInvalidArguments},
                                {rcpt + "NOTIFY=", kInvalidArguments},
                                {rcpt + "NOTIFY=SUCCESS,", kInvalidArguments},
                                {rcpt + "NOTIFY=SOMETIMES", kInvalidArguments},
                                {rcpt + "NOTIFY", kInvalidArguments},
                                {rcpt + "NOTIFY=DELAY NOTIFY=DELAY", kInvalidArguments},
                                {rcpt + "ORCPT=don@a.example", kInvalidArguments},
                                {rcpt + "ORCPT=;don@a.example", kInvalidArguments},
                                {rcpt + "ORCPT=rfc822;a=b", kInvalidArguments},
                                {rcpt + "ORCPT=rfc822;d\xc3\xb6n@a.example", kInvalidArguments},
                                {rcpt + "ORCPT=rfc822;" + std::string(493, 'o'),
                                 seen + "orcpt=rfc822;" + std::string(493, 'o')},
                                {rcpt + "ORCPT=rfc822;" + std::string(494, 'o'), kInvalidArguments},
                                {rcpt + "SIZE=1", kInvalidArguments},
                            });
}

TEST_CASE("SMTPUTF8 opens UTF-8 addresses for its transaction only, and only where enabled") {
    Setup setup;
    setup.options.smtpUtf8Enabled = true;
    const auto plain = "MAIL FROM:<k\xc3\xafm@fabrikam.com>\r\n"s;
    const auto utf8 = "MAIL FROM:<k\xc3\xafm@f\xc3\xa4\x62rik.example> SMTPUTF8\r\n"s;
    const auto recipient = "RCPT TO:<d\xc3\xb6n@adventureworks.com> ORCPT=utf-8;d\xc3\xb6n@a.example\r\n"s;
    CHECK(replyTo(kHello + plain, setup) == kInvalidSender);
    CHECK(replyTo(kHello + utf8, setup) == "250 2.1.0 Sender OK");
    CHECK(replyTo(kHello + utf8 + recipient, setup) == "250 2.1.5 Recipient OK");
    CHECK(replyTo(kHello + kSender + recipient, setup) == kInvalidArguments);
    CHECK(replyTo(kHello + utf8 + "RSET\r\n" + kSender + "RCPT TO:<d\xc3\xb6n@adventureworks.com>\r\n",
                  setup) == kInvalidRecipient);
    CHECK(replyTo(kHello + "MAIL FROM:<k\xc3@fabrikam.com> SMTPUTF8\r\n", setup) == kInvalidSender);
    CHECK(replyTo(kHello + "MAIL FROM:<kim@fabrikam.com> SMTPUTF8=1\r\n", setup) == kInvalidArguments);
    CHECK(replyTo(kHello + utf8) == kInvalidArguments);
}

TEST_CASE("An address of 571 octets is taken, with LongAddressesEnabled one of 1860") {
    const auto domain = std::string(63, 'd') + "." + std::string(63, 'd') + "." + std::string(63, 'd') + "." +
                        std::string(63, 'd'); // 255
    const auto line = [&](std::size_t length) {
        return "MAIL FROM:<" + std::string(length - 1 - domain.size(), 'l') + "@" + domain + ">\r\n";
    };
    CHECK(replyTo(kHello + line(571)) == "250 2.1.0 Sender OK");
    CHECK(replyTo(kHello + line(572)) == kInvalidSender);
    Setup setup;
    setup.options.longAddressesEnabled = true;
    CHECK(replyTo(kHello + line(1860), setup) == "250 2.1.0 Sender OK");
    CHECK(replyTo(kHello + line(1861), setup) == kInvalidSender);
}

TEST_CASE("Verbs without arguments refuse one; free text may hold no control characters") {
    check(kHello, {
                      {"RSET", "RSET"},
                      {"RSET  ", "RSET"},
                      {"RSET now", kInvalidArguments},
                      {"QUIT now", kInvalidArguments},
                      {"NOOP", "NOOP"},
                      {"NOOP anything at all", "NOOP"},
                      {"NOOP a\0b"s, kInvalidArguments},
                      {"HELP", "HELP "},
                      {"help MAIL", "HELP MAIL"},
                      {"HELP \x07", kInvalidArguments},
                      {"VRFY Crispin", "VRFY Crispin"},
                      {"VRFY", kInvalidArguments},
                      {"VRFY a\x7f", kInvalidArguments},
                  });
    check(kHello + kSender + kRecipient,
          {{"DATA", "DATA"}, {"data ", "DATA"}, {"DATA x", kInvalidArguments}});
}

TEST_CASE("Known verbs that are not here say so; unknown ones are not recognized") {
    const std::string notImplemented = "502 5.3.3 Command not implemented";
    for (const auto* verb :
         {"STARTTLS", "EXPN list", "TURN", "ETRN a.example", "ATRN", "SEND FROM:<a@b>", "SOML FROM:<a@b>",
          "SAML FROM:<a@b>", "XEXCH50 1 2", "XSHADOW x", "X-ANONYMOUSTLS", "starttls"}) {
        CAPTURE(verb);
        CHECK(replyTo(std::string(verb) + "\r\n") == notImplemented);
        CHECK(replyTo(kHello + kSender + verb + "\r\n") == notImplemented);
    }
    CHECK(replyTo(kHello + "BDAT 0 LAST\r\n") == notImplemented);
    for (const auto* verb : {"AUTH LOGIN", "AUTH PLAIN AGEAYg==", "X-EXPS NTLM"}) {
        CHECK(replyTo(std::string(verb) + "\r\n") == "503 5.5.2 Send hello first");
        CHECK(replyTo(kHello + verb + "\r\n") == "504 5.7.4 Unrecognized authentication type");
    }
    CHECK(replyTo(kHello + "AUTH\r\n") == kInvalidArguments);
    for (const auto& line :
         {"MAILFROM:<a@b>"s, ""s, " "s, " NOOP"s, "FOO"s, "NOOPS"s, "NO\0OP"s, "\xff\xf4\xff\xfd"s})
        CHECK(replyTo(line + "\r\n") == "500 5.3.3 Unrecognized command");
}

TEST_CASE("A server that trusts no proxy does not know XCLIENT, whatever comes before it and behind it") {
    const std::string unknown = "500 5.3.3 Unrecognized command";
    for (const auto& before : {""s, kHello, kHello + kSender, kHello + kSender + kRecipient}) {
        CHECK(replyTo(before + "XCLIENT ADDR=203.0.113.9\r\n") == unknown);
        CHECK(replyTo(before + "XCLIENT\r\n") == unknown);
    }
}

TEST_CASE("A peer that is not trusted may not speak for another client") {
    Setup setup;
    setup.options.xclientKnown = true;
    check(kHello,
          {{"XCLIENT ADDR=203.0.113.9", "550 5.7.0 Insufficient authorization"},
           {"XCLIENT", "550 5.7.0 Insufficient authorization"}},
          setup);
}

TEST_CASE("XCLIENT takes addresses and ports, each once, and nothing else") {
    Setup setup;
    setup.options.xclientKnown = true;
    setup.options.xclientTrusted = true;
    check("",
          {
              {"XCLIENT ADDR=203.0.113.9", "XCLIENT from 203.0.113.9"},
              {"xclient addr=203.0.113.9 port=4711", "XCLIENT from 203.0.113.9 from port 4711"},
              {"XCLIENT ADDR=IPV6:2001:db8::9", "XCLIENT from 2001:db8::9"},
              {"XCLIENT DESTADDR=192.168.2.20 DESTPORT=587", "XCLIENT to 192.168.2.20 to port 587"},
              {"XCLIENT", kInvalidArguments},
              {"XCLIENT ADDR", kInvalidArguments},
              {"XCLIENT ADDR=", kInvalidArguments},
              {"XCLIENT ADDR=[UNAVAILABLE]", kInvalidArguments},
              {"XCLIENT ADDR=mail.fabrikam.com", kInvalidArguments},
              {"XCLIENT ADDR=203.0.113.9 ADDR=203.0.113.9", kInvalidArguments},
              {"XCLIENT PORT=0", kInvalidArguments},
              {"XCLIENT PORT=65536", kInvalidArguments},
              {"XCLIENT PORT=-1", kInvalidArguments},
              {"XCLIENT NAME=mail.fabrikam.com", kInvalidArguments},
              {"XCLIENT ADDR=203.0.113.9 HELO=x", kInvalidArguments},
          },
          setup);
    const std::string badSequence = "503 5.5.1 Bad sequence of commands";
    check(kHello + kSender, {{"XCLIENT ADDR=203.0.113.9", badSequence}}, setup);
    check(kHello + kSender + kRecipient, {{"XCLIENT ADDR=203.0.113.9", badSequence}}, setup);
}

TEST_CASE("What is shown of a line with a credential ends before the credential") {
    CHECK(agreed(kHello + "AUTH PLAIN AGtpbQBzZWNyZXQ=\r\n").lastCommand == "AUTH PLAIN ***");
    CHECK(agreed(kHello + "auth\tlogin  a2lt  c2VjcmV0\r\n").lastCommand == "auth\tlogin ***");
    CHECK(agreed(kHello + "AUTH LOGIN\r\n").lastCommand == "AUTH LOGIN");
    CHECK(agreed(kHello + "AUTH\r\n").lastCommand == "AUTH");
    CHECK(agreed(kHello + "X-EXPS NTLM TlRMTVNTUAAB\r\n").lastCommand == "X-EXPS NTLM ***");
    CHECK(agreed(kHello + "AUTH PLAIN " + std::string(4000, 'A') + "\r\n").lastCommand == "AUTH PLAIN ***");
    CHECK(agreed(kHello + "AUTH PLAIN AGtpbQBzZWNyZXQ=\n").lastCommand == "AUTH PLAIN ***");
    CHECK(agreed(kHello + "MAIL FROM:<a@b.c> SIZE=1\r\n").lastCommand == "MAIL FROM:<a@b.c> SIZE=1");
}

} // namespace
} // namespace edge::smtp
