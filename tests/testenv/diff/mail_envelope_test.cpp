#include <edge/testenv/diff/mail_envelope.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace edge::testenv;

namespace {

using Texts = std::vector<std::string>;

MailEnvelope fromHeaders(const std::string& content, EnvelopeChoice choice = {}) {
    choice.fromHeaders = true;
    return envelopeFor(choice, "mary@adventureworks.com", content);
}

} // namespace

TEST_CASE("Unless something is said the sender is made up and the header is not looked at") {
    const auto envelope = envelopeFor({}, "mary@adventureworks.com", "From: x@contoso.com\r\n\r\n");
    CHECK(envelope.from == "ann@fabrikam.com");
    CHECK(envelope.to == Texts{"mary@adventureworks.com"});
    CHECK(envelope.ip == "203.0.113.9");
    CHECK(envelope.helo == "mail.fabrikam.com");
}

TEST_CASE("The sender is the Return-Path, else the first address of From") {
    CHECK(fromHeaders("Return-Path: <bounce@contoso.com>\r\nFrom: x@contoso.com\r\n\r\n").from ==
          "bounce@contoso.com");
    CHECK(fromHeaders("From: \"Bob, Jr.\" <bob@contoso.com>, x@contoso.com\r\n\r\n").from ==
          "bob@contoso.com");
    CHECK(fromHeaders("Return-Path: <>\r\nFrom: x@contoso.com\r\n\r\n").from.empty());
    CHECK(fromHeaders("From: nobody\r\n\r\n").from == "ann@fabrikam.com");
}

TEST_CASE("The recipients are those it was delivered to, else those of To and Cc, each once") {
    CHECK(fromHeaders("Delivered-To: a@contoso.com\r\nTo: list@contoso.com\r\n\r\n").to ==
          Texts{"a@contoso.com"});
    CHECK(fromHeaders("To: a@contoso.com, B <b@contoso.com>\r\nCc: a@contoso.com\r\n\r\n").to ==
          Texts{"a@contoso.com", "b@contoso.com"});
    CHECK(fromHeaders("To: undisclosed-recipients:;\r\n\r\n").to == Texts{"mary@adventureworks.com"});
}

TEST_CASE("The client is that of the topmost Received field from a public address") {
    const auto envelope = fromHeaders("Received: from inner (inner [10.0.0.7]) by edge; x\r\n"
                                      "Received: from mail.contoso.com (x [198.51.100.7])\r\n by inner; x\r\n"
                                      "Received: from other (y [192.0.2.5]) by mail.contoso.com; x\r\n\r\n");
    CHECK(envelope.ip == "198.51.100.7");
    CHECK(envelope.helo == "mail.contoso.com");
}

TEST_CASE("What the command line says holds against the header") {
    EnvelopeChoice choice;
    choice.from = "<>";
    choice.to = {"bob@adventureworks.com"};
    choice.ip = "2001:db8::9";
    const auto envelope = fromHeaders("From: x@contoso.com\r\nTo: y@contoso.com\r\n"
                                      "Received: from h.contoso.com ([192.0.2.5]) by x; x\r\n\r\n",
                                      choice);
    CHECK(envelope.from.empty());
    CHECK(envelope.to == Texts{"bob@adventureworks.com"});
    CHECK(envelope.ip == "2001:db8::9");
    CHECK(envelope.helo == "h.contoso.com");
}

TEST_CASE("A header cannot smuggle a command into the session") {
    const auto envelope =
        fromHeaders("From: =?utf-8?q?x=0D=0ARCPT=20TO:=3Cy=40z=2Ecom=3E?= <\"a\r\n b\"@contoso.com>\r\n"
                    "To: <a@contoso.com>\r\n DATA\r\n"
                    "Received: from x\rQUIT ([192.0.2.5]) by x; x\r\n\r\n");
    for (const auto& text : Texts{envelope.from, envelope.to.front(), envelope.ip, envelope.helo})
        CHECK(text.find_first_of("\r\n") == std::string::npos);
}

TEST_CASE("The body is not read for a header") {
    CHECK(fromHeaders("Subject: x\r\n\r\nFrom: x@contoso.com\r\n\r\n").from == "ann@fabrikam.com");
    CHECK(fromHeaders("\r\nFrom: x@contoso.com\r\n\r\n").from == "ann@fabrikam.com");
}
