// Small agents of the documentation, compiled and run; the last test compares its pages with what is built.
#include <edge/agent.h>
#include <edge/base/text.h>
#include <edge/server/new_agent/agent_project.h>
#include <edge/tests/pipeline/pipeline_bench.h>

#include <doctest/doctest.h>

#include <filesystem>
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

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file.good(), path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// Everything that a page may quote: this file, the samples, and the project that new-agent writes.
std::string quotable() {
    auto text = read(EDGE_SOURCE "/tests/agents/writing_an_agent_test.cpp");
    for (const auto& file : std::filesystem::recursive_directory_iterator(EDGE_SOURCE "/agents/samples"))
        if (file.is_regular_file())
            text += read(file.path().string());
    for (const auto& file : agentProject(*AgentNames::parse("no-foo")))
        text += file.text;
    return text;
}

TEST_CASE("Every block of code in the pages about agents stands in a source that is built and tested") {
    const auto sources = quotable();
    std::size_t blocks = 0;
    for (const auto* name :
         {"writing-an-agent.md", "samples/header-rule.md", "samples/greylist.md", "samples/dns-list.md"})
        for (const auto& [begin, end] :
             {std::pair("```cpp\n", "```\n"), std::pair("```scenario\n", "```\n")}) {
            const auto page = read(std::string(EDGE_SOURCE "/docs/") + name);
            for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
                at += std::string_view(begin).size();
                const auto block = page.substr(at, page.find(end, at) - at);
                CAPTURE(name);
                CAPTURE(block);
                CHECK(sources.find(block) != std::string::npos);
                ++blocks;
            }
        }
    CHECK(blocks == 17);
}

} // namespace
} // namespace edge
