#include <edge/base/text.h>
#include <edge/server/replay/replay_file.h>

#include <array>
#include <optional>
#include <utility>

namespace edge {
namespace {

constexpr AddressLimits kReplayLimits{1860, 1860, true}; // Replay has no limits of its own (platform.md 4.2)

// --- Writing.

// A value on a line of its own: what could end the line or the header becomes '?'.
std::string lineValue(std::string_view text) {
    std::string safe(text);
    for (auto& c : safe)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            c = '?';
    return safe;
}

// A parameter's value: what would end it is written as xtext does (RFC 3461 4); values that came as xtext are
// not changed.
std::string parameterValue(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string safe;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet > 0x20 && octet != 0x7F) {
            safe += c;
            continue;
        }
        ((safe += '+') += kHex[octet >> 4]) += kHex[octet & 15];
    }
    return safe;
}

void addParameter(std::string& line, std::string_view name, std::string_view value) {
    if (!value.empty())
        ((line += ' ') += name) += '=' + parameterValue(value);
}

void addLine(std::string& block, std::string_view name, std::string_view value) {
    ((block += name) += ": ") += lineValue(value) + "\r\n";
}

std::string senderValue(const MailItem& item) {
    auto value = item.fromAddress.isEmpty() ? std::string("<>") : item.fromAddress.toPath();
    addParameter(value, "BODY", toString(item.bodyType));
    addParameter(value, "RET", toString(item.dsnFormatRequested));
    addParameter(value, "ENVID", item.envelopeId);
    addParameter(value, "auth", item.originalAuthenticator);
    return value;
}

std::string receiverValue(const EnvelopeRecipient& recipient) {
    auto value = recipient.address.toPath();
    addParameter(value, "ORCPT", recipient.originalRecipient);
    addParameter(value, "NOTIFY", toString(recipient.dsnTypeRequested));
    return value;
}

// --- Reading.

struct Parameter {
    std::string_view name;
    std::string_view value;
};

// "<address> NAME=value NAME=value", blanks and stray semicolons between them.
struct AddressLine {
    std::string_view address;
    std::vector<Parameter> parameters;
};

// The end of a bracketed path: quoted local parts may contain '>'.
std::size_t endOfPath(std::string_view text) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (text[i] == '>' && !quoted)
            return i;
    }
    return std::string_view::npos;
}

std::string_view firstWord(std::string_view text) {
    return text.substr(0, text.find_first_of(" \t"));
}

std::optional<AddressLine> splitAddressLine(std::string_view value) {
    AddressLine line;
    value = trim(value);
    if (value.starts_with('<')) {
        const auto end = endOfPath(value);
        if (end == std::string_view::npos)
            return std::nullopt;
        line.address = value.substr(0, end + 1);
        value.remove_prefix(end + 1);
        if (line.address != "<>")
            line.address = line.address.substr(1, line.address.size() - 2);
    } else {
        line.address = firstWord(value);
        value.remove_prefix(line.address.size());
    }
    for (value = trim(value); !value.empty(); value = trim(value)) {
        auto word = firstWord(value);
        value.remove_prefix(word.size());
        if (word.ends_with(';')) // "NOTIFY=NEVER; X-ExtendedProps=..." in real exports
            word.remove_suffix(1);
        if (word.empty())
            continue;
        const auto equals = word.find('=');
        if (equals == std::string_view::npos)
            return std::nullopt; // a second address, or no parameter at all
        line.parameters.push_back({word.substr(0, equals), word.substr(equals + 1)});
    }
    return line;
}

Error badmail(std::string text) {
    return Error{Errc::Malformed, std::move(text)};
}

Result<RoutingAddress> addressOf(std::string_view text) {
    if (text == "<>")
        return RoutingAddress::nullReversePath();
    return RoutingAddress::parse(text, kReplayLimits);
}

template <class T>
std::optional<T> findWord(std::string_view text, std::initializer_list<T> values) {
    for (const auto value : values)
        if (iequals(text, toString(value)))
            return value;
    return std::nullopt;
}

Result<> readSender(ReplayFile& file, std::string_view value) {
    if (!file.sender.isEmpty())
        return badmail("there is more than one X-Sender");
    const auto line = splitAddressLine(value);
    if (!line)
        return badmail("X-Sender is not one address with parameters");
    auto address = addressOf(line->address);
    if (!address || address->isEmpty())
        return badmail("X-Sender has no valid address");
    file.sender = std::move(*address);
    for (const auto& [name, text] : line->parameters) {
        if (iequals(name, "BODY")) {
            const auto type =
                findWord(text, {BodyType::SevenBit, BodyType::EightBitMime, BodyType::BinaryMime});
            if (!type)
                return badmail("X-Sender has an unknown BODY");
            file.bodyType = *type;
        } else if (iequals(name, "RET")) {
            const auto format = findWord(text, {DsnFormatRequested::Full, DsnFormatRequested::Headers});
            if (!format)
                return badmail("X-Sender has an unknown RET");
            file.dsnFormatRequested = *format;
        } else if (iequals(name, "ENVID")) {
            file.envelopeId = text;
        } else if (iequals(name, "AUTH")) {
            file.auth = text;
        } // unknown parameters are somebody's extension
    }
    return {};
}

Result<DsnTypeRequested> notifyOf(std::string_view text) {
    DsnTypeRequested notify;
    notify.specified = true;
    for (const auto word : split(text, ',')) {
        const struct {
            std::string_view word;
            bool& flag;
        } known[] = {{"NEVER", notify.never},
                     {"SUCCESS", notify.success},
                     {"FAILURE", notify.failure},
                     {"DELAY", notify.delay}};
        bool found = false;
        for (const auto& one : known)
            if (iequals(word, one.word))
                found = one.flag = true;
        if (!found)
            return badmail("X-Receiver has an unknown NOTIFY");
    }
    if (notify.never && (notify.success || notify.failure || notify.delay))
        return badmail("X-Receiver has NOTIFY=NEVER beside others"); // RFC 3461 4.1
    return notify;
}

Result<> readReceiver(ReplayFile& file, std::string_view value) {
    const auto line = splitAddressLine(value);
    if (!line)
        return badmail("X-Receiver is not one address with parameters");
    auto address = addressOf(line->address);
    if (!address || address->isEmpty() || address->isNullReversePath())
        return badmail("X-Receiver has no valid address");
    EnvelopeRecipient recipient;
    recipient.address = std::move(*address);
    for (const auto& [name, text] : line->parameters) {
        if (iequals(name, "NOTIFY")) {
            auto notify = notifyOf(text);
            if (!notify)
                return notify.error();
            recipient.dsnTypeRequested = *notify;
        } else if (iequals(name, "ORCPT")) {
            recipient.originalRecipient = text;
        }
    }
    file.receivers.push_back(std::move(recipient));
    return {};
}

Result<> readCreatedBy(ReplayFile& file, std::string_view value) {
    file.createdBy = trim(value);
    return file.createdBy.empty() ? Result<>{badmail("X-CreatedBy is empty")} : Result<>{};
}

template <std::string ReplayFile::*Member>
Result<> readText(ReplayFile& file, std::string_view value) {
    if (!trim(value).empty())
        file.*Member = trim(value);
    return {};
}

Result<> ignore(ReplayFile&, std::string_view) {
    return {};
}

constexpr std::string_view kEndOfBlock = "X-EndOfInjectedXHeaders";

struct InjectedHeader {
    std::string_view name;
    Result<> (*read)(ReplayFile& file, std::string_view value);
};

constexpr std::array<InjectedHeader, 9> kInjectedHeaders{{
    {"X-Sender", readSender},
    {"X-Receiver", readReceiver},
    {"X-CreatedBy", readCreatedBy},
    {"X-HeloDomain", readText<&ReplayFile::heloDomain>},
    {"X-ExtendedMessageProps", readText<&ReplayFile::extendedProps>}, // documents
    {"X-ExtendedProps", readText<&ReplayFile::extendedProps>},        // real files
    {"X-Source", readText<&ReplayFile::source>},
    {"X-SourceIPAddress", readText<&ReplayFile::sourceIpAddress>},
    {kEndOfBlock, ignore},
}};

const InjectedHeader* findInjected(std::string_view name) {
    for (const auto& header : kInjectedHeaders)
        if (iequals(name, header.name))
            return &header;
    return nullptr;
}

// The header block and where the body begins.
struct Parts {
    std::string_view header;
    bool hasBlankLine = false;
    std::size_t bodyOffset = 0;
};

Parts splitMessage(std::string_view bytes) {
    if (bytes.starts_with("\r\n"))
        return {bytes.substr(0, 0), true, 2};
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return {bytes, false, bytes.size()};
    return {bytes.substr(0, end + 2), true, end + 4};
}

} // namespace

std::string renderReplayBlock(const MailItem& item, std::string_view createdBy) {
    std::string block;
    addLine(block, "X-sender", senderValue(item)); // the real export's spelling
    for (const auto& recipient : item.recipients)
        addLine(block, "X-Receiver", receiverValue(recipient));
    if (!createdBy.empty())
        addLine(block, "X-CreatedBy", createdBy);
    if (!item.heloDomain.empty())
        addLine(block, "X-HeloDomain", item.heloDomain);
    if (!item.sourceName.empty())
        addLine(block, "X-Source", item.sourceName);
    addLine(block, "X-SourceIPAddress", item.sourceIpAddress.empty() ? "0.0.0.0" : item.sourceIpAddress);
    addLine(block, kEndOfBlock, std::to_string(item.mimeStreamLength()));
    return block;
}

Result<> renderReplayFile(const MailItem& item, std::string_view createdBy,
                          const std::function<Result<>(std::string_view)>& take) {
    if (auto taken = take(renderReplayBlock(item, createdBy)); !taken)
        return taken;
    return item.forEachMimeChunk(take);
}

Result<ReplayFile> readReplayFile(std::string_view bytes) {
    ReplayFile file;
    const auto parts = splitMessage(bytes);
    file.hasBlankLine = parts.hasBlankLine;
    file.bodyOffset = parts.bodyOffset;
    std::size_t blockLength = 0;
    for (const auto& header : HeaderList::parse(parts.header)) {
        const auto* injected = findInjected(header.name());
        if (!injected)
            break;
        if (auto read = injected->read(file, header.rawValue()); !read)
            return read.error();
        blockLength += header.raw().size();
        if (injected->name == kEndOfBlock)
            break;
    }
    if (file.sender.isEmpty())
        return badmail("there is no X-Sender");
    if (file.receivers.empty())
        return badmail("there is no X-Receiver");
    file.headers = HeaderList::parse(parts.header.substr(std::min(blockLength, parts.header.size())));
    return file;
}

bool keepsOrganizationHeaders(const ReplayFile& file, const Profile& profile) {
    return iequals(file.createdBy, profile.createdBy);
}

} // namespace edge
