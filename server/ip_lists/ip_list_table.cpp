#include <edge/base/assert.h>
#include <edge/server/ip_lists/ip_list_table.h>
#include <edge/server/ip_lists/range_index.h>

#include <algorithm>

namespace edge {
namespace {

// Entries that are sorted anew at each addition; more, and everything is merged into one block. A thousand
// take a fraction of a millisecond, so that the merge of a million comes once in a thousand additions.
constexpr std::size_t kMaxRecent = 1024;

std::uint32_t v4Key(const IpAddress& address) {
    const auto& bytes = address.bytes();
    return std::uint32_t{bytes[12]} << 24 | std::uint32_t{bytes[13]} << 16 | std::uint32_t{bytes[14]} << 8 |
           std::uint32_t{bytes[15]};
}

} // namespace

// An entry in the memory of a million: comments are mostly none or the same text again.
struct IpListTable::Row {
    IpRange range;
    std::int64_t identity = 0;
    UtcTime expires = UtcTime::max();
    std::shared_ptr<const std::string> comment;
    bool isMachineGenerated = false;

    IpListEntry entry() const {
        return {identity, range, comment ? *comment : std::string(),
                expires == UtcTime::max() ? std::nullopt : std::optional(expires), isMachineGenerated};
    }
};

// Rows by identity, with an index of their ranges for each family.
class IpListTable::Block {
public:
    explicit Block(std::vector<Row> rows)
        : rows_(std::move(rows)) {
        std::vector<RangeIndex<std::uint32_t>::Item> v4;
        std::vector<RangeIndex<IpAddress>::Item> v6;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const auto& range = rows_[i].range;
            const auto number = static_cast<std::uint32_t>(i);
            if (range.first.isV4())
                v4.push_back({v4Key(range.first), v4Key(range.last), number});
            else
                v6.push_back({range.first, range.last, number});
        }
        v4_ = RangeIndex<std::uint32_t>(std::move(v4));
        v6_ = RangeIndex<IpAddress>(std::move(v6));
    }

    const std::vector<Row>& rows() const { return rows_; }
    const Row* find(std::int64_t identity) const {
        const auto found =
            std::lower_bound(rows_.begin(), rows_.end(), identity,
                             [](const Row& row, std::int64_t wanted) { return row.identity < wanted; });
        return found != rows_.end() && found->identity == identity ? &*found : nullptr;
    }
    template <class Visit>
    void visitContaining(const IpAddress& address, Visit visit) const {
        const auto visitRow = [&](std::uint32_t number) { visit(rows_[number]); };
        if (address.isV4())
            v4_.visitContaining(v4Key(address), visitRow);
        else
            v6_.visitContaining(address, visitRow);
    }

private:
    std::vector<Row> rows_;
    RangeIndex<std::uint32_t> v4_;
    RangeIndex<IpAddress> v6_;
};

bool IpListTable::isRemoved(std::int64_t identity) const {
    return std::binary_search(removed_.begin(), removed_.end(), identity);
}

template <class Visit>
void IpListTable::visitContaining(const IpAddress& address, Visit visit) const {
    if (recent_)
        recent_->visitContaining(address, visit);
    if (settled_)
        settled_->visitContaining(address, [&](const Row& row) {
            if (!isRemoved(row.identity))
                visit(row);
        });
}

std::optional<IpListEntry> IpListTable::find(const IpAddress& address, UtcTime now) const {
    const Row* best = nullptr;
    visitContaining(address, [&](const Row& row) {
        if (row.expires <= now)
            return;
        const bool better = !best || row.range.narrowerThan(best->range) ||
                            (!best->range.narrowerThan(row.range) && row.identity < best->identity);
        if (better)
            best = &row;
    });
    return best ? std::optional(best->entry()) : std::nullopt;
}

std::vector<IpListEntry> IpListTable::entriesOf(std::vector<const Row*> rows) const {
    std::sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return a->identity < b->identity; });
    std::vector<IpListEntry> entries;
    entries.reserve(rows.size());
    for (const auto* row : rows)
        entries.push_back(row->entry());
    return entries;
}

std::vector<IpListEntry> IpListTable::containing(const IpAddress& address) const {
    std::vector<const Row*> rows;
    visitContaining(address, [&](const Row& row) { rows.push_back(&row); });
    return entriesOf(std::move(rows));
}

std::vector<IpListEntry> IpListTable::withRange(const IpRange& range) const {
    std::vector<const Row*> rows;
    visitContaining(range.first, [&](const Row& row) {
        if (row.range == range)
            rows.push_back(&row);
    });
    return entriesOf(std::move(rows));
}

std::optional<IpListEntry> IpListTable::get(std::int64_t identity) const {
    const auto* row = settled_ ? settled_->find(identity) : nullptr;
    if (row && isRemoved(identity))
        return std::nullopt;
    if (!row && recent_)
        row = recent_->find(identity);
    return row ? std::optional(row->entry()) : std::nullopt;
}

std::vector<IpListEntry> IpListTable::list(std::size_t limit) const {
    std::vector<IpListEntry> entries;
    entries.reserve(std::min(limit, size()));
    for (const auto* block : {settled_.get(), recent_.get()}) {
        if (!block)
            continue;
        for (const auto& row : block->rows()) {
            if (entries.size() == limit)
                return entries;
            if (block != settled_.get() || !isRemoved(row.identity))
                entries.push_back(row.entry());
        }
    }
    return entries;
}

std::size_t IpListTable::size() const {
    return (settled_ ? settled_->rows().size() : 0) + (recent_ ? recent_->rows().size() : 0) -
           removed_.size();
}

IpListTablePtr IpListTable::with(const std::vector<IpListEntry>& entries) const {
    std::vector<Row> rows;
    if (recent_)
        rows = recent_->rows();
    rows.reserve(rows.size() + entries.size());
    std::shared_ptr<const std::string> comment; // that of the row before
    for (const auto& entry : entries) {
        if (entry.comment.empty())
            comment = nullptr;
        else if (!comment || *comment != entry.comment)
            comment = std::make_shared<const std::string>(entry.comment);
        rows.push_back({entry.range, entry.identity, entry.expirationTime.value_or(UtcTime::max()), comment,
                        entry.isMachineGenerated});
    }
    auto table = std::make_shared<IpListTable>(*this);
    table->recent_ = std::make_shared<const Block>(std::move(rows));
    return table->settled();
}

IpListTablePtr IpListTable::without(std::int64_t identity) const {
    auto table = std::make_shared<IpListTable>(*this);
    if (recent_ && recent_->find(identity)) {
        auto rows = recent_->rows();
        std::erase_if(rows, [identity](const Row& row) { return row.identity == identity; });
        table->recent_ = std::make_shared<const Block>(std::move(rows));
        return table;
    }
    EDGE_ASSERT(settled_ && settled_->find(identity) && !isRemoved(identity), "the entry is on the list");
    auto& removed = table->removed_;
    removed.insert(std::upper_bound(removed.begin(), removed.end(), identity), identity);
    return table->settled();
}

// This table, or, when too much has changed since, one with everything in its settled part.
IpListTablePtr IpListTable::settled() const {
    auto table = std::make_shared<IpListTable>(*this);
    if ((!recent_ || recent_->rows().size() <= kMaxRecent) && removed_.size() <= kMaxRecent)
        return table;
    std::vector<Row> rows;
    rows.reserve(size());
    if (settled_)
        for (const auto& row : settled_->rows())
            if (!isRemoved(row.identity))
                rows.push_back(row);
    if (recent_)
        rows.insert(rows.end(), recent_->rows().begin(), recent_->rows().end());
    EDGE_ASSERT(rows.size() <= kMaxEntries, "the store holds the limit");
    table->settled_ = std::make_shared<const Block>(std::move(rows));
    table->recent_ = nullptr;
    table->removed_.clear();
    return table;
}

} // namespace edge
