// LogFile: one of Exchange's rotating logs, as the rest of the server uses it. Rows go in from any thread; a
// RotatingFile puts them on disk. A log never holds up mail and never fails it: what cannot be written is
// lost, counted and told to the operations log, nothing else.
#pragma once

#include <edge/server/config/transport_server.h>
#include <edge/server/logs/rotating_file.h>
#include <edge/server/logs/write_behind.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace edge {

// Where logs live and how they are written; the same for all logs of a server.
struct LogPlace {
    FileSystem& files;
    Clock& clock;
    std::string dataDirectory; // relative log paths are below it
    Writing writing = Writing::OwnThread;
    // Told when a log cannot be written, and when it can be again: one sentence, for the operations log.
    // Called on the log's thread.
    std::function<void(const std::string&)> trouble = {};
    std::size_t maxWaitingBytes = kMaxWaitingBytes; // of rows that wait for the disk
};

class LogFile {
public:
    LogFile(LogPlace place, LogFormat format, const LogSettings& settings);

    // `row`: one line without its end; csv.h keeps line ends out of it.
    void append(std::string_view row);
    // For the rows to come; those appended before still go to the old place. May change anything, at any
    // time, and does not wait for the disk.
    void configure(LogFormat format, const LogSettings& settings);
    // Returns when everything appended before is in the file.
    void flush() { buffer_.flush(); }
    // Rows that were not written, since the start.
    std::uint64_t lostRows() const { return failedRows_ + buffer_.lostLines(); }
    // The folder the log writes to; empty while it is off.
    std::string directory() const;

private:
    std::shared_ptr<RotatingFile> makeTarget(LogFormat format, const LogSettings& settings) const;
    void write(std::string_view lines);
    void failed(std::string_view lost, const Error& error);
    void recovered();
    void tellOverflow();
    void tell(const std::string& sentence) const;

    const LogPlace place_;
    mutable std::mutex mutex_; // over everything down to buffer_, which has its own
    std::shared_ptr<RotatingFile>
        target_; // empty: the log is off. Shared, as std::function copies what it holds
    std::uint64_t lostInTrouble_ = 0;
    std::uint64_t toldOverflow_ = 0;
    bool inTrouble_ = false;
    std::atomic<std::uint64_t> failedRows_{0};
    WriteBehind buffer_; // last: its thread uses the rest
};

} // namespace edge
