#include <edge/server/hosts/plugin_copies.h>

#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

namespace edge {
namespace {

constexpr mode_t kOnlyOwner = 0700;
constexpr int kMaxStaging =
    1000; // copies of one file being written at once, or left behind by killed processes
constexpr std::size_t kDigestLength = 16; // hexadecimal digits: enough for copies that one person makes

std::string digestOf(std::string_view content) {
    const std::unique_ptr<char, decltype(&g_free)> text(
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, reinterpret_cast<const guchar*>(content.data()),
                                    content.size()),
        g_free);
    return std::string(text.get()).substr(0, kDigestLength);
}

std::string fileName(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

} // namespace

std::string temporaryPluginDirectory() {
    std::error_code unknown;
    const auto temporary = std::filesystem::temp_directory_path(unknown);
    return joinPath(unknown ? "/tmp" : temporary.string(), "edgesim-agents-" + std::to_string(getuid()));
}

// Code is loaded from here, so nobody else may write here; a folder under /tmp can be anybody's.
Result<> PluginCopies::prepareDirectory() {
    if (auto made = files_.createDirectories(directory_); !made)
        return made;
    struct stat status {};
    const bool isOurs = ::lstat(directory_.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                        status.st_uid == geteuid() && ::chmod(directory_.c_str(), kOnlyOwner) == 0;
    if (!isOurs)
        return Error{Errc::Io,
                     "agents cannot be copied to " + directory_ + ", which belongs to somebody else"};
    return {};
}

Result<std::string> PluginCopies::copyOf(const std::string& path, std::string_view content) {
    if (auto ready = prepareDirectory(); !ready)
        return ready.error();
    const auto copy = joinPath(directory_, digestOf(content) + "-" + fileName(path));
    if (const auto status = files_.status(copy); status && status->size == content.size())
        return copy;
    const auto staged = stage(copy, content);
    if (!staged)
        return staged.error();
    if (auto done = files_.rename(*staged, copy); !done)
        return done.error();
    forgetOldest();
    return copy;
}

// Under a name that nobody else has: others, also in this process, may be writing the same copy at this
// moment.
Result<std::string> PluginCopies::stage(const std::string& copy, std::string_view content) {
    const auto begin = copy + "." + std::to_string(getpid()) + ".";
    for (int number = 1;; ++number) {
        const auto staging = begin + std::to_string(number) + ".new";
        auto file = files_.open(staging, OpenMode::CreateNew);
        if (!file && file.error().code == Errc::AlreadyExists && number < kMaxStaging)
            continue;
        if (!file)
            return file.error();
        if (auto done = (*file)->writeAt(0, content); !done)
            return done.error();
        return staging;
    }
}

void PluginCopies::forgetOldest() {
    const auto names = files_.list(directory_);
    if (!names || names->size() <= kMaxCopies)
        return;
    std::vector<std::pair<UtcTime, std::string>> copies;
    for (const auto& name : *names)
        if (const auto status = files_.status(joinPath(directory_, name)); status)
            copies.emplace_back(status->modified, name);
    std::sort(copies.begin(), copies.end());
    for (std::size_t i = 0; i + kMaxCopies < copies.size(); ++i)
        static_cast<void>(files_.remove(joinPath(directory_, copies[i].second)));
}

} // namespace edge
