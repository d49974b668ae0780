// Any octets as a message: its parts are found within the limits, each lies within its parent, each can be
// read and decoded, and replacing one leaves the others what they were.
#include <edge/base/assert.h>
#include <edge/mail/mime_document.h>
#include <edge/mail/mime_edit.h>
#include <edge/tests/pipeline/mime_bench.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace {

using namespace edge;

constexpr std::size_t kEnough = 1 << 20; // octets of a decoded part

void checkPlace(const MimeDocument& document, std::size_t index) {
    const auto& parts = document.parts();
    const auto& part = parts[index];
    EDGE_ASSERT((part.parent == MimePart::kNone) == (index == 0),
                "the message itself has no parent, all others do");
    if (index == 0)
        return;
    EDGE_ASSERT(part.parent < index, "a parent stands before its children");
    const auto& parent = parts[part.parent];
    EDGE_ASSERT(part.depth == parent.depth + 1, "a child is one deeper");
    EDGE_ASSERT(part.headerOffset <= part.offset, "a header stands before its content");
    // A header that ends at a boundary takes the line end with it, which else belongs to the boundary.
    const std::uint64_t lineEnd = part.length == 0 ? 2 : 0;
    if (part.container == parent.container)
        EDGE_ASSERT(part.headerOffset >= parent.offset &&
                        part.offset + part.length <= parent.offset + parent.length + lineEnd,
                    "a part lies within its parent");
}

void read(const MimeDocument& document, const MimePart& part) {
    std::uint64_t raw = 0;
    const auto count = [&raw](std::string_view bytes) -> Result<> {
        raw += bytes.size();
        return {};
    };
    EDGE_ASSERT(document.forEachRawChunk(part, count).has_value(), "content can be read");
    EDGE_ASSERT(raw == part.length, "a part has its length");
    const auto content = document.decoded(part, kEnough);
    EDGE_ASSERT(content.has_value() || content.error().code == Errc::LimitExceeded, "content can be decoded");
    EDGE_ASSERT(document.text(part, kEnough).has_value(), "content can be shown as text");
}

void replace(MailItem& item, std::size_t part) {
    const auto revision = item.contentRevision;
    EDGE_ASSERT(replaceParts(item, {textReplacement(part, "removed.txt", "This attachment was removed.")})
                    .has_value(),
                "a part can be replaced");
    EDGE_ASSERT(item.contentRevision != revision, "a replacement is counted");
    const auto after = mimeOf(item);
    EDGE_ASSERT(after.has_value(), "what remains is within the limits");
    const auto isReplacement = [](const MimePart& candidate) {
        return candidate.fileNames == std::vector<std::string>{"removed.txt"};
    };
    EDGE_ASSERT(std::any_of((*after)->parts().begin(), (*after)->parts().end(), isReplacement),
                "the replacement is a part that readers find");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1)
        return 0;
    const auto item = bench::mimeItem({reinterpret_cast<const char*>(data) + 1, size - 1});
    const auto document = mimeOf(*item);
    if (!document) {
        EDGE_ASSERT(document.error().code == Errc::LimitExceeded, "only limits are a reason");
        return 0;
    }
    const MimeLimits limits;
    const auto& parts = (*document)->parts();
    EDGE_ASSERT(!parts.empty() && parts.size() <= limits.maxParts, "parts are bounded");
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EDGE_ASSERT(parts[i].depth <= limits.maxDepth, "depth is bounded");
        checkPlace(**document, i);
        if (!parts[i].isMultipart)
            read(**document, parts[i]);
    }
    replace(*item, data[0] % parts.size()); // the first octet chooses
    return 0;
}
