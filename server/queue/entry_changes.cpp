#include <edge/server/queue/entry_changes.h>

namespace edge {
namespace {

Result<> applyChange(QueueStore& store, const EntryChange& change) {
    switch (change.kind) {
    case EntryChange::Kind::Stage:
        return store.setState(change.sequence, EntryState::Staged, {});
    case EntryChange::Kind::Unstage:
        return store.setState(change.sequence, EntryState::Submitted, {});
    case EntryChange::Kind::Defer:
        return store.setState(change.sequence, EntryState::Deferred, change.due);
    case EntryChange::Kind::Poison:
        return store.setState(change.sequence, EntryState::Poison, {});
    case EntryChange::Kind::Attempts:
        return store.setAttempts(change.sequence, change.attempts);
    case EntryChange::Kind::Erase:
        return store.erase(change.sequence, change.sequence);
    }
    return {};
}

} // namespace

// Retirements come in runs of neighbours; a run is one act.
Result<> applyChanges(QueueStore& store, const std::vector<EntryChange>& changes) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (changes[i].kind != EntryChange::Kind::Erase) {
            if (auto applied = applyChange(store, changes[i]); !applied)
                return applied;
            continue;
        }
        const auto first = changes[i].sequence;
        auto last = first;
        while (i + 1 < changes.size() && changes[i + 1].kind == EntryChange::Kind::Erase &&
               changes[i + 1].sequence == last + 1) {
            ++last;
            ++i;
        }
        if (auto erased = store.erase(first, last); !erased)
            return erased;
    }
    return {};
}

} // namespace edge
