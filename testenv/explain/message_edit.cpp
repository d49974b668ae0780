#include <edge/base/text.h>
#include <edge/mail/mail_item.h>
#include <edge/mail/mime_document.h>
#include <edge/mail/mime_edit.h>
#include <edge/testenv/explain/message_edit.h>

#include <algorithm>

namespace edge::testenv {
namespace {

constexpr std::size_t kMaxBody = 256 * 1024 * 1024; // of a message that is put together again
constexpr std::string_view kBlankLine = "\r\n\r\n";

struct Halves {
    std::string_view header; // with its last CRLF
    std::string_view rest;   // blank line and body
};

Halves halves(std::string_view message) {
    if (message.starts_with("\r\n"))
        return {{}, message};
    const auto end = message.find(kBlankLine);
    if (end == std::string_view::npos)
        return {message, {}};
    return {message.substr(0, end + 2), message.substr(end + 2)};
}

MailItem itemOf(std::string_view message) {
    MailItem item{SpoolPlace{}};
    const auto parts = halves(message);
    item.headers = HeaderList::parse(parts.header);
    item.hasBlankLine = !parts.rest.empty();
    if (item.hasBlankLine)
        static_cast<void>(item.body.append(parts.rest.substr(2))); // in memory: cannot fail
    return item;
}

} // namespace

std::vector<MessageField> fieldsOf(std::string_view message) {
    std::vector<MessageField> fields;
    const auto headers = HeaderList::parse(halves(message).header);
    for (const auto& header : headers)
        fields.push_back({std::string(header.name()), std::string(header.raw())});
    return fields;
}

std::string withoutField(std::string_view message, std::size_t index) {
    const auto parts = halves(message);
    const auto fields = fieldsOf(message);
    std::string changed;
    for (std::size_t i = 0; i < fields.size(); ++i)
        if (i != index)
            changed += fields[i].raw;
    return changed + std::string(parts.rest);
}

std::optional<std::string> withoutWords(std::string_view message, std::string_view words) {
    if (words.empty())
        return std::nullopt;
    const auto lower = asciiLower(message);
    const auto sought = asciiLower(words);
    std::string changed;
    std::size_t at = 0;
    for (auto found = lower.find(sought); found != std::string::npos; found = lower.find(sought, at)) {
        changed += message.substr(at, found - at);
        at = found + sought.size();
    }
    if (at == 0)
        return std::nullopt;
    return changed + std::string(message.substr(at));
}

std::optional<std::string> withoutPart(std::string_view message, std::size_t index) {
    auto item = itemOf(message);
    {
        const auto document = mimeOf(item);
        if (!document || index >= (*document)->parts().size())
            return std::nullopt;
    }
    if (!replaceParts(item, {textReplacement(index, "note.txt", "There was an attachment here.")}))
        return std::nullopt;
    const auto body = item.body.readAll(kMaxBody);
    if (!body)
        return std::nullopt;
    return item.headers.toBytes() + "\r\n" + *body;
}

std::vector<MessagePart> attachmentsOf(std::string_view message) {
    const auto item = itemOf(message);
    const auto document = mimeOf(item);
    std::vector<MessagePart> parts;
    if (!document)
        return parts;
    for (std::size_t i = 0; i < (*document)->parts().size(); ++i) {
        const auto& part = (*document)->parts()[i];
        if (part.isMultipart || part.isMessage || (!part.isAttachment && part.isText()))
            continue;
        parts.push_back({i, part.fileNames.empty() ? part.contentType : part.fileNames.front()});
    }
    return parts;
}

} // namespace edge::testenv
