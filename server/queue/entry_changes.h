// What becomes of entries after they were committed, as values: routing and publishing decide it, a
// transaction of the store makes it durable, and the table in memory follows.
#pragma once

#include <edge/server/queue/queue_store.h>

#include <vector>

namespace edge {

// What is to become of an entry.
struct EntryChange {
    enum class Kind {
        Stage,    // its replay file is complete
        Unstage,  // a restart found nothing of it: to be written again
        Defer,    // not before `due`
        Poison,   // set aside
        Attempts, // `attempts` is the new count
        Erase,    // published for good, or deleted
    };
    Kind kind = Kind::Stage;
    std::int64_t sequence = 0;
    UtcTime due{};
    int attempts = 0;
};

// Inside a transaction of the store, in the given order.
Result<> applyChanges(QueueStore& store, const std::vector<EntryChange>& changes);

} // namespace edge
