// IpListStore: the static IP Allow and Block lists (Add-IPBlockListEntry and its kin). Sessions search an
// immutable table that a writer exchanges for the next one; what is written goes into a database of its own
// where the server keeps its state, because a list of a million ranges is no script to be rewritten at each
// change (docs/decisions/0800).
#pragma once

#include <edge/server/ip_lists/ip_list_table.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace edge {

class Database;
class SqliteVfs;

// Thread-safe: readers hold no lock while they search, writers wait for each other.
class IpListStore final : public IpLists {
public:
    // Forgets everything at the end: the Lab, and servers whose configuration is a file.
    IpListStore();
    // Keeps everything in the database at `path`; `vfs` outlives the store. New files are safe once the caller
    // has synced their directory.
    static Result<std::unique_ptr<IpListStore>> open(SqliteVfs& vfs, const std::string& path);
    ~IpListStore() override;

    std::optional<IpListEntry> find(IpListKind list, const IpAddress& address, UtcTime now) const override;
    // Renews a machine-generated entry of the same range.
    Result<> block(const IpRange& range, std::string comment, UtcTime expirationTime) override;

    // One list as it is now; stays as it is while others write.
    IpListTablePtr table(IpListKind list) const;
    // Gives the entry its identity and returns it. AlreadyExists where an administrator's entry of exactly
    // that range is in force.
    Result<IpListEntry> add(IpListKind list, IpListEntry entry, UtcTime now);
    // All or nothing; ranges for which add() would say AlreadyExists are passed over, also within `entries`.
    // Returns how many were new.
    Result<std::size_t> addAll(IpListKind list, std::vector<IpListEntry> entries, UtcTime now);
    // NotFound where the list has no such entry.
    Result<> remove(IpListKind list, std::int64_t identity);

private:
    Result<> load(const std::string& path);
    // Writers hold mutex_ from here on. Each publishes what the database has taken, or changes nothing.
    Result<> store(IpListKind list, std::vector<IpListEntry>& entries, const std::vector<std::int64_t>& gone);
    Result<> writeRows(IpListKind list, const std::vector<IpListEntry>& entries,
                       const std::vector<std::int64_t>& gone);
    std::atomic<IpListTablePtr>& place(IpListKind list) { return tables_[static_cast<std::size_t>(list)]; }

    std::array<std::atomic<IpListTablePtr>, 2> tables_; // by IpListKind
    std::mutex mutex_;                                  // of writers
    std::int64_t lastIdentity_ = 0;                     // one counter for both lists (agents.md 2.1)
    std::unique_ptr<Database> database_;                // none: memory only
};

} // namespace edge
