#include <edge/agents/content_filter/content_verdict.h>

namespace edge {
namespace {

bool isMet(const SclThreshold& threshold, int scl) {
    return threshold.enabled && scl >= threshold.scl;
}

} // namespace

ContentVerdict verdictOf(const ContentFilterConfig& config, int scl) {
    if (isMet(config.sclDelete, scl))
        return ContentVerdict::Delete;
    if (isMet(config.sclReject, scl))
        return ContentVerdict::Reject;
    if (isMet(config.sclQuarantine, scl))
        return ContentVerdict::Quarantine;
    return ContentVerdict::Deliver;
}

bool isDeliveryReport(const MailItem& item) {
    if (item.fromAddress.isNullReversePath())
        return true;
    const auto type = asciiLower(item.headers.get("Content-Type").value_or(""));
    return type.starts_with("multipart/report") && type.find("delivery-status") != std::string::npos;
}

bool isBypassedDomain(const ContentFilterConfig& config, std::string_view domain) {
    const auto& entries = config.bypassedSenderDomains;
    if (domain.empty() || entries.empty())
        return false;
    if (entries.contains(domain))
        return true;
    for (;;) {
        if (entries.contains("*." + std::string(domain)))
            return true;
        const auto dot = domain.find('.');
        if (dot == std::string_view::npos)
            return false;
        domain.remove_prefix(dot + 1);
    }
}

} // namespace edge
