// Putting something else in the place of parts of a message. The body is written anew, into a spool of the
// same kind; what is not replaced keeps every octet, boundaries, preamble and neighbours included.
#pragma once

#include <edge/base/result.h>
#include <edge/mail/mail_item.h>
#include <edge/mail/mime_part.h>

#include <string>
#include <string_view>
#include <vector>

namespace edge {

struct PartReplacement {
    std::size_t part = 0;             // index into mimeOf(item)->parts()
    std::vector<ContentField> fields; // take the place of all Content-… fields; other fields stay
    std::string content;              // raw: encoded as the fields say
};

// A text file, to stand where part `part` stood: text/plain in UTF-8, shown as an attachment of that name.
// The encoding is chosen so that any server can pass it on.
PartReplacement textReplacement(std::size_t part, std::string_view fileName, std::string_view text);

// Replaces the parts, and counts it in contentRevision. A part inside an encoded message can only go together
// with it: the encoded part gets the replacement. A part inside one that is replaced needs none of its own.
// On failure (Io, NoSpace) the item is as it was.
Result<> replaceParts(MailItem& item, std::vector<PartReplacement> replacements);

} // namespace edge
