// RecipientStore: the recipients this edge knows (New-EdgeSimRecipient, Import-EdgeSimRecipient). Looked up
// in memory; kept in a database of their own where the server keeps its state, because a directory of a
// million addresses is no script to be rewritten at each change.
#pragma once

#include <edge/recipient_directory.h>

#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace edge {

class Database;
class SqliteVfs;

// Thread-safe. Addresses are compared without ASCII case, as Exchange does.
class RecipientStore final : public RecipientDirectory {
public:
    // Forgets everything at the end: the Lab, and servers whose configuration is a file.
    RecipientStore();
    // Keeps everything in the database at `path`; `vfs` outlives the store.
    static Result<std::unique_ptr<RecipientStore>> open(SqliteVfs& vfs, const std::string& path);
    ~RecipientStore() override;

    Task<Result<std::optional<AddressBookEntry>>> find(RoutingAddress address) override;
    // The same without waiting.
    std::optional<AddressBookEntry> lookUp(const RoutingAddress& address) const;

    // AlreadyExists where the address is known.
    Result<> add(AddressBookEntry entry);
    // All or nothing; addresses that are known already are passed over. Returns how many were new.
    Result<std::size_t> addAll(std::vector<AddressBookEntry> entries);
    Result<> remove(const RoutingAddress& address);
    Result<> clear();
    // Sorted by address.
    std::vector<AddressBookEntry> list() const;
    std::size_t size() const;

private:
    Result<> insertRows(const std::vector<AddressBookEntry>& entries);

    mutable std::shared_mutex mutex_;
    std::unordered_map<std::string, AddressBookEntry> entries_; // key: address in lower case
    std::unique_ptr<Database> database_;                        // none: memory only
};

// One address a line, or CSV with a heading line that names PrimarySmtpAddress (or EmailAddress) and, where
// wanted, DisplayName. Empty lines and # comments are passed over; an error names its line.
Result<std::vector<AddressBookEntry>> parseRecipientList(std::string_view text);

} // namespace edge
