#include <edge/base/text.h>
#include <edge/mail/charset_text.h>
#include <edge/mail/gmime_library.h>
#include <edge/mail/mime_document.h>
#include <edge/mail/mime_walk.h>

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <utility>

namespace edge {
namespace {

// The fields that say what a message is made of.
std::vector<ContentField> contentFields(const HeaderList& headers) {
    std::vector<ContentField> fields;
    for (const auto& header : headers)
        if (istartsWith(header.name(), "content-"))
            fields.push_back({std::string(header.name()), std::string(header.rawValue())});
    return fields;
}

Result<> walkWhole(MimeWalk& walk, const Spool& content) {
    if (walk.needsBody()) {
        const auto taken = content.forEachChunk([&walk](std::string_view bytes) { return walk.take(bytes); });
        if (!taken)
            return taken;
    }
    return walk.finish(content.size());
}

// RFC 5322 3.2.4.
std::string quotedString(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + "\"";
}

GMimeContentEncoding gmimeEncoding(TransferEncoding encoding) {
    switch (encoding) {
    case TransferEncoding::Base64:
        return GMIME_CONTENT_ENCODING_BASE64;
    case TransferEncoding::QuotedPrintable:
        return GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
    case TransferEncoding::UUEncode:
        return GMIME_CONTENT_ENCODING_UUENCODE;
    case TransferEncoding::None:
        break;
    }
    return GMIME_CONTENT_ENCODING_BINARY;
}

// Decodes in pieces; `take` gets what each piece yields.
class Decoder {
public:
    Decoder(TransferEncoding encoding, const MimeDocument::Take& take)
        : encoding_(encoding)
        , take_(take) {
        requireGmime();
        g_mime_encoding_init_decode(&state_, gmimeEncoding(encoding));
    }

    Result<> decode(std::string_view bytes) {
        if (encoding_ == TransferEncoding::UUEncode && !begun_)
            return findBegin(bytes);
        while (!bytes.empty()) {
            const auto piece = bytes.substr(0, kPiece);
            bytes.remove_prefix(piece.size());
            room_.resize(std::max(room_.size(), g_mime_encoding_outlen(&state_, piece.size())));
            const auto count = g_mime_encoding_step(&state_, piece.data(), piece.size(), room_.data());
            if (count == 0)
                continue;
            if (auto taken = take_({room_.data(), count}); !taken)
                return taken;
        }
        return {};
    }

    Result<> finish() {
        room_.resize(std::max(room_.size(), g_mime_encoding_outlen(&state_, 0)));
        const auto count = g_mime_encoding_flush(&state_, "", 0, room_.data());
        return count > 0 ? take_({room_.data(), count}) : Result<>();
    }

private:
    static constexpr std::size_t kPiece = 16 * 1024; // decoded in the cache, before the next is touched
    static constexpr std::size_t kFront = 64 * 1024; // text in front of "begin" that is put up with

    // uuencode begins behind a line "begin 644 name", which GMime wants to be taken off.
    Result<> findBegin(std::string_view bytes) {
        front_ += bytes;
        const auto line = front_.starts_with("begin") ? 0 : front_.find("\nbegin");
        const auto end = line == std::string::npos ? line : front_.find('\n', line + 1);
        if (end == std::string::npos && front_.size() < kFront)
            return {};
        begun_ = true;
        state_.state |= GMIME_UUDECODE_STATE_BEGIN;
        const auto data = std::exchange(front_, {});
        return decode(end == std::string::npos ? std::string_view() : std::string_view(data).substr(end + 1));
    }

    const TransferEncoding encoding_;
    const MimeDocument::Take& take_;
    std::string front_; // of uuencode, until it begins
    bool begun_ = false;
    GMimeEncoding state_{};
    std::string room_;
};

// Cuts decoded text into lines for the scanner; a line longer than any name of a file is cut off.
class LineFeed {
public:
    explicit LineFeed(InlineFileScanner& scanner)
        : scanner_(scanner) {}
    void take(std::string_view bytes) {
        for (const char c : bytes) {
            if (c == '\n')
                flush();
            else if (line_.size() < kMaxLine)
                line_ += c;
        }
    }
    void flush() {
        if (line_.ends_with('\r'))
            line_.pop_back();
        scanner_.line(line_);
        line_.clear();
    }

private:
    static constexpr std::size_t kMaxLine = 2048;

    InlineFileScanner& scanner_;
    std::string line_;
};

} // namespace

Result<MimeDocument> MimeDocument::parse(const MailItem& item, const MimeLimits& limits) {
    MimeDocument document(item.body);
    MimeWalk walk(limits, contentFields(item.headers));
    if (const auto walked = walkWhole(walk, item.body); !walked)
        return walked.error();
    if (const auto added = document.addParts(walk, MimePart::kNone, limits); !added)
        return added.error();
    return document;
}

// Appends what a walk found: of the message, or of the encoded message that `container` holds.
Result<> MimeDocument::addParts(MimeWalk& walk, std::size_t container, const MimeLimits& limits) {
    auto found = walk.takeParts();
    std::vector<std::size_t> places; // where each came to lie
    places.reserve(found.size());
    const int depth = container == MimePart::kNone ? 0 : parts_[container].depth + 1;
    if (parts_.empty())
        parts_.reserve(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto& part = found[i];
        const bool hasChildren = i + 1 < found.size() && found[i + 1].parent == i;
        part.parent = part.parent == MimePart::kNone ? container : places[part.parent];
        part.depth += depth;
        part.container = container;
        const auto index = parts_.size();
        places.push_back(index);
        parts_.push_back(std::move(part));
        const auto finished = hasChildren ? Result<>() : finishPart(index, limits);
        if (!finished)
            return finished;
    }
    return {};
}

// What only decoding tells.
Result<> MimeDocument::finishPart(std::size_t index, const MimeLimits& limits) {
    const auto& part = parts_[index];
    if (transferEncodingOf(part.transferEncoding) == TransferEncoding::None)
        return {};
    if (part.isMessage || part.isMultipart)
        return walkEncoded(index, limits);
    if (part.contentType == "text/plain")
        return scanEncodedText(index, limits);
    return {};
}

// RFC 2045 6.4 forbids a transfer encoding here; readers undo it all the same.
Result<> MimeDocument::walkEncoded(std::size_t index, const MimeLimits& limits) {
    const auto& part = parts_[index];
    if (part.depth >= limits.maxDepth)
        return Error{Errc::LimitExceeded,
                     "malformed MIME: parts nested deeper than " + std::to_string(limits.maxDepth)};
    Spool content(body_->place());
    const auto decoding = forEachDecodedChunk(
        part, [&content](std::string_view bytes) -> Result<> { return content.append(bytes); });
    if (!decoding)
        return decoding;
    MimeLimits rest = limits;
    rest.maxDepth -= part.depth + 1;
    rest.maxParts -= std::min(rest.maxParts, parts_.size());
    const auto& decodedContent = containers_.insert_or_assign(index, std::move(content)).first->second;
    if (part.isMessage) {
        MimeWalk walk(rest);
        if (const auto walked = walkWhole(walk, decodedContent); !walked)
            return walked;
        return addParts(walk, index, limits);
    }
    std::vector<ContentField> fields;
    for (const auto& boundary : part.boundaries)
        fields.push_back({"Content-Type", "multipart/mixed; boundary=" + quotedString(boundary)});
    MimeWalk walk(rest, fields);
    if (const auto walked = walkWhole(walk, decodedContent); !walked)
        return walked;
    return addParts(walk, index, limits);
}

Result<> MimeDocument::scanEncodedText(std::size_t index, const MimeLimits& limits) {
    InlineFileScanner scanner;
    LineFeed feed(scanner);
    const auto bounded = [&]() -> Result<> {
        if (scanner.names().size() <= limits.maxInlineFiles)
            return {};
        return Error{Errc::LimitExceeded, "malformed MIME: more than " +
                                              std::to_string(limits.maxInlineFiles) + " files in one text"};
    };
    const auto decoding = forEachDecodedChunk(parts_[index], [&](std::string_view bytes) {
        feed.take(bytes);
        return bounded();
    });
    if (!decoding)
        return decoding;
    feed.flush();
    parts_[index].inlineFileNames = scanner.names();
    return bounded();
}

std::vector<std::string> MimeDocument::defects() const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < parts_.size(); ++i)
        for (const auto& defect : parts_[i].defects)
            all.push_back("part " + std::to_string(i + 1) + ": " + defect);
    return all;
}

const Spool& MimeDocument::contentOf(const MimePart& part) const {
    return part.container == MimePart::kNone ? *body_ : containers_.at(part.container);
}

Result<> MimeDocument::forEachRawChunk(const MimePart& part, const Take& take) const {
    return contentOf(part).forEachChunk(part.offset, part.length, take);
}

Result<> MimeDocument::forEachDecodedChunk(const MimePart& part, const Take& take) const {
    const auto encoding = transferEncodingOf(part.transferEncoding);
    if (encoding == TransferEncoding::None)
        return forEachRawChunk(part, take);
    Decoder decoder(encoding, take);
    const auto read =
        forEachRawChunk(part, [&decoder](std::string_view bytes) { return decoder.decode(bytes); });
    return read ? decoder.finish() : read;
}

Result<std::string> MimeDocument::decoded(const MimePart& part, std::size_t limit) const {
    std::string content;
    const auto read = forEachDecodedChunk(part, [&content, limit](std::string_view bytes) -> Result<> {
        if (bytes.size() > limit - content.size())
            return Error{Errc::LimitExceeded,
                         "a part decodes to more than " + std::to_string(limit) + " octets"};
        content += bytes;
        return {};
    });
    if (!read)
        return read.error();
    return content;
}

Result<std::string> MimeDocument::text(const MimePart& part, std::size_t limit) const {
    std::string content;
    bool full = false;
    const auto read = forEachDecodedChunk(part, [&](std::string_view bytes) -> Result<> {
        content += bytes.substr(0, limit - content.size());
        full = content.size() >= limit;
        return full ? Result<>(Error{Errc::LimitExceeded, "enough text was read"}) : Result<>();
    });
    if (!read && !full)
        return read.error();
    return toUtf8(content, part.charset);
}

// What mimeOf remembers: the outcome, and of which state of the message.
struct MimeCache::Entry {
    std::vector<ContentField> fields;
    std::uint32_t contentRevision;
    std::uint64_t size;
    Result<std::shared_ptr<const MimeDocument>> document;
};

Result<std::shared_ptr<const MimeDocument>> mimeOf(const MailItem& item) {
    auto fields = contentFields(item.headers);
    const auto& entry = item.mimeCache.entry;
    if (entry && entry->contentRevision == item.contentRevision && entry->size == item.body.size() &&
        entry->fields == fields)
        return entry->document;
    auto parsed = MimeDocument::parse(item);
    Result<std::shared_ptr<const MimeDocument>> document =
        parsed ? Result<std::shared_ptr<const MimeDocument>>(
                     std::make_shared<const MimeDocument>(std::move(*parsed)))
               : parsed.error();
    item.mimeCache.entry = std::make_shared<const MimeCache::Entry>(
        MimeCache::Entry{std::move(fields), item.contentRevision, item.body.size(), document});
    return document;
}

} // namespace edge
