// WriteBehind: takes lines from any thread at once and hands them, in order and in batches, to one sink. Live
// it has a thread of its own, so that a session never waits for a disk or a terminal; in the Lab it hands
// them on at once, so that a scenario reads what it just caused.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace edge {

enum class Writing { Inline, OwnThread };

// A line waits at most this long before the sink gets it: short enough to follow a log by eye, long enough
// that a busy server writes large batches.
inline constexpr std::chrono::milliseconds kWriteOutInterval{500};
// The sink is woken early when this much waits.
inline constexpr std::size_t kWakeBytes = 256 * 1024;
// What waits for a sink that hangs (a full pipe, a dead disk); lines beyond are lost and counted.
inline constexpr std::size_t kMaxWaitingBytes = 16 * 1024 * 1024;
// An idle sink is called this often with nothing, for its own housekeeping.
inline constexpr std::chrono::minutes kIdleInterval{10};

class WriteBehind {
public:
    // Gets one or more whole lines, or nothing (housekeeping). Never called twice at once.
    using Sink = std::function<void(std::string_view lines)>;

    WriteBehind(Writing writing, Sink sink, std::size_t maxWaitingBytes = kMaxWaitingBytes);
    // Hands on what still waits.
    ~WriteBehind();
    WriteBehind(const WriteBehind&) = delete;
    WriteBehind& operator=(const WriteBehind&) = delete;

    // `line` comes with its line end.
    void append(std::string_view line);
    // Runs `act` between the lines appended before and those appended after, where the sink is called. Does
    // not wait.
    void between(std::function<void()> act);
    // Returns when the sink has had everything appended before.
    void flush();
    // Lines that found no room, since the start. The sink may ask, too.
    std::uint64_t lostLines() const { return lost_; }

private:
    struct Batch {
        std::string lines;
        std::function<void()> then; // empty in the last one, which is still growing
    };

    void run();
    void handOn(const std::vector<Batch>& batches);
    bool isIdle() const { return handedOn_ == appended_; }

    Sink sink_;
    const std::size_t maxWaitingBytes_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable written_;
    std::vector<Batch> waiting_{1};
    std::size_t waitingBytes_ = 0;
    std::atomic<std::uint64_t> lost_{0};
    std::uint64_t appended_ = 0;    // lines and acts taken
    std::uint64_t handedOn_ = 0;    // those the sink has had
    std::uint64_t flushWanted_ = 0; // write out at once up to this one
    bool stopping_ = false;
    std::thread thread_; // last: it uses the rest
};

} // namespace edge
