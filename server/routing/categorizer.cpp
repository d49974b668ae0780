#include <edge/base/assert.h>
#include <edge/base/thread_name.h>
#include <edge/server/routing/categorizer.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace edge {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kBatch = 512; // entries a batch: one sync, one mark transaction
constexpr std::size_t kSyncEach =
    4; // up to so many files are synced one by one, more by one sync of the volume
constexpr Duration kIdleTime =
    std::chrono::seconds(5); // the replay directory is looked after even without mail

// Rounds begin at least so far apart, unless a whole batch waits or the rush is over: each costs a
// transaction and a sync, however many files it has, and the disk that syncs for it keeps the commits
// waiting, and with them every 250. A message that comes alone does not wait.
constexpr Duration kGather = std::chrono::milliseconds(60);
constexpr Duration kRushIsOver = std::chrono::milliseconds(8); // nobody has come for so long

// Its agents did their work, the disk did not: no failure of theirs.
QueueEntry withoutAttempt(QueueEntry entry) {
    entry.attempts = std::max(0, entry.attempts - 1);
    return entry;
}

} // namespace

// What one round has gathered.
struct Categorizer::Batch {
    std::vector<TakenEntry> back;     // to be taken again
    std::vector<QueueEntry> staged;   // written, in order
    std::vector<EntryChange> changes; // deleted, deferred, set aside
    bool syncEach = false;
    std::optional<Error> diskError; // nothing more is tried in this round
};

Categorizer::Categorizer(Clock& clock, SubmissionQueue& queue, RoutingDispatcher& agents,
                         ReplayPublisher& publisher, CategorizerSettings settings)
    : clock_(clock)
    , queue_(queue)
    , agents_(agents)
    , settings_(settings)
    , publisher_(publisher) {
    queue_.onWork([this] { wake(); });
}

Categorizer::~Categorizer() {
    stop();
    queue_.onWork({});
}

void Categorizer::configure(ReplaySettings replay) {
    publisher_.configure(std::move(replay));
    wake();
}

CategorizerStatistics Categorizer::statistics() const {
    const std::lock_guard lock(mutex_);
    return statistics_;
}

void Categorizer::count(std::uint64_t CategorizerStatistics::*counter, std::uint64_t by) {
    const std::lock_guard lock(mutex_);
    statistics_.*counter += by;
}

void Categorizer::backOff(const Error& error) {
    retryAt_ = clock_.steadyNow() + settings_.diskRetryInterval;
    count(&CategorizerStatistics::diskErrors);
    if (!queue_.isStopped())
        queue_.notice(NoticeLevel::Error, "publishing pauses: " + error.message);
}

// Recovery, housekeeping, pauses: true where entries may be taken.
Task<bool> Categorizer::prepare() {
    if (queue_.isStopped() || (retryAt_ && clock_.steadyNow() < *retryAt_))
        co_return false;
    retryAt_.reset();
    if (!recovered_) {
        const auto recovered = co_await publisher_.recover();
        if (!recovered) {
            backOff(recovered.error());
            co_return false;
        }
        recovered_ = true;
    }
    const auto kept = co_await publisher_.keepHouse();
    if (!kept)
        backOff(kept.error());
    co_return kept.has_value();
}

Task<std::size_t> Categorizer::runOnce() {
    const bool ready = co_await prepare();
    if (!ready)
        co_return std::size_t{0};
    auto taken = queue_.take(kBatch);
    if (taken.empty())
        co_return std::size_t{0};
    Batch batch;
    batch.syncEach = taken.size() <= kSyncEach;
    for (auto& entry : taken) {
        if (batch.diskError)
            batch.back.push_back(std::move(entry));
        else
            co_await categorize(entry, batch);
    }
    if (!batch.staged.empty()) {
        const auto published = co_await publisher_.publish(batch.staged, batch.syncEach);
        if (!published) {
            std::vector<TakenEntry> again;
            for (const auto& entry : batch.staged)
                again.push_back({withoutAttempt(entry), nullptr});
            again.insert(again.end(), batch.back.begin(), batch.back.end());
            batch.back = std::move(again);
            batch.staged.clear();
            batch.diskError = published.error();
        }
        count(&CategorizerStatistics::published, batch.staged.size());
    }
    if (!batch.changes.empty()) {
        auto changes = batch.changes;
        const auto changed = co_await queue_.change(std::move(changes), Durability::ProcessKill);
        if (!changed) { // their agents see them once more
            for (const auto& change : batch.changes) {
                const auto found =
                    std::find_if(taken.begin(), taken.end(), [&change](const TakenEntry& entry) {
                        return entry.entry.sequence == change.sequence;
                    });
                if (found != taken.end() && change.kind != EntryChange::Kind::Attempts)
                    batch.back.push_back({found->entry, nullptr});
            }
            batch.diskError = changed.error();
        }
    }
    const auto dealt = taken.size() - batch.back.size();
    queue_.giveBack(std::move(batch.back));
    if (batch.diskError)
        backOff(*batch.diskError);
    co_return dealt;
}

Task<Result<>> Categorizer::settle() {
    if (!recovered_ || queue_.isStopped())
        co_return Result<>{};
    co_return co_await publisher_.retire();
}

// The message as it was committed.
Result<MailItem> Categorizer::restore(const TakenEntry& taken) const {
    if (!taken.record->bodyInFile)
        return restoreItem(*taken.record, Spool());
    auto body = queue_.openBody(taken.entry, taken.record->bodySize);
    if (!body)
        return body.error();
    return restoreItem(*taken.record, std::move(*body));
}

// One message: from the queue through its agents into staging, or wherever its agents want it.
Task<> Categorizer::categorize(TakenEntry& taken, Batch& batch) {
    if (!taken.record) {
        auto loaded = co_await queue_.load(taken.entry.sequence);
        if (!loaded && loaded.error().code == Errc::NotFound)
            co_return; // gone already
        if (!loaded) {
            batch.diskError = loaded.error();
            batch.back.push_back(std::move(taken));
            co_return;
        }
        taken.record = std::move(*loaded);
    }
    auto item = restore(taken);
    if (!item) {
        const auto code = item.error().code;
        if (code == Errc::Malformed || code == Errc::InvalidArgument || code == Errc::NotFound) {
            setAside(taken.entry, item.error().message, batch);
            co_return;
        }
        batch.diskError = item.error();
        batch.back.push_back(std::move(taken));
        co_return;
    }
    if (!agents_.isEmpty()) {
        if (taken.entry.attempts > settings_.poisonThreshold) {
            setAside(taken.entry, "its agents failed " + std::to_string(taken.entry.attempts) + " times",
                     batch);
            co_return;
        }
        const auto counted = co_await countAttempt(taken.entry);
        if (!counted) {
            batch.diskError = counted.error();
            batch.back.push_back(std::move(taken));
            co_return;
        }
        const auto verdict = co_await route(*item);
        if (verdict.act != RoutingVerdict::Act::Continue) {
            dispose(taken.entry, verdict, batch);
            co_return;
        }
    }
    if (item->recipients.empty()) { // no NDR of ours
        count(&CategorizerStatistics::noRecipients);
        queue_.notice(NoticeLevel::Information, "message " + std::to_string(taken.entry.internalId) +
                                                    " has no recipient left and is dropped");
        batch.changes.push_back({EntryChange::Kind::Erase, taken.entry.sequence, {}, 0});
        co_return;
    }
    if (auto staged = publisher_.stage(taken.entry, *item, batch.syncEach); !staged) {
        batch.diskError = staged.error();
        batch.back.push_back({withoutAttempt(taken.entry), nullptr});
        co_return;
    }
    batch.staged.push_back(taken.entry);
}

// Written before the agents run: should they take the process down, the next one knows whose fault it may
// have been.
Task<Result<>> Categorizer::countAttempt(QueueEntry& entry) {
    ++entry.attempts;
    std::vector<EntryChange> changes{{EntryChange::Kind::Attempts, entry.sequence, {}, entry.attempts}};
    co_return co_await queue_.change(std::move(changes), Durability::ProcessKill);
}

Task<RoutingVerdict> Categorizer::route(MailItem& item) {
    using Event = Task<RoutingVerdict> (RoutingDispatcher::*)(MailItem&);
    for (const Event event : {&RoutingDispatcher::onSubmitted, &RoutingDispatcher::onResolved,
                              &RoutingDispatcher::onRouted, &RoutingDispatcher::onCategorized}) {
        auto verdict = co_await raise(event, item);
        if (verdict.act != RoutingVerdict::Act::Continue)
            co_return verdict;
    }
    co_return RoutingVerdict{};
}

Task<RoutingVerdict> Categorizer::raise(Task<RoutingVerdict> (RoutingDispatcher::*event)(MailItem&),
                                        MailItem& item) {
    std::string what;
    try {
        co_return co_await (agents_.*event)(item);
    } catch (const std::exception& exception) {
        what = exception.what();
    } catch (...) {
        what = "an exception of unknown kind";
    }
    co_return RoutingVerdict{RoutingVerdict::Act::Fault, {}, what};
}

// Deleted, deferred or failed: the queue still has the original content, edits are forgotten.
void Categorizer::dispose(const QueueEntry& entry, const RoutingVerdict& verdict, Batch& batch) {
    const auto deferFor = [&](Duration delay) {
        const auto due = clock_.utcNow() + std::chrono::duration_cast<std::chrono::microseconds>(delay);
        batch.changes.push_back({EntryChange::Kind::Defer, entry.sequence, due, 0});
    };
    switch (verdict.act) {
    case RoutingVerdict::Act::Continue:
        return;
    case RoutingVerdict::Act::Delete:
        count(&CategorizerStatistics::deleted);
        batch.changes.push_back({EntryChange::Kind::Erase, entry.sequence, {}, 0});
        return;
    case RoutingVerdict::Act::Defer:
        count(&CategorizerStatistics::deferred);
        batch.changes.push_back({EntryChange::Kind::Attempts, entry.sequence, {}, 0}); // no fault of its own
        return deferFor(std::max(verdict.delay, Duration::zero()));
    case RoutingVerdict::Act::Fault:
        count(&CategorizerStatistics::faults);
        if (entry.attempts > settings_.poisonThreshold)
            return setAside(entry, verdict.reason, batch);
        queue_.notice(NoticeLevel::Warning, "message " + std::to_string(entry.internalId) +
                                                " is tried again, an agent failed: " + verdict.reason);
        return deferFor(settings_.faultRetryInterval);
    }
}

void Categorizer::setAside(const QueueEntry& entry, const std::string& why, Batch& batch) {
    count(&CategorizerStatistics::poisoned);
    queue_.notice(NoticeLevel::Error,
                  "message " + std::to_string(entry.internalId) + " is set aside as poison: " + why);
    batch.changes.push_back({EntryChange::Kind::Poison, entry.sequence, {}, 0});
}

// --- The thread.

void Categorizer::start() {
    EDGE_ASSERT(!thread_.joinable(), "a categorizer is started once");
    thread_ = std::thread([this] { runThread(); });
}

void Categorizer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void Categorizer::wake() {
    {
        const std::lock_guard lock(mutex_);
        work_ = true;
        if (gathering_ && queue_.ready() < kBatch)
            return; // it will look by itself in a moment
    }
    woken_.notify_one();
}

namespace {

// Runs one coroutine to its end on a loop of this thread.
void runTask(asio::io_context& loop, std::function<Task<>()> task) {
    loop.restart();
    asio::co_spawn(loop, std::move(task), [](std::exception_ptr failure) {
        if (failure)
            std::rethrow_exception(failure); // out of run(), as from a plain call
    });
    loop.run();
}

} // namespace

void Categorizer::runThread() {
    nameThisThread("categorizer");
    asio::io_context loop;
    for (;;) {
        std::size_t dealt = 0;
        const auto begin = clock_.steadyNow();
        runTask(loop, [this, &dealt]() -> Task<> { dealt = co_await runOnce(); });
        std::unique_lock lock(mutex_);
        if (dealt == 0 && !work_ && !stopping_)
            woken_.wait_for(lock, idleTime(), [this] { return work_ || stopping_; });
        if (dealt > 0)
            gather(lock, begin + kGather);
        work_ = false;
        if (stopping_)
            break;
    }
    runTask(loop, [this]() -> Task<> { static_cast<void>(co_await settle()); });
}

// Waits for company, until `until` at the latest.
void Categorizer::gather(std::unique_lock<std::mutex>& lock, SteadyTime until) {
    gathering_ = true;
    auto before = queue_.ready();
    for (auto now = clock_.steadyNow(); now < until; now = clock_.steadyNow()) {
        const bool enough = woken_.wait_for(lock, std::min<Duration>(kRushIsOver, until - now),
                                            [this] { return stopping_ || queue_.ready() >= kBatch; });
        const auto ready = queue_.ready();
        if (enough || ready == before)
            break;
        before = ready;
    }
    gathering_ = false;
}

// Until the next thing that is due by itself.
Duration Categorizer::idleTime() const {
    auto idle = kIdleTime;
    const auto now = clock_.steadyNow();
    if (retryAt_)
        return std::clamp<Duration>(*retryAt_ - now, Duration::zero(), idle);
    if (const auto due = publisher_.retireDue())
        idle = std::min<Duration>(idle, *due - now);
    if (const auto due = queue_.nextDue())
        idle = std::min<Duration>(idle, *due - clock_.utcNow());
    return std::max<Duration>(idle, Duration::zero());
}

} // namespace edge
