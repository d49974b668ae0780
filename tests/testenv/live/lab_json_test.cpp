// Nothing is lost between a lab and its controller.
#include <edge/testenv/live/lab_json.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;

namespace json = boost::json;

namespace {

std::optional<std::string> there(std::string_view octets) {
    return octetsOf(json::parse(json::serialize(toJson(octets))));
}

Decision everything() {
    auto step = std::make_shared<StepSnapshot>();
    step->sessionId = 0x08D6E7F4A1B2C3D4ULL;
    step->sessionStart = UtcTime(std::chrono::microseconds(1559552400000001));
    step->messageOrdinal = 3;
    step->connector = "Default";
    step->localEndpoint = {IpAddress::parse("192.168.2.20").value(), 25};
    step->remoteEndpoint = {IpAddress::parse("2001:db8::1").value(), 65535};
    step->enteredOrgFromIp = IpAddress::parse("203.0.113.9").value();
    step->heloDomain = "caf\xc3\xa9.example";
    step->messageId = "<1@x>";
    step->p1FromAddress = "<>";
    step->p2FromAddresses = {"a@x", "b\xff@x"};
    step->recipients = {"c@y"};
    step->networkMessageId = Guid::ofName("x");

    Decision decision;
    decision.time = UtcTime(std::chrono::microseconds(1559552405000000));
    decision.event = AgentEvent::OnEndOfData;
    decision.agent = "My \"Agent\"";
    decision.action = Action::RejectMessage;
    decision.response = SmtpResponse(550, "5.7.1", std::vector<std::string>{"one", "two"});
    decision.reason = "Because";
    decision.reasonData = std::string("\0\n\x80", 3);
    decision.diagnostics = "what()";
    decision.inputs = {{"SCL", "8"}, {"", ""}};
    decision.effects = {{Action::DeleteRecipients, {"c@y"}}, {Action::Disconnect, {}}};
    decision.elapsed = Duration(-1);
    decision.overrun = true;
    decision.revisionBefore = 1;
    decision.revision = 4000000000U;
    decision.remedy = "Set-X";
    decision.step = step;
    return decision;
}

} // namespace

TEST_CASE("Any octets arrive: UTF-8 as text, the rest as base64") {
    CHECK(toJson(std::string_view("caf\xc3\xa9")).is_string());
    CHECK(json::serialize(toJson(std::string_view("\xff"))) == R"({"base64":"/w=="})");
    for (const auto& octets :
         {std::string(), std::string("a"), std::string("\0\r\n", 3), std::string("\xff"),
          std::string("\xff\xfe"), std::string("\xff\xfe\xfd"), std::string(1000, '\x80')})
        CHECK(there(octets) == octets);
    for (const auto* wrong : {"5", "{}", R"({"base64":5})", R"({"base64":"a"})", R"({"base64":"/w==","x":1})",
                              R"({"base64":"????"})", "null"})
        CHECK_FALSE(octetsOf(json::parse(wrong)).has_value());
    CHECK_FALSE(textsOf(json::parse("[1]")).has_value());
    CHECK_FALSE(textsOf(json::parse("\"a\"")).has_value());
}

TEST_CASE("A decision arrives with everything in it") {
    const auto sent = everything();
    const auto got = decisionOf(json::parse(json::serialize(toJson(sent))));
    REQUIRE(got.has_value());
    CHECK((got->time == sent.time));
    CHECK((got->event == sent.event));
    CHECK(got->agent == sent.agent);
    CHECK((got->action == sent.action));
    CHECK((got->response == sent.response));
    CHECK(got->reason == sent.reason);
    CHECK(got->reasonData == sent.reasonData);
    CHECK(got->diagnostics == sent.diagnostics);
    CHECK((got->inputs == sent.inputs));
    CHECK((got->effects == sent.effects));
    CHECK((got->elapsed == sent.elapsed));
    CHECK(got->overrun);
    CHECK(got->revisionBefore == 1);
    CHECK(got->revision == 4000000000U);
    CHECK(got->remedy == sent.remedy);
    REQUIRE(got->step != nullptr);
    CHECK(got->step->sessionId == sent.step->sessionId);
    CHECK((got->step->sessionStart == sent.step->sessionStart));
    CHECK(got->step->messageOrdinal == 3);
    CHECK(got->step->connector == "Default");
    CHECK((got->step->localEndpoint == sent.step->localEndpoint));
    CHECK((got->step->remoteEndpoint == sent.step->remoteEndpoint));
    CHECK((got->step->enteredOrgFromIp == sent.step->enteredOrgFromIp));
    CHECK(got->step->heloDomain == sent.step->heloDomain);
    CHECK(got->step->messageId == "<1@x>");
    CHECK(got->step->p1FromAddress == "<>");
    CHECK(got->step->p2FromAddresses == sent.step->p2FromAddresses);
    CHECK(got->step->recipients == sent.step->recipients);
    CHECK((got->step->networkMessageId == sent.step->networkMessageId));
}

TEST_CASE("A decision of nothing arrives as one; what is none is an error") {
    const auto got = decisionOf(toJson(Decision{}));
    REQUIRE(got.has_value());
    CHECK(got->response.isEmpty());
    CHECK(got->step == nullptr);
    auto broken = toJson(Decision{});
    broken["event"] = "OnNonsense";
    CHECK_FALSE(decisionOf(broken).has_value());
    broken.erase("event");
    CHECK_FALSE(decisionOf(broken).has_value());
    CHECK_FALSE(decisionOf(json::value(5)).has_value());
}
