// IpListTable: one list of addresses as a value that never changes. Adding makes a new table that shares the
// great sorted part with the old one and sorts only what came since: a reader needs no lock, and one entry
// more on a list of a million costs microseconds, but for the rare merge.
#pragma once

#include <edge/ip_lists.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace edge {

class IpListTable;
using IpListTablePtr = std::shared_ptr<const IpListTable>;

class IpListTable {
public:
    // Of both ends one family: an IPv6 range holds no IPv4 address, `::/0` neither.
    static constexpr std::size_t kMaxEntries = 20'000'000; // what fits into a lab's memory, and 32-bit rows

    // The entry in force that contains `address`: the narrowest, of equal ones the oldest.
    std::optional<IpListEntry> find(const IpAddress& address, UtcTime now) const;
    // Every entry that contains `address`, expired or not, by identity.
    std::vector<IpListEntry> containing(const IpAddress& address) const;
    // Entries of exactly that range, expired or not, by identity.
    std::vector<IpListEntry> withRange(const IpRange& range) const;
    std::optional<IpListEntry> get(std::int64_t identity) const;
    // By identity, the first `limit`.
    std::vector<IpListEntry> list(std::size_t limit = std::numeric_limits<std::size_t>::max()) const;
    std::size_t size() const;

    // This table with `entries`, whose identities ascend and are greater than all that are here.
    IpListTablePtr with(const std::vector<IpListEntry>& entries) const;
    // This table without that entry, which must be here.
    IpListTablePtr without(std::int64_t identity) const;

private:
    struct Row;
    class Block;
    using BlockPtr = std::shared_ptr<const Block>;

    template <class Visit>
    void visitContaining(const IpAddress& address, Visit visit) const;
    std::vector<IpListEntry> entriesOf(std::vector<const Row*> rows) const;
    bool isRemoved(std::int64_t identity) const;
    IpListTablePtr settled() const;

    BlockPtr settled_;                  // nearly all entries
    BlockPtr recent_;                   // those added since, kMaxRecent at most
    std::vector<std::int64_t> removed_; // of settled_, ascending, kMaxRecent at most
};

} // namespace edge
