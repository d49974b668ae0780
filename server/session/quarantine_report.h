// The quarantine report: a quarantined message on its way to the quarantine mailbox, wrapped as a delivery
// report (agents.md 6.4). Exchange does it so, and an administrator's "Resend this message" counts on it: the
// third part is the original, octet for octet but for the fields that the header firewall takes out of
// reports.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/random.h>
#include <edge/mail/mail_item.h>

#include <memory>
#include <string>

namespace edge {

// What the report says of this server and moment.
struct QuarantineFacts {
    RoutingAddress mailbox;
    std::string postmasterDomain; // of the visible sender: the default accepted domain
    std::string fqdn;             // of this server
    UtcTime now{};
    std::chrono::minutes utcOffset{};
};

inline constexpr char kOriginalSclHeader[] = "X-MS-Exchange-Organization-Original-Scl";
inline constexpr char kOriginalSenderHeader[] = "X-MS-Exchange-Organization-Original-Sender";
inline constexpr char kOriginalSizeHeader[] = "X-MS-Exchange-Organization-OriginalSize";

// The report on one act of quarantine, from the null reverse path to the mailbox. `original` is not changed;
// NoSpace or Io where the copy cannot be kept.
Result<std::shared_ptr<MailItem>> makeQuarantineReport(const MailItem& original,
                                                       const QuarantinedRecipients& quarantined,
                                                       const QuarantineFacts& facts, Random& random,
                                                       const SpoolPlace& place);

} // namespace edge
