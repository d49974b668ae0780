// agents.md 4 and its rows of 14 and 16.
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using namespace std::chrono_literals;

const SmtpResponse kUnknown{550, "5.1.1", "User unknown"};
constexpr char kAgent[] = "Recipient Filter Agent";

void enableValidation(AgentBench& bench) {
    REQUIRE(bench.setRecipientFilter("RecipientValidationEnabled", true).has_value());
    bench.server.directory.add("mary@adventureworks.com");
}

void blockRecipient(AgentBench& bench, const char* recipient) {
    REQUIRE(bench.setRecipientFilter("BlockListEnabled", true).has_value());
    REQUIRE(bench.setRecipientFilter("BlockedRecipients", CmdletList{recipient}).has_value());
}

TEST_CASE("By default every recipient passes and nobody is looked up") {
    AgentBench bench;
    CHECK_FALSE(bench.rcpt("nobody@adventureworks.com").terminal);
    CHECK(bench.server.directory.questions.empty());
    CHECK(input(bench.decisions.last(), "Not looked up") == "RecipientValidationEnabled is false");
}

TEST_CASE("An unknown recipient is refused, and only this one (agents.md 16)") {
    AgentBench bench;
    enableValidation(bench);
    const auto outcome = bench.rcpt("nobody@adventureworks.com");
    CHECK((outcome.response == kUnknown));
    CHECK_FALSE(outcome.disconnect); // the transaction goes on (agents.md 14, row 24)
    const auto& decision = bench.decisions.last();
    CHECK(decision.agent == kAgent);
    CHECK((decision.action == Action::RejectCommand));
    CHECK(decision.reason == "RecipientDoesNotExist");
    CHECK(decision.reasonData == "nobody@adventureworks.com");
    CHECK(input(decision, "Accepted domain") == "adventureworks.com");
    CHECK(input(decision, "Directory") == "no such recipient");
    CHECK_FALSE(bench.rcpt("Mary@AdventureWorks.com").refused());
    CHECK(input(bench.decisions.last(), "Directory") == "mary@adventureworks.com");
}

TEST_CASE("A blocked recipient is refused in the words of an unknown one (agents.md 14, row 7)") {
    AgentBench bench;
    enableValidation(bench);
    blockRecipient(bench, "Mary@adventureworks.com");
    const auto outcome = bench.rcpt("mary@adventureworks.com");
    CHECK((outcome.response == kUnknown));
    CHECK(bench.decisions.last().reason == "RecipientInBlockList");
    CHECK(bench.decisions.last().reasonData == "mary@adventureworks.com");
    CHECK(input(bench.decisions.last(), "BlockedRecipients") == "Mary@adventureworks.com");
    CHECK(bench.server.directory.questions.empty()); // no look-up needed
}

TEST_CASE("The block list holds for every domain, also without validation") {
    for (const auto* recipient : {"x@adventureworks.com", "x@relay.contoso.com", "x@elsewhere.example"}) {
        CAPTURE(std::string(recipient));
        AgentBench bench;
        bench.acceptDomain("relay.contoso.com", AcceptedDomainType::ExternalRelay);
        blockRecipient(bench, recipient);
        CHECK((bench.rcpt(recipient).response == kUnknown));
    }
}

TEST_CASE("Look-ups are made for authoritative domains with AddressBookEnabled only") {
    struct Case {
        const char* recipient;
        const char* notLookedUp; // nullptr: looked up
    };
    const Case cases[] = {
        {"x@adventureworks.com", nullptr},
        {"x@other.com", "AddressBookEnabled of the accepted domain is false"},
        {"x@internal.com", "the accepted domain is not authoritative"},
        {"x@external.com", "the accepted domain is not authoritative"},
        {"x@forced.com", "the accepted domain is not authoritative"},
        {"x@foreign.com", "the domain is no accepted domain"},
        {"postmaster", "the domain is no accepted domain"},
    };
    for (const auto& c : cases) {
        CAPTURE(std::string(c.recipient));
        AgentBench bench;
        bench.acceptDomain("other.com");
        bench.setAddressBookEnabled("other.com", false);
        bench.acceptDomain("internal.com", AcceptedDomainType::InternalRelay);
        bench.acceptDomain("external.com", AcceptedDomainType::ExternalRelay);
        bench.acceptDomain("forced.com", AcceptedDomainType::InternalRelay);
        bench.setAddressBookEnabled("forced.com", true);
        enableValidation(bench);
        CHECK(bench.rcpt(c.recipient).refused() == (c.notLookedUp == nullptr));
        CHECK(bench.server.directory.questions.size() == (c.notLookedUp ? 0 : 1));
        CHECK(input(bench.decisions.last(), "Not looked up") == (c.notLookedUp ? c.notLookedUp : "(none)"));
    }
}

TEST_CASE("The address that an earlier agent left is the one looked up (agents.md 14, row 3)") {
    AgentBench bench;
    enableValidation(bench);
    bench.add("Rewriter",
              {.rcpt = [](auto&, auto& e) { e.recipientAddress = address("mary@adventureworks.com"); }});
    REQUIRE(bench.registry.setPriority("Rewriter", 1).has_value());
    CHECK_FALSE(bench.rcpt("alias@adventureworks.com").refused());
    CHECK(bench.server.directory.questions == std::vector<std::string>{"mary@adventureworks.com"});
}

TEST_CASE("A directory that does not answer is a temporary refusal, not an unknown user") {
    AgentBench bench;
    enableValidation(bench);
    bench.server.directory.failure = Error{Errc::Unavailable, "the directory is being copied"};
    const auto outcome = bench.rcpt("mary@adventureworks.com");
    CHECK(outcome.response.toString() == "451 4.3.0 Recipient could not be looked up, try again later");
    CHECK_FALSE(outcome.disconnect);
    CHECK(bench.decisions.last().reason == "RecipientLookupFailed");
    CHECK(bench.decisions.last().reasonData == "mary@adventureworks.com");
    CHECK(bench.decisions.last().diagnostics == "the directory is being copied");
}

TEST_CASE("A slow directory is waited for") {
    AgentBench bench;
    enableValidation(bench);
    bench.server.directory.delay = 20s;
    RcptCommandEventArgs args{
        {bench.session}, bench.mailItem, address("nobody@adventureworks.com"), {}, {}, {}};
    std::optional<EventOutcome> outcome;
    const auto ask = [&]() -> Task<> {
        outcome = co_await bench.dispatcher().raise(
            AgentEvent::OnRcptCommand, &SmtpReceiveAgent::onRcptCommand, args, bench.step, &bench.mailItem);
    };
    const auto running = bench.loop.start(ask());
    CHECK_FALSE(running->isDone());
    bench.server.time.advance(20s);
    bench.loop.poll();
    REQUIRE(running->isDone());
    CHECK((outcome->response == kUnknown));
    CHECK(bench.decisions.last().elapsed == Duration(20s));
}

TEST_CASE("The three switches and the bypass keep the filter from looking (agents.md 1.8)") {
    struct Case {
        const char* parameter; // set to false; nullptr: none
        bool bypass;
        bool internal;
        const char* notExamined; // nullptr: examined, refused
    };
    const Case cases[] = {
        {nullptr, false, false, nullptr},
        {"Enabled", false, false, "Enabled is false"},
        {"ExternalMailEnabled", false, false, "ExternalMailEnabled is false"},
        {nullptr, true, false, "the session bypasses antispam"},
        {nullptr, false, true, "InternalMailEnabled is false"},
    };
    for (const auto& c : cases) {
        AgentBench bench;
        enableValidation(bench);
        blockRecipient(bench, "blocked@adventureworks.com");
        if (c.parameter)
            REQUIRE(bench.setRecipientFilter(c.parameter, false).has_value());
        if (c.bypass)
            bench.session.grantAntispamBypass("IPOnAllowList");
        if (c.internal)
            bench.session.authenticateAs(AuthenticationSource::Organization);
        bench.mail("sender@adventureworks.com");
        for (const auto* recipient : {"blocked@adventureworks.com", "nobody@adventureworks.com"}) {
            CHECK(bench.rcpt(recipient).refused() == (c.notExamined == nullptr));
            CHECK(input(bench.decisions.last(), "Not examined") ==
                  (c.notExamined ? c.notExamined : "(none)"));
        }
    }
}

TEST_CASE("Internal is decided by the sender of the transaction") {
    for (const auto& [sender, refused] :
         {std::pair{"a@adventureworks.com", false}, {"a@fabrikam.com", true}}) {
        CAPTURE(std::string(sender));
        AgentBench bench;
        enableValidation(bench);
        bench.session.authenticateAs(AuthenticationSource::Organization);
        bench.mail(sender);
        CHECK(bench.rcpt("nobody@adventureworks.com").refused() == refused);
    }
}

} // namespace
} // namespace edge::bench
