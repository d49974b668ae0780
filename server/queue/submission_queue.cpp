#include <edge/base/assert.h>
#include <edge/base/thread_name.h>
#include <edge/server/queue/submission_queue.h>
#include <edge/server/queue/suspend_for.h>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <set>

namespace edge {
namespace {

namespace asio = boost::asio;

constexpr Duration kSpaceCheckInterval = std::chrono::seconds(1);
constexpr std::size_t kTakeBytes = 16
                                   << 20; // content in the categorizer's hands at a time, one entry at least

Error stoppedError() {
    return Error{Errc::Unavailable,
                 "the queue is stopped after a disk error; Resume-EdgeSimQueue takes up work again"};
}

std::string sentence(const char* subject, std::uint64_t value, const char* limitName, std::uint64_t limit) {
    return std::to_string(value) + " " + subject + ", " + limitName + " is " + std::to_string(limit);
}

std::string fileStemOf(const QueueRecord& record) {
    return QueueEntry{.internalId = record.internalId, .fileGuid = record.fileGuid}.fileStem();
}

} // namespace

// Large bodies are written on a thread of their own: neither the session's loop nor the commits wait for
// megabytes.
struct SubmissionQueue::Bodies {
    Bodies() {
        asio::post(pool, [] { nameThisThread("bodies"); });
    }

    asio::thread_pool pool{1};
};

Result<std::unique_ptr<SubmissionQueue>> SubmissionQueue::open(FileSystem& files, Clock& clock,
                                                               Random& random, QueueSettings settings) {
    std::unique_ptr<SubmissionQueue> queue(new SubmissionQueue(files, clock, random, std::move(settings)));
    if (auto started = queue->start(); !started)
        return started.error();
    return queue;
}

SubmissionQueue::SubmissionQueue(FileSystem& files, Clock& clock, Random& random, QueueSettings settings)
    : files_(files)
    , clock_(clock)
    , random_(random)
    , settings_(std::move(settings))
    , bodies_(files, joinPath(settings_.directory, "bodies"))
    , entries_(settings_.handOverBytes)
    , commits_(settings_.execution, {settings_.maxBatch, settings_.maxWaitingBytes},
               [this](CommitJobs& jobs) { runJobs(jobs); }) {}

SubmissionQueue::~SubmissionQueue() {
    if (bodyThread_)
        bodyThread_->pool.join();
    commits_.finish();
}

Result<> SubmissionQueue::start() {
    if (auto made = files_.createDirectories(settings_.directory); !made)
        return made;
    auto lock = files_.lock(joinPath(settings_.directory, "lock"));
    if (!lock)
        return lock.error();
    lock_ = std::move(*lock);
    auto store = QueueStore::open(files_, clock_, random_, settings_.directory);
    if (!store)
        return store.error();
    store_ = std::move(*store);
    nextInternalId_ = store_->firstInternalId();
    counters_.syncs = store_->syncs();
    if (auto opened = bodies_.open(); !opened)
        return opened;
    if (auto read = readNotes(); !read)
        return read;
    if (auto adopted = adopt(0); !adopted)
        return adopted;
    if (auto swept = bodies_.removeAllBut(entries_.bodies()); !swept)
        return swept.error();
    if (settings_.execution == Execution::Thread)
        bodyThread_ = std::make_unique<Bodies>();
    commits_.start();
    return {};
}

Result<> SubmissionQueue::readNotes() {
    for (const char* name : {"boot_id", "replay_directory"}) {
        auto value = store_->note(name);
        if (!value)
            return value.error();
        notesAtStart_[name] = std::move(*value);
    }
    return {};
}

// Takes the entries behind `after` from the database into memory.
Result<> SubmissionQueue::adopt(std::int64_t after) {
    const auto entries = store_->entries(after);
    if (!entries)
        return entries.error();
    entries_.adopt(*entries);
    return {};
}

// --- For sessions.

std::uint64_t SubmissionQueue::nextInternalId() {
    return nextInternalId_++;
}

Task<Result<Receipt>> SubmissionQueue::commit(std::shared_ptr<const MailItem> item) {
    std::vector<std::shared_ptr<const MailItem>> items{std::move(item)};
    auto committing = commitTogether(std::move(items));
    const auto receipts = co_await std::move(committing);
    if (!receipts)
        co_return receipts.error();
    co_return receipts->front();
}

Task<Result<std::vector<Receipt>>>
SubmissionQueue::commitTogether(std::vector<std::shared_ptr<const MailItem>> items) {
    if (stopped_)
        co_return stoppedError();
    std::vector<std::shared_ptr<QueueRecord>> records;
    for (const auto& item : items) {
        auto preparing = prepare(item);
        auto record = co_await std::move(preparing);
        if (!record) {
            dropBodies(records);
            co_return record.error();
        }
        records.push_back(std::move(*record));
    }
    auto job = std::make_shared<CommitJob>();
    auto sequences = std::make_shared<std::vector<std::int64_t>>(records.size());
    job->apply = [records, sequences](QueueStore& store) -> Result<> {
        for (std::size_t i = 0; i < records.size(); ++i) {
            auto inserted = store.insert(*records[i]);
            if (!inserted)
                return inserted.error();
            (*sequences)[i] = *inserted;
        }
        return {};
    };
    job->committed = [this, records, sequences] {
        for (std::size_t i = 0; i < records.size(); ++i)
            entered((*sequences)[i], records[i]);
    };
    job->durability = Durability::PowerCut;
    for (const auto& record : records)
        job->bytes += record->memory();
    job->messages = static_cast<int>(records.size());
    const auto performed = co_await commits_.perform(std::move(job));
    if (!performed) {
        dropBodies(records);
        co_return performed.error();
    }
    std::vector<Receipt> receipts;
    for (const auto& record : records)
        receipts.push_back({record->internalId});
    co_return receipts;
}

// The record of a message, its large body already in a file.
Task<Result<std::shared_ptr<QueueRecord>>> SubmissionQueue::prepare(std::shared_ptr<const MailItem> item) {
    auto made = makeRecord(*item, settings_.largeBody);
    if (!made)
        co_return made.error();
    auto record = std::make_shared<QueueRecord>(std::move(*made));
    if (record->internalId == 0)
        record->internalId = nextInternalId();
    record->fileGuid = record->networkMessageId.isEmpty() ? Guid::make(random_) : record->networkMessageId;
    if (record->bodyInFile) {
        const auto stored = co_await storeBody(item, fileStemOf(*record));
        if (!stored) {
            judgeFailure(stored.error(), bodies_.syncFailed());
            co_return stored.error();
        }
    }
    co_return record;
}

// After a failed sync they stay: nobody knows what reached the disk.
void SubmissionQueue::dropBodies(const std::vector<std::shared_ptr<QueueRecord>>& records) {
    for (const auto& record : records)
        if (record->bodyInFile && !stopped_)
            bodies_.remove(fileStemOf(*record));
}

Task<Result<>> SubmissionQueue::storeBody(std::shared_ptr<const MailItem> item, std::string stem) {
    if (!bodyThread_)
        co_return bodies_.store(stem, item->body);
    auto start = [this, item, stem](std::function<void(Result<>)> done) {
        asio::post(bodyThread_->pool, [this, item, stem, done] { done(bodies_.store(stem, item->body)); });
    };
    auto stored = suspendFor<Result<>>(std::move(start));
    co_return co_await std::move(stored);
}

// The entry is durable: the categorizer may have it.
void SubmissionQueue::entered(std::int64_t sequence, std::shared_ptr<const QueueRecord> record) {
    QueueEntry entry;
    entry.sequence = sequence;
    entry.internalId = record->internalId;
    entry.fileGuid = record->fileGuid;
    entry.size = record->size();
    entry.bodyInFile = record->bodyInFile;
    entries_.enter(entry, std::move(record));
}

Admission SubmissionQueue::admission() {
    const auto now = clock_.steadyNow().time_since_epoch();
    auto due = nextSpaceCheck_.load();
    const bool looks = gate_.refuses(AdmissionReason::DiskFull) ||
                       (now.count() >= due &&
                        nextSpaceCheck_.compare_exchange_strong(due, (now + kSpaceCheckInterval).count()));
    if (looks) {
        const auto space = files_.space(settings_.directory);
        if (space && space->freeBytes < settings_.minimumFreeSpace)
            gate_.refuse(AdmissionReason::DiskFull,
                         sentence("octets are free in the queue's volume", space->freeBytes,
                                  "the least to be kept", settings_.minimumFreeSpace));
        else if (space)
            gate_.allow(AdmissionReason::DiskFull);
    }
    return gate_.check();
}

// --- For the operator.

Task<Result<>> SubmissionQueue::resume() {
    auto job = std::make_shared<CommitJob>();
    job->alone = [this] { return reopen(); };
    co_return co_await commits_.perform(std::move(job));
}

// Runs where the commits run. Opening the database again rewrites all that the log holds, so what a failed
// sync left "clean" in the page cache becomes durable before anything new is promised.
Result<> SubmissionQueue::reopen() {
    if (store_) {
        const std::lock_guard lock(countersMutex_);
        earlierSyncs_ += store_->syncs();
    }
    store_.reset();
    auto store = QueueStore::open(files_, clock_, random_, settings_.directory);
    if (!store)
        return store.error();
    store_ = std::move(*store);
    if (auto swept = files_.syncDirectory(joinPath(settings_.directory, "bodies")); !swept)
        return swept;
    bodies_.forgetFailure();
    auto current = nextInternalId_.load();
    while (current < store_->firstInternalId() &&
           !nextInternalId_.compare_exchange_weak(current, store_->firstInternalId())) {
    }
    // A transaction that failed at its sync may have reached the disk after all.
    if (auto adopted = adopt(entries_.lastSequence()); !adopted)
        return adopted;
    stopped_ = false;
    gate_.allow(AdmissionReason::Stopped);
    notice(NoticeLevel::Information, "the queue has taken up work again");
    wake();
    return {};
}

QueueStatistics SubmissionQueue::statistics() const {
    QueueStatistics statistics;
    {
        const std::lock_guard lock(countersMutex_);
        statistics = counters_;
    }
    const auto counts = entries_.counts();
    statistics.syncs += bodies_.syncs();
    statistics.ready = counts.ready;
    statistics.deferred = counts.deferred;
    statistics.poison = counts.poison;
    statistics.entries = counts.entries;
    statistics.bytes = counts.bytes;
    statistics.stopped = stopped_;
    return statistics;
}

Task<Result<std::size_t>> SubmissionQueue::resubmitPoison() {
    std::vector<EntryChange> changes;
    for (const auto sequence : entries_.poisoned())
        changes.push_back({EntryChange::Kind::Attempts, sequence, {}, 0});
    const auto count = changes.size();
    for (std::size_t i = 0; i < count; ++i)
        changes.push_back({EntryChange::Kind::Defer, changes[i].sequence, clock_.utcNow(), 0});
    const auto changed = co_await change(std::move(changes), Durability::PowerCut);
    if (!changed)
        co_return changed.error();
    wake();
    co_return count;
}

void SubmissionQueue::stop(const std::string& why) {
    const auto explanation = why + "; nothing is accepted until the disk has been looked at";
    const bool first = gate_.refuse(AdmissionReason::Stopped, explanation);
    stopped_ = true;
    if (first)
        notice(NoticeLevel::Error, "the queue stops: " + explanation);
}

// --- For categorizer and publisher.

std::vector<TakenEntry> SubmissionQueue::take(std::size_t count) {
    return entries_.take(count, kTakeBytes, clock_.utcNow());
}

std::size_t SubmissionQueue::ready() const {
    return entries_.counts().ready;
}

void SubmissionQueue::giveBack(const std::vector<TakenEntry>& entries) {
    entries_.giveBack(entries);
}

Task<Result<std::shared_ptr<const QueueRecord>>> SubmissionQueue::load(std::int64_t sequence) {
    auto found = std::make_shared<std::optional<Result<QueueRecord>>>();
    auto job = std::make_shared<CommitJob>();
    job->apply = [found, sequence](QueueStore& store) -> Result<> {
        *found = store.load(sequence);
        return {};
    };
    const auto performed = co_await commits_.perform(std::move(job));
    if (!performed)
        co_return performed.error();
    if (!**found)
        co_return (*found)->error();
    co_return std::make_shared<const QueueRecord>(std::move(***found));
}

Result<Spool> SubmissionQueue::openBody(const QueueEntry& entry, std::uint64_t size) const {
    return bodies_.read(entry.fileStem(), size);
}

Task<Result<>> SubmissionQueue::change(std::vector<EntryChange> changes, Durability durability) {
    return setNotes({}, std::move(changes), durability);
}

Task<Result<>> SubmissionQueue::setNotes(std::vector<std::pair<std::string, std::string>> notes,
                                         std::vector<EntryChange> changes, Durability durability) {
    const auto bodies = entries_.bodiesErasedBy(changes); // their files go once the rows are durably gone
    auto job = std::make_shared<CommitJob>();
    auto shared = std::make_shared<const std::vector<EntryChange>>(std::move(changes));
    job->apply = [shared, notes = std::move(notes)](QueueStore& store) -> Result<> {
        if (auto applied = applyChanges(store, *shared); !applied)
            return applied;
        for (const auto& [name, value] : notes)
            if (auto set = store.setNote(name, value); !set)
                return set;
        return {};
    };
    job->committed = [this, shared] {
        for (const auto& change : *shared)
            entries_.change(change);
    };
    job->durability = bodies.empty() ? durability : Durability::PowerCut;
    const auto performed = co_await commits_.perform(std::move(job));
    if (performed)
        for (const auto& stem : bodies)
            bodies_.remove(stem);
    co_return performed;
}

const std::string& SubmissionQueue::noteAtStart(const std::string& name) const {
    static const std::string none;
    const auto found = notesAtStart_.find(name);
    return found == notesAtStart_.end() ? none : found->second;
}

std::vector<QueueEntry> SubmissionQueue::takeStaged() {
    return entries_.takeStaged();
}

std::vector<QueueEntry> SubmissionQueue::waiting() const {
    return entries_.waiting();
}

bool SubmissionQueue::takeOut(std::int64_t sequence) {
    return entries_.takeOut(sequence);
}

std::optional<UtcTime> SubmissionQueue::nextDue() const {
    return entries_.nextDue();
}

void SubmissionQueue::onWork(std::function<void()> wake) {
    const std::lock_guard lock(wakeMutex_);
    wake_ = std::move(wake);
}

// Under its lock: after onWork({}) nobody is called any more.
void SubmissionQueue::wake() {
    const std::lock_guard lock(wakeMutex_);
    if (wake_)
        wake_();
}

void SubmissionQueue::notice(NoticeLevel level, const std::string& message) const {
    if (settings_.notice)
        settings_.notice(level, message);
}

// --- Where the commits run.

// Runs jobs in order, as few transactions as possible.
void SubmissionQueue::runJobs(CommitJobs& jobs) {
    CommitJobs batch;
    const auto flush = [&] {
        if (!batch.empty())
            runBatch(batch);
        batch.clear();
    };
    for (auto& job : jobs) {
        if (!job->alone) {
            batch.push_back(job);
            continue;
        }
        flush();
        job->outcome = job->alone();
        if (job->done)
            job->done(job->outcome);
    }
    flush();
    checkpointIfDue();
}

void SubmissionQueue::runBatch(CommitJobs& batch) {
    const auto outcome = stopped_ ? Result<>{stoppedError()} : runTransaction(batch);
    std::uint64_t messages = 0;
    for (const auto& job : batch)
        messages += static_cast<std::uint64_t>(job->messages);
    {
        const std::lock_guard lock(countersMutex_);
        ++(outcome ? counters_.transactions : counters_.failures);
        if (outcome && messages > 0) {
            counters_.messages += messages;
            ++counters_.batches;
            counters_.largestBatch = std::max(counters_.largestBatch, messages);
        }
        counters_.syncs = earlierSyncs_ + (store_ ? store_->syncs() : 0);
    }
    if (!outcome)
        judgeFailure(outcome.error(), store_ && store_->syncFailed());
    for (const auto& job : batch) {
        if (outcome && job->committed)
            job->committed();
        job->outcome = outcome;
    }
    measure();
    for (const auto& job : batch)
        if (job->done)
            job->done(outcome);
    if (outcome && messages > 0)
        wake();
}

Result<> SubmissionQueue::runTransaction(const CommitJobs& batch) {
    auto durability = Durability::ProcessKill;
    for (const auto& job : batch)
        if (job->durability == Durability::PowerCut)
            durability = Durability::PowerCut;
    if (auto begun = store_->begin(durability); !begun)
        return begun;
    for (const auto& job : batch) {
        if (auto applied = job->apply(*store_); !applied) {
            store_->rollback();
            return applied;
        }
    }
    auto committed = store_->commit();
    if (!committed)
        store_->rollback();
    return committed;
}

// A failed sync ends all trust; a full disk is said to the sessions; anything else concerns this batch only.
void SubmissionQueue::judgeFailure(const Error& error, bool syncFailed) {
    if (syncFailed)
        return stop(error.message);
    if (error.code == Errc::NoSpace) {
        if (gate_.refuse(AdmissionReason::DiskFull, error.message))
            notice(NoticeLevel::Warning, "the disk is full: " + error.message);
        return;
    }
    if (error.code != Errc::Unavailable)
        notice(NoticeLevel::Error, "a transaction of the queue failed: " + error.message);
}

void SubmissionQueue::checkpointIfDue() {
    if (stopped_ || !store_)
        return;
    const int pages = store_->logPages();
    if (pages < settings_.idleCheckpointPages)
        return;
    if (pages < settings_.forcedCheckpointPages && !commits_.isIdle())
        return;
    if (auto done = store_->checkpoint(); !done)
        judgeFailure(done.error(), store_->syncFailed());
}

// Opens and closes the gate by length and size, with hysteresis: a gate that flutters is worse than one that
// is shut.
void SubmissionQueue::measure() {
    const auto counts = entries_.counts();
    const auto length = counts.entries - counts.poison;
    const auto bytes = counts.bytes;
    if (length >= settings_.maxEntries)
        gate_.refuse(AdmissionReason::QueueLength,
                     sentence("messages wait", length, "maxEntries", settings_.maxEntries));
    else if (length <= settings_.maxEntries / 3 * 2)
        gate_.allow(AdmissionReason::QueueLength);
    if (bytes >= settings_.maxBytes)
        gate_.refuse(AdmissionReason::QueueSize,
                     sentence("octets wait", bytes, "maxBytes", settings_.maxBytes));
    else if (bytes <= settings_.maxBytes / 3 * 2)
        gate_.allow(AdmissionReason::QueueSize);
}

} // namespace edge
