#include <edge/server/queue/queue_record.h>

#include <charconv>
#include <optional>

namespace edge {
namespace {

// What was accepted under any connector's limits is accepted again.
constexpr AddressLimits kWidestLimits{1860, 1860, true};

template <class T>
std::string numberText(T value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return std::string(text, end);
}

template <class T>
T numberOf(std::string_view text) {
    T value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::optional<StoredProperty> storable(const std::string& name, const std::any& value) {
    if (const auto* text = std::any_cast<std::string>(&value))
        return StoredProperty{name, 's', *text};
    if (const auto* flag = std::any_cast<bool>(&value))
        return StoredProperty{name, 'b', *flag ? "1" : "0"};
    if (const auto* number = std::any_cast<int>(&value))
        return StoredProperty{name, 'i', numberText(*number)};
    if (const auto* number = std::any_cast<std::int64_t>(&value))
        return StoredProperty{name, 'l', numberText(*number)};
    if (const auto* number = std::any_cast<std::uint64_t>(&value))
        return StoredProperty{name, 'u', numberText(*number)};
    if (const auto* number = std::any_cast<double>(&value))
        return StoredProperty{name, 'd', numberText(*number)};
    return std::nullopt;
}

std::vector<StoredProperty> storableOf(const PropertyBag& bag) {
    std::vector<StoredProperty> stored;
    for (const auto& [name, value] : bag)
        if (auto property = storable(name, value))
            stored.push_back(std::move(*property));
    return stored;
}

PropertyBag bagOf(const std::vector<StoredProperty>& stored) {
    PropertyBag bag;
    for (const auto& property : stored) {
        switch (property.type) {
        case 's':
            bag.set(property.name, property.value);
            break;
        case 'b':
            bag.set(property.name, property.value == "1");
            break;
        case 'i':
            bag.set(property.name, numberOf<int>(property.value));
            break;
        case 'l':
            bag.set(property.name, numberOf<std::int64_t>(property.value));
            break;
        case 'u':
            bag.set(property.name, numberOf<std::uint64_t>(property.value));
            break;
        case 'd':
            bag.set(property.name, numberOf<double>(property.value));
            break;
        default:
            break;
        }
    }
    return bag;
}

Result<RoutingAddress> addressOf(const std::string& text) {
    if (text.empty())
        return RoutingAddress();
    return RoutingAddress::parse(text, kWidestLimits);
}

} // namespace

std::string QueueEntry::fileStem() const {
    return std::to_string(internalId) + "-" + fileGuid.toString();
}

std::size_t QueueRecord::memory() const {
    std::size_t bytes = sizeof(QueueRecord) + header.size() + body.size();
    for (const auto& recipient : recipients)
        bytes += sizeof(StoredRecipient) + recipient.address.size() + recipient.originalRecipient.size();
    return bytes;
}

Result<QueueRecord> makeRecord(const MailItem& item, std::size_t bodyLimit) {
    QueueRecord record;
    record.fromAddress = item.fromAddress.toString();
    for (const auto& recipient : item.recipients)
        record.recipients.push_back({recipient.address.toString(), recipient.originalRecipient,
                                     recipient.dsnTypeRequested, storableOf(recipient.properties)});
    record.envelopeId = item.envelopeId;
    record.dsnFormatRequested = item.dsnFormatRequested;
    record.bodyType = item.bodyType;
    record.originalAuthenticator = item.originalAuthenticator;
    record.dateTimeReceived = item.dateTimeReceived;
    record.inboundDeliveryMethod = item.inboundDeliveryMethod;
    record.internalId = item.internalId;
    record.networkMessageId = item.networkMessageId;
    record.heloDomain = item.heloDomain;
    record.sourceIpAddress = item.sourceIpAddress;
    record.sourceName = item.sourceName;
    record.originatingDomain = item.originatingDomain;
    record.originatorOrganization = item.originatorOrganization;
    record.properties = storableOf(item.properties);
    record.header = item.headers.toBytes();
    record.hasBlankLine = item.hasBlankLine;
    record.bodySize = item.body.size();
    record.bodyInFile = record.bodySize > bodyLimit;
    if (record.bodyInFile)
        return record;
    auto body = item.body.readAll(bodyLimit);
    if (!body)
        return body.error();
    record.body = std::move(*body);
    return record;
}

Result<MailItem> restoreItem(const QueueRecord& record, Spool body) {
    MailItem item{SpoolPlace{}};
    auto from = addressOf(record.fromAddress);
    if (!from)
        return from.error();
    item.fromAddress = std::move(*from);
    for (const auto& stored : record.recipients) {
        auto address = addressOf(stored.address);
        if (!address)
            return address.error();
        item.recipients.add({std::move(*address), stored.originalRecipient, stored.dsnTypeRequested,
                             bagOf(stored.properties)});
    }
    item.envelopeId = record.envelopeId;
    item.dsnFormatRequested = record.dsnFormatRequested;
    item.bodyType = record.bodyType;
    item.originalAuthenticator = record.originalAuthenticator;
    item.dateTimeReceived = record.dateTimeReceived;
    item.inboundDeliveryMethod = record.inboundDeliveryMethod;
    item.internalId = record.internalId;
    item.networkMessageId = record.networkMessageId;
    item.heloDomain = record.heloDomain;
    item.sourceIpAddress = record.sourceIpAddress;
    item.sourceName = record.sourceName;
    item.originatingDomain = record.originatingDomain;
    item.originatorOrganization = record.originatorOrganization;
    item.properties = bagOf(record.properties);
    item.headers = HeaderList::parse(record.header);
    item.hasBlankLine = record.hasBlankLine;
    item.body = std::move(body);
    if (record.bodyInFile)
        return item;
    if (auto appended = item.body.append(record.body); !appended)
        return appended.error();
    return item;
}

} // namespace edge
