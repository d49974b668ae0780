// What the queue holds of a message: a copy of everything that routing and replay need, made once on the
// session's thread, unchangeable from then on and so free to be read by the commit thread and the categorizer
// at the same time.
#pragma once

#include <edge/mail/mail_item.h>

#include <cstdint>
#include <string>
#include <vector>

namespace edge {

// Where an entry stands. The numbers are in the database: never change one.
enum class EntryState {
    Submitted = 0, // waits for the categorizer
    Staged = 1,    // its replay file is complete, the rename is about to happen or has happened
    Deferred = 2,  // an agent wants it later
    Poison = 3,    // set aside: its agents failed too often (platform.md 5.3)
};

// The small, changing part of an entry.
struct QueueEntry {
    std::int64_t sequence = 0;    // order of commitment
    std::uint64_t internalId = 0; // what the client was told
    Guid fileGuid;                // makes the replay file's name unique beyond this database's life
    EntryState state = EntryState::Submitted;
    int attempts = 0;       // times its agents failed, or the process died while they ran
    UtcTime due{};          // Deferred: not before
    std::uint64_t size = 0; // header, blank line and body, in octets
    bool bodyInFile = false;

    // "<InternalId>-<guid>", made by us alone: nothing a peer sends gets into a file name.
    std::string fileStem() const;
};

// A property of a kind that survives the queue: text, bool and numbers do, everything else is for its session
// only.
struct StoredProperty {
    std::string name;
    char type = 's'; // s string, b bool, i int, l int64, u uint64, d double
    std::string value;
};

struct StoredRecipient {
    std::string address;
    std::string originalRecipient;
    DsnTypeRequested dsnTypeRequested;
    std::vector<StoredProperty> properties;
};

// The large, unchanging part.
struct QueueRecord {
    std::string fromAddress;
    std::vector<StoredRecipient> recipients;
    std::string envelopeId;
    DsnFormatRequested dsnFormatRequested = DsnFormatRequested::NotSpecified;
    BodyType bodyType = BodyType::NotSpecified;
    std::string originalAuthenticator;
    UtcTime dateTimeReceived{};
    InboundDeliveryMethod inboundDeliveryMethod = InboundDeliveryMethod::Smtp;
    std::uint64_t internalId = 0;
    Guid networkMessageId;
    Guid fileGuid;
    std::string heloDomain;
    std::string sourceIpAddress;
    std::string sourceName;
    std::string originatingDomain;
    std::string originatorOrganization;
    std::vector<StoredProperty> properties;
    std::string header; // raw, without the blank line
    bool hasBlankLine = true;
    std::string body; // empty where it lies in a file of its own
    std::uint64_t bodySize = 0;
    bool bodyInFile = false;

    std::uint64_t size() const { return header.size() + (hasBlankLine ? 2 : 0) + bodySize; }
    // What it costs to keep in memory, roughly.
    std::size_t memory() const;
};

// Copies everything but a body larger than `bodyLimit`, which is left for a file of its own. Io where the
// spool cannot be read.
Result<QueueRecord> makeRecord(const MailItem& item, std::size_t bodyLimit);
// The message again, with `body` where the record has none. Malformed where an address is none.
Result<MailItem> restoreItem(const QueueRecord& record, Spool body);

} // namespace edge
