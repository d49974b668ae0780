// Who is examined: agents.md 1.8, as tables.
#include <edge/agents/mail_scope.h>
#include <edge/tests/agents/agent_bench.h>

#include <doctest/doctest.h>

namespace edge::bench {
namespace {

TEST_CASE("Internal is a peer of ours with a sender of our authoritative domains") {
    AgentBench bench;
    bench.acceptDomain("relay.contoso.com", AcceptedDomainType::InternalRelay);
    struct Case {
        AuthenticationSource source;
        bool externalConnection;
        const char* sender;
        bool internal;
    };
    using enum AuthenticationSource;
    const Case cases[] = {
        {Anonymous, true, "a@fabrikam.com", false},
        {Anonymous, true, "a@adventureworks.com", false}, // anybody can write that
        {Partner, true, "a@adventureworks.com", false},   // partners are not internal
        {Organization, true, "a@adventureworks.com", true},
        {Organization, true, "a@ADVENTUREWORKS.com", true},
        {Organization, true, "a@sub.adventureworks.com", false},
        {Organization, true, "a@relay.contoso.com", false}, // accepted, not authoritative
        {Organization, true, "a@fabrikam.com", false},
        {Organization, true, "<>", true}, // names no domain
        {Anonymous, true, "<>", false},
        {Anonymous, false, "a@adventureworks.com", true}, // an agent declared the connection internal
        {Anonymous, false, "a@fabrikam.com", false},
    };
    for (const auto& c : cases) {
        CAPTURE(std::string(c.sender));
        bench.session.authenticateAs(c.source);
        bench.session.setExternalConnection(c.externalConnection);
        const auto origin = mailOrigin(bench.session, bench.server, address(c.sender));
        CHECK((origin == MailOrigin::Internal) == c.internal);
    }
}

TEST_CASE("Three switches and the bypass decide whether a filter looks") {
    struct Case {
        MailScope scope;
        bool bypass;
        bool internal;
        ScopeVerdict expected;
    };
    using enum ScopeVerdict;
    const Case cases[] = {
        {{}, false, false, Examine},
        {{}, false, true, InternalMailDisabled}, // the defaults
        {{true, true, true}, false, true, Examine},
        {{true, false, true}, false, false, ExternalMailDisabled},
        {{true, false, true}, false, true, Examine},
        {{false, true, true}, false, false, FilterDisabled},
        {{false, true, true}, true, false, FilterDisabled},
        {{true, true, true}, true, false, AntispamBypass},
        {{true, true, true}, true, true, AntispamBypass},
        {{true, false, false}, false, false, ExternalMailDisabled},
        {{true, false, false}, false, true, InternalMailDisabled},
    };
    for (const auto& c : cases) {
        AgentBench bench;
        if (c.bypass)
            bench.session.grantAntispamBypass("IPOnAllowList");
        bench.session.authenticateAs(c.internal ? AuthenticationSource::Organization
                                                : AuthenticationSource::Anonymous);
        const auto verdict =
            scopeVerdict(c.scope, bench.session, bench.server, address("a@adventureworks.com"));
        CAPTURE(std::string(toString(c.expected)));
        CAPTURE(std::string(toString(verdict)));
        CHECK((verdict == c.expected));
    }
}

TEST_CASE("Every verdict has its own words") {
    CHECK(toString(ScopeVerdict::Examine) == "examined");
    CHECK(toString(ScopeVerdict::AntispamBypass) == "the session bypasses antispam");
    CHECK(toString(ScopeVerdict::FilterDisabled) == "Enabled is false");
    CHECK(toString(ScopeVerdict::ExternalMailDisabled) == "ExternalMailEnabled is false");
    CHECK(toString(ScopeVerdict::InternalMailDisabled) == "InternalMailEnabled is false");
}

} // namespace
} // namespace edge::bench
