// MimeWalk: finds the parts of a message while its body streams past: boundaries (RFC 2046 5.1), part
// headers, enclosed messages. It works on lines with a stack of its own, so depth costs no machine stack,
// bodies are never copied, and each part's place is known to the octet. Why not GMime's parser:
// docs/decisions/0810.
#pragma once

#include <edge/base/result.h>
#include <edge/mail/inline_files.h>
#include <edge/mail/mime_part.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

class MimeWalk {
public:
    // The walk of a body whose header is known: its Content-… fields.
    MimeWalk(const MimeLimits& limits, const std::vector<ContentField>& header);
    // The walk of a whole message, header first.
    explicit MimeWalk(const MimeLimits& limits);

    // The next octets, in pieces of any size. LimitExceeded, with a sentence, once a limit is broken.
    Result<> take(std::string_view bytes);
    // Nothing follows; `size` is that of all octets, those included that needsBody() spared.
    Result<> finish(std::uint64_t size);
    // What was found, a parent before its children. Only after finish().
    std::vector<MimePart> takeParts() { return std::move(parts_); }

    // Whether lines can tell anything: a single part that is no text has nothing to find.
    bool needsBody() const { return inHeader_ || !delimiters_.empty() || scanner_.has_value(); }

private:
    // A part that has begun and not ended.
    struct Open {
        std::size_t part;
        bool finished = false; // the final boundary of a multipart was seen
    };
    struct Delimiter {
        std::size_t level; // in open_
        bool final;
    };

    MimePart& current() { return parts_[open_.back().part]; }
    Result<> completeLine(std::string_view tail, std::uint64_t begin, std::uint64_t end);
    Result<> line(std::string_view text, std::uint64_t begin, std::uint64_t end);
    std::optional<Delimiter> findDelimiter(std::string_view text) const;
    Result<> atDelimiter(const Delimiter& delimiter, std::uint64_t begin, std::uint64_t end);
    Result<> openPart(std::size_t parent, std::uint64_t headerOffset);
    Result<> headerLine(std::string_view text, std::uint64_t begin, std::uint64_t end);
    Result<> scanLine(std::string_view text);
    Result<> headerJunk(std::string_view text, std::uint64_t begin);
    Result<> endHeader(std::uint64_t bodyOffset);
    Result<> beginContent(const std::vector<ContentField>& fields, std::uint64_t bodyOffset);
    void closeAbove(std::size_t level, std::uint64_t end);
    void close(std::uint64_t end);

    MimeLimits limits_;
    std::vector<MimePart> parts_;
    std::vector<Open> open_;                   // outermost first
    std::vector<std::size_t> delimiters_;      // the levels of open_ that have boundaries
    std::optional<InlineFileScanner> scanner_; // of the text being read
    std::optional<Error> failure_;

    // The header being read.
    bool inHeader_ = false;
    bool anyField_ = false;
    bool lastFieldKept_ = false;
    std::vector<ContentField> fields_;
    std::optional<std::uint64_t> junk_; // where the first line stood that is no field
    std::size_t fieldsBeforeJunk_ = 0;

    // Lines across pieces.
    std::string partial_; // the beginning of a line whose end is to come
    std::uint64_t partialBegin_ = 0;
    bool hasPartial_ = false;
    std::uint64_t position_ = 0;    // octets taken
    std::uint64_t lastLineEnd_ = 0; // octets of the last line's end: 0, 1 or 2
};

} // namespace edge
