// A message whose header has bare line feeds is two messages: to a server, for which only CRLF ends a line,
// it is one endless header field; to most readers it has a header, a body and attachments. The filter judges
// both.
#pragma once

#include <edge/mail/mail_item.h>

#include <memory>

namespace edge {

// The message as a reader sees it that takes every LF for a line end. Null where the header has no bare LF:
// in a body they are line ends to the MIME walk already.
Result<std::unique_ptr<MailItem>> withLineFeedsAsLineEnds(const MailItem& item);

} // namespace edge
