// The search for the nearest change, without a server: what is proposed, what is tried, what is told.
#include <edge/testenv/explain/nearest_change.h>
#include <edge/tests/explain/explain_cases.h>
#include <edge/tests/explain/still_clock.h>

#include <doctest/doctest.h>

#include <algorithm>

using namespace edge;
using namespace edge::testenv;

namespace {

// A session that ended at one decision.
ExplainedSession refusedBy(Decision decision, Fate fate = Fate::Refused) {
    ExplainedSession session;
    ExplainedStep step;
    ExplainedCall call;
    call.decision = std::move(decision);
    step.calls.push_back(std::move(call));
    session.steps.push_back(std::move(step));
    session.causes.push_back({0, 0});
    session.recipients.push_back({"mary@adventureworks.com", fate, "550"});
    return session;
}

Decision blockedSender() {
    Decision decision;
    decision.event = AgentEvent::OnMailCommand;
    decision.agent = "Sender Filter Agent";
    decision.action = Action::RejectCommand;
    decision.response = {554, "5.1.0", "Sender denied"};
    decision.reason = "SenderInBlockList";
    decision.reasonData = "fabrikam.com";
    decision.inputs = {{"P1FromAddress", "ann@fabrikam.com"}, {"BlockedDomains", "fabrikam.com"}};
    return decision;
}

ExplainedSession delivered() {
    ExplainedSession session;
    session.recipients.push_back({"mary@adventureworks.com", Fate::Delivered, ""});
    return session;
}

// Delivers where one of the changes begins like that.
SessionPlayer deliversWith(std::string cmdlet) {
    return [cmdlet = std::move(cmdlet)](const ExplainRequest& request) -> Result<ExplainedSession> {
        const bool there = std::any_of(request.changes.begin(), request.changes.end(),
                                       [&](const std::string& each) { return each.starts_with(cmdlet); });
        return there ? delivered() : refusedBy(blockedSender());
    };
}

} // namespace

TEST_CASE("Proposals come from what the agent looked at, the smallest first") {
    const auto changes = proposedChanges(plainRequest(), refusedBy(blockedSender()));
    REQUIRE(changes.size() > 3);
    CHECK(changes.front().cmdlet == "Set-SenderFilterConfig -BlockedDomains @{Remove=\"fabrikam.com\"}");
    CHECK((changes.front().kind == ChangeKind::EntryRemoved));
    CHECK(std::is_sorted(changes.begin(), changes.end(),
                         [](const Change& one, const Change& other) { return one.kind < other.kind; }));
}

TEST_CASE("An agent that nobody knows can still be switched off, and the message changed") {
    Decision decision;
    decision.event = AgentEvent::OnEndOfHeaders;
    decision.agent = "NoFoo Agent";
    decision.action = Action::RejectMessage;
    const auto changes = proposedChanges(plainRequest(), refusedBy(decision));
    const auto has = [&](std::string_view text) {
        return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
            return change.cmdlet.starts_with(text) || change.what.starts_with(text);
        });
    };
    CHECK(has("Disable-TransportAgent \"NoFoo Agent\""));
    CHECK(has("without the header line Subject: Lunch"));
}

TEST_CASE("The remedy of a rule of the server is proposed as it stands") {
    Decision decision;
    decision.event = AgentEvent::OnEndOfData;
    decision.agent = kServerAgent;
    decision.action = Action::RejectMessage;
    decision.reason = "LimitExceeded";
    decision.remedy = "Set-ReceiveConnector \"Default\" -MaxHopCount 500";
    const auto changes = proposedChanges(plainRequest(), refusedBy(decision));
    CHECK(changes.front().cmdlet == decision.remedy);
    CHECK((changes.front().kind == ChangeKind::Threshold));
}

TEST_CASE("Text that would end a quote is quoted otherwise") {
    auto decision = blockedSender();
    decision.inputs = {{"BlockedSenders", "\"a$b\"@fabrikam.com"}};
    const auto changes = proposedChanges(plainRequest(), refusedBy(decision));
    CHECK(changes.front().cmdlet ==
          "Set-SenderFilterConfig -BlockedSenders @{Remove='\"a$b\"@fabrikam.com'}");
}

TEST_CASE("An address that a stranger chose stays one word of the cmdlet") {
    auto decision = blockedSender();
    decision.reason = "RecipientDoesNotExist";
    decision.reasonData = "\"a;Remove-AcceptedDomain x\"@adventureworks.com";
    const auto changes = proposedChanges(plainRequest(), refusedBy(decision));
    CHECK(changes.front().cmdlet ==
          "New-EdgeSimRecipient '\"a;Remove-AcceptedDomain x\"@adventureworks.com'");
}

TEST_CASE("Only what helped is told") {
    StillClock clock;
    const auto nearest = findNearestChange(plainRequest(), refusedBy(blockedSender()),
                                           deliversWith("Set-SenderFilterConfig -Enabled $false"), clock);
    REQUIRE(nearest.configuration.size() == 1);
    CHECK(nearest.configuration[0].cmdlet == "Set-SenderFilterConfig -Enabled $false");
    CHECK(nearest.sending.empty());
    CHECK(nearest.tried > 3);
}

TEST_CASE("Where nothing helps, the number of tries is told, and what stands behind the first obstacle") {
    StillClock clock;
    const auto play = [](const ExplainRequest& request) -> Result<ExplainedSession> {
        auto decision = blockedSender();
        if (!request.changes.empty()) {
            decision.agent = "Content Filter Agent";
            decision.reason = "SclAtOrAboveRejectThreshold";
            decision.reasonData = "9";
        }
        return refusedBy(decision);
    };
    const auto nearest = findNearestChange(plainRequest(), refusedBy(blockedSender()), play, clock);
    CHECK_FALSE(nearest.found());
    CHECK(nearest.tried > 3);
    REQUIRE(nearest.firstStep);
    CHECK(nearest.firstStep->cmdlet == "Set-SenderFilterConfig -BlockedDomains @{Remove=\"fabrikam.com\"}");
    CHECK(nearest.nextObstacle.find("Content Filter Agent") != std::string::npos);
}

TEST_CASE("A message that was let through needs no change") {
    StillClock clock;
    const auto nearest = findNearestChange(plainRequest(), delivered(), deliversWith(""), clock);
    CHECK(nearest.tried == 0);
}

TEST_CASE("A change that the server refuses counts as tried, and helps nobody") {
    StillClock clock;
    const auto play = [](const ExplainRequest&) -> Result<ExplainedSession> {
        return Error{Errc::InvalidArgument, "no such cmdlet"};
    };
    const auto nearest = findNearestChange(plainRequest(), refusedBy(blockedSender()), play, clock);
    CHECK_FALSE(nearest.found());
    CHECK(nearest.tried > 3);
}

TEST_CASE("The search ends in time, and says that it did not try everything") {
    StillClock clock;
    const auto play = [&clock](const ExplainRequest&) -> Result<ExplainedSession> {
        clock.now += std::chrono::seconds(15);
        return refusedBy(blockedSender());
    };
    const auto nearest = findNearestChange(plainRequest(), refusedBy(blockedSender()), play, clock);
    CHECK(nearest.tried == 2);
    CHECK(nearest.outOfTime);
}

TEST_CASE("Of several tries of the same thing only the first that helps is told") {
    StillClock clock;
    const auto play = [](const ExplainRequest& request) -> Result<ExplainedSession> {
        return request.ip == plainRequest().ip ? refusedBy(blockedSender()) : delivered();
    };
    const auto nearest = findNearestChange(plainRequest(), refusedBy(blockedSender()), play, clock);
    CHECK(nearest.sending.size() == 1);
}
