#include <edge/server/administration/state_file.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/program/recorded_session.h>

#include <cstdio>

namespace edge {
namespace {

constexpr std::uint64_t kMaxScript = 16 * 1024 * 1024; // a configuration is text that somebody wrote

} // namespace

Result<testenv::Dialogue> readDialogue(const std::string& path) {
    PosixFileSystem files;
    const auto recording = testenv::readRecording(files, path);
    if (!recording)
        return recording.error();
    return testenv::dialogueOf(*recording);
}

Result<std::vector<std::string>> readStatements(const std::string& path) {
    PosixFileSystem files;
    const auto text = readWholeFile(files, path, kMaxScript);
    if (!text)
        return text.error();
    return testenv::statementsOf(*text);
}

Result<> writeText(const std::optional<std::string>& path, const std::string& text) {
    if (path) {
        PosixFileSystem files;
        return writeFileDurably(files, *path, text);
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    return {};
}

int unreadable(const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return kExitUsage;
}

} // namespace edge
