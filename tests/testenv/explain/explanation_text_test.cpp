#include <edge/testenv/explain/explanation_text.h>
#include <edge/tests/explain/explain_cases.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;

namespace {

// One step with one call of an agent, which changed nothing yet.
Explanation oneCall() {
    Explanation explanation;
    explanation.request = plainRequest();
    ExplainedCall call;
    call.decision.event = AgentEvent::OnEndOfHeaders;
    call.decision.agent = "Sample Agent";
    ExplainedStep step;
    step.said = "the message, 99 octets";
    step.calls.push_back(std::move(call));
    explanation.session.steps.push_back(std::move(step));
    explanation.session.recipients.push_back({"mary@adventureworks.com", Fate::Delivered, ""});
    return explanation;
}

ExplainedCall& callOf(Explanation& explanation) {
    return explanation.session.steps[0].calls[0];
}

bool has(const Explanation& explanation, std::string_view piece) {
    return explanationText(explanation, false).find(piece) != std::string::npos;
}

} // namespace

TEST_CASE("A call tells what it asked the DNS, and how long it kept the session and the processor") {
    auto explanation = oneCall();
    auto& call = callOf(explanation);
    call.lookups = {{"fabrikam.com", DnsType::Mx, {DnsOutcome::NxDomain, {}}}};
    call.decision.elapsed = 3s;
    call.realTime = 250us;
    CHECK(has(explanation, "asked DNS  fabrikam.com MX -> NXDOMAIN"));
    CHECK(has(explanation, "let pass, waited 3 s, 250 us"));
}

TEST_CASE("A call tells what it did to header, recipients and body") {
    auto explanation = oneCall();
    auto& change = callOf(explanation).change;
    change.headers = {{"Subject", "x", "[out] x"}};
    change.recipientsBefore = {"a@b.com", "c@d.com"};
    change.recipientsAfter = {"a@b.com"};
    change.bodyBefore = 10;
    change.bodyAfter = 1;
    CHECK(has(explanation, "- Subject: x\n"));
    CHECK(has(explanation, "+ Subject: [out] x\n"));
    CHECK(has(explanation, "- recipient <c@d.com>\n"));
    CHECK_FALSE(has(explanation, "recipient <a@b.com>"));
    CHECK(has(explanation, "body: 10 octets, then 1 octet\n"));
}

TEST_CASE("What strangers sent cannot steer the terminal") {
    auto explanation = oneCall();
    callOf(explanation).decision.inputs = {{"Subject", "\x1b[2Jx\r\ny"}};
    CHECK(has(explanation, "looked at  Subject = \\x1b[2Jx\\r\\ny\n"));
    CHECK(explanationText(explanation, false).find('\x1b') == std::string::npos);
}

TEST_CASE("Colours are for terminals") {
    CHECK(explanationText(oneCall(), true).find("\x1b[") != std::string::npos);
}

TEST_CASE("Where no single change helps, that is said, with the number of tries and the next obstacle") {
    auto explanation = oneCall();
    explanation.session.recipients[0].fate = Fate::Refused;
    explanation.nearest.tried = 7;
    CHECK(has(explanation, "No single change lets it through: 7 changes were tried"));
    explanation.nearest.firstStep = Change{ChangeKind::Switch, "what", "Set-Something", {}};
    explanation.nearest.nextObstacle = "550 5.7.1 Spam";
    CHECK(has(explanation, "  Set-Something\n  comes furthest; then: 550 5.7.1 Spam\n"));
}

TEST_CASE("Spans are written in the unit in which they are read") {
    CHECK(spanText(5s) == "5 s");
    CHECK(spanText(1250ms) == "1.25 s");
    CHECK(spanText(2ms) == "2 ms");
    CHECK(spanText(0s) == "0 us");
}
