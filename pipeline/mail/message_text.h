// MessageText: what a person reads of a message: the subject and the text parts, decoded to UTF-8. Filters
// that look at words look here, so that base64, quoted-printable, charsets and RFC 2047 hide nothing from
// them.
#pragma once

#include <edge/mail/mail_item.h>

#include <string>
#include <vector>

namespace edge {

// Decoded text that is looked at, all parts of a message together. A long newsletter has 200 KiB; whoever
// writes more hides nothing from a reader who never gets there, and searching it costs every session of the
// thread.
inline constexpr std::size_t kMaxMessageText = 512 * 1024;

struct MessageText {
    struct Part {
        bool html = false;
        std::string text; // of HTML: the source, tags and all
    };

    std::string subject;
    std::vector<Part> parts;
    // What is wrong with the MIME structure, in sentences; empty where the message conforms.
    std::vector<std::string> defects;
    bool truncated = false; // there was more than kMaxMessageText
};

// Text of all text/plain and text/html parts, those of enclosed messages too, in their order, whatever they
// call themselves: inline or attachment. A message whose structure cannot be read is one plain part: its body
// as it is.
MessageText readMessageText(const MailItem& item, std::size_t limit = kMaxMessageText);

} // namespace edge
