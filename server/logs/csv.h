// The comma-separated form of Exchange's logs (platform.md 6.1): a field with a comma or a quote is quoted,
// quotes are doubled, everything else stands as it is. Whatever could end a line early is made visible first,
// so a row is always exactly one line, whoever chose its content.
#pragma once

#include <edge/base/result.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// Longer fields are cut, with "..." at the cut: no peer or agent fills a disk with one line.
inline constexpr std::size_t kMaxCsvFieldBytes = 8 * 1024;

// The field as it stands between commas.
std::string csvField(std::string_view text);
// Fields joined by commas, without line end.
std::string csvRow(std::span<const std::string> fields);
// The fields of one line (without its line end). Malformed where quotes do not match.
Result<std::vector<std::string>> parseCsvRow(std::string_view line);

} // namespace edge
