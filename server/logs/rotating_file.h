// RotatingFile: the files of one log on disk. Which file is written now, when the next one begins, which old
// ones go; no threads and no buffering (log_file.h adds both). Every file begins with Exchange's five header
// lines, and a file is continued after a restart only when its header still says what we would say
// (platform.md 6.1).
#pragma once

#include <edge/base/clock.h>
#include <edge/base/file_system.h>
#include <edge/server/logs/log_name.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// What makes the files of one kind of log what they are.
struct LogFormat {
    std::string prefix;  // "AGENTLOG"
    std::string logType; // "Agent Log"
    std::string version; // "15.0.0.0"
    std::string fields;  // "Timestamp,SessionId,..."
    LogPeriod period = LogPeriod::Day;

    bool operator==(const LogFormat&) const = default;
};

// How large and how old files may become; zero is no limit.
struct LogBounds {
    std::uint64_t maxFileSize = 0;
    std::uint64_t maxDirectorySize = 0; // of the files of this log; others in the folder are not counted
    Duration maxAge{};                  // counted from the end of a file's day or hour
};

class RotatingFile {
public:
    RotatingFile(FileSystem& files, Clock& clock, std::string directory, LogFormat format, LogBounds bounds);

    // Writes `lines`, each with its CRLF, into as many files as they need. What was written is taken off the
    // front, so after a failure the rest is what is missing.
    Result<> write(std::string_view& lines);
    // Deletes what is too old or too much; the file being written never.
    void sweep();

    const std::string& directory() const { return directory_; }

private:
    struct OwnFile {
        LogName name;
        std::string path;
        std::uint64_t size = 0;
    };

    Result<> ensureOpen(UtcTime now);
    Result<> openPeriod(const std::string& stamp, std::uint32_t firstInstance, UtcTime now);
    bool tryContinue(const OwnFile& newest, UtcTime now);
    Result<> create(LogName name, UtcTime now);
    Result<> put(std::string_view bytes);
    bool isUnchanged();
    void adopt(std::unique_ptr<File> file, std::string path, LogName name, std::uint64_t size);
    void close();
    std::vector<OwnFile> ownFiles();
    std::string_view fitting(std::string_view lines) const;
    std::string header(UtcTime now) const;

    FileSystem& files_;
    Clock& clock_;
    const std::string directory_;
    const LogFormat format_;
    const LogBounds bounds_;
    std::unique_ptr<File> file_;
    std::string path_;
    LogName name_;
    std::uint64_t size_ = 0;      // of the open file
    std::uint64_t otherSize_ = 0; // of the other files of this log, at the last sweep
    bool onlyHeader_ = false;     // the open file holds no row yet
    bool torn_ = false;           // a failed write may have left half a row behind size_
    UtcTime lastSweep_{};
};

} // namespace edge
