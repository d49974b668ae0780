#include <edge/base/text.h>
#include <edge/mail/mime_walk.h>

#include <algorithm>
#include <cstring>

namespace edge {
namespace {

// Of a body line that comes in pieces only this much is kept: enough for any boundary (RFC 2046 5.1.1 allows
// 70 octets) and for a name behind "begin 644".
constexpr std::size_t kMaxKeptLine = 2048;

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view withoutTrailingBlanks(std::string_view text) {
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

// The length of the field name at the front of a line; 0: the line is no field. Blanks before the colon are
// obsolete and read (RFC 5322 4.5.8).
std::size_t fieldNameLength(std::string_view line) {
    const auto name = withoutTrailingBlanks(line.substr(0, std::min(line.size(), line.find(':'))));
    const bool printable = std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    return printable && line.find(':') != std::string_view::npos ? name.size() : 0;
}

Error tooMuch(const std::string& what) {
    return {Errc::LimitExceeded, "malformed MIME: " + what};
}

} // namespace

MimeWalk::MimeWalk(const MimeLimits& limits, const std::vector<ContentField>& header)
    : limits_(limits) {
    parts_.emplace_back();
    open_.push_back({0});
    if (const auto begun = beginContent(header, 0); !begun)
        failure_ = begun.error();
}

MimeWalk::MimeWalk(const MimeLimits& limits)
    : limits_(limits) {
    parts_.emplace_back();
    open_.push_back({0});
    inHeader_ = true;
}

Result<> MimeWalk::take(std::string_view bytes) {
    while (!bytes.empty() && !failure_) {
        const auto* newline = static_cast<const char*>(std::memchr(bytes.data(), '\n', bytes.size()));
        const auto count = newline ? static_cast<std::size_t>(newline - bytes.data()) + 1 : bytes.size();
        const auto begin = position_;
        position_ += count;
        if (newline) {
            if (const auto done = completeLine(bytes.substr(0, count - 1), begin, position_); !done)
                failure_ = done.error();
        } else {
            if (!hasPartial_)
                partialBegin_ = begin;
            hasPartial_ = true;
            const auto limit = inHeader_ ? limits_.maxPartHeader : kMaxKeptLine;
            partial_ += bytes.substr(0, limit - std::min(limit, partial_.size()));
            if (inHeader_ && partial_.size() >= limit)
                failure_ =
                    tooMuch("a part has a header line of more than " + std::to_string(limit) + " octets");
        }
        bytes.remove_prefix(count);
    }
    return failure_ ? Result<>(*failure_) : Result<>();
}

// `tail` is the line, or its end where the beginning came before.
Result<> MimeWalk::completeLine(std::string_view tail, std::uint64_t begin, std::uint64_t end) {
    if (!hasPartial_)
        return line(tail, begin, end);
    hasPartial_ = false;
    auto whole = std::move(partial_);
    partial_.clear();
    whole += tail;
    return line(whole, partialBegin_, end);
}

// `text` without LF, [begin, end) with it.
Result<> MimeWalk::line(std::string_view text, std::uint64_t begin, std::uint64_t end) {
    std::uint64_t lineEnd = 1;
    if (text.ends_with('\r')) {
        text.remove_suffix(1);
        lineEnd = 2;
    }
    Result<> done;
    std::optional<Delimiter> delimiter;
    if (!delimiters_.empty() && text.starts_with("--"))
        delimiter = findDelimiter(text);
    if (delimiter)
        done = atDelimiter(*delimiter, begin, end);
    else if (inHeader_)
        done = headerLine(text, begin, end);
    else if (scanner_)
        done = scanLine(text);
    lastLineEnd_ = lineEnd;
    return done;
}

// The innermost multipart counts, one that is finished only where no other has the boundary: parts behind a
// final boundary are shown by some readers.
std::optional<MimeWalk::Delimiter> MimeWalk::findDelimiter(std::string_view text) const {
    text = withoutTrailingBlanks(text.substr(2)); // RFC 2046 5.1.1: blanks may be added on the way
    std::optional<Delimiter> finished;
    for (auto level = delimiters_.rbegin(); level != delimiters_.rend(); ++level) {
        const auto& open = open_[*level];
        for (const auto& boundary : parts_[open.part].boundaries) {
            if (!text.starts_with(boundary))
                continue;
            const auto behind = text.substr(boundary.size());
            if (!behind.empty() && behind != "--")
                continue;
            const Delimiter found{*level, !behind.empty()};
            if (!open.finished)
                return found;
            if (!finished)
                finished = found;
        }
    }
    return finished;
}

Result<> MimeWalk::atDelimiter(const Delimiter& delimiter, std::uint64_t begin, std::uint64_t end) {
    while (inHeader_) { // twice where the header was that of an enclosed message
        current().defects.push_back("the header ends at a boundary");
        if (auto ended = endHeader(begin); !ended)
            return ended;
    }
    closeAbove(delimiter.level, begin - std::min(begin, lastLineEnd_));
    auto& open = open_[delimiter.level];
    if (delimiter.final) {
        open.finished = true;
        return {};
    }
    if (open.finished)
        parts_[open.part].defects.push_back("a part follows the final boundary");
    open.finished = false;
    return openPart(open.part, end);
}

Result<> MimeWalk::scanLine(std::string_view text) {
    scanner_->line(text);
    if (scanner_->names().size() > limits_.maxInlineFiles)
        return tooMuch("more than " + std::to_string(limits_.maxInlineFiles) + " files in one text");
    return {};
}

Result<> MimeWalk::openPart(std::size_t parent, std::uint64_t headerOffset) {
    if (parts_.size() >= limits_.maxParts)
        return tooMuch("more than " + std::to_string(limits_.maxParts) + " parts");
    if (parts_[parent].depth >= limits_.maxDepth)
        return tooMuch("parts nested deeper than " + std::to_string(limits_.maxDepth));
    MimePart part;
    part.parent = parent;
    part.depth = parts_[parent].depth + 1;
    part.headerOffset = headerOffset;
    if (parts_[parent].contentType == "multipart/digest") // RFC 2046 5.1.5
        part.contentType = "message/rfc822";
    parts_.push_back(std::move(part));
    open_.push_back({parts_.size() - 1});
    inHeader_ = true;
    anyField_ = false;
    lastFieldKept_ = false;
    fields_.clear();
    junk_.reset();
    scanner_.reset();
    return {};
}

Result<> MimeWalk::headerLine(std::string_view text, std::uint64_t begin, std::uint64_t end) {
    if (text.empty())
        return endHeader(end);
    if (end - current().headerOffset > limits_.maxPartHeader)
        return tooMuch("a part has a header of more than " + std::to_string(limits_.maxPartHeader) +
                       " octets");
    if (isBlank(text.front()) && anyField_) {
        if (lastFieldKept_)
            fields_.back().value += "\r\n" + std::string(text);
        return {};
    }
    const auto field = isBlank(text.front()) ? trim(text) : text; // an indented first field is read by some
    const auto nameLength = fieldNameLength(field);
    if (nameLength == 0)
        return headerJunk(text, begin);
    anyField_ = true;
    lastFieldKept_ = istartsWith(field, "content-");
    if (lastFieldKept_)
        fields_.push_back(
            {std::string(field.substr(0, nameLength)), std::string(field.substr(field.find(':') + 1))});
    return {};
}

// A line that is no field: the body has begun, unless more Content-… fields follow; some readers skip such a
// line, and the fields behind it count for them.
Result<> MimeWalk::headerJunk(std::string_view text, std::uint64_t begin) {
    if (!junk_) {
        junk_ = begin;
        fieldsBeforeJunk_ = fields_.size();
        scanner_.emplace();
    }
    lastFieldKept_ = false;
    return scanLine(text);
}

Result<> MimeWalk::endHeader(std::uint64_t bodyOffset) {
    inHeader_ = false;
    if (junk_) {
        current().defects.push_back("a line of the header is no field");
        if (fields_.size() == fieldsBeforeJunk_)
            bodyOffset = *junk_;
    }
    const auto fields = std::move(fields_);
    fields_.clear();
    return beginContent(fields, bodyOffset);
}

Result<> MimeWalk::beginContent(const std::vector<ContentField>& fields, std::uint64_t bodyOffset) {
    auto& part = current();
    part.offset = bodyOffset;
    if (auto described = describePart(part, fields); !described)
        return described;
    if (part.boundaries.size() > limits_.maxBoundaries)
        return tooMuch("a multipart has more than " + std::to_string(limits_.maxBoundaries) + " boundaries");
    const bool encoded = transferEncodingOf(part.transferEncoding) != TransferEncoding::None;
    if (part.isText() && !encoded && !part.isMultipart) {
        if (!scanner_)
            scanner_.emplace();
        return {};
    }
    scanner_.reset();
    if (part.isMessage && !encoded)
        return openPart(open_.back().part, bodyOffset);
    if (encoded && part.isMultipart)
        part.defects.push_back("a multipart has a transfer encoding"); // RFC 2045 6.4
    if (!part.boundaries.empty())
        delimiters_.push_back(open_.size() - 1);
    return {};
}

void MimeWalk::closeAbove(std::size_t level, std::uint64_t end) {
    while (open_.size() > level + 1)
        close(end);
}

// Ends the innermost part. The content may have no octet at all: then its end lies before its begin.
void MimeWalk::close(std::uint64_t end) {
    auto& part = current();
    part.length = end - std::min(end, part.offset);
    if (scanner_)
        part.inlineFileNames = scanner_->takeNames();
    scanner_.reset();
    if (!delimiters_.empty() && delimiters_.back() == open_.size() - 1) {
        delimiters_.pop_back();
        if (!open_.back().finished)
            part.defects.push_back("the final boundary is missing");
    }
    open_.pop_back();
}

Result<> MimeWalk::finish(std::uint64_t size) {
    if (hasPartial_ && !failure_) {
        const auto begin = partialBegin_;
        hasPartial_ = false;
        const auto text = std::move(partial_);
        if (const auto done = line(text, begin, position_); !done)
            failure_ = done.error();
    }
    while (inHeader_ && !failure_) {
        current().defects.push_back("the message ends within a header");
        if (const auto ended = endHeader(size); !ended)
            failure_ = ended.error();
    }
    if (failure_)
        return *failure_;
    while (!open_.empty())
        close(size);
    return {};
}

} // namespace edge
