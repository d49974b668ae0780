// MailItem: the envelope of a message and what hangs off it (platform.md 1.6). The header is edited in
// memory, the body lies in the spool and is never copied to be looked at.
#pragma once

#include <edge/base/guid.h>
#include <edge/mail/header_list.h>
#include <edge/mail/property_bag.h>
#include <edge/mail/routing_address.h>
#include <edge/mail/smtp_response.h>
#include <edge/mail/spool.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edge {

// BODY= of MAIL (RFC 6152, RFC 3030).
enum class BodyType { NotSpecified, SevenBit, EightBitMime, BinaryMime };
// RET= of MAIL (RFC 3461 4.3).
enum class DsnFormatRequested { NotSpecified, Full, Headers };
// NOTIFY= of RCPT (RFC 3461 4.1); Never stands alone.
struct DsnTypeRequested {
    bool specified = false;
    bool never = false;
    bool success = false;
    bool failure = false;
    bool delay = false;
    bool operator==(const DsnTypeRequested&) const = default;
};
// How the message came (platform.md 1.6).
enum class InboundDeliveryMethod { Unknown, Smtp, File, Mailbox, Explicit };

// The words of RFC 6152, 3030 and 3461 for X-Sender, X-Receiver and logs; "" where nothing was specified.
std::string_view toString(BodyType type);
std::string_view toString(DsnFormatRequested format);
std::string toString(const DsnTypeRequested& notify); // "NEVER" or "SUCCESS,FAILURE,DELAY"

// One recipient of the envelope.
struct EnvelopeRecipient {
    RoutingAddress address;
    std::string originalRecipient; // ORCPT as given, "rfc822;a@b"; empty: none
    DsnTypeRequested dsnTypeRequested;
    PropertyBag properties;
};

// The recipients. Agents may add and remove; what was removed is remembered for the decision record.
class EnvelopeRecipientCollection {
public:
    void add(EnvelopeRecipient recipient);
    // Removes every recipient of that address; returns how many there were.
    std::size_t remove(const RoutingAddress& address);
    // The same for those whose mail goes another way: they are handed back and not remembered as removed.
    std::vector<EnvelopeRecipient> takeOut(const std::vector<RoutingAddress>& addresses);
    std::vector<EnvelopeRecipient> takeOutAll();
    bool contains(const RoutingAddress& address) const;
    std::size_t size() const { return recipients_.size(); }
    bool empty() const { return recipients_.empty(); }
    EnvelopeRecipient& operator[](std::size_t index) { return recipients_[index]; }
    const EnvelopeRecipient& operator[](std::size_t index) const { return recipients_[index]; }
    auto begin() { return recipients_.begin(); }
    auto end() { return recipients_.end(); }
    auto begin() const { return recipients_.begin(); }
    auto end() const { return recipients_.end(); }
    const std::vector<RoutingAddress>& removed() const { return removed_; }
    // Counts additions and removals.
    std::uint32_t revision() const { return revision_; }

private:
    std::vector<EnvelopeRecipient> recipients_;
    std::vector<RoutingAddress> removed_;
    std::uint32_t revision_ = 0;
};

// What mimeOf() remembers about a message (mime_document.h). It does not go along when the message is moved,
// because it refers to the body where it lies.
struct MimeCache {
    struct Entry;
    MimeCache() = default;
    MimeCache(MimeCache&&) noexcept {}
    MimeCache& operator=(MimeCache&&) noexcept {
        entry.reset();
        return *this;
    }
    std::shared_ptr<const Entry> entry;
};

// Recipients whose copy goes to the quarantine mailbox, inside a delivery report (agents.md 6.4).
struct QuarantinedRecipients {
    std::vector<EnvelopeRecipient> recipients;
    SmtpResponse diagnostic; // 550 5.2.1 and why
};

// A message on its way. One owner; lives on its session's thread until the queue has it.
struct MailItem {
    explicit MailItem(SpoolPlace place)
        : body(std::move(place)) {}

    // Envelope.
    RoutingAddress fromAddress;
    EnvelopeRecipientCollection recipients;
    std::vector<QuarantinedRecipients> quarantined; // taken out of recipients, one entry for each act
    std::string envelopeId; // ENVID, xtext as received
    DsnFormatRequested dsnFormatRequested = DsnFormatRequested::NotSpecified;
    BodyType bodyType = BodyType::NotSpecified;
    std::string originalAuthenticator; // AUTH= of MAIL, as received; empty: none
    // Content.
    HeaderList headers;
    bool hasBlankLine = true;          // a message may end before the line that parts header and body
    Spool body;                        // behind that blank line, octet for octet
    std::uint32_t contentRevision = 0; // counts edits of the body; whoever replaces it adds one
    mutable MimeCache mimeCache;
    // Circumstances.
    UtcTime dateTimeReceived{};
    InboundDeliveryMethod inboundDeliveryMethod = InboundDeliveryMethod::Smtp;
    std::uint64_t internalId = 0; // the queue's number (platform.md 2.6)
    Guid networkMessageId;        // 2013 on: header, agent log and decision carry the same
    std::string heloDomain;
    std::string sourceIpAddress;
    std::string sourceName; // "SMTP:<connector>" (platform.md 4.4)
    std::string originatingDomain;
    std::string originatorOrganization;
    PropertyBag properties;

    // Header, blank line and body, in octets.
    std::uint64_t mimeStreamLength() const;
    // Counts edits of header, body and envelope; snapshots compare it.
    std::uint32_t revision() const { return headers.revision() + recipients.revision() + contentRevision; }
    // The content piece by piece, as it will be written.
    Result<> forEachMimeChunk(const std::function<Result<>(std::string_view)>& take) const;
};

} // namespace edge
