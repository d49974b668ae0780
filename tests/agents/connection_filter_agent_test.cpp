// agents.md 2 and its rows of 13, 14 and 16, event by event.
#include <edge/agents/connection_filter/ip_list_config.h>
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

using namespace std::chrono_literals;

constexpr char kAgent[] = "Connection Filtering Agent";
constexpr char kPeer[] = "203.0.113.9"; // of every BenchSession
const SmtpResponse kBlocked{
    550, "5.7.1",
    "External client with IP address 203.0.113.9 does not have permissions to submit to this server."};

void list(AgentBench& bench, IpListKind kind, std::int64_t identity, const char* range,
          std::string comment = {}, std::optional<UtcTime> expires = std::nullopt, bool machine = false) {
    bench.server.lists.entries.emplace_back(
        kind, IpListEntry{identity, *IpRange::parse(range), std::move(comment), expires, machine});
}

// What the agent decided last.
const Decision& decided(AgentBench& bench) {
    const Decision* last = nullptr;
    for (const auto& decision : bench.decisions.all)
        if (decision.agent == kAgent)
            last = &decision;
    REQUIRE(last != nullptr);
    return *last;
}

void setStage(AgentBench& bench, const char* stage) {
    REQUIRE(bench.set(ipBlockListConfigSchema(), "BlockStage", stage).has_value());
}

TEST_CASE("A peer on no list passes, without a word at MAIL and RCPT") {
    AgentBench bench;
    CHECK_FALSE(bench.connect().terminal);
    CHECK_FALSE(bench.mail().terminal);
    CHECK(decided(bench).inputs.empty());
    CHECK_FALSE(bench.rcpt().terminal);
    CHECK(decided(bench).inputs.empty());
    CHECK_FALSE(bench.endOfHeaders().terminal);
    CHECK_FALSE(bench.session.antispamBypass());
    CHECK(decided(bench).reason.empty());
}

TEST_CASE("A blocked peer is remembered at connect and MAIL, and refused at each RCPT (agents.md 2.3)") {
    AgentBench bench;
    list(bench, IpListKind::Block, 12, "203.0.113.0/24", "open relays");
    CHECK_FALSE(bench.connect().terminal);
    CHECK(decided(bench).reason == "LocalBlockList");
    CHECK(input(decided(bench), "IP Block list") == "entry 12: 203.0.113.0-203.0.113.255 (open relays)");
    CHECK(input(decided(bench), "BlockStage") == "Rcpt");
    CHECK_FALSE(bench.mail().terminal);
    CHECK((decided(bench).action == Action::None));
    for (int i = 0; i < 2; ++i) {
        const auto outcome = bench.rcpt();
        CHECK((outcome.response == kBlocked));
        CHECK_FALSE(outcome.disconnect);
        CHECK((decided(bench).action == Action::RejectCommand));
        CHECK(decided(bench).reason == "LocalBlockList");
        CHECK(decided(bench).reasonData == "203.0.113.0-203.0.113.255");
        CHECK(input(decided(bench), "IP Block list") == "entry 12: 203.0.113.0-203.0.113.255 (open relays)");
    }
    CHECK(bench.session.closesAfterRefusedRecipients());
}

TEST_CASE("BlockStage Mail refuses at MAIL and closes; Connect takes the banner's place") {
    AgentBench mail;
    setStage(mail, "Mail");
    list(mail, IpListKind::Block, 1, kPeer);
    CHECK_FALSE(mail.connect().terminal);
    const auto atMail = mail.mail();
    CHECK((atMail.response == kBlocked));
    CHECK(atMail.disconnect);
    CHECK(decided(mail).reasonData == kPeer);

    AgentBench connect;
    setStage(connect, "Connect");
    list(connect, IpListKind::Block, 1, kPeer);
    const auto atConnect = connect.connect();
    CHECK((atConnect.response == kBlocked));
    CHECK((decided(connect).action == Action::RejectConnection));
    CHECK(decided(connect).reason == "LocalBlockList");
}

TEST_CASE(
    "A machine-generated entry has its own text; texts of the administrator replace both (agents.md 2.4)") {
    for (const bool machine : {false, true}) {
        AgentBench bench;
        list(bench, IpListKind::Block, 1, kPeer, "SRL 9", std::nullopt, machine);
        bench.connect();
        bench.mail();
        const auto text =
            "External client with IP address 203.0.113.9 does not have permissions to submit to "
            "this server." +
            std::string(machine ? " Visit http://support.microsoft.com/kb/928123 for more "
                                  "information."
                                : "");
        CHECK((bench.rcpt().response == SmtpResponse{550, "5.7.1", text}));
        CHECK((input(decided(bench), "IP Block list").find("machine-generated (SRL 9)") !=
               std::string::npos) == machine);

        AgentBench custom;
        list(custom, IpListKind::Block, 1, kPeer, "", std::nullopt, machine);
        REQUIRE(custom
                    .set(ipBlockListConfigSchema(),
                         machine ? "MachineEntryRejectionResponse" : "StaticEntryRejectionResponse",
                         "{0} and again {0}, {1}")
                    .has_value());
        custom.connect();
        CHECK(
            (custom.rcpt().response == SmtpResponse{550, "5.7.1", "203.0.113.9 and again 203.0.113.9, {1}"}));
    }
}

TEST_CASE("An empty response of the administrator means the default text") {
    AgentBench bench;
    list(bench, IpListKind::Block, 1, kPeer);
    REQUIRE(bench.set(ipBlockListConfigSchema(), "StaticEntryRejectionResponse", "").has_value());
    bench.connect();
    CHECK((bench.rcpt().response == kBlocked));
}

TEST_CASE("An entry counts until its time has come") {
    AgentBench before;
    list(before, IpListKind::Block, 1, kPeer, "", before.server.time.utcNow() + 1s);
    before.connect();
    CHECK(before.rcpt().refused());
    AgentBench after;
    list(after, IpListKind::Block, 1, kPeer, "", after.server.time.utcNow() + 1s);
    after.server.time.advance(1s);
    after.connect();
    CHECK_FALSE(after.rcpt().refused());
}

TEST_CASE("What the lists say at connect holds for the session") {
    AgentBench bench;
    bench.connect();
    list(bench, IpListKind::Block, 1, kPeer);
    bench.mail();
    CHECK_FALSE(bench.rcpt().refused());
}

TEST_CASE("On both lists, the allow list wins, however narrow the block is (agents.md 2.2)") {
    AgentBench bench;
    list(bench, IpListKind::Allow, 3, "203.0.113.0/24", "partner");
    list(bench, IpListKind::Block, 4, kPeer);
    setStage(bench, "Connect");
    CHECK_FALSE(bench.connect().terminal);
    CHECK(decided(bench).reason == "LocalAllowList");
    CHECK(decided(bench).reasonData == "203.0.113.0-203.0.113.255");
    CHECK(input(decided(bench), "IP Allow list") == "entry 3: 203.0.113.0-203.0.113.255 (partner)");
    CHECK(bench.session.antispamBypassReason() == "IPOnAllowList");
    CHECK_FALSE(bench.rcpt().refused());
    CHECK_FALSE(bench.endOfHeaders().terminal);
    CHECK((decided(bench).action == Action::AcceptMessage));
    CHECK(decided(bench).reason == "LocalAllowList");
}

TEST_CASE("An allowed peer is exempt from the Sender and Recipient Filter too (agents.md 14, 6)") {
    AgentBench bench;
    REQUIRE(bench.setSenderFilter("BlankSenderBlockingEnabled", true).has_value());
    REQUIRE(bench.setRecipientFilter("RecipientValidationEnabled", true).has_value());
    list(bench, IpListKind::Allow, 3, kPeer);
    bench.connect();
    CHECK_FALSE(bench.mail("<>").refused());
    CHECK(input(bench.decisions.last(), "Not examined") == "the session bypasses antispam");
    CHECK_FALSE(bench.rcpt("nobody@adventureworks.com").refused());
    CHECK(input(bench.decisions.last(), "Not examined") == "the session bypasses antispam");
}

TEST_CASE("Each list has its three switches (agents.md 1.8)") {
    struct Case {
        const char* parameter;
        bool value;
        AuthenticationSource source;
        const char* sender;
        const char* why; // empty: examined
    };
    constexpr auto kAnonymous = AuthenticationSource::Anonymous;
    constexpr auto kPartner = AuthenticationSource::Partner;
    constexpr auto kOurs = AuthenticationSource::Organization;
    const Case cases[] = {
        {"Enabled", true, kAnonymous, "a@fabrikam.com", ""},
        {"Enabled", false, kAnonymous, "a@fabrikam.com", "Enabled is false"},
        {"ExternalMailEnabled", false, kAnonymous, "a@fabrikam.com", "ExternalMailEnabled is false"},
        {"ExternalMailEnabled", false, kPartner, "a@fabrikam.com", "ExternalMailEnabled is false"},
        {"ExternalMailEnabled", true, kPartner, "a@fabrikam.com", ""},
        {"InternalMailEnabled", false, kOurs, "a@adventureworks.com", "InternalMailEnabled is false"},
        {"InternalMailEnabled", true, kOurs, "a@adventureworks.com", ""},
    };
    for (const auto& [parameter, value, source, sender, why] : cases) {
        CAPTURE(std::string(parameter));
        CAPTURE(std::string(why));
        const auto note = "not examined: " + std::string(why);
        const bool examined = *why == 0;

        AgentBench block;
        REQUIRE(block.set(ipBlockListConfigSchema(), parameter, value).has_value());
        list(block, IpListKind::Block, 1, kPeer);
        block.session.authenticateAs(source);
        block.connect();
        block.mailItem.fromAddress = address(sender);
        block.mail(sender);
        CHECK(block.rcpt().refused() == examined);
        CHECK((input(decided(block), "IP Block list") == note) == !examined);

        AgentBench allow;
        REQUIRE(allow.set(ipAllowListConfigSchema(), parameter, value).has_value());
        list(allow, IpListKind::Allow, 1, kPeer);
        allow.session.authenticateAs(source);
        allow.connect();
        allow.mail(sender);
        CHECK(allow.session.antispamBypass() == examined);
        CHECK((input(decided(allow), "IP Allow list") == note) == !examined);
    }
}

TEST_CASE("An allow list that is not used does not save a blocked peer") {
    AgentBench bench;
    REQUIRE(bench.set(ipAllowListConfigSchema(), "Enabled", false).has_value());
    list(bench, IpListKind::Allow, 1, kPeer);
    list(bench, IpListKind::Block, 2, kPeer);
    bench.connect();
    CHECK(bench.rcpt().refused());
}

TEST_CASE("Authentication after the connect decides with the sender which switch counts") {
    AgentBench bench;
    list(bench, IpListKind::Block, 1, kPeer);
    bench.connect();
    bench.session.authenticateAs(AuthenticationSource::Organization);
    bench.mailItem.fromAddress = address("a@adventureworks.com");
    bench.mail("a@adventureworks.com");
    CHECK_FALSE(bench.rcpt().refused());
    bench.mailItem.fromAddress = address("a@fabrikam.com"); // not ours: external after all
    bench.mail("a@fabrikam.com");
    CHECK(bench.rcpt().refused());
}

TEST_CASE("A session that bypasses antispam by right is not looked at") {
    AgentBench bench;
    bench.session.grantAntispamBypass("MessageSecurityAntispamBypass");
    list(bench, IpListKind::Allow, 1, kPeer);
    bench.connect();
    CHECK(input(decided(bench), "IP Allow list") == "not examined: the session bypasses antispam");
    CHECK(bench.session.antispamBypassReason() == "MessageSecurityAntispamBypass");
    AgentBench blocked;
    blocked.session.grantAntispamBypass("MessageSecurityAntispamBypass");
    list(blocked, IpListKind::Block, 1, kPeer);
    blocked.connect();
    CHECK_FALSE(blocked.rcpt().refused());
}

// --- Behind servers of our own: the server has read Received before OnEndOfHeaders.

TEST_CASE("A peer of ours is not judged itself, even where it is on a list") {
    AgentBench bench;
    bench.session.comesFrom(IpAddress());
    list(bench, IpListKind::Block, 1, kPeer);
    setStage(bench, "Connect");
    CHECK_FALSE(bench.connect().terminal);
    CHECK(input(decided(bench), "Originating IP") ==
          "unknown before the header: the peer is one of InternalSMTPServers");
    CHECK_FALSE(bench.mail().terminal);
    CHECK_FALSE(bench.rcpt().terminal);
    CHECK_FALSE(bench.endOfHeaders().terminal);
    CHECK(input(decided(bench), "Originating IP") ==
          "unknown: no Received field names a server outside InternalSMTPServers");
}

TEST_CASE("A blocked originating address refuses the message, in the address's own name") {
    AgentBench bench;
    bench.session.comesFrom(IpAddress());
    list(bench, IpListKind::Block, 7, "198.51.100.0/24");
    bench.connect();
    bench.mail();
    bench.rcpt();
    bench.session.comesFrom(*IpAddress::parse("198.51.100.9"));
    const auto outcome = bench.endOfHeaders();
    CHECK((outcome.response ==
           SmtpResponse{550, "5.7.1",
                        "External client with IP address 198.51.100.9 does not have permissions to submit to "
                        "this server."}));
    CHECK((decided(bench).action == Action::RejectMessage));
    CHECK(decided(bench).reason == "LocalBlockList");
    CHECK(decided(bench).reasonData == "198.51.100.0-198.51.100.255");
    CHECK(input(decided(bench), "Originating IP") == "198.51.100.9");
    CHECK_FALSE(bench.session.closesAfterRefusedRecipients());
}

TEST_CASE("An allowed originating address exempts its message and not the next one") {
    AgentBench bench;
    bench.session.comesFrom(IpAddress());
    list(bench, IpListKind::Allow, 7, "198.51.100.9");
    list(bench, IpListKind::Block, 8, "198.51.100.0/24");
    bench.connect();
    bench.mail();
    bench.rcpt();
    bench.session.comesFrom(*IpAddress::parse("198.51.100.9"));
    CHECK_FALSE(bench.endOfHeaders().terminal);
    CHECK((decided(bench).action == Action::AcceptMessage));
    CHECK(decided(bench).reasonData == "198.51.100.9");
    CHECK(bench.session.antispamBypassReason() == "IPOnAllowList");
    bench.session.comesFrom(IpAddress());
    bench.mail();
    CHECK_FALSE(bench.session.antispamBypass());
    bench.session.comesFrom(*IpAddress::parse("198.51.100.10"));
    CHECK(bench.endOfHeaders().refused());
}

} // namespace
} // namespace edge::bench
