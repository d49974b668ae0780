// Which entry forbids an attachment: the pure part of the Attachment Filtering Agent. A part is judged by
// every name and type that a mail reader could see in it, because a worm needs only one reader that does.
#pragma once

#include <edge/agents/attachment_filter/attachment_filter_config.h>
#include <edge/mail/mime_part.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// As Configuration::all<AttachmentFilterEntry>() has them.
using AttachmentEntries = std::vector<std::shared_ptr<const AttachmentFilterEntry>>;

struct AttachmentMatch {
    std::string entry; // its identity, "FileName:*.exe"
    std::string what;  // the name or type that it matched, as the message has it
    bool operator==(const AttachmentMatch&) const = default;
};

// The first entry for a file name.
std::optional<AttachmentMatch> findFileName(const AttachmentEntries& entries, std::string_view name);
// The first entry for a content type, given in lower case.
std::optional<AttachmentMatch> findContentType(const AttachmentEntries& entries, std::string_view type);
// The first entry for a part: by its types, its names, and the names of files inside its text.
std::optional<AttachmentMatch> findPart(const AttachmentEntries& entries, const MimePart& part);

// `pattern` fits the whole of `text`; an asterisk stands for any characters, also for none.
bool matchesPattern(std::string_view text, std::string_view pattern);

} // namespace edge
