#include <edge/base/assert.h>
#include <edge/server/session/header_reader.h>

#include <algorithm>

namespace edge {

std::size_t HeaderReader::take(std::string_view bytes) {
    EDGE_ASSERT(!complete_, "the header is read once");
    const auto before = block_.size();
    block_ += bytes;
    std::size_t end = std::string::npos; // just behind the last header line
    if (block_.starts_with("\r\n")) {
        end = 0;
    } else if (const auto blank = block_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
               blank != std::string::npos) {
        end = blank + 2;
    }
    const auto headerSize = std::min(end, block_.size());
    if (headerSize > maxSize_) {
        complete_ = tooLarge_ = true;
        block_.clear();
        return bytes.size();
    }
    if (end == std::string::npos)
        return bytes.size();
    complete_ = true;
    block_.resize(end);
    return end + 2 - before;
}

} // namespace edge
