// MimePart: what is known of one part of a message without decoding it. Offsets are octets, so that a part
// can be read, or replaced, while everything round it stays as it was.
#pragma once

#include <edge/base/result.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// Over a limit means malformed: no mail program writes such messages, and whoever does wants a filter to give
// up.
struct MimeLimits {
    int maxDepth = 30;                     // parts within parts; a forwarded forward adds three
    std::size_t maxParts = 1000;           // a digest of a busy list has hundreds
    std::size_t maxPartHeader = 64 * 1024; // octets of one part's header; as MaxHeaderSize of a message
    std::size_t maxBoundaries = 8;         // of one multipart; each is compared with each line
    std::size_t maxInlineFiles = 200;      // named in one text
};

struct MimePart {
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    std::size_t parent = kNone;                 // index into MimeDocument::parts(); none: the message itself
    int depth = 0;                              // 0: the message itself
    std::string contentType = "text/plain";     // of the first Content-Type field, lower case, as it stands
    std::vector<std::string> otherContentTypes; // of further such fields, which some readers prefer
    std::string charset;                        // lower case; empty: none given
    std::string disposition;      // "attachment", "inline", whatever it says, lower case; empty: none
    std::string transferEncoding; // lower case; empty: none
    // Every name that a mail reader could show for the part, UTF-8, likeliest first, each once.
    std::vector<std::string> fileNames;
    // Names of files inside the text itself: uuencode, yEnc, BinHex.
    std::vector<std::string> inlineFileNames;
    // [headerOffset, offset) is the part's header with the blank line behind it; empty for the message
    // itself, whose header is MailItem::headers.
    std::uint64_t headerOffset = 0;
    std::uint64_t offset = 0; // of the raw content
    std::uint64_t length = 0; // without the line end that belongs to the boundary behind it
    // The part whose decoded content the offsets refer to; none: the message body. A message inside base64 is
    // walked too, but its parts can only be replaced together with it.
    std::size_t container = kNone;
    // Of a multipart: several where repeated fields or parameters disagree, because readers do too.
    std::vector<std::string> boundaries;
    bool isMultipart = false;
    bool isMessage = false;           // its child is the root of the enclosed message
    bool isAttachment = false;        // says so, or has a name
    std::vector<std::string> defects; // sentences about what is not as it should be

    bool isText() const {
        return contentType.starts_with("text/") || contentType.find('/') == std::string::npos;
    }
};

// How a part's octets are packed (RFC 2045 6). Unknown words mean none, as mail readers take it.
enum class TransferEncoding { None, Base64, QuotedPrintable, UUEncode };
TransferEncoding transferEncodingOf(std::string_view word);

// One Content-… field of a header.
struct ContentField {
    std::string name;  // as written
    std::string value; // raw
    bool operator==(const ContentField&) const = default;
};

// Fills in what the fields of a header say about their part. LimitExceeded where a field has too many
// parameters.
Result<> describePart(MimePart& part, const std::vector<ContentField>& fields);

} // namespace edge
