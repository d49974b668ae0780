#include <edge/server/queue/queue_store.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace edge {
namespace {

constexpr std::string_view kFileName = "mail.que"; // Exchange's name of it
constexpr int kSchemaVersion = 1;
constexpr int kApplicationId = 0x45447151;      // "EDqQ": tells `file` and us that it is ours
constexpr std::int64_t kShrinkAbove = 64 << 20; // octets of free pages that an idle queue file may keep
constexpr int kMessageRecipient = -1;           // property.recipient of a message's own property

// Pragmas before the first table: some cannot be changed later. The log is cut back to 64 MiB when it is
// reused. Without secure_delete (Debian's default) a page that becomes free is neither zeroed nor logged: the
// queue forgets every message within a second, and its content lies in Replay anyway.
constexpr const char* kPragmas = "PRAGMA page_size=4096;"
                                 "PRAGMA locking_mode=EXCLUSIVE;" // no shared memory needed for WAL
                                 "PRAGMA journal_mode=WAL;"
                                 "PRAGMA synchronous=FULL;"
                                 "PRAGMA secure_delete=OFF;"
                                 "PRAGMA temp_store=MEMORY;"
                                 "PRAGMA cache_size=-16384;"
                                 "PRAGMA journal_size_limit=67108864;"
                                 "PRAGMA trusted_schema=OFF;";

constexpr const char* kSchema =
    "CREATE TABLE note(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE entry(sequence INTEGER PRIMARY KEY, internal_id INTEGER NOT NULL, file_guid BLOB NOT NULL,"
    " state INTEGER NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL, size INTEGER NOT NULL,"
    " body_in_file INTEGER NOT NULL);"
    "CREATE TABLE message(sequence INTEGER PRIMARY KEY, mail_from TEXT NOT NULL, envelope_id TEXT NOT NULL,"
    " ret INTEGER NOT NULL, body_type INTEGER NOT NULL, auth TEXT NOT NULL, received INTEGER NOT NULL,"
    " inbound_method INTEGER NOT NULL, network_message_id BLOB NOT NULL, helo_domain TEXT NOT NULL,"
    " source_ip TEXT NOT NULL, source_name TEXT NOT NULL, originating_domain TEXT NOT NULL,"
    " originator_organization TEXT NOT NULL, has_blank_line INTEGER NOT NULL, body_size INTEGER NOT NULL,"
    " header BLOB NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE recipient(sequence INTEGER NOT NULL, position INTEGER NOT NULL, address TEXT NOT NULL,"
    " orcpt TEXT NOT NULL, notify INTEGER NOT NULL, PRIMARY KEY(sequence, position)) WITHOUT ROWID;"
    "CREATE TABLE property(sequence INTEGER NOT NULL, recipient INTEGER NOT NULL, name TEXT NOT NULL,"
    " type TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(sequence, recipient, name)) WITHOUT ROWID;";

// NOTIFY= as bits, so that the column stays one number.
constexpr int kNotifySpecified = 1;
constexpr int kNotifyNever = 2;
constexpr int kNotifySuccess = 4;
constexpr int kNotifyFailure = 8;
constexpr int kNotifyDelay = 16;

int notifyBits(const DsnTypeRequested& notify) {
    return (notify.specified ? kNotifySpecified : 0) | (notify.never ? kNotifyNever : 0) |
           (notify.success ? kNotifySuccess : 0) | (notify.failure ? kNotifyFailure : 0) |
           (notify.delay ? kNotifyDelay : 0);
}

DsnTypeRequested notifyOf(std::int64_t bits) {
    return {(bits & kNotifySpecified) != 0, (bits & kNotifyNever) != 0, (bits & kNotifySuccess) != 0,
            (bits & kNotifyFailure) != 0, (bits & kNotifyDelay) != 0};
}

std::string_view bytesOf(const Guid& guid) {
    return {reinterpret_cast<const char*>(guid.bytes.data()), guid.bytes.size()};
}

Guid guidOf(std::string_view bytes) {
    Guid guid;
    if (bytes.size() == guid.bytes.size())
        std::memcpy(guid.bytes.data(), bytes.data(), bytes.size());
    return guid;
}

std::int64_t microsOf(UtcTime when) {
    return when.time_since_epoch().count();
}

UtcTime timeOf(std::int64_t micros) {
    return UtcTime(std::chrono::microseconds(micros));
}

} // namespace

// Prepared once: parsing SQL costs more than running these.
struct QueueStore::Statements {
    SqlStatement begin, commit, rollback;
    SqlStatement insertEntry, insertMessage, insertRecipient, insertProperty;
    SqlStatement setState, setAttempts, setNote, getNote;
    SqlStatement eraseEntries, eraseMessages, eraseRecipients, eraseProperties;
    SqlStatement entries, message, recipients, properties;
};

QueueStore::QueueStore(FileSystem& files, Clock& clock, Random& random, const std::string& directory)
    : files_(files)
    , directory_(directory)
    , vfs_(files, clock, random, directory) {}

QueueStore::~QueueStore() = default;

Result<std::unique_ptr<QueueStore>> QueueStore::open(FileSystem& files, Clock& clock, Random& random,
                                                     const std::string& directory) {
    std::unique_ptr<QueueStore> store(new QueueStore(files, clock, random, directory));
    for (const auto step : {&QueueStore::create, &QueueStore::connect, &QueueStore::configure,
                            &QueueStore::prepareAll, &QueueStore::beginGeneration, &QueueStore::shrink})
        if (auto done = (store.get()->*step)(); !done)
            return done.error();
    return store;
}

// A new database gets its name when it is whole: one that the power left half made would open for nobody, and
// nobody could tell it from a queue that was damaged later.
Result<> QueueStore::create() {
    const auto path = joinPath(directory_, kFileName);
    const auto there = files_.status(path);
    if (there && there->size > 0)
        return {};
    if (!there && there.error().code != Errc::NotFound)
        return there.error();
    const auto newPath = path + ".new";
    for (const auto* suffix : {"", "-journal", "-wal"})
        if (auto gone = files_.remove(newPath + suffix); !gone && gone.error().code != Errc::NotFound)
            return gone;
    if (auto made = createSchema(newPath); !made)
        return made;
    auto file = files_.open(newPath, OpenMode::ReadWrite);
    if (!file)
        return file.error();
    if (auto synced = (*file)->sync(); !synced)
        return synced;
    if (auto named = files_.rename(newPath, path); !named)
        return named;
    return files_.syncDirectory(directory_);
}

Result<> QueueStore::createSchema(const std::string& path) {
    auto database = Database::open(vfs_, path);
    if (!database)
        return database.error();
    const auto sql = std::string(kPragmas) + "BEGIN IMMEDIATE;" + kSchema +
                     "PRAGMA application_id=" + std::to_string(kApplicationId) +
                     ";PRAGMA user_version=" + std::to_string(kSchemaVersion) + ";COMMIT;";
    if (auto made = (*database)->execute(sql); !made)
        return made;
    return (*database)->checkpointAndTruncate();
}

Result<> QueueStore::connect() {
    auto database = Database::open(vfs_, joinPath(directory_, kFileName));
    if (!database)
        return database.error();
    database_ = std::move(*database);
    return {};
}

Result<> QueueStore::configure() {
    if (auto done = database_->execute(kPragmas); !done)
        return done;
    auto mode = database_->prepare("PRAGMA journal_mode");
    if (!mode)
        return mode.error();
    if (const auto row = mode->step(); !row || !*row || mode->text(0) != "wal")
        return Error{Errc::Unsupported, "SQLite does not keep the queue in " + directory_ + " in WAL mode"};
    const auto version = database_->queryInteger("PRAGMA user_version");
    if (!version)
        return version.error();
    if (*version == 0)
        return Error{Errc::Unsupported, joinPath(directory_, kFileName) + " is no queue of edgesim"};
    if (*version > kSchemaVersion)
        return Error{Errc::Unsupported, "the queue in " + directory_ +
                                            " was made by a newer version of edgesim (schema " +
                                            std::to_string(*version) + ", this one knows " +
                                            std::to_string(kSchemaVersion) + ")"};
    return {};
}

Result<> QueueStore::prepareAll() {
    statements_ = std::make_unique<Statements>();
    auto& s = *statements_;
    const struct {
        SqlStatement& statement;
        const char* sql;
    } all[] = {
        {s.begin, "BEGIN"},
        {s.commit, "COMMIT"},
        {s.rollback, "ROLLBACK"},
        {s.insertEntry, "INSERT INTO entry VALUES(?,?,?,?,0,0,?,?)"},
        {s.insertMessage, "INSERT INTO message VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {s.insertRecipient, "INSERT INTO recipient VALUES(?,?,?,?,?)"},
        {s.insertProperty, "INSERT INTO property VALUES(?,?,?,?,?)"},
        {s.setState, "UPDATE entry SET state=?2, due=?3 WHERE sequence=?1"},
        {s.setAttempts, "UPDATE entry SET attempts=?2 WHERE sequence=?1"},
        {s.setNote, "INSERT INTO note VALUES(?1,?2) ON CONFLICT(name) DO UPDATE SET value=?2"},
        {s.getNote, "SELECT value FROM note WHERE name=?"},
        {s.eraseEntries, "DELETE FROM entry WHERE sequence BETWEEN ? AND ?"},
        {s.eraseMessages, "DELETE FROM message WHERE sequence BETWEEN ? AND ?"},
        {s.eraseRecipients, "DELETE FROM recipient WHERE sequence BETWEEN ? AND ?"},
        {s.eraseProperties, "DELETE FROM property WHERE sequence BETWEEN ? AND ?"},
        {s.entries, "SELECT * FROM entry WHERE sequence>? ORDER BY sequence"},
        {s.message,
         "SELECT message.*, internal_id, file_guid, body_in_file FROM message JOIN entry USING(sequence)"
         " WHERE sequence=?"},
        {s.recipients, "SELECT address, orcpt, notify FROM recipient WHERE sequence=? ORDER BY position"},
        {s.properties, "SELECT recipient, name, type, value FROM property WHERE sequence=?"},
    };
    for (const auto& one : all) {
        auto prepared = database_->prepare(one.sql);
        if (!prepared)
            return prepared.error();
        one.statement = std::move(*prepared);
    }
    return {};
}

// A synced transaction that also creates the log file; only then is the directory synced, and only then may a
// checkpoint rely on the log's name. The checkpoint rewrites whatever an earlier process failed to sync:
// pages that a failed sync left "clean" in the cache reach the disk only when they are written again.
Result<> QueueStore::beginGeneration() {
    const auto stored = note("generation");
    if (!stored)
        return stored.error();
    const auto highest = database_->queryInteger("SELECT max(internal_id) FROM entry");
    const auto last = database_->queryInteger("SELECT max(sequence) FROM entry");
    if (!highest || !last)
        return highest ? last.error() : highest.error();
    const auto before = stored->empty() ? 0ULL : std::strtoull(stored->c_str(), nullptr, 10);
    const auto generation =
        std::max<unsigned long long>(before, static_cast<std::uint64_t>(*highest) >> 32) + 1;
    firstInternalId_ = (generation << 32) + 1;
    nextSequence_ = *last + 1;
    if (auto begun = begin(Durability::PowerCut); !begun)
        return begun;
    if (auto set = setNote("generation", std::to_string(generation)); !set)
        return set;
    if (auto committed = commit(); !committed)
        return committed;
    if (auto synced = files_.syncDirectory(directory_); !synced)
        return synced;
    return database_->checkpointAndTruncate();
}

// A queue that was long once gives its space back when it is next opened short.
Result<> QueueStore::shrink() {
    const auto free = database_->queryInteger("PRAGMA freelist_count");
    const auto pages = database_->queryInteger("PRAGMA page_count");
    const auto size = database_->queryInteger("PRAGMA page_size");
    if (!free || !pages || !size)
        return Error{Errc::Io, "the queue database does not tell its size"};
    if (*free * *size < kShrinkAbove || *free < *pages / 2)
        return {};
    if (auto shrunk = database_->execute("VACUUM"); !shrunk && shrunk.error().code != Errc::NoSpace)
        return shrunk; // without space it stays long, which harms nobody
    return database_->checkpointAndTruncate();
}

// In WAL mode NORMAL differs from FULL in just the one sync at the commit; checkpoints sync in both.
Result<> QueueStore::begin(Durability durability) {
    if (durability != durability_) {
        const bool full = durability == Durability::PowerCut;
        if (auto set = database_->execute(full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
            !set)
            return set;
        durability_ = durability;
    }
    return statements_->begin.run();
}

Result<> QueueStore::commit() {
    return statements_->commit.run();
}

void QueueStore::rollback() {
    if (database_->inTransaction())
        static_cast<void>(statements_->rollback.run()); // fails only where SQLite has rolled back already
}

Result<std::int64_t> QueueStore::insert(const QueueRecord& record) {
    const auto sequence = nextSequence_++;
    auto& entry = statements_->insertEntry;
    entry.bind(1, sequence)
        .bind(2, static_cast<std::int64_t>(record.internalId))
        .bindBlob(3, bytesOf(record.fileGuid));
    entry.bind(4, static_cast<int>(EntryState::Submitted)).bind(5, static_cast<std::int64_t>(record.size()));
    entry.bind(6, record.bodyInFile ? 1 : 0);
    if (auto done = entry.run(); !done)
        return done.error();
    auto& message = statements_->insertMessage;
    message.bind(1, sequence).bindText(2, record.fromAddress).bindText(3, record.envelopeId);
    message.bind(4, static_cast<int>(record.dsnFormatRequested)).bind(5, static_cast<int>(record.bodyType));
    message.bindText(6, record.originalAuthenticator).bind(7, microsOf(record.dateTimeReceived));
    message.bind(8, static_cast<int>(record.inboundDeliveryMethod))
        .bindBlob(9, bytesOf(record.networkMessageId));
    message.bindText(10, record.heloDomain)
        .bindText(11, record.sourceIpAddress)
        .bindText(12, record.sourceName);
    message.bindText(13, record.originatingDomain).bindText(14, record.originatorOrganization);
    message.bind(15, record.hasBlankLine ? 1 : 0).bind(16, static_cast<std::int64_t>(record.bodySize));
    message.bindBlob(17, record.header).bindBlob(18, record.body);
    if (auto done = message.run(); !done)
        return done.error();
    if (auto done = insertRecipients(sequence, record); !done)
        return done.error();
    if (auto done = insertProperties(sequence, kMessageRecipient, record.properties); !done)
        return done.error();
    return sequence;
}

Result<> QueueStore::insertRecipients(std::int64_t sequence, const QueueRecord& record) {
    int position = 0;
    for (const auto& recipient : record.recipients) {
        auto& insert = statements_->insertRecipient;
        insert.bind(1, sequence).bind(2, position).bindText(3, recipient.address);
        insert.bindText(4, recipient.originalRecipient).bind(5, notifyBits(recipient.dsnTypeRequested));
        if (auto done = insert.run(); !done)
            return done;
        if (auto done = insertProperties(sequence, position, recipient.properties); !done)
            return done;
        ++position;
    }
    return {};
}

Result<> QueueStore::insertProperties(std::int64_t sequence, int recipient,
                                      const std::vector<StoredProperty>& properties) {
    for (const auto& property : properties) {
        auto& insert = statements_->insertProperty;
        insert.bind(1, sequence).bind(2, recipient).bindText(3, property.name);
        insert.bindText(4, std::string_view(&property.type, 1)).bindBlob(5, property.value);
        if (auto done = insert.run(); !done)
            return done;
    }
    return {};
}

Result<> QueueStore::setState(std::int64_t sequence, EntryState state, UtcTime due) {
    return statements_->setState.bind(1, sequence)
        .bind(2, static_cast<int>(state))
        .bind(3, microsOf(due))
        .run();
}

Result<> QueueStore::setAttempts(std::int64_t sequence, int attempts) {
    return statements_->setAttempts.bind(1, sequence).bind(2, attempts).run();
}

Result<> QueueStore::erase(std::int64_t first, std::int64_t last) {
    for (auto* statement : {&statements_->eraseEntries, &statements_->eraseMessages,
                            &statements_->eraseRecipients, &statements_->eraseProperties})
        if (auto done = statement->bind(1, first).bind(2, last).run(); !done)
            return done;
    return {};
}

Result<> QueueStore::setNote(std::string_view name, std::string_view value) {
    return statements_->setNote.bindText(1, name).bindText(2, value).run();
}

Result<std::vector<QueueEntry>> QueueStore::entries(std::int64_t after) {
    std::vector<QueueEntry> found;
    auto& rows = statements_->entries;
    rows.bind(1, after);
    for (;;) {
        const auto row = rows.step();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        QueueEntry entry;
        entry.sequence = rows.integer(0);
        entry.internalId = static_cast<std::uint64_t>(rows.integer(1));
        entry.fileGuid = guidOf(rows.blob(2));
        entry.state = static_cast<EntryState>(rows.integer(3));
        entry.attempts = static_cast<int>(rows.integer(4));
        entry.due = timeOf(rows.integer(5));
        entry.size = static_cast<std::uint64_t>(rows.integer(6));
        entry.bodyInFile = rows.integer(7) != 0;
        found.push_back(entry);
    }
}

Result<QueueRecord> QueueStore::load(std::int64_t sequence) {
    QueueRecord record;
    auto& row = statements_->message;
    row.bind(1, sequence);
    const auto found = row.step();
    if (!found)
        return found.error();
    if (!*found)
        return Error{Errc::NotFound, "entry " + std::to_string(sequence) + " is not in the queue"};
    record.fromAddress = row.text(1);
    record.envelopeId = row.text(2);
    record.dsnFormatRequested = static_cast<DsnFormatRequested>(row.integer(3));
    record.bodyType = static_cast<BodyType>(row.integer(4));
    record.originalAuthenticator = row.text(5);
    record.dateTimeReceived = timeOf(row.integer(6));
    record.inboundDeliveryMethod = static_cast<InboundDeliveryMethod>(row.integer(7));
    record.networkMessageId = guidOf(row.blob(8));
    record.heloDomain = row.text(9);
    record.sourceIpAddress = row.text(10);
    record.sourceName = row.text(11);
    record.originatingDomain = row.text(12);
    record.originatorOrganization = row.text(13);
    record.hasBlankLine = row.integer(14) != 0;
    record.bodySize = static_cast<std::uint64_t>(row.integer(15));
    record.header = row.blob(16);
    record.body = row.blob(17);
    record.internalId = static_cast<std::uint64_t>(row.integer(18));
    record.fileGuid = guidOf(row.blob(19));
    record.bodyInFile = row.integer(20) != 0;
    row.reset();
    if (auto loaded = loadRecipients(sequence, record); !loaded)
        return loaded.error();
    if (auto loaded = loadProperties(sequence, record); !loaded)
        return loaded.error();
    return record;
}

Result<> QueueStore::loadRecipients(std::int64_t sequence, QueueRecord& record) {
    auto& rows = statements_->recipients;
    rows.bind(1, sequence);
    for (;;) {
        const auto row = rows.step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        record.recipients.push_back(
            {std::string(rows.text(0)), std::string(rows.text(1)), notifyOf(rows.integer(2)), {}});
    }
}

Result<> QueueStore::loadProperties(std::int64_t sequence, QueueRecord& record) {
    auto& rows = statements_->properties;
    rows.bind(1, sequence);
    for (;;) {
        const auto row = rows.step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        const auto position = rows.integer(0);
        const auto type = rows.text(2);
        StoredProperty property{std::string(rows.text(1)), type.empty() ? 's' : type.front(),
                                std::string(rows.blob(3))};
        if (position == kMessageRecipient)
            record.properties.push_back(std::move(property));
        else if (position >= 0 && static_cast<std::size_t>(position) < record.recipients.size())
            record.recipients[static_cast<std::size_t>(position)].properties.push_back(std::move(property));
    }
}

Result<std::string> QueueStore::note(std::string_view name) {
    auto& row = statements_->getNote;
    row.bindText(1, name);
    const auto found = row.step();
    if (!found)
        return found.error();
    std::string value(*found ? row.text(0) : std::string_view());
    row.reset();
    return value;
}

} // namespace edge
