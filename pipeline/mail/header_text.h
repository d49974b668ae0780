// Reading header values as a person would: RFC 2047 words, unfolding, and the addresses in From or Sender.
// GMime does the work; this is the only place below floor 3 that knows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edge {

// Unfolded, trimmed, encoded words decoded to UTF-8. Octets that are no valid UTF-8 are kept as GMime guesses
// them.
std::string decodeHeaderText(std::string_view raw);

// The addr-specs in an address header, groups flattened, in order, at most `limit` of them.
std::vector<std::string> parseMailAddresses(std::string_view raw, std::size_t limit = 100);

} // namespace edge
