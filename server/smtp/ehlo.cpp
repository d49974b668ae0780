#include <edge/base/assert.h>
#include <edge/base/time_text.h>
#include <edge/server/smtp/ehlo.h>

#include <utility>
#include <vector>

namespace edge::smtp {
namespace {

std::string greeting(const EhloFacts& facts) {
    return facts.fqdn + " Hello [" + facts.client.toString() + "]";
}

std::string sizeLine(const EhloFacts& facts) {
    const bool says =
        facts.size == SizeMode::Enabled && facts.maxMessageSize > 0; // RFC 1870 3: 0 is "no limit"
    return says ? "SIZE " + std::to_string(facts.maxMessageSize) : "SIZE";
}

} // namespace

SmtpResponse banner(const std::string& customBanner, const std::string& fqdn, UtcTime now,
                    std::chrono::minutes utcOffset) {
    if (customBanner.empty())
        return {220, "", fqdn + " Microsoft ESMTP MAIL Service ready at " + mailDate(now, utcOffset)};
    EDGE_ASSERT(customBanner.starts_with("220"),
                "Set-ReceiveConnector takes only banners that begin with 220");
    constexpr std::size_t kCodeAndBlank = 4;
    return {220, "",
            customBanner.size() > kCodeAndBlank ? customBanner.substr(kCodeAndBlank) : std::string{}};
}

SmtpResponse heloReply(const EhloFacts& facts) {
    return {250, "", greeting(facts)};
}

SmtpResponse ehloReply(const EhloFacts& facts) {
    // The order is Exchange's own and fixed (platform.md 2.5).
    const std::pair<bool, std::string> keywords[] = {
        {facts.size != SizeMode::Disabled, sizeLine(facts)},
        {facts.pipelining, "PIPELINING"},
        {facts.dsn, "DSN"},
        {facts.enhancedStatusCodes, "ENHANCEDSTATUSCODES"},
        {facts.startTls, "STARTTLS"},
        {facts.anonymousTls, "X-ANONYMOUSTLS"},
        {!facts.authMechanisms.empty(), "AUTH " + facts.authMechanisms},
        {!facts.exchangeAuth.empty(), "X-EXPS " + facts.exchangeAuth},
        {facts.eightBitMime, "8BITMIME"},
        {facts.binaryMime, "BINARYMIME"},
        {facts.chunking, "CHUNKING"},
        {facts.smtpUtf8, "SMTPUTF8"},
    };
    std::vector<std::string> lines{greeting(facts)};
    for (const auto& [shown, line] : keywords)
        if (shown)
            lines.push_back(line);
    if (facts.versionKeywords)
        for (const auto keyword : profile(facts.profile).extraKeywords)
            lines.emplace_back(keyword);
    if (facts.xOrar)
        lines.emplace_back("XORAR");
    if (facts.xLongAddr)
        lines.emplace_back("XLONGADDR");
    if (facts.xclient)
        lines.emplace_back("XCLIENT ADDR PORT DESTADDR DESTPORT");
    return {250, "", std::move(lines)};
}

} // namespace edge::smtp
