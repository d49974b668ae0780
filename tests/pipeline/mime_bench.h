// Messages for the MIME tests, and their parts in a form that a test can state in a line.
#pragma once

#include <edge/mail/mail_item.h>
#include <edge/mail/mime_part.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace edge::bench {

// The message as the session would hold it: header, then body behind the first empty line.
std::unique_ptr<MailItem> mimeItem(std::string_view message, SpoolPlace place = {});

// A line a part, indented by depth: type, names, and for leaves the raw content with \r\n made visible; or
// the failure's sentence.
std::string outline(const MailItem& item);

// A message of `depth` multiparts within each other.
std::string nestedMultiparts(int depth);

// Offsets and types of what a walk finds when the body comes in pieces of `size`.
std::vector<std::string> walkInPieces(const std::vector<ContentField>& header, std::string_view body,
                                      std::size_t size);

} // namespace edge::bench
