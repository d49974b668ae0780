#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <edge/testenv/testing.h>

#include "template_agent.h"
#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;

TEST_CASE("Template Agent refuses the subject foo") {
    Lab lab;
    lab.install<TemplateAgent>("Template Agent");
    auto client = lab.connectFrom("203.0.113.9");
    client.hello("mail.fabrikam.com");
    CHECK(client.send("ann@fabrikam.com", {"mary@adventureworks.com"}, "Subject: foo\r\n\r\nDear Mary\r\n") ==
          reply(550, "5.7.1"));
    CHECK(lab.decisions().last() ==
          decision("Template Agent", AgentEvent::OnEndOfHeaders, Action::RejectMessage));
    CHECK(lab.replay().empty());
}

TEST_CASE("Template Agent lets other subjects pass") {
    Lab lab;
    lab.install<TemplateAgent>("Template Agent");
    auto client = lab.connectFrom("203.0.113.9");
    client.hello("mail.fabrikam.com");
    CHECK(client.send("ann@fabrikam.com", {"mary@adventureworks.com"},
                      "Subject: food\r\n\r\nDear Mary\r\n") == reply(250));
    REQUIRE(lab.replay().size() == 1);
    CHECK(lab.replay()[0].file.headers.get("Subject") == "food");
}
