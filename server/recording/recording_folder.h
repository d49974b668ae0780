// The folder that recordings are written to: one file a session, named by its time so that names sort by
// age, and a bound on how many there are and how much they hold; the oldest go. Files are staged under a
// name that nobody takes for a recording.
#pragma once

#include <edge/base/file_system.h>
#include <edge/server/recording/recording_text.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace edge {

inline constexpr std::string_view kRecordingExtension = ".edgerec";

struct RecordingFolderLimits {
    std::size_t files = 1000;
    std::uint64_t octets = 256ULL * 1024 * 1024;
};

// For one thread.
class RecordingFolder {
public:
    // `files` outlives the folder. Makes the folder where there is none; recordings that lie there count.
    // Unavailable where another server records into it.
    static Result<RecordingFolder> open(FileSystem& files, std::string path,
                                        const RecordingFolderLimits& limits);

    // Keeps `text` as a file of its own and makes room for the next one.
    Result<> keep(const RecordingHead& head, std::string_view text);

private:
    struct Kept {
        std::string name;
        std::uint64_t octets = 0;
    };

    RecordingFolder(FileSystem& files, std::string path, const RecordingFolderLimits& limits)
        : files_(&files)
        , path_(std::move(path))
        , limits_(limits) {}
    void makeRoom();

    FileSystem* files_;
    std::shared_ptr<void> lock_;
    std::string path_;
    RecordingFolderLimits limits_;
    std::deque<Kept> kept_; // oldest first
    std::uint64_t octets_ = 0;
    std::uint64_t count_ = 0; // written by us: tells sessions of one instant apart
};

} // namespace edge
