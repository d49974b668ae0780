// MimeDocument: the parts of a message, found once and shared by whoever looks (mimeOf). Bodies stay where
// they are: a part knows its place in the spool, and its content is decoded while it is read. Transfer
// encodings and charsets are GMime's business.
#pragma once

#include <edge/base/result.h>
#include <edge/mail/mail_item.h>
#include <edge/mail/mime_part.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace edge {

class MimeWalk;

// Refers to the body of the item it was made of: good until that body changes or the item is gone.
class MimeDocument {
public:
    // LimitExceeded for a message over the limits, with a sentence; Io where the spool cannot be read.
    static Result<MimeDocument> parse(const MailItem& item, const MimeLimits& limits = {});

    // In the order of the message, a parent before its children; the first is the message itself.
    const std::vector<MimePart>& parts() const { return parts_; }
    // The defects of all parts, each with the part it belongs to: "part 3: the final boundary is missing".
    std::vector<std::string> defects() const;

    using Take = std::function<Result<>(std::string_view)>;
    // The content of a part as it stands there.
    Result<> forEachRawChunk(const MimePart& part, const Take& take) const;
    // The content without its transfer encoding, piece by piece; stops at the first failure of `take`.
    Result<> forEachDecodedChunk(const MimePart& part, const Take& take) const;
    // The same in one piece: LimitExceeded above `limit` octets.
    Result<std::string> decoded(const MimePart& part, std::size_t limit) const;
    // Decoded and in UTF-8 whatever the charset, for people and phrase searches; what lies behind the first
    // `limit` decoded octets is left out.
    Result<std::string> text(const MimePart& part, std::size_t limit) const;

private:
    explicit MimeDocument(const Spool& body)
        : body_(&body) {}

    Result<> addParts(MimeWalk& walk, std::size_t container, const MimeLimits& limits);
    Result<> finishPart(std::size_t index, const MimeLimits& limits);
    Result<> walkEncoded(std::size_t index, const MimeLimits& limits);
    Result<> scanEncodedText(std::size_t index, const MimeLimits& limits);
    const Spool& contentOf(const MimePart& part) const;

    const Spool* body_;
    std::vector<MimePart> parts_;
    std::map<std::size_t, Spool> containers_; // decoded messages, by the part they are the content of
};

// The document of a message as it is now: parsed at most once for each state of its structure, and shared.
// Failures are remembered as well.
Result<std::shared_ptr<const MimeDocument>> mimeOf(const MailItem& item);

} // namespace edge
