#include <edge/base/text.h>
#include <edge/testenv/live/real_disk.h>

#include <utility>

namespace edge::testenv {
namespace {

// What the disk in memory has (faulty_file_system.cpp): no limit that a scenario meets by accident, whatever
// is left on this machine.
constexpr std::uint64_t kSpace = 1ULL << 40;

} // namespace

class RealDisk::RealFile final : public File {
public:
    RealFile(RealDisk& disk, std::string path, std::unique_ptr<File> file)
        : disk_(disk)
        , path_(std::move(path))
        , file_(std::move(file)) {}

    Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) override {
        if (auto met = disk_.meet(DiskOperation::Read, path_); !met)
            return met.error();
        return file_->readAt(offset, into);
    }
    Result<> writeAt(std::uint64_t offset, std::string_view bytes) override {
        if (auto met = disk_.meet(DiskOperation::Write, path_); !met)
            return met;
        disk_.stamp(path_);
        return file_->writeAt(offset, bytes);
    }
    Result<> truncate(std::uint64_t size) override {
        if (auto met = disk_.meet(DiskOperation::Truncate, path_); !met)
            return met;
        return file_->truncate(size);
    }
    Result<std::uint64_t> size() override { return file_->size(); }
    Result<> sync() override {
        if (auto met = disk_.meet(DiskOperation::Sync, path_); !met)
            return met;
        return file_->sync();
    }

private:
    RealDisk& disk_;
    const std::string path_; // empty: it has no name
    const std::unique_ptr<File> file_;
};

RealDisk::RealDisk(std::string root, std::string name)
    : root_(std::move(root))
    , name_(std::move(name)) {}

// Where that path of the server's really is.
std::string RealDisk::real(const std::string& path) const {
    const bool inside = path.starts_with(name_) && (path.size() == name_.size() || path[name_.size()] == '/');
    return inside ? root_ + path.substr(name_.size()) : path;
}

// Errors speak of files under the server's names for them.
template <class T>
Result<T> RealDisk::told(Result<T> result) const {
    if (!result)
        return Error{result.error().code, replaceAll(result.error().message, root_, name_)};
    return result;
}

void RealDisk::setClock(const Clock* clock) {
    const std::lock_guard lock(mutex_);
    clock_ = clock;
}

Result<std::unique_ptr<File>> RealDisk::open(const std::string& path, OpenMode mode) {
    if (auto met = meet(DiskOperation::Open, path); !met)
        return met.error();
    const bool isThere = files_.status(real(path)).has_value();
    auto file = told(files_.open(real(path), mode));
    if (!file)
        return file.error();
    if (!isThere)
        stamp(path);
    return std::make_unique<RealFile>(*this, path, std::move(*file));
}

Result<std::unique_ptr<File>> RealDisk::openUnnamed(const std::string& directory) {
    if (auto met = meet(DiskOperation::Open, directory); !met)
        return met.error();
    auto file = told(files_.openUnnamed(real(directory)));
    if (!file)
        return file.error();
    return std::make_unique<RealFile>(*this, std::string(), std::move(*file));
}

Result<FileStatus> RealDisk::status(const std::string& path) {
    if (auto met = meet(DiskOperation::Status, path); !met)
        return met.error();
    auto status = told(files_.status(real(path)));
    const std::lock_guard lock(mutex_);
    if (const auto found = stamps_.find(path); status && found != stamps_.end())
        status->modified = found->second;
    return status;
}

Result<std::vector<std::string>> RealDisk::list(const std::string& directory) {
    if (auto met = meet(DiskOperation::List, directory); !met)
        return met.error();
    return told(files_.list(real(directory)));
}

Result<> RealDisk::createDirectories(const std::string& path) {
    if (auto met = meet(DiskOperation::CreateDirectory, path); !met)
        return met;
    return told(files_.createDirectories(real(path)));
}

Result<> RealDisk::rename(const std::string& from, const std::string& to) {
    if (auto met = meet(DiskOperation::Rename, from); !met)
        return met;
    auto renamed = told(files_.rename(real(from), real(to)));
    const std::lock_guard lock(mutex_);
    if (auto node = stamps_.extract(from); renamed && !node.empty())
        stamps_[to] = node.mapped();
    return renamed;
}

Result<> RealDisk::remove(const std::string& path) {
    if (auto met = meet(DiskOperation::Remove, path); !met)
        return met;
    const std::lock_guard lock(mutex_);
    stamps_.erase(path);
    return told(files_.remove(real(path)));
}

Result<> RealDisk::syncDirectory(const std::string& directory) {
    if (auto met = meet(DiskOperation::SyncDirectory, directory); !met)
        return met;
    return told(files_.syncDirectory(real(directory)));
}

Result<> RealDisk::syncVolume(const std::string& directory) {
    if (auto met = meet(DiskOperation::SyncVolume, directory); !met)
        return met;
    return told(files_.syncVolume(real(directory)));
}

Result<SpaceStatus> RealDisk::space(const std::string&) {
    return SpaceStatus{kSpace, kSpace};
}

std::string RealDisk::bootId() {
    return files_.bootId();
}

Result<std::shared_ptr<void>> RealDisk::lock(const std::string& path) {
    return told(files_.lock(real(path)));
}

void RealDisk::failOnce(DiskOperation operation, Errc error, std::uint64_t skip) {
    const std::lock_guard lock(mutex_);
    faults_.push_back({operation, error, skip, false});
}

void RealDisk::failAlways(DiskOperation operation, Errc error) {
    const std::lock_guard lock(mutex_);
    faults_.push_back({operation, error, 0, true});
}

void RealDisk::clearFaults() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
}

// The first fault of that kind that is due speaks.
Result<> RealDisk::meet(DiskOperation operation, const std::string& path) {
    const std::lock_guard lock(mutex_);
    for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
        if (fault->operation != operation)
            continue;
        if (fault->skip > 0) {
            --fault->skip;
            continue;
        }
        const Error error{fault->error, "scripted fault at " + path};
        if (!fault->always)
            faults_.erase(fault);
        return error;
    }
    return {};
}

void RealDisk::stamp(const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (clock_ && !path.empty())
        stamps_[path] = clock_->utcNow();
}

} // namespace edge::testenv
