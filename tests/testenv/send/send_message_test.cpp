#include <edge/testenv/manual_clock.h>
#include <edge/testenv/seeded_random.h>
#include <edge/testenv/send/send_message.h>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

using namespace edge::testenv;

TEST_CASE("Line feeds become CRLF, and nothing else is touched unless it was asked for") {
    CHECK(editedMessage("Subject: x\n\none\r\ntwo", {}, {}) == "Subject: x\r\n\r\none\r\ntwo");
}

TEST_CASE("A header takes the place of all fields of its name, or comes behind the others") {
    const auto message = "Subject: old\nTo: a@contoso.com\nsubject: older\n\nbody\n";
    CHECK(editedMessage(message, {"Subject: new"}, {}) ==
          "Subject: new\r\nTo: a@contoso.com\r\n\r\nbody\r\n");
    CHECK(editedMessage(message, {"X-Note: a:b"}, {}) ==
          "Subject: old\r\nTo: a@contoso.com\r\nsubject: older\r\nX-Note: a:b\r\n\r\nbody\r\n");
    CHECK(editedMessage("Subject: x", {"X-Note: y"}, {}) == "Subject: x\r\nX-Note: y\r\n\r\n");
    CHECK(editedMessage("\nonly a body\n", {"X-Note: y"}, {}) == "X-Note: y\r\n\r\nonly a body\r\n");
}

TEST_CASE("A body takes the place of the body") {
    CHECK(editedMessage("Subject: x\n\nold\n", {}, "one\\ntwo") == "Subject: x\r\n\r\none\r\ntwo");
}

TEST_CASE("A header field is a name, a colon and one line") {
    for (const char* good : {"Subject: x", "X:", "X-Y:z"})
        CHECK(isHeaderField(good));
    for (const char* bad : {"Subject", ": x", "Sub ject: x", "X: a\r\nBcc: b", "X\n: a", "S\xFC: x"})
        CHECK_FALSE(isHeaderField(bad));
}

TEST_CASE("The test message has what a message must have") {
    boost::asio::io_context loop;
    const ManualClock clock(loop);
    SeededRandom random(1);
    const auto message = testMessage(clock, random, "ann@fabrikam.com", {"a@contoso.com", "b@contoso.com"});
    CHECK(message.starts_with("Date: Mon, 3 Jun 2019 09:00:00 +0000\r\nFrom: ann@fabrikam.com\r\n"
                              "To: a@contoso.com, b@contoso.com\r\nSubject: test Mon, 3 Jun 2019"));
    CHECK(message.find("Message-ID: <") != std::string::npos);
    CHECK(message != testMessage(clock, random, "ann@fabrikam.com", {"a@contoso.com", "b@contoso.com"}));
}
