#include <edge/base/text.h>
#include <edge/server/queue/database.h>
#include <edge/server/recipients/recipient_store.h>

#include <algorithm>
#include <mutex>

namespace edge {
namespace {

std::string keyOf(const RoutingAddress& address) {
    return asciiLower(address.toString());
}

// Undoes the transaction unless told to keep it.
class Transaction {
public:
    explicit Transaction(Database& database)
        : database_(database) {}
    ~Transaction() {
        if (database_.inTransaction())
            static_cast<void>(database_.execute("ROLLBACK"));
    }
    Result<> begin() { return database_.execute("BEGIN IMMEDIATE"); }
    Result<> commit() { return database_.execute("COMMIT"); }

private:
    Database& database_;
};

// The columns of a CSV heading, or one column of addresses where there is no heading.
struct Columns {
    std::size_t address = 0;
    std::optional<std::size_t> displayName;
};

std::string_view unquoted(std::string_view cell) {
    cell = trim(cell);
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"')
        return cell.substr(1, cell.size() - 2);
    return cell;
}

std::optional<Columns> headingOf(std::string_view line) {
    Columns columns;
    bool named = false;
    const auto cells = split(line, ',');
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto name = unquoted(cells[i]);
        if (iequals(name, "PrimarySmtpAddress") || iequals(name, "EmailAddress")) {
            columns.address = i;
            named = true;
        } else if (iequals(name, "DisplayName") || iequals(name, "Name")) {
            columns.displayName = i;
        }
    }
    return named ? std::optional(columns) : std::nullopt;
}

} // namespace

RecipientStore::RecipientStore() = default;
RecipientStore::~RecipientStore() = default;

Result<std::unique_ptr<RecipientStore>> RecipientStore::open(SqliteVfs& vfs, const std::string& path) {
    auto database = Database::open(vfs, path);
    if (!database)
        return database.error();
    auto store = std::make_unique<RecipientStore>();
    store->database_ = std::move(*database);
    const auto made =
        store->database_->execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; "
                                  "CREATE TABLE IF NOT EXISTS recipient("
                                  "address TEXT PRIMARY KEY COLLATE NOCASE, display_name TEXT NOT NULL, "
                                  "antispam_bypass INTEGER NOT NULL, "
                                  "require_authentication INTEGER NOT NULL) WITHOUT ROWID");
    if (!made)
        return made.error();
    auto rows = store->database_->prepare(
        "SELECT address, display_name, antispam_bypass, require_authentication FROM recipient");
    if (!rows)
        return rows.error();
    for (;;) {
        const auto more = rows->step();
        if (!more)
            return more.error();
        if (!*more)
            return store;
        const auto address = RoutingAddress::parse(rows->text(0));
        if (!address)
            return Error{Errc::Malformed, path + ": " + address.error().message};
        AddressBookEntry entry;
        entry.primarySmtpAddress = *address;
        entry.displayName = std::string(rows->text(1));
        entry.antispamBypass = rows->integer(2) != 0;
        entry.requireSenderAuthentication = rows->integer(3) != 0;
        store->entries_.emplace(keyOf(*address), std::move(entry));
    }
}

Task<Result<std::optional<AddressBookEntry>>> RecipientStore::find(RoutingAddress address) {
    co_return lookUp(address);
}

std::optional<AddressBookEntry> RecipientStore::lookUp(const RoutingAddress& address) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(keyOf(address));
    return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

Result<> RecipientStore::add(AddressBookEntry entry) {
    if (lookUp(entry.primarySmtpAddress))
        return Error{Errc::AlreadyExists,
                     "The recipient \"" + entry.primarySmtpAddress.toString() + "\" already exists."};
    const auto added = addAll({std::move(entry)});
    return added ? Result<>{} : Result<>{added.error()};
}

Result<std::size_t> RecipientStore::addAll(std::vector<AddressBookEntry> entries) {
    const std::unique_lock lock(mutex_);
    std::erase_if(entries, [this](const AddressBookEntry& entry) {
        return entries_.count(keyOf(entry.primarySmtpAddress)) != 0;
    });
    if (database_)
        if (auto inserted = insertRows(entries); !inserted)
            return inserted.error();
    const auto before = entries_.size();
    for (auto& entry : entries) {
        auto key = keyOf(entry.primarySmtpAddress);
        entries_.emplace(std::move(key), std::move(entry));
    }
    return entries_.size() - before;
}

Result<> RecipientStore::insertRows(const std::vector<AddressBookEntry>& entries) {
    Transaction transaction(*database_);
    if (auto begun = transaction.begin(); !begun)
        return begun;
    auto insert = database_->prepare("INSERT OR IGNORE INTO recipient VALUES(?1, ?2, ?3, ?4)");
    if (!insert)
        return insert.error();
    for (const auto& entry : entries) {
        insert->bindText(1, entry.primarySmtpAddress.toString()).bindText(2, entry.displayName);
        insert->bind(3, entry.antispamBypass).bind(4, entry.requireSenderAuthentication);
        if (auto done = insert->run(); !done)
            return done;
    }
    return transaction.commit();
}

Result<> RecipientStore::remove(const RoutingAddress& address) {
    const std::unique_lock lock(mutex_);
    const auto key = keyOf(address);
    const auto found = entries_.find(key);
    if (found == entries_.end())
        return Error{Errc::NotFound, "The recipient \"" + address.toString() + "\" couldn't be found."};
    if (database_) {
        auto erase = database_->prepare("DELETE FROM recipient WHERE address = ?1");
        if (!erase)
            return erase.error();
        if (auto done = erase->bindText(1, found->second.primarySmtpAddress.toString()).run(); !done)
            return done;
    }
    entries_.erase(found);
    return {};
}

Result<> RecipientStore::clear() {
    const std::unique_lock lock(mutex_);
    if (database_)
        if (auto done = database_->execute("DELETE FROM recipient"); !done)
            return done;
    entries_.clear();
    return {};
}

std::vector<AddressBookEntry> RecipientStore::list() const {
    std::vector<AddressBookEntry> all;
    {
        const std::shared_lock lock(mutex_);
        all.reserve(entries_.size());
        for (const auto& [key, entry] : entries_)
            all.push_back(entry);
    }
    std::sort(all.begin(), all.end(), [](const AddressBookEntry& a, const AddressBookEntry& b) {
        return a.primarySmtpAddress < b.primarySmtpAddress;
    });
    return all;
}

std::size_t RecipientStore::size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
}

Result<std::vector<AddressBookEntry>> parseRecipientList(std::string_view text) {
    std::vector<AddressBookEntry> entries;
    std::optional<Columns> columns;
    std::size_t lineNumber = 0;
    for (auto line : split(text, '\n')) {
        ++lineNumber;
        line = trim(line);
        if (line.empty() || line.front() == '#')
            continue;
        if (!columns) {
            if ((columns = headingOf(line)))
                continue;
            columns = Columns{};
        }
        const auto cells = split(line, ',');
        const auto address =
            columns->address < cells.size()
                ? RoutingAddress::parse(unquoted(cells[columns->address]))
                : Result<RoutingAddress>(Error{Errc::Malformed, "there is no address in this line"});
        if (!address || address->domainPart().empty())
            return Error{Errc::Malformed, "line " + std::to_string(lineNumber) + ": \"" + std::string(line) +
                                              "\" is not an SMTP address"};
        AddressBookEntry entry;
        entry.primarySmtpAddress = *address;
        if (columns->displayName && *columns->displayName < cells.size())
            entry.displayName = std::string(unquoted(cells[*columns->displayName]));
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace edge
