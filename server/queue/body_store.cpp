#include <edge/server/queue/body_store.h>

#include <string_view>

namespace edge {
namespace {

constexpr std::string_view kSuffix = ".body";

} // namespace

BodyStore::BodyStore(FileSystem& files, std::string directory)
    : files_(files)
    , directory_(std::move(directory)) {}

Result<> BodyStore::open() {
    return files_.createDirectories(directory_);
}

std::string BodyStore::pathOf(const std::string& stem) const {
    return joinPath(directory_, stem + std::string(kSuffix));
}

Result<> BodyStore::synced(Result<> outcome) {
    if (outcome)
        ++syncs_;
    else
        syncFailed_ = true;
    return outcome;
}

Result<> BodyStore::write(const std::string& path, const Spool& body) {
    auto file = files_.open(path, OpenMode::CreateNew);
    if (!file)
        return file.error();
    std::uint64_t offset = 0;
    const auto append = [&](std::string_view chunk) {
        auto written = (*file)->writeAt(offset, chunk);
        offset += chunk.size();
        return written;
    };
    if (auto copied = body.forEachChunk(append); !copied)
        return copied;
    if (auto done = synced((*file)->sync()); !done)
        return done;
    return synced(files_.syncDirectory(directory_));
}

Result<> BodyStore::store(const std::string& stem, const Spool& body) {
    const auto path = pathOf(stem);
    auto written = write(path, body);
    if (!written)
        static_cast<void>(files_.remove(path)); // what is left after all is swept at the next start
    return written;
}

Result<Spool> BodyStore::read(const std::string& stem, std::uint64_t size) const {
    auto file = files_.open(pathOf(stem), OpenMode::ReadOnly);
    if (!file)
        return file.error();
    return Spool(std::move(*file), size);
}

void BodyStore::remove(const std::string& stem) {
    static_cast<void>(files_.remove(pathOf(stem)));
}

Result<std::size_t> BodyStore::removeAllBut(const std::set<std::string>& stems) {
    const auto names = files_.list(directory_);
    if (!names)
        return names.error();
    std::size_t removed = 0;
    for (const auto& name : *names) {
        if (!name.ends_with(kSuffix) || stems.count(name.substr(0, name.size() - kSuffix.size())) != 0)
            continue;
        if (files_.remove(joinPath(directory_, name)))
            ++removed;
    }
    return removed;
}

} // namespace edge
