#include <edge/server/ip_lists/ip_list_store.h>
#include <edge/server/queue/database.h>

#include <algorithm>

namespace edge {
namespace {

constexpr int kMaxLogPages = 1000; // as SQLite itself would: then the log is copied into the database

// Undoes the transaction unless it was committed.
class Transaction {
public:
    explicit Transaction(Database& database)
        : database_(database) {}
    ~Transaction() {
        if (database_.inTransaction())
            static_cast<void>(database_.execute("ROLLBACK"));
    }

private:
    Database& database_;
};

std::string_view octets(const IpAddress& address) {
    const auto& bytes = address.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<IpAddress> addressIn(std::string_view blob) {
    std::array<std::uint8_t, 16> bytes{};
    if (blob.size() != bytes.size())
        return Error{Errc::Malformed, "an address has 16 octets"};
    std::copy(blob.begin(), blob.end(), bytes.begin());
    return IpAddress::fromBytes(bytes);
}

Result<IpListEntry> entryIn(const SqlStatement& row) {
    const auto first = addressIn(row.blob(2));
    const auto last = addressIn(row.blob(3));
    if (!first || !last || first->isV4() != last->isV4() || *last < *first)
        return Error{Errc::Malformed, "entry " + std::to_string(row.integer(0)) + " has no range"};
    IpListEntry entry;
    entry.identity = row.integer(0);
    entry.range = {*first, *last};
    entry.comment = std::string(row.text(4));
    if (!row.isNull(5))
        entry.expirationTime = UtcTime(std::chrono::microseconds(row.integer(5)));
    entry.isMachineGenerated = row.integer(6) != 0;
    return entry;
}

// An entry that stands in the way of another one of its range: in force, and an administrator's.
bool isRival(const IpListEntry& entry, UtcTime now) {
    return !entry.isMachineGenerated && !entry.hasExpired(now);
}

std::optional<IpListEntry> rivalOf(const IpListTable& table, const IpRange& range, UtcTime now) {
    for (auto& entry : table.withRange(range))
        if (isRival(entry, now))
            return std::move(entry);
    return std::nullopt;
}

// Drops all but the first of equal ranges; keeps the order.
void dropRepeated(std::vector<IpListEntry>& entries) {
    std::vector<std::size_t> order(entries.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const auto compared = entries[a].range <=> entries[b].range;
        return compared == 0 ? a < b : compared < 0;
    });
    std::vector<bool> repeated(entries.size(), false);
    for (std::size_t i = 1; i < order.size(); ++i)
        repeated[order[i]] = entries[order[i]].range == entries[order[i - 1]].range;
    std::size_t at = 0;
    std::erase_if(entries, [&](const IpListEntry&) { return repeated[at++]; });
}

} // namespace

IpListStore::IpListStore() {
    for (auto& table : tables_)
        table = std::make_shared<const IpListTable>();
}

IpListStore::~IpListStore() = default;

Result<std::unique_ptr<IpListStore>> IpListStore::open(SqliteVfs& vfs, const std::string& path) {
    auto database = Database::open(vfs, path);
    if (!database)
        return database.error();
    auto store = std::make_unique<IpListStore>();
    store->database_ = std::move(*database);
    // AUTOINCREMENT remembers the greatest identity ever given, so that none is given twice.
    auto ready = store->database_->execute(
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "CREATE TABLE IF NOT EXISTS ip_list_entry("
        "identity INTEGER PRIMARY KEY AUTOINCREMENT, "
        "list INTEGER NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL, "
        "comment TEXT NOT NULL, expiration INTEGER, "
        "machine_generated INTEGER NOT NULL)");
    if (ready)
        ready = store->load(path);
    if (!ready)
        return ready.error();
    return store;
}

Result<> IpListStore::load(const std::string& path) {
    auto last = database_->queryInteger("SELECT seq FROM sqlite_sequence WHERE name = 'ip_list_entry'");
    if (!last)
        return last.error();
    lastIdentity_ = *last;
    auto rows = database_->prepare("SELECT identity, list, first, last, comment, expiration, "
                                   "machine_generated FROM ip_list_entry ORDER BY identity");
    if (!rows)
        return rows.error();
    std::array<std::vector<IpListEntry>, 2> entries;
    for (;;) {
        const auto more = rows->step();
        if (!more)
            return more.error();
        if (!*more)
            break;
        auto entry = entryIn(*rows);
        const auto list = static_cast<std::size_t>(rows->integer(1));
        if (!entry || list >= entries.size())
            return Error{Errc::Malformed, path + ": " + (entry ? "an unknown list" : entry.error().message)};
        entries[list].push_back(std::move(*entry));
    }
    for (std::size_t list = 0; list < entries.size(); ++list)
        tables_[list] = IpListTable().with(entries[list]);
    return {};
}

std::optional<IpListEntry> IpListStore::find(IpListKind list, const IpAddress& address, UtcTime now) const {
    return table(list)->find(address, now);
}

IpListTablePtr IpListStore::table(IpListKind list) const {
    return tables_[static_cast<std::size_t>(list)].load();
}

Result<> IpListStore::block(const IpRange& range, std::string comment, UtcTime expirationTime) {
    const std::lock_guard lock(mutex_);
    std::vector<std::int64_t> gone;
    for (const auto& entry : table(IpListKind::Block)->withRange(range))
        if (entry.isMachineGenerated)
            gone.push_back(entry.identity);
    IpListEntry entry;
    entry.range = range;
    entry.comment = std::move(comment);
    entry.expirationTime = expirationTime;
    entry.isMachineGenerated = true;
    std::vector<IpListEntry> entries{std::move(entry)};
    return store(IpListKind::Block, entries, gone);
}

Result<IpListEntry> IpListStore::add(IpListKind list, IpListEntry entry, UtcTime now) {
    const std::lock_guard lock(mutex_);
    if (const auto rival = rivalOf(*table(list), entry.range, now))
        return Error{Errc::AlreadyExists, entry.range.toString() + " is on the list already, as entry " +
                                              std::to_string(rival->identity)};
    std::vector<IpListEntry> entries{std::move(entry)};
    if (auto stored = store(list, entries, {}); !stored)
        return stored.error();
    return std::move(entries.front());
}

Result<std::size_t> IpListStore::addAll(IpListKind list, std::vector<IpListEntry> entries, UtcTime now) {
    const std::lock_guard lock(mutex_);
    dropRepeated(entries);
    const auto before = table(list);
    std::erase_if(entries,
                  [&](const IpListEntry& entry) { return rivalOf(*before, entry.range, now).has_value(); });
    if (auto stored = store(list, entries, {}); !stored)
        return stored.error();
    return entries.size();
}

Result<> IpListStore::remove(IpListKind list, std::int64_t identity) {
    const std::lock_guard lock(mutex_);
    if (!table(list)->get(identity))
        return Error{Errc::NotFound, "there is no entry " + std::to_string(identity)};
    std::vector<IpListEntry> none;
    return store(list, none, {identity});
}

Result<> IpListStore::store(IpListKind list, std::vector<IpListEntry>& entries,
                            const std::vector<std::int64_t>& gone) {
    auto next = table(list);
    if (next->size() + entries.size() > IpListTable::kMaxEntries)
        return Error{Errc::LimitExceeded,
                     "a list holds " + std::to_string(IpListTable::kMaxEntries) + " entries at most"};
    auto identity = lastIdentity_;
    for (auto& entry : entries)
        entry.identity = ++identity;
    if (database_)
        if (auto written = writeRows(list, entries, gone); !written)
            return written;
    lastIdentity_ = identity;
    for (const auto removed : gone)
        next = next->without(removed);
    if (!entries.empty())
        next = next->with(entries);
    place(list).store(std::move(next));
    return {};
}

Result<> IpListStore::writeRows(IpListKind list, const std::vector<IpListEntry>& entries,
                                const std::vector<std::int64_t>& gone) {
    const Transaction transaction(*database_);
    if (auto begun = database_->execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    auto erase = database_->prepare("DELETE FROM ip_list_entry WHERE identity = ?1");
    auto insert = database_->prepare("INSERT INTO ip_list_entry VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    if (!erase || !insert)
        return erase ? insert.error() : erase.error();
    for (const auto identity : gone)
        if (auto done = erase->bind(1, identity).run(); !done)
            return done;
    for (const auto& entry : entries) {
        insert->bind(1, entry.identity).bind(2, static_cast<std::int64_t>(list));
        insert->bindBlob(3, octets(entry.range.first)).bindBlob(4, octets(entry.range.last));
        insert->bindText(5, entry.comment).bind(7, entry.isMachineGenerated ? 1 : 0);
        if (entry.expirationTime)
            insert->bind(6, entry.expirationTime->time_since_epoch().count());
        else
            insert->bindNull(6);
        if (auto done = insert->run(); !done)
            return done;
    }
    if (auto committed = database_->execute("COMMIT"); !committed)
        return committed;
    if (database_->logPages() > kMaxLogPages) // what is committed is safe, with or without
        static_cast<void>(database_->checkpointAndTruncate());
    return {};
}

} // namespace edge
