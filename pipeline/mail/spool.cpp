#include <edge/base/assert.h>
#include <edge/mail/spool.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace edge {
namespace {

constexpr std::size_t kChunk = 16 * 1024; // large enough for one write, small enough for a coroutine's stack

} // namespace

Spool::Spool(SpoolPlace place)
    : place_(std::move(place)) {}

Spool::Spool(std::unique_ptr<File> file, std::uint64_t size)
    : file_(std::move(file))
    , size_(size) {}

Result<> Spool::moveToFile() {
    auto file = place_.fileSystem->openUnnamed(place_.directory);
    if (!file)
        return file.error();
    if (auto written = (*file)->writeAt(0, memory_); !written)
        return written;
    file_ = std::move(*file);
    memory_.clear();
    memory_.shrink_to_fit();
    return {};
}

Result<> Spool::append(std::string_view bytes) {
    if (!file_ && place_.fileSystem && memory_.size() + bytes.size() > place_.memoryLimit)
        if (auto moved = moveToFile(); !moved)
            return moved;
    if (file_) {
        if (auto written = file_->writeAt(size_, bytes); !written)
            return written;
    } else {
        memory_ += bytes;
    }
    size_ += bytes.size();
    return {};
}

Result<std::size_t> Spool::readAt(std::uint64_t offset, std::span<char> into) const {
    if (file_)
        return file_->readAt(offset, into);
    if (offset >= memory_.size())
        return std::size_t{0};
    const auto count = std::min<std::size_t>(into.size(), memory_.size() - offset);
    std::memcpy(into.data(), memory_.data() + offset, count);
    return count;
}

Result<> Spool::forEachChunk(const std::function<Result<>(std::string_view)>& take) const {
    return forEachChunk(0, size_, take);
}

Result<> Spool::forEachChunk(std::uint64_t offset, std::uint64_t length,
                             const std::function<Result<>(std::string_view)>& take) const {
    EDGE_ASSERT(offset <= size_ && length <= size_ - offset, "only what was written is read");
    if (!file_)
        return length == 0 ? Result<>{} : take(std::string_view(memory_).substr(offset, length));
    std::array<char, kChunk> chunk;
    for (const auto end = offset + length; offset < end;) {
        const auto room = std::min<std::uint64_t>(chunk.size(), end - offset);
        const auto count = file_->readAt(offset, std::span<char>(chunk).first(room));
        if (!count)
            return count.error();
        if (*count == 0)
            return Error{Errc::Io, "the spool file is shorter than what was written to it"};
        if (auto taken = take({chunk.data(), *count}); !taken)
            return taken;
        offset += *count;
    }
    return {};
}

Result<std::string> Spool::readAll(std::size_t limit) const {
    if (size_ > limit)
        return Error{Errc::LimitExceeded,
                     "content of " + std::to_string(size_) + " octets, limit " + std::to_string(limit)};
    std::string all;
    auto read = forEachChunk([&all](std::string_view chunk) -> Result<> {
        all += chunk;
        return {};
    });
    if (!read)
        return read.error();
    return all;
}

} // namespace edge
