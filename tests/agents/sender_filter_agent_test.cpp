// agents.md 3 and its rows of 14 and 16, event by event.
#include <edge/agents/message_notes.h>
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

const SmtpResponse kDenied{554, "5.1.0", "Sender denied"};
constexpr char kAgent[] = "Sender Filter Agent";

bool isStamped(AgentBench& bench) {
    const auto* blocked = bench.mailArgs().mailItemProperties.get<bool>(message_notes::kSenderBlocked);
    return blocked && *blocked;
}

TEST_CASE("By default every sender passes, the blank one too") {
    for (const auto* sender : {"a@fabrikam.com", "<>", "postmaster"}) {
        AgentBench bench;
        CHECK_FALSE(bench.mail(sender).terminal);
        REQUIRE(bench.decisions.last().agent == kAgent);
        CHECK((bench.decisions.last().action == Action::None));
        CHECK(bench.decisions.last().reason.empty());
        CHECK(input(bench.decisions.last(), "P1FromAddress") == sender);
        CHECK_FALSE(isStamped(bench));
    }
}

TEST_CASE("MAIL FROM a blocked domain: 554 5.1.0 Sender denied, connection closed (agents.md 16)") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("BlockedDomains", CmdletList{"contoso.com"}).has_value());
    const auto outcome = bench.mail("spammer@Contoso.com");
    CHECK((outcome.response == kDenied));
    CHECK(outcome.disconnect);
    CHECK(outcome.agent == kAgent);
    const auto& decision = bench.decisions.last();
    CHECK((decision.action == Action::RejectCommand));
    CHECK((decision.event == AgentEvent::OnMailCommand));
    CHECK((decision.effects == std::vector<Effect>{{Action::RejectCommand, {}}, {Action::Disconnect, {}}}));
    CHECK(decision.reason == "SenderInBlockList");
    CHECK(decision.reasonData == "contoso.com");
    CHECK(input(decision, "BlockedDomains") == "contoso.com");
    CHECK(input(decision, "Action") == "Reject");
}

TEST_CASE("BlockedDomains spares subdomains, BlockedDomainsAndSubdomains does not (agents.md 16)") {
    AgentBench domainOnly;
    REQUIRE(domainOnly.setSenderFilter("BlockedDomains", CmdletList{"contoso.com"}).has_value());
    CHECK_FALSE(domainOnly.mail("a@sales.contoso.com").refused());
    AgentBench withSubdomains;
    REQUIRE(
        withSubdomains.setSenderFilter("BlockedDomainsAndSubdomains", CmdletList{"contoso.com"}).has_value());
    CHECK(withSubdomains.mail("a@sales.contoso.com").refused());
    CHECK(withSubdomains.decisions.last().reasonData == "contoso.com");
}

TEST_CASE("A blocked address is refused with its entry as the reason's datum") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("BlockedSenders", CmdletList{"Bad.Guy@fabrikam.com"}).has_value());
    CHECK((bench.mail("bad.guy@FABRIKAM.com").response == kDenied));
    CHECK(bench.decisions.last().reasonData == "Bad.Guy@fabrikam.com");
    CHECK(input(bench.decisions.last(), "BlockedSenders") == "Bad.Guy@fabrikam.com");
}

TEST_CASE("The blank sender is refused when the administrator says so") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("BlankSenderBlockingEnabled", true).has_value());
    const auto outcome = bench.mail("<>");
    CHECK((outcome.response == kDenied));
    CHECK(outcome.disconnect);
    CHECK(bench.decisions.last().reason == "BlankSender");
    CHECK(bench.decisions.last().reasonData == "<>");
    CHECK_FALSE(bench.mail("a@fabrikam.com").refused());
}

TEST_CASE("StampStatus accepts the message and remembers its sender") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("BlockedDomains", CmdletList{"contoso.com"}).has_value());
    REQUIRE(bench.setSenderFilter("Action", "StampStatus").has_value());
    const auto outcome = bench.mail("a@contoso.com");
    CHECK_FALSE(outcome.terminal);
    CHECK_FALSE(outcome.disconnect);
    CHECK(isStamped(bench));
    const auto& decision = bench.decisions.last();
    CHECK((decision.action == Action::None));
    CHECK(decision.reason == "SenderInBlockList");
    CHECK(decision.reasonData == "contoso.com");
    CHECK(input(decision, "Action") == "StampStatus");
    bench.mail("a@fabrikam.com"); // the next message of the session starts clean
    CHECK_FALSE(isStamped(bench));
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
        CAPTURE(std::string(c.parameter ? c.parameter : ""));
        AgentBench bench;
        REQUIRE(bench.setSenderFilter("BlockedSenders", CmdletList{"a@adventureworks.com"}).has_value());
        if (c.parameter)
            REQUIRE(bench.setSenderFilter(c.parameter, false).has_value());
        if (c.bypass)
            bench.session.grantAntispamBypass("IPOnAllowList");
        if (c.internal)
            bench.session.authenticateAs(AuthenticationSource::Organization);
        CHECK(bench.mail("a@adventureworks.com").refused() == (c.notExamined == nullptr));
        CHECK(input(bench.decisions.last(), "Not examined") == (c.notExamined ? c.notExamined : "(none)"));
        CHECK(bench.registry.find(kAgent)->enabled); // the agent stays loaded (agents.md 14, row 16)
    }
}

TEST_CASE("InternalMailEnabled has internal mail examined") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("BlockedSenders", CmdletList{"a@adventureworks.com"}).has_value());
    REQUIRE(bench.setSenderFilter("InternalMailEnabled", true).has_value());
    bench.session.authenticateAs(AuthenticationSource::Organization);
    CHECK((bench.mail("a@adventureworks.com").response == kDenied));
}

TEST_CASE("It sees the sender that an earlier agent left") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("BlockedSenders", CmdletList{"blocked@fabrikam.com"}).has_value());
    bench.add("Rewriter", {.mail = [](auto&, auto& e) { e.fromAddress = address("blocked@fabrikam.com"); }});
    REQUIRE(bench.registry.setPriority("Rewriter", 1).has_value());
    CHECK((bench.mail("innocent@fabrikam.com").response == kDenied));
}

TEST_CASE("At the end of headers it looks at From and Sender and says so, without acting") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("BlockedDomains", CmdletList{"contoso.com"}).has_value());
    bench.mailItem.headers = HeaderList::parse("From: \"CEO\" <ceo@contoso.com>, x@fabrikam.com\r\n"
                                               "Sender: =?utf-8?q?J=C3=BCrgen?= <j@Contoso.com>\r\n");
    CHECK_FALSE(bench.mail("bulk@fabrikam.com").refused());
    const auto outcome = bench.endOfHeaders();
    CHECK_FALSE(outcome.terminal);
    const auto& decision = bench.decisions.last();
    CHECK((decision.event == AgentEvent::OnEndOfHeaders));
    CHECK((decision.action == Action::None));
    CHECK(decision.reason.empty());
    REQUIRE(decision.inputs.size() == 3);
    CHECK(decision.inputs[0].value ==
          "ceo@contoso.com: in BlockedDomains (contoso.com), but only MAIL FROM is filtered");
    CHECK((decision.inputs[1] == DecisionInput{"From", "x@fabrikam.com"}));
    CHECK(decision.inputs[2].what == "Sender");
    CHECK(decision.inputs[2].value.starts_with("j@Contoso.com: in BlockedDomains"));
    CHECK(decision.revision == decision.revisionBefore);
}

TEST_CASE("Headers without, with broken or with very many senders do no harm") {
    std::string crowd = "From: ";
    for (int i = 0; i < 5000; ++i)
        crowd += "u" + std::to_string(i) + "@contoso.com,\r\n ";
    crowd += "last@contoso.com\r\n";
    const std::pair<std::string, std::size_t> cases[] = {
        {"Subject: no senders\r\n", 0},
        {"From:\r\nSender:\r\n", 0},
        {"From: \"unterminated\r\n", 0},
        {"From: nonsense@@x\r\n", 1},
        {crowd, 10},
    };
    for (const auto& [block, inputs] : cases) {
        CAPTURE(block.substr(0, 40));
        AgentBench bench;
        bench.mailItem.headers = HeaderList::parse(block);
        CHECK_FALSE(bench.endOfHeaders().terminal);
        CHECK(bench.decisions.last().inputs.size() <= std::max<std::size_t>(inputs, 1));
    }
}

TEST_CASE("The switches hold at the end of headers too") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("Enabled", false).has_value());
    bench.mailItem.headers = HeaderList::parse("From: a@contoso.com\r\n");
    bench.endOfHeaders();
    CHECK(input(bench.decisions.last(), "Not examined") == "Enabled is false");
    CHECK(input(bench.decisions.last(), "From") == "(none)");
}

TEST_CASE("A disabled agent is not called at all") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("BlankSenderBlockingEnabled", true).has_value());
    REQUIRE(bench.registry.setEnabled(kAgent, false).has_value());
    CHECK_FALSE(bench.mail("<>").refused());
    for (const auto& decision : bench.decisions.all)
        CHECK(decision.agent != kAgent);
}

} // namespace
} // namespace edge::bench
