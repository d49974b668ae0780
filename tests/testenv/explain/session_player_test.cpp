// Sessions played for an explanation, and what is seen of them.
#include <edge/agent.h>
#include <edge/server/administration/state_file.h>
#include <edge/testenv/explain/explanation.h>
#include <edge/testenv/explain/explanation_html.h>
#include <edge/testenv/explain/explanation_json.h>
#include <edge/testenv/explain/session_player.h>
#include <edge/testenv/explain/session_watch.h>
#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/lab.h>
#include <edge/testenv/seeded_random.h>
#include <edge/tests/explain/explain_cases.h>
#include <edge/tests/explain/still_clock.h>

#include <doctest/doctest.h>

#include <algorithm>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;

namespace {

// Looks up the sender's domain.
class AskingAgent final : public SmtpReceiveAgent {
public:
    explicit AskingAgent(SmtpServer& server)
        : server_(server) {}
    Task<> onMailCommand(ReceiveCommandEventSource&, MailCommandEventArgs& e) override {
        auto asking = server_.resolver().query(std::string(e.fromAddress.domainPart()), DnsType::Txt);
        static_cast<void>(co_await std::move(asking));
    }

private:
    SmtpServer& server_;
};

ExplainedSession played(const ExplainRequest& request) {
    StillClock clock;
    auto session = explainSession(request, clock);
    REQUIRE_MESSAGE(session.has_value(), session.error().message);
    return std::move(*session);
}

const ExplainedStep& stepOf(const ExplainedSession& session, std::string_view begin) {
    const auto found =
        std::find_if(session.steps.begin(), session.steps.end(),
                     [begin](const ExplainedStep& step) { return step.said.starts_with(begin); });
    REQUIRE(found != session.steps.end());
    return *found;
}

bool has(const std::string& text, std::string_view piece) {
    return text.find(piece) != std::string::npos;
}

} // namespace

TEST_CASE("An accepted message is told step by step, from the banner to the goodbye") {
    const auto session = played(plainRequest());
    std::vector<std::string> said;
    for (const auto& step : session.steps)
        said.push_back(step.said);
    const auto message = "the message, " + std::to_string(plainRequest().message.size()) + " octets";
    CHECK(said == std::vector<std::string>{"", "EHLO mail.fabrikam.com", "MAIL FROM:<ann@fabrikam.com>",
                                           "RCPT TO:<mary@adventureworks.com>", "DATA", message, "QUIT"});
    CHECK(session.letThrough());
    CHECK(session.causes.empty());
    REQUIRE(session.files.size() == 1);
    CHECK(session.files[0].recipients == std::vector<std::string>{"mary@adventureworks.com"});
}

TEST_CASE("What an agent and the server put into the header is told apart") {
    const auto session = played(plainRequest());
    const auto names = [](const ExplainedChange& change) {
        std::vector<std::string> all;
        for (const auto& difference : change.headers)
            all.push_back(difference.name);
        return all;
    };
    CHECK(names(session.server.atHeaders) ==
          std::vector<std::string>{"Received", "X-MS-Exchange-Organization-Network-Message-Id"});
    CHECK(names(session.server.atAcceptance).size() == 4);
    const auto& calls = stepOf(session, "the message").calls;
    const auto filter = std::find_if(calls.begin(), calls.end(), [](const ExplainedCall& call) {
        return call.decision.agent == "Content Filter Agent";
    });
    REQUIRE(filter != calls.end());
    CHECK(names(filter->change).front() == "X-MS-Exchange-Organization-SCL");
}

TEST_CASE("The tarpit is virtual time, and told") {
    auto request = plainRequest();
    request.from = "";
    const auto session = played(request);
    CHECK(stepOf(session, "MAIL").waited == 5s);
    CHECK(session.took == 5s);
    CHECK(stepOf(session, "MAIL").closed);
}

TEST_CASE("The cause is the first call that was against it, with its evidence") {
    auto request = plainRequest();
    request.from = "";
    const auto session = played(request);
    REQUIRE(session.cause() != nullptr);
    CHECK(session.cause()->decision.agent == "Sender Filter Agent");
    REQUIRE_FALSE(session.cause()->evidence.empty());
    CHECK((session.cause()->evidence[0].kind == EvidenceKind::Reply));
    CHECK(session.agentLog.size() == 1);
    CHECK(session.files.empty());
}

TEST_CASE("Each recipient has its own end") {
    auto request = plainRequest();
    request.to = {"mary@adventureworks.com", "marry@adventureworks.com"};
    const auto session = played(request);
    REQUIRE(session.recipients.size() == 2);
    CHECK((session.recipients[0].fate == Fate::Delivered));
    CHECK((session.recipients[1].fate == Fate::Refused));
    CHECK(session.recipients[1].reply == "550 5.1.1 User unknown");
    CHECK(verdictOf(session).word == "partly accepted");
}

TEST_CASE("Known recipients can be given besides the configuration's") {
    auto request = plainRequest();
    request.to = {"marry@adventureworks.com"};
    request.recipients = {"marry@adventureworks.com", "mary@adventureworks.com"};
    CHECK(played(request).letThrough());
}

TEST_CASE("What the configuration imports is read where the files are") {
    SeededRandom random(1);
    StillClock clock;
    FaultyFileSystem files(clock, random);
    REQUIRE(files.createDirectories("/home/ann").has_value());
    REQUIRE(writeFileDurably(files, "/home/ann/recipients.txt", "marry@adventureworks.com\n").has_value());
    auto request = plainRequest();
    request.config += "Import-EdgeSimRecipient /home/ann/recipients.txt\n";
    request.to = {"marry@adventureworks.com"};
    CHECK_FALSE(explainSession(request, clock).has_value());
    request.files = &files;
    CHECK(played(request).letThrough());
}

TEST_CASE("What an agent asks the DNS is noted with its call") {
    StillClock clock;
    SessionWatch watch(clock);
    Lab lab({.observer = &watch});
    watch.attach(lab);
    lab.install<AskingAgent>("Asking Agent");
    REQUIRE(lab.dns().load("fabrikam.com TXT \"v=spf1 -all\"").has_value());
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    client.say("MAIL FROM:<ann@fabrikam.com>");
    const auto& all = lab.decisions().all();
    REQUIRE(all.back().agent == "Asking Agent");
    const auto& noted = watch.calls().at(all.size() - 1);
    REQUIRE(noted.endQuestion - noted.firstQuestion == 1);
    const auto& question = lab.dns().questions()[noted.firstQuestion];
    CHECK(question.name == "fabrikam.com");
    const ExplainedLookup lookup{question.name, question.type, {question.outcome, question.records}};
    CHECK(questionText(lookup) == "fabrikam.com TXT");
    CHECK(answerText(lookup) == "\"v=spf1 -all\"");
    const auto& other = watch.calls().at(all.size() - 2);
    CHECK(other.firstQuestion == other.endQuestion);
}

TEST_CASE("The profile of the request wins over the configuration's") {
    auto request = plainRequest();
    request.config = "Set-EdgeSimProfile 2010\n" + request.config;
    CHECK(played(request).profile == "2010");
    request.profile = ProfileId::E2007;
    CHECK(played(request).profile == "2007");
}

TEST_CASE("A wrong configuration is told with its place, and nothing is played") {
    auto request = plainRequest();
    request.config = "Set-SenderFilterConfig -Nonsense 1\n";
    request.configName = "edge.ps1";
    StillClock clock;
    const auto session = explainSession(request, clock);
    REQUIRE_FALSE(session.has_value());
    CHECK(has(session.error().message, "edge.ps1:1:"));
}

TEST_CASE("The same request gives the same session") {
    StillClock clock;
    const auto one = explain(refusalCases().front().request, clock);
    const auto other = explain(refusalCases().front().request, clock);
    REQUIRE(one.has_value());
    REQUIRE(other.has_value());
    CHECK(explanationJson(*one) == explanationJson(*other));
}

TEST_CASE("The page and the document say what the text says") {
    StillClock clock;
    auto request = plainRequest();
    request.from = "";
    request.messageName = "<script>.eml";
    const auto explanation = explain(request, clock);
    REQUIRE(explanation.has_value());
    const auto page = explanationHtml(*explanation);
    CHECK(has(page, "554 5.1.0 Sender denied"));
    CHECK(has(page, "Set-SenderFilterConfig -BlankSenderBlockingEnabled $false"));
    CHECK_FALSE(has(page, "<script>"));
    const auto document = explanationJson(*explanation);
    CHECK(has(document, "\"verdict\": \"refused\""));
    CHECK(has(document, "\"reason\": \"BlankSender\""));
}
