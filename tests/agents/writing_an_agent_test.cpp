// The agents of docs/writing-an-agent.md, compiled and run; the last test compares page and file.
#include <edge/agent.h>
#include <edge/base/text.h>
#include <edge/tests/pipeline/pipeline_bench.h>

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <sstream>

namespace edge {
namespace {

// Rejects messages whose subject is "foo".
class NoFooAgent final : public SmtpReceiveAgent {
public:
    Task<> onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e) override {
        if (e.headers.get("Subject") == "foo")
            source.rejectMessage({550, "5.7.1", "No foo here"});
        co_return;
    }
};

// Refuses names that no person of ours has, and says which rule it was.
class NoRobotsAgent final : public SmtpReceiveAgent {
public:
    Task<> onRcptCommand(ReceiveCommandEventSource& source, RcptCommandEventArgs& e) override {
        const std::string name(e.recipientAddress.localPart());
        source.addInput("local part", name);
        if (iequals(name, "no-reply"))
            source.rejectCommand({550, "5.1.1", "Nobody reads that"}, {"RobotAddress", name});
        co_return;
    }
};

// Counts the recipients that a client guesses wrong, and hangs up on the third.
class NoGuessingAgent final : public SmtpReceiveAgent {
public:
    Task<> onMailCommand(ReceiveCommandEventSource&, MailCommandEventArgs& e) override {
        e.mailItemProperties.set("Contoso.WrongGuessesBefore", wrongGuesses_);
        co_return;
    }
    Task<> onReject(RejectEventSource& source, const RejectEventArgs& e) override {
        const bool unknown =
            e.originalEvent == AgentEvent::OnRcptCommand && e.smtpResponse.statusCode() == 550;
        if (unknown && ++wrongGuesses_ == kMaxWrongGuesses)
            source.disconnect({"TooManyGuesses", std::to_string(wrongGuesses_)});
        co_return;
    }

private:
    static constexpr int kMaxWrongGuesses = 3; // a typing error is human, a third one is a harvest
    int wrongGuesses_ = 0;
};

// Counts messages over all sessions.
class MessageCounterAgent final : public SmtpReceiveAgent {
public:
    explicit MessageCounterAgent(std::atomic<int>& messages)
        : messages_(messages) {}
    Task<> onEndOfData(ReceiveMessageEventSource&, const EndOfDataEventArgs&) override {
        ++messages_;
        co_return;
    }

private:
    std::atomic<int>& messages_;
};

class MessageCounterFactory final : public AgentFactory {
public:
    EventSet events() const override { return handledEvents<MessageCounterAgent>(); }
    std::unique_ptr<SmtpReceiveAgent> createReceiveAgent(SmtpServer&) override {
        return std::make_unique<MessageCounterAgent>(messages);
    }

    std::atomic<int> messages = 0;
};

// Refuses senders whose domain does not exist.
class KnownDomainAgent final : public SmtpReceiveAgent {
public:
    explicit KnownDomainAgent(SmtpServer& server)
        : server_(server) {}

    Task<> onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs& e) override {
        if (e.fromAddress.isNullReversePath())
            co_return; // delivery reports have no sender, and must be able to come
        const std::string domain(e.fromAddress.domainPart());
        auto question = server_.resolver().query(domain, DnsType::Mx);
        const auto answer = co_await std::move(question);
        source.addInput("MX " + domain,
                        answer.outcome == DnsOutcome::NxDomain ? "NXDOMAIN" : "exists or unsure");
        if (answer.outcome == DnsOutcome::NxDomain)
            source.rejectCommand({550, "5.1.8", "Sender domain does not exist"},
                                 {"SenderDomainUnknown", domain});
    }

private:
    SmtpServer& server_;
};

TEST_CASE("NoFooAgent refuses foo, and nothing else") {
    bench::PipelineBench bench;
    const auto factory = std::make_shared<SimpleAgentFactory<NoFooAgent>>();
    REQUIRE(
        bench.registry.install("NoFoo Agent", "NoFooAgentFactory", "in the test", factory, true).has_value());
    bench.mailItem.headers = HeaderList::parse("Subject: foo\r\n");
    CHECK(bench.endOfHeaders().response.toString() == "550 5.7.1 No foo here");
    bench.mailItem.headers = HeaderList::parse("Subject: food\r\n");
    CHECK_FALSE(bench.endOfHeaders().refused());
}

void install(bench::PipelineBench& bench, std::shared_ptr<AgentFactory> factory) {
    REQUIRE(bench.registry.install("Agent", "factory", "in the test", std::move(factory), true).has_value());
}

TEST_CASE("NoRobotsAgent gives its reason and its datum") {
    bench::PipelineBench bench;
    install(bench, std::make_shared<SimpleAgentFactory<NoRobotsAgent>>());
    CHECK_FALSE(bench.rcpt("mary@adventureworks.com").refused());
    CHECK(bench.rcpt("No-Reply@adventureworks.com").refused());
    CHECK(bench.decisions.last().reason == "RobotAddress");
    CHECK(bench.decisions.last().reasonData == "No-Reply");
}

TEST_CASE("NoGuessingAgent hangs up on the third unknown recipient of a session") {
    bench::PipelineBench bench;
    install(bench, std::make_shared<SimpleAgentFactory<NoGuessingAgent>>());
    const auto unknown = [&bench] {
        RejectEventArgs args{{bench.session},           "RCPT TO:<x>",
                             AgentEvent::OnRcptCommand, ParsingStatus::Complete,
                             {550, "5.1.1", "No such"}, nullptr};
        return bench.loop.run(bench.dispatcher().raise(AgentEvent::OnReject, &SmtpReceiveAgent::onReject,
                                                       args, bench.step, nullptr));
    };
    CHECK_FALSE(unknown().disconnect);
    bench.reject(); // another refusal does not count
    CHECK_FALSE(unknown().disconnect);
    bench.mail();
    CHECK(*bench.mailArgs().mailItemProperties.get<int>("Contoso.WrongGuessesBefore") == 2);
    CHECK(unknown().disconnect);
    CHECK(bench.decisions.last().reason == "TooManyGuesses");
}

TEST_CASE("MessageCounterAgent counts over sessions") {
    const auto factory = std::make_shared<MessageCounterFactory>();
    for (int session = 1; session <= 3; ++session) {
        bench::PipelineBench bench;
        install(bench, factory);
        bench.endOfData();
        bench.endOfData();
        CHECK(factory->messages == 2 * session);
    }
}

TEST_CASE("KnownDomainAgent asks DNS and lets delivery reports pass") {
    bench::PipelineBench bench;
    install(bench, std::make_shared<SimpleAgentFactory<KnownDomainAgent>>());
    CHECK_FALSE(bench.mail("<>").refused());
    CHECK(bench.mail("a@nowhere.example").response.statusCode() == 550); // the bench's DNS knows no name
    CHECK((bench.decisions.last().inputs == std::vector<DecisionInput>{{"MX nowhere.example", "NXDOMAIN"}}));
}

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file.good(), path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST_CASE("Every C++ block of docs/writing-an-agent.md stands in this file") {
    const auto page = read(EDGE_SOURCE "/docs/writing-an-agent.md");
    const auto source = read(EDGE_SOURCE "/tests/agents/writing_an_agent_test.cpp");
    constexpr std::string_view kBegin = "```cpp\n", kEnd = "```\n";
    std::size_t blocks = 0;
    for (auto at = page.find(kBegin); at != std::string::npos; at = page.find(kBegin, at)) {
        at += kBegin.size();
        const auto block = page.substr(at, page.find(kEnd, at) - at);
        CAPTURE(block);
        CHECK(source.find(block) != std::string::npos);
        ++blocks;
    }
    CHECK(blocks == 6);
}

} // namespace
} // namespace edge
