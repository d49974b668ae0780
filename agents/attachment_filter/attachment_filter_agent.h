// Attachment Filtering Agent (agents.md 8): refuses, strips or silently deletes messages that carry a file
// which the administrator listed by name or type, also inside archives and enclosed messages. It is no
// antispam agent: neither scope switches nor the right to bypass antispam concern it.
#pragma once

#include <edge/agent.h>
#include <edge/agents/attachment_filter/attachment_match.h>
#include <edge/mail/mime_document.h>

#include <string>
#include <vector>

namespace edge {

class AttachmentFilterAgent final : public SmtpReceiveAgent {
public:
    explicit AttachmentFilterAgent(SmtpServer& server);

    Task<> onEndOfData(ReceiveMessageEventSource& source, const EndOfDataEventArgs& e) override;

private:
    struct Forbidden {
        std::size_t part;
        AttachmentMatch match;
    };
    struct Findings {
        std::vector<Forbidden> forbidden;
        std::string failure; // not empty: the archives could not be examined, through no fault of theirs
    };

    Task<bool> examineWithLineFeeds(ReceiveMessageEventSource& source, MailItem& item,
                                    const std::vector<Forbidden>& toStrip);
    Task<Findings> examine(const MimeDocument& document);
    Task<Result<std::optional<AttachmentMatch>>> examineArchive(const MimeDocument& document,
                                                                const MimePart& part, std::size_t& archives);
    std::optional<AttachmentMatch> judge(const ArchiveListing& listing, const MimePart& part) const;
    void act(ReceiveMessageEventSource& source, MailItem& item, const MimeDocument& document,
             const std::vector<Forbidden>& forbidden) const;
    void strip(ReceiveMessageEventSource& source, MailItem& item, const MimeDocument& document,
               const std::vector<Forbidden>& forbidden) const;

    SmtpServer& server_;
    const AttachmentFilterListConfig& config_; // of the session's snapshot
    const AttachmentEntries& entries_;
};

} // namespace edge
