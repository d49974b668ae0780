#include <edge/agents/mail_scope.h>

#include <array>

namespace edge {
namespace {

bool isPeerOfOurs(const SmtpSession& session) {
    return session.authenticationSource() == AuthenticationSource::Organization ||
           !session.isExternalConnection();
}

bool isAuthoritative(const SmtpServer& server, std::string_view domain) {
    const auto* accepted = server.findAcceptedDomain(domain);
    return accepted && accepted->domainType == AcceptedDomainType::Authoritative;
}

} // namespace

MailOrigin mailOrigin(const SmtpSession& session, const SmtpServer& server, const RoutingAddress& sender) {
    if (!isPeerOfOurs(session))
        return MailOrigin::External;
    if (sender.isNullReversePath() || isAuthoritative(server, sender.domainPart()))
        return MailOrigin::Internal;
    return MailOrigin::External;
}

std::string_view toString(ScopeVerdict verdict) {
    static constexpr std::array<std::string_view, 5> kWords{
        "examined", "the session bypasses antispam", "Enabled is false", "ExternalMailEnabled is false",
        "InternalMailEnabled is false"};
    return kWords[static_cast<std::size_t>(verdict)];
}

ScopeVerdict scopeVerdict(const MailScope& scope, const SmtpSession& session, const SmtpServer& server,
                          const RoutingAddress& sender) {
    if (!scope.enabled)
        return ScopeVerdict::FilterDisabled;
    if (session.antispamBypass())
        return ScopeVerdict::AntispamBypass;
    const bool external = mailOrigin(session, server, sender) == MailOrigin::External;
    if (external && !scope.externalMailEnabled)
        return ScopeVerdict::ExternalMailDisabled;
    if (!external && !scope.internalMailEnabled)
        return ScopeVerdict::InternalMailDisabled;
    return ScopeVerdict::Examine;
}

} // namespace edge
