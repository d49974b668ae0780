#include <edge/mail/mail_item.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace edge {

std::string_view toString(BodyType type) {
    switch (type) {
    case BodyType::SevenBit:
        return "7BIT";
    case BodyType::EightBitMime:
        return "8BITMIME";
    case BodyType::BinaryMime:
        return "BINARYMIME";
    case BodyType::NotSpecified:
        break;
    }
    return "";
}

std::string_view toString(DsnFormatRequested format) {
    switch (format) {
    case DsnFormatRequested::Full:
        return "FULL";
    case DsnFormatRequested::Headers:
        return "HDRS";
    case DsnFormatRequested::NotSpecified:
        break;
    }
    return "";
}

std::string toString(const DsnTypeRequested& notify) {
    if (notify.never)
        return "NEVER";
    std::string text;
    const auto add = [&text](bool wanted, const char* word) {
        if (wanted)
            text += (text.empty() ? "" : ",") + std::string(word);
    };
    add(notify.success, "SUCCESS");
    add(notify.failure, "FAILURE");
    add(notify.delay, "DELAY");
    return text;
}

void EnvelopeRecipientCollection::add(EnvelopeRecipient recipient) {
    recipients_.push_back(std::move(recipient));
    ++revision_;
}

std::size_t EnvelopeRecipientCollection::remove(const RoutingAddress& address) {
    const auto gone = std::erase_if(
        recipients_, [&address](const EnvelopeRecipient& recipient) { return recipient.address == address; });
    if (gone > 0) {
        removed_.push_back(address);
        ++revision_;
    }
    return gone;
}

std::vector<EnvelopeRecipient>
EnvelopeRecipientCollection::takeOut(const std::vector<RoutingAddress>& addresses) {
    const auto staying = std::stable_partition(recipients_.begin(), recipients_.end(), [&](const auto& one) {
        return std::find(addresses.begin(), addresses.end(), one.address) == addresses.end();
    });
    std::vector<EnvelopeRecipient> taken(std::make_move_iterator(staying),
                                         std::make_move_iterator(recipients_.end()));
    recipients_.erase(staying, recipients_.end());
    revision_ += taken.empty() ? 0 : 1;
    return taken;
}

std::vector<EnvelopeRecipient> EnvelopeRecipientCollection::takeOutAll() {
    revision_ += recipients_.empty() ? 0 : 1;
    return std::exchange(recipients_, {});
}

bool EnvelopeRecipientCollection::contains(const RoutingAddress& address) const {
    return std::any_of(
        recipients_.begin(), recipients_.end(),
        [&address](const EnvelopeRecipient& recipient) { return recipient.address == address; });
}

std::uint64_t MailItem::mimeStreamLength() const {
    return headers.byteCount() + (hasBlankLine ? 2 : 0) + body.size();
}

Result<> MailItem::forEachMimeChunk(const std::function<Result<>(std::string_view)>& take) const {
    if (auto taken = take(headers.toBytes() + (hasBlankLine ? "\r\n" : "")); !taken)
        return taken;
    return body.forEachChunk(take);
}

} // namespace edge
