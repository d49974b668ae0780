#include <edge/base/assert.h>
#include <edge/base/text.h>
#include <edge/mail/gmime_library.h>
#include <edge/mail/mime_document.h>
#include <edge/mail/mime_edit.h>

#include <gmime/gmime.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::size_t kMaxLine = 998; // RFC 5322 2.1.1

std::string withCrlf(std::string_view text) {
    std::string lines;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            lines += '\r';
        lines += text[i];
    }
    return lines;
}

// 7bit may hold it (RFC 2045 2.7).
bool isSevenBit(std::string_view text) {
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\0'; });
    const auto lines = split(text, '\n');
    return ascii &&
           std::all_of(lines.begin(), lines.end(), [](auto line) { return line.size() <= kMaxLine; });
}

std::string base64(std::string_view text) {
    requireGmime();
    GMimeEncoding state{};
    g_mime_encoding_init_encode(&state, GMIME_CONTENT_ENCODING_BASE64);
    std::string lines(g_mime_encoding_outlen(&state, text.size()), '\0');
    lines.resize(g_mime_encoding_flush(&state, text.data(), text.size(), lines.data()));
    return withCrlf(lines);
}

// For a quoted string (RFC 5322 3.2.4); what is no ASCII goes by RFC 2231.
std::string nameParameter(std::string_view parameter, std::string_view name) {
    const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    std::string text = "; " + std::string(parameter);
    if (ascii)
        return text + "=\"" + replaceAll(replaceAll(std::string(name), "\\", "\\\\"), "\"", "\\\"") + "\"";
    text += "*=utf-8''";
    constexpr char kHex[] = "0123456789ABCDEF";
    for (const char c : name) {
        const auto octet = static_cast<unsigned char>(c);
        const bool plain = (octet >= '0' && octet <= '9') || (asciiLower(c) >= 'a' && asciiLower(c) <= 'z') ||
                           c == '.' || c == '-' || c == '_';
        if (plain)
            text += c;
        else
            text += {'%', kHex[octet >> 4], kHex[octet & 15]};
    }
    return text;
}

// The part of the message body itself that `part` lies in.
std::size_t outermost(const std::vector<MimePart>& parts, std::size_t part) {
    while (parts[part].container != MimePart::kNone)
        part = parts[part].container;
    return part;
}

std::uint64_t endOf(const MimePart& part) {
    return part.offset + part.length;
}

// Turns every replacement into one of the body's own parts, in order, none within another.
std::vector<PartReplacement> disjoint(const std::vector<MimePart>& parts,
                                      std::vector<PartReplacement> replacements) {
    for (auto& replacement : replacements)
        replacement.part = outermost(parts, replacement.part);
    // A parent stands before its children: the first of a chain is the one that goes.
    std::stable_sort(replacements.begin(), replacements.end(),
                     [](const auto& a, const auto& b) { return a.part < b.part; });
    std::vector<PartReplacement> kept;
    for (auto& replacement : replacements) {
        bool covered = false;
        for (auto at = replacement.part; at != MimePart::kNone && !covered; at = parts[at].parent)
            covered =
                std::any_of(kept.begin(), kept.end(), [at](const auto& other) { return other.part == at; });
        if (!covered)
            kept.push_back(std::move(replacement));
    }
    return kept;
}

void replaceContentFields(HeaderList& headers, const std::vector<ContentField>& fields) {
    headers.removeIf([](const Header& header) { return istartsWith(header.name(), "content-"); });
    for (const auto& field : fields)
        headers.append(field.name, trim(field.value));
}

// The header of a part, rewritten; a line that was no field goes, since it would begin the body for some.
Result<std::string> newHeader(const Spool& body, const MimePart& part,
                              const std::vector<ContentField>& fields) {
    std::string raw;
    const auto read = body.forEachChunk(part.headerOffset, part.offset - part.headerOffset,
                                        [&raw](std::string_view bytes) -> Result<> {
                                            raw += bytes;
                                            return {};
                                        });
    if (!read)
        return read.error();
    auto lines = withCrlf(raw);
    if (const auto blank = lines.starts_with("\r\n") ? 0 : lines.find("\r\n\r\n"); blank != std::string::npos)
        lines.resize(blank == 0 ? 0 : blank + 2);
    auto headers = HeaderList::parse(lines);
    headers.removeIf([](const Header& header) { return header.name().empty(); });
    replaceContentFields(headers, fields);
    return headers.toBytes() + "\r\n";
}

// A line end stands behind whatever is put in: the one that was there, or one more.
Result<bool> lineEndFollows(const Spool& body, std::uint64_t offset) {
    char next[2] = {};
    const auto count = body.readAt(offset, next);
    if (!count)
        return count.error();
    const auto text = std::string_view(next, *count);
    return text.starts_with("\r\n") || text.starts_with('\n');
}

Result<> writeReplaced(const Spool& body, const MimePart& part, const PartReplacement& replacement,
                       Spool& into) {
    const auto header = newHeader(body, part, replacement.fields);
    if (!header)
        return header.error();
    const auto follows = lineEndFollows(body, endOf(part));
    if (!follows)
        return follows.error();
    std::string_view content = replacement.content;
    while (content.ends_with("\r\n"))
        content.remove_suffix(2);
    return into.append(*header + std::string(content) + (*follows ? "" : "\r\n"));
}

void replaceMessage(MailItem& item, const PartReplacement& replacement, Spool content) {
    replaceContentFields(item.headers, replacement.fields);
    if (!item.headers.contains("MIME-Version"))
        item.headers.append("MIME-Version", "1.0");
    item.hasBlankLine = true;
    item.body = std::move(content);
    ++item.contentRevision;
}

} // namespace

PartReplacement textReplacement(std::size_t part, std::string_view fileName, std::string_view text) {
    const auto lines = withCrlf(text);
    const bool plain = isSevenBit(lines);
    PartReplacement replacement{part, {}, plain ? lines + "\r\n" : base64(lines)};
    replacement.fields = {
        {"Content-Type", "text/plain; charset=\"utf-8\"" + nameParameter("name", fileName)},
        {"Content-Disposition", "attachment" + nameParameter("filename", fileName)},
        {"Content-Transfer-Encoding", plain ? "7bit" : "base64"},
    };
    return replacement;
}

Result<> replaceParts(MailItem& item, std::vector<PartReplacement> replacements) {
    const auto document = mimeOf(item);
    if (!document)
        return document.error();
    const auto& parts = (*document)->parts();
    for (const auto& replacement : replacements)
        EDGE_ASSERT(replacement.part < parts.size(), "only parts of the message are replaced");
    const auto chosen = disjoint(parts, std::move(replacements));
    if (chosen.empty())
        return {};
    Spool content(item.body.place());
    if (chosen.front().part == 0) {
        if (auto written = content.append(chosen.front().content); !written)
            return written;
        replaceMessage(item, chosen.front(), std::move(content));
        return {};
    }
    const auto append = [&content](std::string_view bytes) { return content.append(bytes); };
    std::uint64_t position = 0;
    for (const auto& replacement : chosen) {
        const auto& part = parts[replacement.part];
        if (auto copied = item.body.forEachChunk(position, part.headerOffset - position, append); !copied)
            return copied;
        if (auto written = writeReplaced(item.body, part, replacement, content); !written)
            return written;
        position = endOf(part);
    }
    if (auto copied = item.body.forEachChunk(position, item.body.size() - position, append); !copied)
        return copied;
    item.body = std::move(content);
    ++item.contentRevision;
    return {};
}

} // namespace edge
