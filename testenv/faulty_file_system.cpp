#include <edge/testenv/faulty_file_system.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>

namespace edge::testenv {
namespace {

constexpr std::size_t kSector = 512;                   // what a torn write is torn into
constexpr std::uint64_t kDefaultCapacity = 1ULL << 40; // no limit that a test meets by accident
constexpr std::uint64_t kNotDying = ~std::uint64_t{0}; // dieAfter() was not called

std::string normalised(const std::string& path) {
    std::string clean;
    for (const char c : path)
        if (c != '/' || clean.empty() || clean.back() != '/')
            clean += c;
    if (clean.size() > 1 && clean.back() == '/')
        clean.pop_back();
    return clean.empty() ? "." : clean;
}

std::string parentOf(const std::string& path) {
    const auto slash = path.find_last_of('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

bool coin(Random& random) {
    return (random.next() & 1) != 0;
}

Error deadError() {
    return Error{Errc::Io, "the machine is dead"};
}

Error faultError(Errc code, const std::string& where) {
    return Error{code, "scripted fault at " + where};
}

// In the words of the real disk.
Error missing(const std::string& act, const std::string& name) {
    return Error{Errc::NotFound, "cannot " + act + " " + name + ": No such file or directory"};
}

// One thing done to a file since its last sync.
struct Change {
    bool truncates = false;
    std::uint64_t offset = 0; // or the new size
    std::string bytes;
};

void overwrite(std::string& data, std::uint64_t offset, std::string_view bytes) {
    if (data.size() < offset + bytes.size())
        data.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), data.begin() + static_cast<std::ptrdiff_t>(offset));
}

void enact(std::string& data, const Change& change) {
    if (change.truncates)
        data.resize(change.offset);
    else
        overwrite(data, change.offset, change.bytes);
}

// Applies a change of which the disk may have seen all, nothing, or some sectors.
void enactPartly(std::string& data, const Change& change, Random& random) {
    if (coin(random))
        return coin(random) ? enact(data, change) : void();
    if (change.truncates)
        return;
    for (std::size_t at = 0; at < change.bytes.size();) {
        const auto place = change.offset + at;
        const auto length = std::min<std::size_t>(kSector - place % kSector, change.bytes.size() - at);
        if (coin(random))
            overwrite(data, place, std::string_view(change.bytes).substr(at, length));
        at += length;
    }
}

// Bytes in use by all files, also by those whose name is gone but that are still open.
using Usage = std::shared_ptr<std::atomic<std::uint64_t>>;

struct Inode {
    explicit Inode(Usage usage)
        : used(std::move(usage)) {}
    ~Inode() { *used -= holders >= 0 ? data.size() : 0; }
    Inode(const Inode&) = delete;
    Inode& operator=(const Inode&) = delete;

    void change(Change change) {
        const auto before = data.size();
        enact(data, change);
        *used += data.size();
        *used -= before;
        pending.push_back(std::move(change));
    }
    // Its space counts while it has a name that can be seen, or is open; what only a power cut could bring
    // back is free.
    void hold() { ++holders; }
    void letGo() {
        if (--holders > 0)
            return;
        *used -= data.size();
        holders = kReleased;
    }
    void sync() {
        for (const auto& done : pending)
            enact(durable, done);
        pending.clear();
    }
    // A sync failed: some of it reached the disk, and the cache believes that all is clean.
    void losePending(Random& random) {
        for (const auto& done : pending)
            enactPartly(durable, done, random);
        pending.clear();
    }

    Usage used;
    std::string data;    // what readers see
    std::string durable; // what a power cut leaves for certain
    std::vector<Change> pending;
    UtcTime modified{};
    int holders = 0;

private:
    static constexpr int kReleased = -1;
};
using InodePtr = std::shared_ptr<Inode>;
using Names = std::map<std::string, InodePtr>;

// A name made, removed, or (both at once) changed.
struct NameChange {
    std::string removed;
    std::string added;
    InodePtr inode;
};

void enact(Names& names, const NameChange& change) {
    if (!change.removed.empty())
        names.erase(change.removed);
    if (!change.added.empty())
        names[change.added] = change.inode;
}

} // namespace

// The magnetic truth.
struct FaultyFileSystem::Disk {
    Usage used = std::make_shared<std::atomic<std::uint64_t>>(0);
    std::set<std::string> directories{"/", "."};
    Names names;
    Names durableNames;
    std::vector<NameChange> pendingNames;

    // Changes what can be seen, and remembers that it is not durable yet.
    void change(const NameChange& change) {
        if (change.inode && change.removed.empty())
            change.inode->hold(); // a new name; a rename takes its hold along
        for (const auto* gone : {&change.added, change.added.empty() ? &change.removed : nullptr})
            if (gone && names.count(*gone) != 0)
                names[*gone]->letGo();
        enact(names, change);
        pendingNames.push_back(change);
    }

    // As durable at once as making one.
    Result<> removeDirectory(const std::string& directory) {
        const auto isInside = [&directory](const std::string& path) {
            return path != directory && parentOf(path) == directory;
        };
        const bool occupied =
            std::any_of(directories.begin(), directories.end(), isInside) ||
            std::any_of(names.begin(), names.end(), [&](const auto& name) { return isInside(name.first); });
        if (occupied)
            return Error{Errc::Io, directory + " is not empty"};
        directories.erase(directory);
        return {};
    }

    // What touched `directory` becomes durable. A rename is one step in both its directories, as in every
    // journal; with it, the step that made the old name is history.
    void syncNames(const std::string& directory) {
        std::vector<NameChange> left;
        for (auto& change : pendingNames) {
            const bool here = (!change.removed.empty() && parentOf(change.removed) == directory) ||
                              (!change.added.empty() && parentOf(change.added) == directory);
            if (!here) {
                left.push_back(std::move(change));
                continue;
            }
            enact(durableNames, change);
            if (!change.removed.empty())
                std::erase_if(left,
                              [&change](const NameChange& older) { return older.added == change.removed; });
        }
        pendingNames = std::move(left);
    }
};

// A disk, the faults planned for it, and the state of the machine round it.
struct FaultyFileSystem::Machine {
    Machine(const Clock& c, Random& r, Disk d)
        : clock(c)
        , random(r)
        , disk(std::move(d)) {}

    struct Fault {
        DiskOperation operation;
        Errc error;
        std::uint64_t skip;
        bool once;
    };

    // Runs before every operation, without the lock: lets the consumer act where the disk is about to change.
    void announce() {
        std::function<void()> act;
        {
            const std::lock_guard lock(mutex);
            if (!hook || inHook || dead)
                return;
            inHook = true;
            act = hook;
        }
        act();
        const std::lock_guard lock(mutex);
        inHook = false;
    }

    // Counts the operation and says whether it may happen. `dying` is set where it is the one that death
    // interrupts.
    Result<> admit(DiskOperation operation, bool changesDisk, const std::string& path,
                   bool* dying = nullptr) {
        if (dead)
            return deadError();
        if (changesDisk && !inHook && changesLeft != kNotDying) {
            if (changesLeft == 0) {
                dead = true;
                if (!dying)
                    return deadError();
                *dying = true;
                return {};
            }
            --changesLeft;
        }
        if (changesDisk && !inHook)
            ++changeCount;
        for (auto fault = faults.begin(); fault != faults.end(); ++fault) {
            if (fault->operation != operation)
                continue;
            if (fault->skip > 0) {
                --fault->skip;
                continue;
            }
            const auto error = faultError(fault->error, path);
            if (fault->once)
                faults.erase(fault);
            return error;
        }
        return {};
    }

    bool hasDirectory(const std::string& directory) const { return disk.directories.count(directory) != 0; }

    const Clock& clock;
    Random& random;
    mutable std::mutex mutex;
    Disk disk;
    std::vector<Fault> faults;
    std::function<void()> hook;
    std::set<std::string> locks;
    std::uint64_t capacity = kDefaultCapacity;
    std::uint64_t changesLeft = kNotDying;
    std::uint64_t changeCount = 0;
    std::uint64_t syncCount = 0;
    std::uint64_t boot = 1;
    bool dead = false;
    bool inHook = false;
};

class FaultyFileSystem::OpenFile final : public File {
public:
    OpenFile(std::shared_ptr<Machine> machine, InodePtr inode, std::string path, bool writable)
        : machine_(std::move(machine))
        , inode_(std::move(inode))
        , path_(std::move(path))
        , writable_(writable) {
        inode_->hold(); // made and ended under the machine's lock
    }
    ~OpenFile() override {
        const std::lock_guard lock(machine_->mutex);
        inode_->letGo();
    }

    Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) override {
        const std::lock_guard lock(machine_->mutex);
        if (auto admitted = machine_->admit(DiskOperation::Read, false, path_); !admitted)
            return admitted.error();
        if (offset >= inode_->data.size())
            return std::size_t{0};
        const auto count = std::min<std::size_t>(into.size(), inode_->data.size() - offset);
        std::copy_n(inode_->data.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
        return count;
    }
    Result<> writeAt(std::uint64_t offset, std::string_view bytes) override {
        machine_->announce();
        const std::lock_guard lock(machine_->mutex);
        if (!writable_)
            return Error{Errc::Io, path_ + " was opened for reading"};
        bool dying = false;
        if (auto admitted = machine_->admit(DiskOperation::Write, true, path_, &dying); !admitted)
            return admitted;
        auto length = dying ? machine_->random.next() % (bytes.size() + 1) : bytes.size();
        const bool fits = limitToCapacity(offset, length);
        inode_->change({false, offset, std::string(bytes.substr(0, length))});
        inode_->modified = machine_->clock.utcNow();
        if (dying)
            return deadError();
        return fits ? Result<>{} : Error{Errc::NoSpace, "no space left for " + path_};
    }
    Result<> truncate(std::uint64_t size) override {
        machine_->announce();
        const std::lock_guard lock(machine_->mutex);
        if (!writable_)
            return Error{Errc::Io, path_ + " was opened for reading"};
        if (auto admitted = machine_->admit(DiskOperation::Truncate, true, path_); !admitted)
            return admitted;
        inode_->change({true, size, {}});
        return {};
    }
    Result<std::uint64_t> size() override {
        const std::lock_guard lock(machine_->mutex);
        if (machine_->dead)
            return deadError();
        return static_cast<std::uint64_t>(inode_->data.size());
    }
    Result<> sync() override {
        machine_->announce();
        const std::lock_guard lock(machine_->mutex);
        bool dying = false;
        const auto admitted = machine_->admit(DiskOperation::Sync, true, path_, &dying);
        if (!admitted) {
            if (!machine_->dead)
                inode_->losePending(machine_->random);
            return admitted;
        }
        if (dying) // the disk may have finished although nobody was told
            return coin(machine_->random) ? (inode_->sync(), deadError()) : deadError();
        ++machine_->syncCount;
        inode_->sync();
        return {};
    }

private:
    // Cuts `length` to what still fits on the disk, as a short write does.
    bool limitToCapacity(std::uint64_t offset, std::uint64_t& length) const {
        const std::uint64_t used = *inode_->used;
        const std::uint64_t room = machine_->capacity > used ? machine_->capacity - used : 0;
        const std::uint64_t size = inode_->data.size();
        if (offset + length <= size + room)
            return true;
        length = size + room > offset ? size + room - offset : 0;
        return false;
    }

    std::shared_ptr<Machine> machine_;
    InodePtr inode_;
    std::string path_;
    bool writable_;
};

FaultyFileSystem::FaultyFileSystem(const Clock& clock, Random& random)
    : machine_(std::make_shared<Machine>(clock, random, Disk{})) {}

FaultyFileSystem::FaultyFileSystem(std::shared_ptr<Machine> machine)
    : machine_(std::move(machine)) {}

FaultyFileSystem::~FaultyFileSystem() = default;

Result<std::unique_ptr<File>> FaultyFileSystem::open(const std::string& path, OpenMode mode) {
    const auto name = normalised(path);
    auto& machine = *machine_;
    const bool mayCreate = mode == OpenMode::CreateNew || mode == OpenMode::CreateOrOpen;
    if (mayCreate)
        machine.announce();
    const std::lock_guard lock(machine.mutex);
    auto found = machine.disk.names.find(name);
    const bool creates = mayCreate && found == machine.disk.names.end();
    if (auto admitted = machine.admit(DiskOperation::Open, creates, name); !admitted)
        return admitted.error();
    if (machine.hasDirectory(name))
        return Error{Errc::Io, name + " is a directory"};
    if (found == machine.disk.names.end() && mode == OpenMode::ReadOnly && isElsewhere(name))
        return outside_->open(path, mode);
    if (found != machine.disk.names.end() && mode == OpenMode::CreateNew)
        return Error{Errc::AlreadyExists, name + " exists"};
    if (found == machine.disk.names.end() && (!mayCreate || !machine.hasDirectory(parentOf(name))))
        return missing("open", name);
    if (creates) {
        auto inode = std::make_shared<Inode>(machine.disk.used);
        inode->modified = machine.clock.utcNow();
        machine.disk.change({{}, name, std::move(inode)});
        found = machine.disk.names.find(name);
    }
    return std::make_unique<OpenFile>(machine_, found->second, name, mode != OpenMode::ReadOnly);
}

Result<std::unique_ptr<File>> FaultyFileSystem::openUnnamed(const std::string& directory) {
    const auto name = normalised(directory);
    auto& machine = *machine_;
    machine.announce();
    const std::lock_guard lock(machine.mutex);
    if (auto admitted = machine.admit(DiskOperation::Open, true, name); !admitted)
        return admitted.error();
    if (!machine.hasDirectory(name))
        return missing("create a file in", name);
    return std::make_unique<OpenFile>(machine_, std::make_shared<Inode>(machine.disk.used),
                                      "an unnamed file in " + name, true);
}

void FaultyFileSystem::readElsewhere(FileSystem* outside, std::string directory) {
    outside_ = outside;
    ownDirectory_ = normalised(directory);
}

bool FaultyFileSystem::isElsewhere(const std::string& name) const {
    return outside_ && name != ownDirectory_ && !name.starts_with(joinPath(ownDirectory_, ""));
}

Result<FileStatus> FaultyFileSystem::status(const std::string& path) {
    const auto name = normalised(path);
    auto& machine = *machine_;
    const std::lock_guard lock(machine.mutex);
    if (auto admitted = machine.admit(DiskOperation::Status, false, name); !admitted)
        return admitted.error();
    if (machine.hasDirectory(name))
        return FileStatus{true, 0, {}};
    const auto found = machine.disk.names.find(name);
    if (found == machine.disk.names.end())
        return missing("stat", name);
    return FileStatus{false, found->second->data.size(), found->second->modified};
}

Result<std::vector<std::string>> FaultyFileSystem::list(const std::string& directory) {
    const auto name = normalised(directory);
    auto& machine = *machine_;
    const std::lock_guard lock(machine.mutex);
    if (auto admitted = machine.admit(DiskOperation::List, false, name); !admitted)
        return admitted.error();
    if (!machine.hasDirectory(name))
        return missing("list", name);
    std::vector<std::string> names;
    const auto add = [&](const std::string& path) {
        if (path != name && parentOf(path) == name)
            names.push_back(path.substr(path.find_last_of('/') + 1));
    };
    for (const auto& [path, inode] : machine.disk.names)
        add(path);
    for (const auto& path : machine.disk.directories)
        add(path);
    return names;
}

Result<> FaultyFileSystem::createDirectories(const std::string& path) {
    const auto name = normalised(path);
    auto& machine = *machine_;
    const std::lock_guard lock(machine.mutex);
    if (machine.dead)
        return deadError();
    if (machine.hasDirectory(name))
        return {};
    if (auto admitted = machine.admit(DiskOperation::CreateDirectory, true, name); !admitted)
        return admitted;
    for (auto made = name; !machine.hasDirectory(made); made = parentOf(made)) {
        if (machine.disk.names.count(made) != 0)
            return Error{Errc::AlreadyExists, made + " is a file"};
        machine.disk.directories.insert(made);
    }
    return {};
}

Result<> FaultyFileSystem::rename(const std::string& from, const std::string& to) {
    const auto source = normalised(from);
    const auto target = normalised(to);
    auto& machine = *machine_;
    machine.announce();
    const std::lock_guard lock(machine.mutex);
    bool dying = false;
    if (auto admitted = machine.admit(DiskOperation::Rename, true, source, &dying); !admitted)
        return admitted;
    const auto found = machine.disk.names.find(source);
    if (found == machine.disk.names.end() || !machine.hasDirectory(parentOf(target)))
        return Error{Errc::NotFound, "cannot rename " + source + " to " + target};
    if (!dying || coin(machine.random)) {
        machine.disk.change({source, target, found->second});
    }
    return dying ? deadError() : Result<>{};
}

Result<> FaultyFileSystem::remove(const std::string& path) {
    const auto name = normalised(path);
    auto& machine = *machine_;
    machine.announce();
    const std::lock_guard lock(machine.mutex);
    bool dying = false;
    if (auto admitted = machine.admit(DiskOperation::Remove, true, name, &dying); !admitted)
        return admitted;
    if (machine.hasDirectory(name))
        return dying ? deadError() : machine.disk.removeDirectory(name);
    if (machine.disk.names.count(name) == 0)
        return missing("remove", name);
    if (!dying || coin(machine.random)) {
        machine.disk.change({name, {}, nullptr});
    }
    return dying ? deadError() : Result<>{};
}

Result<> FaultyFileSystem::syncDirectory(const std::string& directory) {
    const auto name = normalised(directory);
    auto& machine = *machine_;
    machine.announce();
    const std::lock_guard lock(machine.mutex);
    bool dying = false;
    if (auto admitted = machine.admit(DiskOperation::SyncDirectory, true, name, &dying); !admitted)
        return admitted;
    if (!machine.hasDirectory(name))
        return missing("open", name);
    if (!dying || coin(machine.random))
        machine.disk.syncNames(name);
    machine.syncCount += dying ? 0 : 1;
    return dying ? deadError() : Result<>{};
}

Result<> FaultyFileSystem::syncVolume(const std::string& directory) {
    auto& machine = *machine_;
    machine.announce();
    const std::lock_guard lock(machine.mutex);
    bool dying = false;
    if (auto admitted = machine.admit(DiskOperation::SyncVolume, true, directory, &dying); !admitted) {
        if (!machine.dead)
            for (const auto& [path, inode] : machine.disk.names)
                inode->losePending(machine.random);
        return admitted;
    }
    if (dying)
        return deadError();
    for (const auto& change : machine.disk.pendingNames)
        enact(machine.disk.durableNames, change);
    machine.disk.pendingNames.clear();
    for (const auto& [path, inode] : machine.disk.names)
        inode->sync();
    ++machine.syncCount;
    return {};
}

Result<SpaceStatus> FaultyFileSystem::space(const std::string&) {
    const std::lock_guard lock(machine_->mutex);
    if (machine_->dead)
        return deadError();
    const std::uint64_t used = *machine_->disk.used;
    return SpaceStatus{machine_->capacity > used ? machine_->capacity - used : 0, machine_->capacity};
}

std::string FaultyFileSystem::bootId() {
    const std::lock_guard lock(machine_->mutex);
    return "boot-" + std::to_string(machine_->boot);
}

Result<std::shared_ptr<void>> FaultyFileSystem::lock(const std::string& path) {
    const auto name = normalised(path);
    const std::lock_guard guard(machine_->mutex);
    if (machine_->dead)
        return deadError();
    if (!machine_->locks.insert(name).second)
        return Error{Errc::Unavailable, name + " is locked by another process"};
    const auto release = [machine = machine_, name](void*) {
        const std::lock_guard held(machine->mutex);
        machine->locks.erase(name);
    };
    return std::shared_ptr<void>(machine_.get(), release);
}

void FaultyFileSystem::failOnce(DiskOperation operation, Errc error, std::uint64_t skip) {
    const std::lock_guard lock(machine_->mutex);
    machine_->faults.push_back({operation, error, skip, true});
}

void FaultyFileSystem::failAlways(DiskOperation operation, Errc error) {
    const std::lock_guard lock(machine_->mutex);
    machine_->faults.push_back({operation, error, 0, false});
}

void FaultyFileSystem::clearFaults() {
    const std::lock_guard lock(machine_->mutex);
    machine_->faults.clear();
}

void FaultyFileSystem::setCapacity(std::uint64_t bytes) {
    const std::lock_guard lock(machine_->mutex);
    machine_->capacity = bytes;
}

void FaultyFileSystem::dieAfter(std::uint64_t changes) {
    const std::lock_guard lock(machine_->mutex);
    machine_->changesLeft = changes;
}

bool FaultyFileSystem::isDead() const {
    const std::lock_guard lock(machine_->mutex);
    return machine_->dead;
}

std::uint64_t FaultyFileSystem::changes() const {
    const std::lock_guard lock(machine_->mutex);
    return machine_->changeCount;
}

std::uint64_t FaultyFileSystem::syncs() const {
    const std::lock_guard lock(machine_->mutex);
    return machine_->syncCount;
}

void FaultyFileSystem::beforeEachChange(std::function<void()> act) {
    const std::lock_guard lock(machine_->mutex);
    machine_->hook = std::move(act);
}

std::unique_ptr<FaultyFileSystem> FaultyFileSystem::crash() {
    const std::lock_guard lock(machine_->mutex);
    machine_->dead = true;
    auto& disk = machine_->disk;
    auto names = disk.durableNames;
    for (const auto& change : disk.pendingNames)
        if (coin(machine_->random))
            enact(names, change);
    Disk found;
    found.directories = disk.directories;
    std::map<const Inode*, InodePtr> survivors; // two names may have survived for one file
    for (const auto& [path, inode] : names) {
        auto& survivor = survivors[inode.get()];
        if (!survivor) {
            survivor = std::make_shared<Inode>(found.used);
            survivor->durable = inode->durable;
            for (const auto& change : inode->pending)
                enactPartly(survivor->durable, change, machine_->random);
            survivor->change({false, 0, survivor->durable});
            survivor->pending.clear();
            survivor->modified = inode->modified;
        }
        survivor->hold();
        found.names[path] = survivor;
    }
    found.durableNames = found.names;
    auto next = std::make_shared<Machine>(machine_->clock, machine_->random, std::move(found));
    next->capacity = machine_->capacity;
    next->boot = machine_->boot + 1;
    return std::unique_ptr<FaultyFileSystem>(new FaultyFileSystem(std::move(next)));
}

std::unique_ptr<FaultyFileSystem> FaultyFileSystem::killProcess() {
    const std::lock_guard lock(machine_->mutex);
    machine_->dead = true;
    auto next = std::make_shared<Machine>(machine_->clock, machine_->random, std::move(machine_->disk));
    next->capacity = machine_->capacity;
    next->boot = machine_->boot;
    return std::unique_ptr<FaultyFileSystem>(new FaultyFileSystem(std::move(next)));
}

} // namespace edge::testenv
