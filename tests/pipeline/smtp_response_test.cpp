#include <edge/mail/smtp_response.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("A reply is printed on one line and sent on as many as it has") {
    const SmtpResponse one{550, "5.1.1", "User unknown"};
    CHECK(one.toString() == "550 5.1.1 User unknown");
    CHECK(one.toWire() == "550 5.1.1 User unknown\r\n");
    const SmtpResponse two{250, "", std::vector<std::string>{"mail.contoso.com Hello", "SIZE", "PIPELINING"}};
    CHECK(two.toString() == "250 mail.contoso.com Hello SIZE PIPELINING");
    CHECK(two.toWire() == "250-mail.contoso.com Hello\r\n250-SIZE\r\n250 PIPELINING\r\n");
}

TEST_CASE("The enhanced code stands on each line (RFC 2034 4)") {
    const SmtpResponse response{451, "4.7.1", std::vector<std::string>{"a", "", "b"}};
    CHECK(response.toWire() == "451-4.7.1 a\r\n451-4.7.1\r\n451 4.7.1 b\r\n");
}

TEST_CASE("A reply without text is still a line") {
    CHECK(SmtpResponse(250, "", "").toWire() == "250 \r\n");
    CHECK(SmtpResponse(250, "2.0.0", "").toWire() == "250 2.0.0\r\n");
    CHECK(SmtpResponse(354, "", std::vector<std::string>{}).toWire() == "354 \r\n");
}

TEST_CASE("Text cannot bring a reply line of its own") {
    const SmtpResponse hostile{550, "5.1.1\r\n250",
                               std::vector<std::string>{"no\r\n250 OK", std::string("a\0b", 3)}};
    CHECK(hostile.toWire() == "550-5.1.1  250 no  250 OK\r\n550 5.1.1  250 a b\r\n");
    CHECK(SmtpResponse(550, "", "a\nb").toString() == "550 a b");
}

TEST_CASE("The first digit gives the type; only 4xx and 5xx refuse") {
    const std::pair<int, SmtpResponseType> cases[] = {
        {250, SmtpResponseType::Success},
        {354, SmtpResponseType::IntermediateSuccess},
        {451, SmtpResponseType::TransientError},
        {599, SmtpResponseType::PermanentError},
    };
    for (const auto& [code, type] : cases) {
        CHECK((SmtpResponse(code, "", "x").smtpResponseType() == type));
        CHECK(SmtpResponse(code, "", "x").isRefusal() == (code >= 400));
    }
    CHECK(SmtpResponse{}.isEmpty());
    CHECK((SmtpResponse{}.smtpResponseType() == SmtpResponseType::Unknown));
    CHECK_FALSE(SmtpResponse{}.isRefusal());
}

TEST_CASE("Replies are read back from their printed and their wire form") {
    const SmtpResponse responses[] = {
        {550, "5.1.1", "User unknown"},
        {421, "4.3.2", "Service not available, closing transmission channel"},
        {250, "2.1.0", std::vector<std::string>{"first", "second"}},
        {500, "", "plain"},
    };
    for (const auto& response : responses) {
        CAPTURE(response.toString());
        CHECK((SmtpResponse::parse(response.toWire()) == response));
    }
    CHECK((SmtpResponse::parse("550 5.1.1 User unknown") == responses[0]));
    CHECK((SmtpResponse::parse("250") == SmtpResponse{250, "", ""}));
}

TEST_CASE("What looks nearly like an enhanced code is text (RFC 3463 2)") {
    for (const auto* text : {"1.2 x", "1.2.3.4 x", "5.1.1000 x", "5.a.1 x", "5..1 x"}) {
        CAPTURE(std::string(text));
        CHECK(SmtpResponse::parse("550 " + std::string(text)).enhancedStatusCode().empty());
    }
}

TEST_CASE("What is no reply parses as none") {
    for (const auto* text : {"", "55", "abc", "199 x", "600 x", "5x0 no", "User unknown", "250-a\r\nb"}) {
        CAPTURE(std::string(text));
        CHECK(SmtpResponse::parse(text).isEmpty());
    }
}

TEST_CASE("The SDK's predefined replies (platform.md 1.10)") {
    const std::pair<const SmtpResponse&, const char*> cases[] = {
        {SmtpResponse::anonymousSendAsDenied(),
         "550 5.7.1 Anonymous client does not have permissions to send as this sender"},
        {SmtpResponse::badCommandSequence(), "503 5.5.1 Bad sequence of commands"},
        {SmtpResponse::connectionDroppedByAgentError(), "421 4.3.2 System not accepting network messages"},
        {SmtpResponse::connectionTimedOut(), "421 4.4.1 Connection timed out"},
        {SmtpResponse::dataTransactionFailed(), "451 4.3.2 System not accepting network messages"},
        {SmtpResponse::insufficientResource(), "452 4.3.1 Insufficient system resources"},
        {SmtpResponse::invalidContent(), "554 5.6.0 Invalid message content"},
        {SmtpResponse::rcptToOk(), "250 2.1.5 Recipient OK"},
        {SmtpResponse::serviceUnavailable(), "421 4.3.2 Service not available, closing transmission channel"},
        {SmtpResponse::unsupportedCommand(), "550 5.7.1 Command not allowed"},
    };
    for (const auto& [response, text] : cases)
        CHECK(response.toString() == text);
}

} // namespace
} // namespace edge
