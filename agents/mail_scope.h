// MailScope: does an antispam filter look at this mail at all? Three of Exchange's switches and the bypass
// right meet here (agents.md 1.8), once for all filters, so that every filter means the same by "internal"
// and "external".
#pragma once

#include <edge/mail/routing_address.h>
#include <edge/smtp_server.h>
#include <edge/smtp_session.h>

#include <string_view>

namespace edge {

// Enabled, ExternalMailEnabled and InternalMailEnabled of a Set-…Config; the defaults are Exchange's.
struct MailScope {
    bool enabled = true;
    bool externalMailEnabled = true;
    bool internalMailEnabled = false;
};

enum class MailOrigin { External, Internal };

// Internal is mail of a peer of ours (authenticated as a member of the organization, or declared not
// external) from a sender in one of our authoritative domains, or from the null sender, which names no
// domain. All other mail is external, that of authenticated partners too.
MailOrigin mailOrigin(const SmtpSession& session, const SmtpServer& server, const RoutingAddress& sender);

enum class ScopeVerdict {
    Examine,
    AntispamBypass,
    FilterDisabled,
    ExternalMailDisabled,
    InternalMailDisabled
};
// Why a filter did not look, as the explanation of a decision prints it: "ExternalMailEnabled is false".
std::string_view toString(ScopeVerdict verdict);

// Whether a filter with that scope looks at mail of `sender` in this session.
ScopeVerdict scopeVerdict(const MailScope& scope, const SmtpSession& session, const SmtpServer& server,
                          const RoutingAddress& sender);

} // namespace edge
