#include <edge/agents/attachment_filter/line_feeds.h>

namespace edge {
namespace {

constexpr std::string_view kBlankLine = "\r\n\r\n";

// Puts a CR before each LF that has none; pieces may end anywhere.
class CrlfMaker {
public:
    std::string take(std::string_view bytes) {
        std::string text;
        text.reserve(bytes.size());
        for (const char c : bytes) {
            if (c == '\n' && last_ != '\r')
                text += '\r';
            text += c;
            last_ = c;
        }
        return text;
    }

private:
    char last_ = '\0';
};

bool hasBareLineFeed(std::string_view bytes) {
    for (auto at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1))
        if (at == 0 || bytes[at - 1] != '\r')
            return true;
    return false;
}

} // namespace

Result<std::unique_ptr<MailItem>> withLineFeedsAsLineEnds(const MailItem& item) {
    if (!hasBareLineFeed(item.headers.toBytes()))
        return std::unique_ptr<MailItem>();
    auto copy = std::make_unique<MailItem>(item.body.place());
    CrlfMaker maker;
    std::string front; // until the blank line
    bool inBody = false;
    const auto copied = item.forEachMimeChunk([&](std::string_view bytes) -> Result<> {
        const auto text = maker.take(bytes);
        if (inBody)
            return copy->body.append(text);
        front += text;
        const auto blank = front.find(kBlankLine);
        inBody = blank != std::string::npos;
        return inBody ? copy->body.append(std::string_view(front).substr(blank + kBlankLine.size()))
                      : Result<>();
    });
    if (!copied)
        return copied.error();
    copy->hasBlankLine = inBody;
    copy->headers = HeaderList::parse(
        std::string_view(front).substr(0, inBody ? front.find(kBlankLine) + 2 : front.size()));
    return copy;
}

} // namespace edge
