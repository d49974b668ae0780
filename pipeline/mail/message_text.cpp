#include <edge/mail/charset_text.h>
#include <edge/mail/message_text.h>
#include <edge/mail/mime_document.h>

#include <algorithm>

namespace edge {
namespace {

bool isSearched(const MimePart& part) {
    if (part.isMultipart || part.isMessage)
        return false;
    return part.contentType == "text/html" || part.contentType == "text/plain" ||
           part.contentType.find('/') == std::string::npos; // nonsense is read as plain text (RFC 2045 5.2)
}

// The beginning of the body as it stands.
std::string rawText(const Spool& body, std::size_t limit) {
    std::string bytes(std::min<std::uint64_t>(limit, body.size()), '\0');
    const auto got = body.readAt(0, bytes);
    bytes.resize(got ? *got : 0);
    return toUtf8(bytes, "");
}

} // namespace

MessageText readMessageText(const MailItem& item, std::size_t limit) {
    MessageText message;
    message.subject = item.headers.get("Subject").value_or("");
    const auto document = mimeOf(item);
    if (!document) {
        message.defects.push_back(document.error().message);
        message.parts.push_back({false, rawText(item.body, limit)});
        message.truncated = item.body.size() > limit;
        return message;
    }
    message.defects = (*document)->defects();
    for (const auto& part : (*document)->parts()) {
        if (!isSearched(part))
            continue;
        if (limit == 0) {
            message.truncated = true;
            break;
        }
        auto text = (*document)->text(part, limit);
        if (!text)
            continue; // the spool cannot be read: accepting the message will say so
        limit -= std::min(limit, text->size());
        message.parts.push_back({part.contentType == "text/html", std::move(*text)});
    }
    return message;
}

} // namespace edge
