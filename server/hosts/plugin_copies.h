// Copies of plug-ins, named by their content. What runs is the copy: the file an administrator named can be
// replaced while its agents serve sessions, and the same name with other content is another library, which
// the dynamic loader would otherwise take for the one it has.
#pragma once

#include <edge/base/file_system.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace edge {

class PluginCopies {
public:
    // Keeps at most so many copies; a copy that runs may go, what is loaded stays.
    static constexpr std::size_t kMaxCopies = 64;

    // Copies lie in `directory`, which is made at the first one. `files` is the disk that the dynamic loader
    // reads.
    PluginCopies(FileSystem& files, std::string directory)
        : files_(files)
        , directory_(std::move(directory)) {}

    // The path of a file with this content, whose name ends with the name of `path`.
    Result<std::string> copyOf(const std::string& path, std::string_view content);

private:
    Result<> prepareDirectory();
    Result<std::string> stage(const std::string& copy, std::string_view content);
    void forgetOldest();

    FileSystem& files_;
    const std::string directory_;
};

// "edgesim-agents-1000" in the system's folder for temporary files: for labs, which have no disk of their
// own.
std::string temporaryPluginDirectory();

} // namespace edge
