#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/recording/recording_folder.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::string_view kStaged = ".edgerec-staged";

// "20190603T090000.000Z-192.168.7.9-1": sorts by time, and fits every file system.
std::string fileName(const RecordingHead& head, std::uint64_t count) {
    auto name = isoTime(head.started);
    std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
    auto client = head.client.address.toString();
    std::replace(client.begin(), client.end(), ':', '_');
    return name + "-" + client + "-" + std::to_string(count) + std::string(kRecordingExtension);
}

} // namespace

Result<RecordingFolder> RecordingFolder::open(FileSystem& files, std::string path,
                                              const RecordingFolderLimits& limits) {
    if (auto made = files.createDirectories(path); !made)
        return made.error();
    auto lock = files.lock(joinPath(path, ".edgerec-lock"));
    if (!lock)
        return Error{lock.error().code,
                     "another server records into " + path + ", or " + lock.error().message};
    auto names = files.list(path);
    if (!names)
        return names.error();
    std::sort(names->begin(), names->end());
    RecordingFolder folder(files, std::move(path), limits);
    folder.lock_ = std::move(*lock);
    for (auto& name : *names) {
        const auto status = files.status(joinPath(folder.path_, name));
        if (!name.ends_with(kRecordingExtension) || !status || status->isDirectory)
            continue;
        folder.octets_ += status->size;
        folder.kept_.push_back({std::move(name), status->size});
    }
    folder.makeRoom();
    return folder;
}

Result<> RecordingFolder::keep(const RecordingHead& head, std::string_view text) {
    const auto staged = joinPath(path_, kStaged);
    if (auto removed = files_->remove(staged); !removed && removed.error().code != Errc::NotFound)
        return removed;
    {
        auto file = files_->open(staged, OpenMode::CreateNew);
        if (!file)
            return file.error();
        if (auto written = (*file)->writeAt(0, text); !written)
            return written;
    }
    auto name = fileName(head, ++count_);
    if (auto renamed = files_->rename(staged, joinPath(path_, name)); !renamed)
        return renamed;
    octets_ += text.size();
    kept_.push_back({std::move(name), text.size()});
    makeRoom();
    return {};
}

// A file that cannot be removed is somebody else's by now.
void RecordingFolder::makeRoom() {
    while (kept_.size() > 1 && (kept_.size() > limits_.files || octets_ > limits_.octets)) {
        static_cast<void>(files_->remove(joinPath(path_, kept_.front().name)));
        octets_ -= kept_.front().octets;
        kept_.pop_front();
    }
}

} // namespace edge
