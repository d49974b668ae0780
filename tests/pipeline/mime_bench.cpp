#include <edge/base/assert.h>
#include <edge/base/text.h>
#include <edge/mail/mime_document.h>
#include <edge/mail/mime_walk.h>
#include <edge/tests/pipeline/mime_bench.h>

namespace edge::bench {

std::unique_ptr<MailItem> mimeItem(std::string_view message, SpoolPlace place) {
    auto item = std::make_unique<MailItem>(std::move(place));
    const auto blank = message.starts_with("\r\n") ? 0 : message.find("\r\n\r\n");
    if (blank == std::string_view::npos) {
        item->headers = HeaderList::parse(message);
        item->hasBlankLine = false;
        return item;
    }
    const auto header = blank == 0 ? 0 : blank + 2;
    item->headers = HeaderList::parse(message.substr(0, header));
    EDGE_ASSERT(item->body.append(message.substr(header + 2)), "a spool in memory takes it");
    return item;
}

std::string outline(const MailItem& item) {
    const auto document = mimeOf(item);
    if (!document)
        return document.error().message;
    std::string lines;
    for (const auto& part : (*document)->parts()) {
        lines += std::string(static_cast<std::size_t>(part.depth) * 2, ' ') + part.contentType;
        for (const auto& name : part.fileNames)
            lines += " " + name;
        if (!part.isMultipart && !part.isMessage) {
            std::string content;
            const auto read =
                (*document)->forEachRawChunk(part, [&content](std::string_view bytes) -> Result<> {
                    content += bytes;
                    return {};
                });
            lines += read ? " [" + escapeControls(content) + "]" : " (" + read.error().message + ")";
        }
        lines += "\n";
    }
    return lines;
}

std::string nestedMultiparts(int depth) {
    std::string message;
    for (int i = 0; i < depth; ++i) {
        const auto name = "b" + std::to_string(i);
        message += "Content-Type: multipart/mixed; boundary=" + name + "\r\n\r\n--" + name + "\r\n";
    }
    return message + "\r\nend\r\n";
}

std::vector<std::string> walkInPieces(const std::vector<ContentField>& header, std::string_view body,
                                      std::size_t size) {
    MimeWalk walk(MimeLimits{}, header);
    for (std::size_t at = 0; at < body.size(); at += size)
        if (const auto taken = walk.take(body.substr(at, size)); !taken)
            return {taken.error().message};
    if (const auto finished = walk.finish(body.size()); !finished)
        return {finished.error().message};
    std::vector<std::string> lines;
    for (const auto& part : walk.takeParts())
        lines.push_back(part.contentType + " " + std::to_string(part.headerOffset) + " " +
                        std::to_string(part.offset) + " " + std::to_string(part.length));
    return lines;
}

} // namespace edge::bench
