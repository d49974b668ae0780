// Spool: where message content waits between the wire and the disk. Small content stays in memory; larger
// content goes to a file without a name on the queue's volume, so a crash leaves nothing to clean up and a
// thousand large messages cost no memory.
#pragma once

#include <edge/base/file_system.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace edge {

// Where spools overflow to and when.
struct SpoolPlace {
    FileSystem* fileSystem = nullptr; // none: memory only (tests, tools)
    std::string directory;
    std::size_t memoryLimit = 64 * 1024; // most mail is smaller (the SpamAssassin corpus: 98 %)
};

// Append, then read as often as wanted. Not copyable; one owner.
class Spool {
public:
    explicit Spool(SpoolPlace place = {});
    // Content that lies in a file already, such as a large body in the queue; open it read-only, and append
    // fails.
    Spool(std::unique_ptr<File> file, std::uint64_t size);

    // NoSpace or Io where the overflow file cannot grow; the spool is then good for nothing but destruction.
    Result<> append(std::string_view bytes);
    std::uint64_t size() const { return size_; }
    // Where it overflows to: for another spool of the same kind.
    const SpoolPlace& place() const { return place_; }
    bool isInMemory() const { return file_ == nullptr; }
    // The content while it is in memory; empty once it is in a file.
    std::string_view inMemory() const { return memory_; }
    // Up to into.size() octets at `offset`.
    Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) const;
    // Hands the content to `take` piece by piece without holding it whole; stops at the first failure.
    Result<> forEachChunk(const std::function<Result<>(std::string_view)>& take) const;
    // The same for `length` octets at `offset`, which must be there.
    Result<> forEachChunk(std::uint64_t offset, std::uint64_t length,
                          const std::function<Result<>(std::string_view)>& take) const;
    // All of it, for content known to be small: LimitExceeded above `limit`.
    Result<std::string> readAll(std::size_t limit) const;

private:
    Result<> moveToFile();

    SpoolPlace place_;
    std::string memory_;
    std::unique_ptr<File> file_;
    std::uint64_t size_ = 0;
};

} // namespace edge
