#include <edge/server/replay/replay_file.h>
#include <edge/server/replay/replay_publisher.h>

#include <set>
#include <string_view>
#include <utility>

namespace edge {
namespace {

constexpr std::string_view kStagedSuffix =
    ".staged"; // neither .tmp nor .eml: no consumer takes it (platform.md 4.2)
constexpr std::string_view kPublishedSuffix = ".eml";
constexpr std::size_t kWriteBuffer = 256 * 1024; // most files are written in one call
constexpr std::size_t kRetireAtOnce = 1000;      // published entries that the queue keeps at most

} // namespace

ReplaySettings replaySettings(const EdgeSimSubmission& submission, const Profile& profile,
                              const std::string& dataDirectory) {
    ReplaySettings settings;
    settings.directory = submission.replayDirectory.starts_with('/')
                             ? submission.replayDirectory
                             : joinPath(dataDirectory, submission.replayDirectory);
    while (settings.directory.size() > 1 && settings.directory.ends_with('/'))
        settings.directory.pop_back();
    settings.limits = {submission.replayQuota, submission.replayMaxFiles, submission.replayRetention};
    settings.createdBy = profile.createdBy;
    return settings;
}

ReplayPublisher::ReplayPublisher(FileSystem& files, Clock& clock, SubmissionQueue& queue,
                                 ReplaySettings settings, PublishedCallback published)
    : files_(files)
    , clock_(clock)
    , queue_(queue)
    , published_(std::move(published))
    , usage_(files, clock, queue.gate())
    , settings_(std::move(settings))
    , directory_(settings_.directory) {}

void ReplayPublisher::configure(ReplaySettings settings) {
    const std::lock_guard lock(nextMutex_);
    next_ = std::move(settings);
}

std::string ReplayPublisher::stagedPath(const QueueEntry& entry) const {
    return joinPath(stagingDirectory(), entry.fileStem() + std::string(kStagedSuffix));
}

std::string ReplayPublisher::publishedPath(const QueueEntry& entry) const {
    return joinPath(directory_, entry.fileStem() + std::string(kPublishedSuffix));
}

Result<bool> ReplayPublisher::exists(const std::string& path) const {
    const auto status = files_.status(path);
    if (status)
        return true;
    if (status.error().code == Errc::NotFound)
        return false;
    return status.error();
}

Result<> ReplayPublisher::makeDirectories() {
    for (const auto& directory : {directory_, stagingDirectory()})
        if (auto made = files_.createDirectories(directory); !made)
            return made;
    // From here on the volume's write-back errors are reported to us.
    return failed(files_.syncVolume(directory_), true);
}

// Tells the rest of the server what a failure means: a failed sync stops the queue, a full disk closes MAIL
// for a while.
Result<> ReplayPublisher::failed(Result<> outcome, bool wasSync) {
    if (outcome)
        return outcome;
    if (wasSync)
        queue_.stop(outcome.error().message);
    else if (outcome.error().code == Errc::NoSpace)
        queue_.gate().refuse(AdmissionReason::ReplayDiskFull, outcome.error().message);
    return outcome;
}

// --- Restart.

Task<Result<>> ReplayPublisher::recover() {
    const auto& earlier = queue_.noteAtStart("replay_directory");
    if (!earlier.empty()) {
        const auto there = exists(earlier);
        if (!there)
            co_return there.error();
        directory_ = *there ? earlier : settings_.directory;
    }
    if (auto made = makeDirectories(); !made)
        co_return made;
    for (auto& entry : queue_.takeStaged())
        foundStaged_.push_back(std::move(entry));

    // The same boot: what was written is still there, so a name that is gone was renamed or taken. Another
    // boot: only what can be seen is known.
    const auto bootId = files_.bootId();
    const bool sameBoot = !bootId.empty() && bootId == queue_.noteAtStart("boot_id");
    std::deque<QueueEntry> toRename;
    std::vector<QueueEntry> toRetire;
    std::vector<EntryChange> changes;
    for (const auto& entry : foundStaged_) {
        const auto visible = exists(publishedPath(entry));
        const auto staged = exists(stagedPath(entry));
        if (!visible || !staged)
            co_return visible ? staged.error() : visible.error();
        if (*visible)
            toRetire.push_back(entry);
        else if (*staged)
            toRename.push_back(entry);
        else if (sameBoot)
            toRetire.push_back(entry);
        else
            changes.push_back({EntryChange::Kind::Unstage, entry.sequence, {}, 0});
    }
    // A power cut may have kept a rename and lost the mark before it; the content was synced before either.
    std::vector<QueueEntry> unmarked;
    if (!sameBoot) {
        for (const auto& entry : queue_.waiting()) {
            const auto visible = exists(publishedPath(entry));
            if (!visible)
                co_return visible.error();
            if (*visible)
                unmarked.push_back(entry);
        }
    }
    std::vector<std::pair<std::string, std::string>> notes{{"boot_id", bootId},
                                                           {"replay_directory", directory_}};
    const auto rewritten = changes.size();
    auto noted = co_await queue_.setNotes(std::move(notes), std::move(changes), Durability::PowerCut);
    if (!noted)
        co_return noted;
    for (const auto& entry : unmarked)
        if (queue_.takeOut(entry.sequence))
            toRetire.push_back(entry);
    if (!foundStaged_.empty() || !unmarked.empty())
        queue_.notice(NoticeLevel::Information, "restart: " + std::to_string(toRetire.size()) +
                                                    " messages had been published, " +
                                                    std::to_string(toRename.size()) + " are published now, " +
                                                    std::to_string(rewritten) + " are written again");
    foundStaged_.clear();
    toRename_ = std::move(toRename);
    toRetire_ = std::move(toRetire);
    retireDue_ = clock_.steadyNow();
    sweepStaging();
    usage_.follow(directory_, settings_.limits);
    co_return co_await renameAll();
}

// Staged files that no mark knows will be written again under the same name, or never.
void ReplayPublisher::sweepStaging() {
    std::set<std::string> wanted;
    for (const auto& entry : toRename_)
        wanted.insert(entry.fileStem() + std::string(kStagedSuffix));
    const auto names = files_.list(stagingDirectory());
    if (!names)
        return;
    for (const auto& name : *names)
        if (name.ends_with(kStagedSuffix) && wanted.count(name) == 0)
            removeStaged(joinPath(stagingDirectory(), name));
}

// --- Between batches.

Task<Result<>> ReplayPublisher::keepHouse() {
    {
        const std::lock_guard lock(nextMutex_);
        if (next_) {
            settings_ = std::move(*next_);
            next_.reset();
            usage_.follow(directory_, settings_.limits);
        }
    }
    auto finished = co_await finish();
    if (!finished)
        co_return finished;
    if (directory_ != settings_.directory) {
        auto moved = co_await useDirectory(settings_.directory);
        if (!moved)
            co_return moved;
    }
    const auto swept = usage_.refresh();
    if (swept > 0)
        queue_.notice(NoticeLevel::Information,
                      std::to_string(swept) + " replay files were older than ReplayRetention");
    if (!toRetire_.empty() && (clock_.steadyNow() >= retireDue_ || toRetire_.size() >= kRetireAtOnce))
        co_return co_await retire();
    co_return Result<>{};
}

// Every entry is published in one directory only: the old one is finished, durably, before the new one is
// known.
Task<Result<>> ReplayPublisher::useDirectory(std::string directory) {
    auto retired = co_await retire(Durability::PowerCut);
    if (!retired)
        co_return retired;
    const auto before = std::exchange(directory_, std::move(directory));
    auto made = makeDirectories();
    if (made) {
        std::vector<std::pair<std::string, std::string>> notes{{"replay_directory", directory_}};
        made = co_await queue_.setNotes(std::move(notes), {}, Durability::PowerCut);
    }
    if (!made) {
        directory_ = before;
        co_return made;
    }
    static_cast<void>(files_.remove(before + ".staging")); // where it is empty, as it should be
    usage_.follow(directory_, settings_.limits);
    queue_.notice(NoticeLevel::Information, "messages are now published in " + directory_);
    co_return made;
}

Task<Result<>> ReplayPublisher::retire(Durability durability) {
    if (toRetire_.empty())
        co_return Result<>{};
    auto synced = files_.syncDirectory(directory_);
    if (!synced && synced.error().code != Errc::NotFound) // somebody removed it with all that was in it
        co_return failed(synced, true);
    std::vector<EntryChange> changes;
    for (const auto& entry : toRetire_)
        changes.push_back({EntryChange::Kind::Erase, entry.sequence, {}, 0});
    auto erased = co_await queue_.change(std::move(changes), durability);
    if (erased)
        toRetire_.clear();
    co_return erased;
}

std::optional<SteadyTime> ReplayPublisher::retireDue() const {
    return toRetire_.empty() ? std::nullopt : std::optional(retireDue_);
}

// --- Publishing.

Result<> ReplayPublisher::write(const std::string& path, const QueueEntry& entry, const MailItem& item,
                                bool sync) {
    auto file = files_.open(path, OpenMode::CreateNew);
    if (!file && file.error().code == Errc::AlreadyExists) { // an earlier attempt's
        removeStaged(path);
        file = files_.open(path, OpenMode::CreateNew);
    } else if (!file && file.error().code == Errc::NotFound) {
        if (auto made = makeDirectories(); !made)
            return made;
        file = files_.open(path, OpenMode::CreateNew);
    }
    if (!file)
        return failed(file.error(), false);
    std::string buffer;
    buffer.reserve(std::min<std::size_t>(kWriteBuffer, entry.size + 1024));
    std::uint64_t offset = 0;
    const auto flush = [&]() -> Result<> {
        auto written = (*file)->writeAt(offset, buffer);
        offset += buffer.size();
        buffer.clear();
        return written;
    };
    const auto take = [&](std::string_view chunk) -> Result<> {
        buffer += chunk;
        return buffer.size() < kWriteBuffer ? Result<>{} : flush();
    };
    auto written = renderReplayFile(item, settings_.createdBy, take);
    if (written)
        written = flush();
    if (!written)
        return failed(written, false);
    return sync ? failed((*file)->sync(), true) : written;
}

Result<> ReplayPublisher::stage(const QueueEntry& entry, const MailItem& item, bool sync) {
    const auto path = stagedPath(entry);
    auto written = write(path, entry, item, sync);
    if (!written)
        removeStaged(path);
    return written;
}

void ReplayPublisher::discard(const QueueEntry& entry) {
    removeStaged(stagedPath(entry));
}

// The name will be used again. Until the directory is synced a power cut may bring the removed file back
// under it, and with a mark beside it that file would count as complete.
void ReplayPublisher::removeStaged(const std::string& path) {
    static_cast<void>(files_.remove(path));
    stagedNamesInDoubt_ = true;
}

Task<Result<>> ReplayPublisher::publish(const std::vector<QueueEntry>& staged, bool synced) {
    auto safe = synced ? Result<>{} : failed(files_.syncVolume(directory_), true);
    if (safe && stagedNamesInDoubt_)
        safe = failed(files_.syncDirectory(stagingDirectory()), true);
    if (!safe) {
        for (const auto& entry : staged)
            discard(entry);
        co_return safe;
    }
    stagedNamesInDoubt_ = false;
    toMark_.insert(toMark_.end(), staged.begin(), staged.end());
    static_cast<void>(co_await finish()); // told again by keepHouse()
    co_return Result<>{};
}

Task<Result<>> ReplayPublisher::finish() {
    auto marked = co_await markAll();
    if (!marked)
        co_return marked;
    co_return co_await renameAll();
}

// A transaction that failed at its sync may be there after a restart. The files therefore stay as they are
// until a mark succeeds: "marked and nothing staged" must never be true of a message that nobody has seen.
Task<Result<>> ReplayPublisher::markAll() {
    if (toMark_.empty())
        co_return Result<>{};
    std::vector<EntryChange> changes;
    for (const auto& entry : toMark_) {
        changes.push_back({EntryChange::Kind::Stage, entry.sequence, {}, 0});
        if (entry.attempts > 0) // its agents are done with it
            changes.push_back({EntryChange::Kind::Attempts, entry.sequence, {}, 0});
    }
    auto marked = co_await queue_.change(std::move(changes), Durability::ProcessKill);
    if (!marked)
        co_return marked;
    toRename_.insert(toRename_.end(), toMark_.begin(), toMark_.end());
    toMark_.clear();
    co_return marked;
}

Task<Result<>> ReplayPublisher::renameAll() {
    while (!toRename_.empty()) {
        const auto entry = toRename_.front();
        const auto renamed = renameOne(entry);
        if (!renamed)
            co_return failed(renamed.error(), false);
        if (!*renamed) { // somebody cleaned the staging directory: written again
            std::vector<EntryChange> changes{{EntryChange::Kind::Unstage, entry.sequence, {}, 0}};
            auto changed = co_await queue_.change(std::move(changes), Durability::ProcessKill);
            if (!changed)
                co_return changed;
        } else {
            enterPublished(entry);
        }
        toRename_.pop_front();
    }
    queue_.gate().allow(AdmissionReason::ReplayDiskFull);
    co_return Result<>{};
}

// True: visible. False: there is nothing to rename.
Result<bool> ReplayPublisher::renameOne(const QueueEntry& entry) {
    auto renamed = files_.rename(stagedPath(entry), publishedPath(entry));
    if (!renamed && renamed.error().code == Errc::NotFound) {
        const auto there = exists(stagedPath(entry));
        if (!there || !*there)
            return there;
        if (auto made = files_.createDirectories(directory_); !made)
            return made.error();
        renamed = files_.rename(stagedPath(entry), publishedPath(entry));
    }
    if (!renamed)
        return renamed.error();
    return true;
}

void ReplayPublisher::enterPublished(const QueueEntry& entry) {
    if (toRetire_.empty())
        retireDue_ = clock_.steadyNow() + settings_.retireDelay;
    toRetire_.push_back(entry);
    usage_.addPublished(entry.size);
    ++publishedCount_;
    if (published_)
        published_(entry, publishedPath(entry));
}

} // namespace edge
