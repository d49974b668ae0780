// The execution rules of platform.md 1.7 and its checklist, section 9, items 6 to 8.
#include <edge/tests/pipeline/pipeline_bench.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>

namespace edge::bench {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const SmtpResponse kNo{550, "5.7.1", "No"};

auto notes(std::string& trace, const char* name) {
    return [&trace, name](auto&, auto&) { trace += name; };
}

TEST_CASE("Event order beats priority, priority orders within an event: B, A, C (platform.md 9, item 6)") {
    PipelineBench bench;
    std::string trace;
    bench.add("A", {.endOfHeaders = notes(trace, "A")});
    bench.add("C", {.endOfHeaders = notes(trace, "C")});
    bench.add("unrelated", {.disconnect = notes(trace, "?")});
    bench.add("B", {.mail = notes(trace, "B")});
    REQUIRE(bench.registry.agents()[3].identity == "B"); // priority 4
    bench.mail();
    bench.endOfHeaders();
    CHECK(trace == "BAC");
}

TEST_CASE("A session without agents gets no decisions and no refusal") {
    PipelineBench bench;
    const auto outcome = bench.mail();
    CHECK_FALSE(outcome.terminal);
    CHECK_FALSE(outcome.refused());
    CHECK(bench.decisions.all.empty());
    CHECK_FALSE(bench.dispatcher().handles(AgentEvent::OnMailCommand));
}

TEST_CASE("Every agent runs though an earlier one removed all recipients (platform.md 9, item 7)") {
    PipelineBench bench;
    std::size_t seen = 99;
    bench.add("Remover", {.endOfData = [](auto&, auto& e) {
                  e.mailItem.recipients.remove(address("a@adventureworks.com"));
                  e.mailItem.recipients.remove(address("b@adventureworks.com"));
              }});
    bench.add("Witness", {.endOfData = [&seen](auto&, auto& e) { seen = e.mailItem.recipients.size(); }});
    bench.mailItem.recipients.add({address("a@adventureworks.com"), {}, {}, {}});
    bench.mailItem.recipients.add({address("b@adventureworks.com"), {}, {}, {}});
    const auto outcome = bench.endOfData();
    CHECK(seen == 0);
    CHECK_FALSE(outcome.terminal);
    const auto& removal = bench.decisions.all.front();
    CHECK((removal.action == Action::DeleteRecipients));
    CHECK(removal.reason == "AgentAction");
    CHECK(removal.effects ==
          std::vector<Effect>{{Action::DeleteRecipients, {"a@adventureworks.com", "b@adventureworks.com"}}});
    CHECK((bench.decisions.last().action == Action::None));
}

TEST_CASE("Only 4xx and 5xx can refuse; anything else is the agent's fault (platform.md 9, item 8)") {
    for (const auto& response :
         {SmtpResponse{250, "2.1.0", "Fine"}, SmtpResponse{354, "", "Go on"}, SmtpResponse{}}) {
        CAPTURE(response.toString());
        PipelineBench bench;
        bench.add("A", {.connect = [&](auto& source, auto&) { source.rejectConnection(response); },
                        .mail = [&](auto& source, auto&) { source.rejectCommand(response); },
                        .endOfData = [&](auto& source, auto&) { source.rejectMessage(response); },
                        .endOfAuthentication = [&](auto& source,
                                                   auto&) { source.rejectAuthentication(response); }});
        const auto mail = bench.mail();
        CHECK((mail.action == Action::Fault));
        CHECK(mail.response == SmtpResponse::connectionDroppedByAgentError());
        CHECK(bench.endOfData().response == SmtpResponse::dataTransactionFailed());
        CHECK((bench.connect().action == Action::Fault));
        CHECK((bench.endOfAuthentication().action == Action::Fault));
        CHECK(bench.decisions.last().diagnostics.find("4xx or 5xx") != std::string::npos);
    }
}

TEST_CASE("A refusal reaches the client verbatim, all its lines (platform.md 9, item 8)") {
    const SmtpResponse response{451, "4.7.1", std::vector<std::string>{"first line", "second line"}};
    PipelineBench bench;
    bench.add("A", {.mail = [&](auto& source, auto&) { source.rejectCommand(response); }});
    const auto outcome = bench.mail();
    CHECK(outcome.response == response);
    CHECK(outcome.response.toWire() == "451-4.7.1 first line\r\n451 4.7.1 second line\r\n");
    CHECK(outcome.agent == "A");
    CHECK_FALSE(outcome.disconnect);
}

TEST_CASE("The first terminal act ends the event") {
    struct Case {
        const char* what;
        std::function<void(ReceiveMessageEventSource&)> act;
        Action action;
        bool refused;
        bool disconnect;
    };
    const Case cases[] = {
        {"reject", [](auto& s) { s.rejectMessage(kNo); }, Action::RejectMessage, true, false},
        {"discard", [](auto& s) { s.discardMessage(); }, Action::DeleteMessage, false, false},
        {"quarantine", [](auto& s) { s.quarantine({}, "spam"); }, Action::QuarantineMessage, false, false},
        {"disconnect", [](auto& s) { s.disconnect(); }, Action::Disconnect, false, true},
        {"reject and disconnect",
         [](auto& s) {
             s.rejectMessage(kNo);
             s.disconnect();
         },
         Action::RejectMessage, true, true},
        {"reject and discard",
         [](auto& s) {
             s.rejectMessage(kNo);
             s.discardMessage();
         },
         Action::RejectMessage, true, false},
    };
    for (const auto& c : cases) {
        CAPTURE(std::string(c.what));
        PipelineBench bench;
        std::string trace;
        bench.add("A", {.endOfData = [&c](auto& source, auto&) { c.act(source); }});
        bench.add("B", {.endOfData = notes(trace, "B")});
        const auto outcome = bench.endOfData();
        CHECK(trace.empty());
        CHECK(outcome.terminal);
        CHECK((outcome.action == c.action));
        CHECK(outcome.refused() == c.refused);
        CHECK(outcome.disconnect == c.disconnect);
        CHECK(bench.decisions.all.size() == 1);
        CHECK((bench.decisions.last().action == c.action));
    }
}

TEST_CASE("Acts on some recipients take them out and leave the message to later agents and the others") {
    struct Case {
        const char* what;
        std::function<void(ReceiveMessageEventSource&, const std::vector<RoutingAddress>&)> act;
        Action action;
    };
    const Case cases[] = {
        {"quarantine", [](auto& s, const auto& some) { s.quarantine(some, "spam"); },
         Action::QuarantineRecipients},
        {"reject", [](auto& s, const auto& some) { s.rejectRecipients(some, kNo); },
         Action::RejectRecipients},
        {"delete", [](auto& s, const auto& some) { s.deleteRecipients(some); }, Action::DeleteRecipients},
    };
    for (const auto& c : cases) {
        CAPTURE(std::string(c.what));
        PipelineBench bench;
        for (const auto* to : {"a@b.com", "c@b.com"})
            bench.mailItem.recipients.add({address(to), {}, {}, {}});
        std::string trace;
        bench.add("A", {.endOfData = [&c](auto& source, auto&) { c.act(source, {address("A@b.com")}); }});
        bench.add("B", {.endOfData = notes(trace, "B")});
        CHECK_FALSE(bench.endOfData().terminal);
        CHECK_FALSE(trace.empty());
        REQUIRE(bench.mailItem.recipients.size() == 1);
        CHECK((bench.mailItem.recipients[0].address == address("c@b.com")));
        const auto& decision = bench.decisions.all.front();
        CHECK((decision.action == c.action));
        CHECK((decision.effects == std::vector<Effect>{{c.action, {"A@b.com"}}}));
        CHECK(decision.revision != decision.revisionBefore);
        CHECK(bench.mailItem.quarantined.size() == (c.action == Action::QuarantineRecipients ? 1 : 0));
    }
}

TEST_CASE("Quarantine of every recipient by name ends the event like quarantine of all") {
    PipelineBench bench;
    bench.mailItem.recipients.add({address("a@b.com"), {}, {}, {}});
    bench.add("A",
              {.endOfData = [](auto& source, auto&) { source.quarantine({address("a@b.com")}, "spam"); }});
    const auto outcome = bench.endOfData();
    CHECK(outcome.terminal);
    CHECK_FALSE(outcome.refused());
    CHECK((outcome.action == Action::QuarantineMessage));
    CHECK(bench.decisions.last().response.toString() == "550 5.2.1 spam");
    REQUIRE(bench.mailItem.quarantined.size() == 1);
    CHECK(bench.mailItem.quarantined[0].recipients.size() == 1);
    CHECK(bench.mailItem.recipients.empty());
}

TEST_CASE("acceptMessage is recorded and lets later agents run") {
    PipelineBench bench;
    std::string trace;
    bench.add("A", {.endOfData = [](auto& source, auto&) { source.acceptMessage({"Known", "friend"}); }});
    bench.add("B", {.endOfData = notes(trace, "B")});
    CHECK_FALSE(bench.endOfData().terminal);
    CHECK(trace == "B");
    CHECK((bench.decisions.all.front().action == Action::AcceptMessage));
    CHECK(bench.decisions.all.front().reason == "Known");
    CHECK(bench.decisions.all.front().reasonData == "friend");
}

TEST_CASE("Refusing and closing are two effects of one decision") {
    PipelineBench bench;
    bench.add("A", {.mail = [](auto& source, auto&) {
                  source.addInput("BlockedDomains", "fabrikam.com");
                  source.rejectCommand(kNo, {"SenderInBlockList", "fabrikam.com"});
                  source.disconnect();
              }});
    bench.mail();
    REQUIRE(bench.decisions.all.size() == 1);
    const auto& decision = bench.decisions.last();
    CHECK((decision.action == Action::RejectCommand));
    CHECK(decision.response == kNo);
    CHECK(decision.reason == "SenderInBlockList");
    CHECK(decision.reasonData == "fabrikam.com");
    CHECK(decision.effects == std::vector<Effect>{{Action::RejectCommand, {}}, {Action::Disconnect, {}}});
    CHECK(decision.inputs == std::vector<DecisionInput>{{"BlockedDomains", "fabrikam.com"}});
    CHECK(decision.step == bench.step);
}

TEST_CASE("A rejected connection closes") {
    PipelineBench bench;
    bench.add("A", {.connect = [](auto& source, auto&) { source.rejectConnection(kNo); }});
    const auto outcome = bench.connect();
    CHECK((outcome.action == Action::RejectConnection));
    CHECK(outcome.disconnect);
    CHECK(outcome.response == kNo);
}

TEST_CASE("Rejected authentication leaves the session open") {
    PipelineBench bench;
    bench.add("A", {.endOfAuthentication = [](auto& source, auto&) { source.rejectAuthentication(kNo); }});
    const auto outcome = bench.endOfAuthentication();
    CHECK((outcome.action == Action::RejectAuthentication));
    CHECK_FALSE(outcome.disconnect);
}

TEST_CASE("Each call leaves exactly one decision, also when nothing was done") {
    PipelineBench bench;
    bench.add("A", {.mail = [](auto&, auto&) {}, .rcpt = [](auto&, auto&) {}});
    bench.add("B", {.mail = [](auto& source, auto&) { source.note({"Looked", "nothing"}); }});
    bench.add("C", {.rcpt = [](auto& source, auto&) { source.rejectCommand(kNo); }});
    bench.mail();
    bench.rcpt();
    bench.rcpt();
    CHECK(bench.decisions.lines() == Lines{"A OnMailCommand None", "B OnMailCommand None",
                                           "A OnRcptCommand None", "C OnRcptCommand RejectCommand",
                                           "A OnRcptCommand None", "C OnRcptCommand RejectCommand"});
    CHECK(bench.decisions.all[0].reason.empty());
    CHECK(bench.decisions.all[1].reason == "Looked");
    CHECK(bench.decisions.all[3].reason == "AgentAction");
}

TEST_CASE("What an agent rewrites, the next one sees") {
    PipelineBench bench;
    std::string sender, recipient;
    bench.add("Rewriter",
              {.mail =
                   [](auto&, auto& e) {
                       e.fromAddress = address("new@contoso.com");
                       e.mailItemProperties.set("note", 7);
                   },
               .rcpt = [](auto&, auto& e) { e.recipientAddress = address("inner@contoso.com"); }});
    bench.add("Reader", {.mail =
                             [&](auto&, auto& e) {
                                 sender = e.fromAddress.toString() +
                                          std::to_string(*e.mailItemProperties.template get<int>("note"));
                             },
                         .rcpt = [&](auto&, auto& e) { recipient = e.recipientAddress.toString(); }});
    bench.mail();
    bench.rcpt();
    CHECK(sender == "new@contoso.com7");
    CHECK(recipient == "inner@contoso.com");
    CHECK(bench.rcptArgs().recipientAddress == address("inner@contoso.com"));
}

TEST_CASE("An exception is a Fault with Exchange's temporary reply, never silence") {
    struct Case {
        AgentEvent event;
        int status; // 0: nobody is told
        bool disconnect;
        bool endsEvent;
    };
    const Case cases[] = {
        {AgentEvent::OnConnect, 421, true, true},        {AgentEvent::OnEndOfAuthentication, 421, true, true},
        {AgentEvent::OnMailCommand, 421, true, true},    {AgentEvent::OnRcptCommand, 421, true, true},
        {AgentEvent::OnEndOfHeaders, 451, false, true},  {AgentEvent::OnEndOfData, 451, false, true},
        {AgentEvent::OnReject, 0, false, false},         {AgentEvent::OnDisconnect, 0, false, false},
        {AgentEvent::OnSubmittedMessage, 0, false, true}};
    const auto raise = [](PipelineBench& bench, AgentEvent event) {
        switch (event) {
        case AgentEvent::OnConnect:
            return bench.connect();
        case AgentEvent::OnEndOfAuthentication:
            return bench.endOfAuthentication();
        case AgentEvent::OnMailCommand:
            return bench.mail();
        case AgentEvent::OnRcptCommand:
            return bench.rcpt();
        case AgentEvent::OnEndOfHeaders:
            return bench.endOfHeaders();
        case AgentEvent::OnEndOfData:
            return bench.endOfData();
        case AgentEvent::OnReject:
            return bench.reject();
        case AgentEvent::OnDisconnect:
            return bench.disconnect();
        default:
            return bench.submitted();
        }
    };
    for (const auto& c : cases) {
        for (const bool standard : {true, false}) {
            CAPTURE(std::string(toString(c.event)));
            CAPTURE(standard);
            const auto broken = [standard](auto& source, auto&) {
                source.addInput("looked at", "something");
                if (standard)
                    throw std::runtime_error("it broke");
                throw 42;
            };
            std::string trace;
            PipelineBench bench;
            if (info(c.event).routing) {
                bench.add("A", {.submitted = broken});
                bench.add("B", {.submitted = notes(trace, "B")});
            } else {
                bench.add("A", {.connect = broken,
                                .mail = broken,
                                .rcpt = broken,
                                .endOfHeaders = broken,
                                .endOfData = broken,
                                .endOfAuthentication = broken,
                                .reject = broken,
                                .disconnect = broken});
                const auto next = notes(trace, "B");
                bench.add("B", {.connect = next,
                                .mail = next,
                                .rcpt = next,
                                .endOfHeaders = next,
                                .endOfData = next,
                                .endOfAuthentication = next,
                                .reject = next,
                                .disconnect = next});
            }
            const auto outcome = raise(bench, c.event);
            CHECK(outcome.response.statusCode() == c.status);
            CHECK(outcome.response.enhancedStatusCode() == (c.status == 0 ? "" : "4.3.2"));
            CHECK(outcome.disconnect == c.disconnect);
            CHECK(outcome.terminal == c.endsEvent);
            CHECK(trace == (c.endsEvent ? "" : "B"));
            const auto& decision = bench.decisions.all.front();
            CHECK((decision.action == Action::Fault));
            CHECK(decision.reason == "AgentFault");
            CHECK(decision.diagnostics.find(standard ? "it broke" : "no std::exception") !=
                  std::string::npos);
            CHECK(decision.inputs.size() == 1);
        }
    }
}

TEST_CASE("An exception undoes the refusal that the same call had made") {
    PipelineBench bench;
    bench.add("A", {.mail = [](auto& source, auto&) {
                  source.rejectCommand(kNo);
                  throw std::runtime_error("changed its mind");
              }});
    CHECK(bench.mail().response == SmtpResponse::connectionDroppedByAgentError());
}

TEST_CASE("A broken agent harms its own session only") {
    PipelineBench first;
    int calls = 0;
    const auto factory = scriptedFactory({.mail = [&calls](auto&, auto&) {
        if (++calls == 1)
            throw std::runtime_error("once");
    }});
    REQUIRE(first.registry.install("A", "bench", "in the test", factory, true).has_value());
    PipelineBench second;
    REQUIRE(second.registry.install("A", "bench", "in the test", factory, true).has_value());
    CHECK((first.mail().action == Action::Fault));
    CHECK_FALSE(second.mail().terminal);
}

TEST_CASE("An agent that cannot be made is a Fault and is left out of the session") {
    PipelineBench bench;
    std::string trace;
    bench.add("Broken",
              {.mail = notes(trace, "x"), .created = [] { throw std::runtime_error("no licence"); }});
    bench.add("Odd", {.mail = notes(trace, "y"), .created = [] { throw 1; }});
    bench.add("Fine", {.mail = notes(trace, "f")});
    CHECK_FALSE(bench.mail().terminal);
    CHECK(trace == "f");
    REQUIRE(bench.decisions.all.size() == 3);
    CHECK((bench.decisions.all[0].action == Action::Fault));
    CHECK(bench.decisions.all[0].reason == "CreateAgentFailed");
    CHECK(bench.decisions.all[0].diagnostics == "no licence");
    CHECK(bench.decisions.all[1].agent == "Odd");
}

TEST_CASE("A routing agent that cannot be made is left out, and said once") {
    PipelineBench bench;
    int attempts = 0;
    bench.add("Broken", {.submitted = [](auto&, auto&) {},
                         .created =
                             [&attempts] {
                                 ++attempts;
                                 throw std::runtime_error("no licence");
                             }});
    CHECK_FALSE(bench.submitted().terminal);
    CHECK_FALSE(bench.submitted().terminal);
    CHECK(attempts == 1);
    CHECK(bench.decisions.lines() == Lines{"Broken OnSubmittedMessage Fault"});
}

TEST_CASE("Every session has its own agent instances") {
    int made = 0;
    const auto factory = scriptedFactory({.mail = [](auto&, auto&) {}, .created = [&made] { ++made; }});
    for (int session = 1; session <= 3; ++session) {
        PipelineBench bench;
        REQUIRE(bench.registry.install("A", "bench", "in the test", factory, true).has_value());
        bench.mail();
        bench.mail();
        CHECK(made == session);
    }
}

TEST_CASE("A routing agent defers or deletes, and the event is over") {
    std::string trace;
    PipelineBench deferring;
    deferring.add("A", {.submitted = [](auto& source, auto&) { source.defer(5min, {"Busy", ""}); }});
    deferring.add("B", {.submitted = notes(trace, "B")});
    const auto deferred = deferring.submitted();
    CHECK(deferred.terminal);
    CHECK(deferred.defer == Duration(5min));
    PipelineBench deleting;
    deleting.add("A", {.submitted = [](auto& source, auto&) { source.deleteMessage(); }});
    CHECK((deleting.submitted().action == Action::DeleteMessage));
    CHECK(trace.empty());
}

TEST_CASE("A slow agent is waited for, and the overrun is recorded") {
    PipelineBench bench;
    std::string trace;
    auto& clock = bench.server.time;
    const auto slow = [&clock] { return clock.waitUntil(clock.steadyNow() + 91s); };
    bench.add("Slow", {.wait = slow, .mail = notes(trace, "s")});
    const auto running = bench.loop.start(bench.mailTaskOnly());
    CHECK_FALSE(running->isDone());
    clock.advance(90s);
    bench.loop.poll();
    CHECK_FALSE(running->isDone());
    clock.advance(1s);
    bench.loop.poll();
    CHECK(running->isDone());
    CHECK(running->error() == nullptr);
    CHECK(trace == "s");
    CHECK(bench.decisions.last().overrun);
    CHECK(bench.decisions.last().elapsed == Duration(91s));
    CHECK((bench.decisions.last().action == Action::None));
}

TEST_CASE("An agent within its time limit is no overrun") {
    PipelineBench bench;
    auto& clock = bench.server.time;
    const auto wait = [&clock] { return clock.waitUntil(clock.steadyNow() + 90s); };
    bench.add("A", {.wait = wait, .mail = [](auto&, auto&) {}});
    const auto running = bench.loop.start(bench.mailTaskOnly());
    clock.advance(90s);
    bench.loop.poll();
    REQUIRE(running->isDone());
    CHECK_FALSE(bench.decisions.last().overrun);
}

TEST_CASE("The lab's hard limit stops an agent and counts as its fault") {
    PipelineBench bench;
    bench.limits.hardLimit = 10s;
    std::string trace;
    auto& clock = bench.server.time;
    const auto slow = [&clock] { return clock.waitUntil(clock.steadyNow() + 1h); };
    bench.add("Slow", {.wait = slow, .mail = notes(trace, "never")});
    const auto running = bench.loop.start(bench.mailTaskOnly());
    clock.advance(10s);
    bench.loop.poll();
    REQUIRE(running->isDone());
    CHECK(running->error() == nullptr);
    CHECK(trace.empty());
    CHECK((bench.decisions.last().action == Action::Fault));
    CHECK(bench.decisions.last().response == SmtpResponse::connectionDroppedByAgentError());
    CHECK(bench.decisions.last().elapsed == Duration(10s));
}

TEST_CASE("An agent that ends before the hard limit keeps its decision") {
    PipelineBench bench;
    bench.limits.hardLimit = 10s;
    bench.add("A", {.mail = [](auto& source, auto&) { source.rejectCommand(kNo); }});
    bench.add("B", {.rcpt = [](auto&, auto&) { throw std::runtime_error("under a limit"); }});
    CHECK(bench.mail().response == kNo);
    CHECK((bench.rcpt().action == Action::Fault));
}

TEST_CASE("A peer that goes away cancels the agent's wait; that is nobody's fault") {
    for (const bool hardLimit : {false, true}) {
        CAPTURE(hardLimit);
        PipelineBench bench;
        if (hardLimit)
            bench.limits.hardLimit = 1h;
        std::string trace;
        auto& clock = bench.server.time;
        const auto wait = [&clock] { return clock.waitUntil(clock.steadyNow() + 30s); };
        bench.add("Waiting", {.wait = wait, .mail = notes(trace, "x")});
        bench.add("Next", {.mail = notes(trace, "y")});
        const auto running = bench.loop.start(bench.mailTaskOnly());
        running->cancel();
        bench.loop.poll();
        REQUIRE(running->isDone());
        REQUIRE(running->error() != nullptr);
        CHECK_THROWS_AS(std::rethrow_exception(running->error()), boost::system::system_error);
        CHECK(trace.empty());
        CHECK(bench.decisions.lines() == Lines{"Waiting OnMailCommand None"});
        CHECK(bench.decisions.last().reason == "Cancelled");
    }
}

TEST_CASE("An agent's own cancelled operation is its fault, while the session is well") {
    PipelineBench bench;
    bench.add("A", {.mail = [](auto&, auto&) {
                  throw boost::system::system_error(
                      boost::asio::error::make_error_code(boost::asio::error::operation_aborted));
              }});
    const auto outcome = bench.mail();
    CHECK((outcome.action == Action::Fault));
    CHECK(outcome.response == SmtpResponse::connectionDroppedByAgentError());
}

TEST_CASE("Decisions carry the message's revision around the call") {
    PipelineBench bench;
    bench.add("Editor", {.endOfHeaders = [](auto&, auto& e) {
                  e.headers.append("X-One", "1");
                  e.headers.append("X-Two", "2");
              }});
    bench.add("Reader", {.endOfHeaders = [](auto&, auto&) {}});
    bench.endOfHeaders();
    REQUIRE(bench.decisions.all.size() == 2);
    CHECK(bench.decisions.all[0].revision - bench.decisions.all[0].revisionBefore == 2);
    CHECK(bench.decisions.all[1].revisionBefore == bench.decisions.all[0].revision);
    CHECK(bench.decisions.all[1].revision == bench.decisions.all[1].revisionBefore);
}

TEST_CASE("Calls are counted for every agent and event that was reached") {
    PipelineBench bench;
    bench.add("A", {.mail = [](auto& source, auto&) { source.rejectCommand(kNo); }});
    bench.add("B", {.mail = [](auto&, auto&) {}, .rcpt = [](auto&, auto&) {}});
    bench.mail();
    bench.mail();
    bench.rcpt();
    const auto calls = [&bench](const char* agent, AgentEvent event) {
        return bench.registry.find(agent)->statistics->calls[static_cast<std::size_t>(event)].load();
    };
    CHECK(calls("A", AgentEvent::OnMailCommand) == 2);
    CHECK(calls("B", AgentEvent::OnMailCommand) == 0);
    CHECK(calls("B", AgentEvent::OnRcptCommand) == 1);
}

// Holds every call until it is let go.
class Gate final : public DispatchObserver {
public:
    explicit Gate(BenchClock& clock)
        : clock_(clock) {}
    Task<> beforeAgent(const AgentCall& call) override {
        trace += "before " + std::string(call.agent) + "; ";
        co_await clock_.waitUntil(clock_.steadyNow() + 1s);
    }
    void afterAgent(const AgentCall& call, const Decision& decision) override {
        trace += "after " + std::string(call.agent) + " " + std::string(toString(decision.action)) + "; ";
    }

    std::string trace;

private:
    BenchClock& clock_;
};

TEST_CASE("An observer that waits holds the agent, step by step") {
    PipelineBench bench;
    Gate gate(bench.server.time);
    bench.observer = &gate;
    bench.add("A", {.mail = [&gate](auto&, auto&) { gate.trace += "A; "; }});
    bench.add("B", {.mail = [&gate](auto& source, auto&) {
                  gate.trace += "B; ";
                  source.rejectCommand(kNo);
              }});
    const auto running = bench.loop.start(bench.mailTaskOnly());
    CHECK(gate.trace == "before A; ");
    bench.server.time.advance(1s);
    bench.loop.poll();
    CHECK(gate.trace == "before A; A; after A None; before B; ");
    CHECK_FALSE(running->isDone());
    bench.server.time.advance(1s);
    bench.loop.poll();
    CHECK(gate.trace == "before A; A; after A None; before B; B; after B RejectCommand; ");
    CHECK(running->isDone());
    CHECK(bench.decisions.last().elapsed == Duration::zero()); // the observer's time is not the agent's
}

TEST_CASE("A decision of the server stands in the same stream, under the server's name") {
    PipelineBench bench;
    Decision decision;
    decision.event = AgentEvent::OnRcptCommand;
    decision.action = Action::RejectCommand;
    decision.response = kNo;
    bench.dispatcher().recordServerDecision(decision, bench.step);
    CHECK(bench.decisions.last().byServer());
    CHECK(bench.decisions.last().time == bench.server.time.utcNow());
    CHECK(bench.decisions.last().effects == std::vector<Effect>{{Action::RejectCommand, {}}});
    CHECK(bench.decisions.last().step == bench.step);
}

} // namespace
} // namespace edge::bench
