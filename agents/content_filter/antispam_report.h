// The stamps of the content filter: X-MS-Exchange-Organization-SCL, -PCL and -Antispam-Report, in the form
// that Outlook's header view, agent log and real servers know (agents.md 6.8).
#pragma once

#include <edge/base/ip_address.h>
#include <edge/mail/header_list.h>

#include <optional>
#include <string>

namespace edge {

inline constexpr char kSclHeader[] = "X-MS-Exchange-Organization-SCL";
inline constexpr char kPclHeader[] = "X-MS-Exchange-Organization-PCL";
inline constexpr char kAntispamReportHeader[] = "X-MS-Exchange-Organization-Antispam-Report";
inline constexpr char kSenderIdResultHeader[] = "X-MS-Exchange-Organization-SenderIdResult";
inline constexpr char kQuarantineHeader[] = "X-MS-Exchange-Organization-Quarantine";

inline constexpr int kNeutralPcl = 2;    // 1 to 3 are neutral (agents.md 6.8)
inline constexpr int kSuspiciousPcl = 4; // from here on

// What goes into the report; a filter that did not run leaves no token.
struct AntispamReport {
    std::string definitionVersion; // DV
    std::string senderIdResult;    // SID
    std::optional<int> pcl;        // PCL, as a word
    bool customList = false;       // CW
    bool mimeErrors = false;       // MIME
    IpAddress originatingIp;       // OrigIP; unspecified: not known

    // "DV:1.0.0.0;SID:SenderIDStatus Fail;OrigIP:203.0.113.9".
    std::string toString() const;
};

// Stamps of an examined message.
void stamp(HeaderList& headers, int scl, std::optional<int> pcl, const std::string& report);
// Stamps of one that is exempt: SCL -1, and the token that says why as the whole report.
void stampExempt(HeaderList& headers, const std::string& token);
// The SCL that a message came with, -1 to 9; none where there is no such number.
std::optional<int> stampedScl(const HeaderList& headers);

} // namespace edge
