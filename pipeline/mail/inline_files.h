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
    // So far, in order, each once.
    const std::vector<std::string>& names() const { return names_; }
    std::vector<std::string> takeNames() { return std::move(names_); }

private:
    void add(std::string_view name);

    bool binHexAnnounced_ = false;
    std::vector<std::string> names_;
};

} // namespace edge
