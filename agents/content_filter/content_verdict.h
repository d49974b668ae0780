// ContentVerdict: what the thresholds say of an SCL (agents.md 6.3): the pure part of the content filter's
// decision.
#pragma once

#include <edge/agents/content_filter/content_filter_config.h>
#include <edge/mail/mail_item.h>

#include <string_view>

namespace edge {

enum class ContentVerdict { Deliver, Delete, Reject, Quarantine };

// Delete goes before reject, reject before quarantine; a threshold is met by its own value (agents.md 6.3).
ContentVerdict verdictOf(const ContentFilterConfig& config, int scl);

// A report on a delivery. One that is spam is deleted, never quarantined, since a quarantined message is
// itself sent as a report (agents.md 6.4).
bool isDeliveryReport(const MailItem& item);

// Whether an entry of BypassedSenderDomains means that domain: "contoso.com" itself, "*.contoso.com" with all
// subdomains.
bool isBypassedDomain(const ContentFilterConfig& config, std::string_view domain);

} // namespace edge
