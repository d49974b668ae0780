#include <edge/testenv/lab.h>

#include <doctest/doctest.h>

#include <string>

using namespace edge;
using namespace edge::testenv;

TEST_CASE("The organization's size limit holds where it is below the connector's") {
    Lab lab;
    lab.run("Set-TransportConfig -MaxReceiveSize 64KB");
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    CHECK(client.heard().find("250-SIZE 65536\r\n") != std::string::npos);
    CHECK(client.say("MAIL FROM:<ann@fabrikam.com> SIZE=65537").statusCode() == 552);
    CHECK(
        client.send("ann@fabrikam.com", {"mary@adventureworks.com"}, std::string(70'000, 'x')).statusCode() ==
        552);
    CHECK(lab.replay().empty());
}

TEST_CASE("The organization's recipient limit holds where it is below the connector's") {
    Lab lab;
    lab.run("Set-TransportConfig -MaxRecipientEnvelopeLimit 1");
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    CHECK(client.say("MAIL FROM:<ann@fabrikam.com>").statusCode() == 250);
    CHECK(client.say("RCPT TO:<mary@adventureworks.com>").statusCode() == 250);
    CHECK(client.say("RCPT TO:<bob@adventureworks.com>").statusCode() == 452);
}
