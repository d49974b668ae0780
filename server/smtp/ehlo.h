// The lines a connector shows: banner and EHLO answer, in Exchange's order (platform.md 2.5).
#pragma once

#include <edge/base/clock.h>
#include <edge/base/ip_address.h>
#include <edge/base/profile.h>
#include <edge/mail/smtp_response.h>

#include <cstdint>
#include <string>

namespace edge::smtp {

// SizeEnabled of Set-ReceiveConnector.
enum class SizeMode { Disabled, Enabled, EnabledWithoutValue };

// What decides which keywords are shown. What is not built yet (TLS, AUTH, CHUNKING) is off and so is not
// announced.
struct EhloFacts {
    ProfileId profile = kDefaultProfile;
    std::string fqdn;
    IpAddress client;
    SizeMode size = SizeMode::Enabled;
    std::uint64_t maxMessageSize = 36 * 1024 * 1024;
    bool pipelining = true;
    bool dsn = true;
    bool enhancedStatusCodes = true;
    bool startTls = false;
    bool anonymousTls = false;
    std::string authMechanisms; // behind "AUTH "; empty: no line
    std::string exchangeAuth;   // behind "X-EXPS "; empty: no line
    bool eightBitMime = true;
    bool binaryMime = false;
    bool chunking = false;
    bool smtpUtf8 = false;
    bool xOrar = false;
    bool xLongAddr = false;
    bool xclient = false;
    bool versionKeywords = false; // XEXCH50, XRDST, XSHADOW: shown only to peers that may use them
};

// "220 <fqdn> Microsoft ESMTP MAIL Service ready at <date>", or the connector's Banner as it stands.
SmtpResponse banner(const std::string& customBanner, const std::string& fqdn, UtcTime now,
                    std::chrono::minutes utcOffset);
SmtpResponse heloReply(const EhloFacts& facts);
SmtpResponse ehloReply(const EhloFacts& facts);

} // namespace edge::smtp
