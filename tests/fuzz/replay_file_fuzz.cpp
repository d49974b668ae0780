// Any octets as a replay file: reading ends, and what was read survives being written and read again,
// envelope, header and body. So no value that gets through can change the meaning of another one.
#include <edge/base/assert.h>
#include <edge/server/replay/replay_file.h>

#include <cstdint>
#include <string>

namespace {

using namespace edge;

MailItem itemOf(const ReplayFile& file, std::string_view body) {
    MailItem item{SpoolPlace{}};
    item.fromAddress = file.sender;
    item.bodyType = file.bodyType;
    item.dsnFormatRequested = file.dsnFormatRequested;
    item.envelopeId = file.envelopeId;
    item.originalAuthenticator = file.auth;
    for (const auto& receiver : file.receivers)
        item.recipients.add(receiver);
    item.heloDomain = file.heloDomain;
    item.sourceName = file.source;
    item.sourceIpAddress = file.sourceIpAddress;
    item.headers = file.headers;
    item.hasBlankLine = file.hasBlankLine;
    EDGE_ASSERT(item.body.append(body).has_value(), "a spool in memory takes everything");
    return item;
}

std::string written(const MailItem& item, const std::string& createdBy) {
    std::string text;
    const auto take = [&text](std::string_view chunk) -> Result<> {
        text += chunk;
        return {};
    };
    EDGE_ASSERT(renderReplayFile(item, createdBy, take).has_value(), "a message in memory can be rendered");
    return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto first = readReplayFile(bytes);
    if (!first)
        return 0;
    const auto body = bytes.substr(first->bodyOffset);
    const auto text = written(itemOf(*first, body), first->createdBy);
    const auto second = readReplayFile(text);
    EDGE_ASSERT(second.has_value(), "what we write can be read");
    EDGE_ASSERT(second->sender.toString() == first->sender.toString(), "the sender is kept");
    EDGE_ASSERT(second->receivers.size() == first->receivers.size(), "no recipient comes or goes");
    for (std::size_t i = 0; i < first->receivers.size(); ++i)
        EDGE_ASSERT(second->receivers[i].address.toString() == first->receivers[i].address.toString(),
                    "recipients are kept");
    EDGE_ASSERT(second->createdBy.empty() == first->createdBy.empty(), "X-CreatedBy neither comes nor goes");
    EDGE_ASSERT(second->headers.toBytes() == first->headers.toBytes(), "the header is kept");
    EDGE_ASSERT(text.substr(second->bodyOffset) == body, "the body is kept");
    // From here on nothing changes any more.
    EDGE_ASSERT(written(itemOf(*second, body), second->createdBy) == text, "writing is stable");
    return 0;
}
