#include <edge/server/queue/entry_table.h>

#include <algorithm>
#include <utility>

namespace edge {

void EntryTable::adopt(const std::vector<QueueEntry>& entries) {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : entries) {
        all_[entry.sequence] = entry;
        bytes_ += entry.size;
        lastSequence_ = std::max(lastSequence_, entry.sequence);
        switch (entry.state) {
        case EntryState::Submitted:
            ready_.push_back({entry, nullptr});
            break;
        case EntryState::Staged:
            staged_.push_back(entry);
            break;
        case EntryState::Deferred:
            deferred_.emplace(entry.due, entry);
            break;
        case EntryState::Poison:
            ++poison_;
            break;
        }
    }
}

void EntryTable::enter(const QueueEntry& entry, std::shared_ptr<const QueueRecord> record) {
    const auto memory = record->memory();
    const std::lock_guard lock(mutex_);
    all_.emplace(entry.sequence, entry);
    bytes_ += entry.size;
    lastSequence_ = std::max(lastSequence_, entry.sequence);
    const bool kept = handedOver_ + memory <= handOverBytes_;
    handedOver_ += kept ? memory : 0;
    ready_.push_back({entry, kept ? std::move(record) : nullptr});
}

void EntryTable::change(const EntryChange& change) {
    const std::lock_guard lock(mutex_);
    const auto found = all_.find(change.sequence);
    if (found == all_.end())
        return;
    auto& entry = found->second;
    const auto moveTo = [&](EntryState state) {
        poison_ -= entry.state == EntryState::Poison ? 1 : 0;
        poison_ += state == EntryState::Poison ? 1 : 0;
        entry.state = state;
    };
    switch (change.kind) {
    case EntryChange::Kind::Stage:
        return moveTo(EntryState::Staged);
    case EntryChange::Kind::Unstage:
        moveTo(EntryState::Submitted);
        ready_.insert(std::upper_bound(ready_.begin(), ready_.end(), entry.sequence,
                                       [](std::int64_t sequence, const TakenEntry& waiting) {
                                           return sequence < waiting.entry.sequence;
                                       }),
                      {entry, nullptr});
        return;
    case EntryChange::Kind::Defer:
        moveTo(EntryState::Deferred);
        entry.due = change.due;
        deferred_.emplace(entry.due, entry);
        return;
    case EntryChange::Kind::Poison:
        return moveTo(EntryState::Poison);
    case EntryChange::Kind::Attempts:
        entry.attempts = change.attempts;
        return;
    case EntryChange::Kind::Erase:
        moveTo(EntryState::Submitted);
        bytes_ -= entry.size;
        all_.erase(found);
        return;
    }
}

std::vector<TakenEntry> EntryTable::take(std::size_t count, std::uint64_t maxBytes, UtcTime now) {
    std::vector<TakenEntry> taken;
    const std::lock_guard lock(mutex_);
    while (!deferred_.empty() && deferred_.begin()->first <= now) {
        ready_.push_back({deferred_.begin()->second, nullptr});
        deferred_.erase(deferred_.begin());
    }
    std::uint64_t bytes = 0;
    while (!ready_.empty() && taken.size() < count && (taken.empty() || bytes < maxBytes)) {
        auto& first = ready_.front();
        bytes += first.entry.size;
        if (first.record)
            handedOver_ -= first.record->memory();
        taken.push_back(std::move(first));
        ready_.pop_front();
    }
    return taken;
}

void EntryTable::giveBack(const std::vector<TakenEntry>& entries) {
    const std::lock_guard lock(mutex_);
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        ready_.push_front({entry->entry, nullptr}); // the hand-over is for the fast path
}

bool EntryTable::takeOut(std::int64_t sequence) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(ready_.begin(), ready_.end(), [sequence](const TakenEntry& waiting) {
        return waiting.entry.sequence == sequence;
    });
    if (found == ready_.end())
        return false;
    if (found->record)
        handedOver_ -= found->record->memory();
    ready_.erase(found);
    return true;
}

std::vector<QueueEntry> EntryTable::takeStaged() {
    const std::lock_guard lock(mutex_);
    return std::exchange(staged_, {});
}

std::vector<QueueEntry> EntryTable::waiting() const {
    std::vector<QueueEntry> entries;
    const std::lock_guard lock(mutex_);
    for (const auto& waiting : ready_)
        entries.push_back(waiting.entry);
    return entries;
}

std::vector<std::int64_t> EntryTable::poisoned() const {
    std::vector<std::int64_t> sequences;
    const std::lock_guard lock(mutex_);
    for (const auto& [sequence, entry] : all_)
        if (entry.state == EntryState::Poison)
            sequences.push_back(sequence);
    return sequences;
}

std::set<std::string> EntryTable::bodies() const {
    std::set<std::string> stems;
    const std::lock_guard lock(mutex_);
    for (const auto& [sequence, entry] : all_)
        if (entry.bodyInFile)
            stems.insert(entry.fileStem());
    return stems;
}

std::vector<std::string> EntryTable::bodiesErasedBy(const std::vector<EntryChange>& changes) const {
    std::vector<std::string> stems;
    const std::lock_guard lock(mutex_);
    for (const auto& change : changes) {
        const auto found = all_.find(change.sequence);
        if (change.kind == EntryChange::Kind::Erase && found != all_.end() && found->second.bodyInFile)
            stems.push_back(found->second.fileStem());
    }
    return stems;
}

std::optional<UtcTime> EntryTable::nextDue() const {
    const std::lock_guard lock(mutex_);
    return deferred_.empty() ? std::nullopt : std::optional(deferred_.begin()->first);
}

std::int64_t EntryTable::lastSequence() const {
    const std::lock_guard lock(mutex_);
    return lastSequence_;
}

EntryCounts EntryTable::counts() const {
    const std::lock_guard lock(mutex_);
    return {ready_.size(), deferred_.size(), poison_, all_.size(), bytes_};
}

} // namespace edge
