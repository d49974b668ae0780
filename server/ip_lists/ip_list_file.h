// What Import-EdgeSimIPListEntry reads: a list of ranges as administrators and list publishers keep them.
#pragma once

#include <edge/ip_lists.h>

#include <string_view>
#include <vector>

namespace edge {

inline constexpr std::size_t kMaxIpListComment = 1024; // octets of one entry's comment

// One range a line, or CSV with a heading line that names IPRange (or IPAddress) and, where wanted, Comment
// and ExpirationTime (UTC). Empty lines and what stands behind a # are passed over; an error names its line.
Result<std::vector<IpListEntry>> parseIpList(std::string_view text);

} // namespace edge
