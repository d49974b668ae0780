// Files hidden in plain text, as they were sent before MIME and still are: uuencode, yEnc and BinHex. Only
// their names are looked for; nothing is unpacked.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace edge {

// Fed with the lines of a text, without their line ends.
class InlineFileScanner {
public:
    void line(std::string_view text);
    // In order, each once, at most kMaxNames.
    std::vector<std::string> takeNames() { return std::move(names_); }

    static constexpr std::size_t kMaxNames = 1000; // of one text; the rest adds nothing to a refusal

private:
    void add(std::string_view name);

    bool binHexAnnounced_ = false;
    std::vector<std::string> names_;
};

} // namespace edge
