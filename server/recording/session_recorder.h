// SessionRecorder: `serve --record`. It listens at the seams that are there anyway — the peer's Transport,
// the Resolver, the decision stream — so that a session does not know whether it is recorded. It can neither
// stop a session nor slow one: everything is bounded, files are written on a thread of their own, and a disk
// that fails ends the recording and nothing else.
#pragma once

#include <edge/base/file_system.h>
#include <edge/decision.h>
#include <edge/resolver.h>
#include <edge/server/logs/write_behind.h>
#include <edge/server/recording/recording_folder.h>
#include <edge/server/recording/session_recording.h>
#include <edge/server/transport.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace edge {

struct RecordingLimits {
    std::size_t sessionOctets = 4 * 1024 * 1024; // of one recording; the rest of the session is not kept
    std::size_t heldOctets = 64 * 1024 * 1024;   // of all in memory; sessions that begin beyond are not kept
    RecordingFolderLimits folder;
};

// What the recorder asks of the server; callable from every thread.
struct RecordedServer {
    // The script that brings a fresh server to the state that a session begins with now.
    std::function<std::string()> configuration;
    // Cmdlets for what lives beside the configuration and mattered: recipients and IP list entries.
    std::function<std::string(const SessionRecording&)> listEntries;
    // A line for the operations log.
    std::function<void(const std::string&)> warn;
};

// Thread-safe. Until begin() everything passes through.
class SessionRecorder final : public DecisionSink {
public:
    explicit SessionRecorder(Clock& clock);
    // Writes out the sessions that are over.
    ~SessionRecorder() override;

    // Records every session that connects from now on into `directory`. `files` outlives the recorder.
    // Before the first session.
    Result<> begin(FileSystem& files, const std::string& directory, Writing writing, RecordedServer server,
                   const RecordingLimits& limits = {});
    bool isRecording() const { return recording_; }

    // A new peer: `transport`, or the same with an ear on it.
    std::unique_ptr<Transport> listenTo(std::unique_ptr<Transport> transport, const Endpoint& selection);
    // Every decision of the server.
    void record(const Decision& decision) override;
    // An answer of the DNS: kept with every session that is under way, since nobody knows which one asked.
    void answered(std::string_view name, DnsType type, const DnsAnswer& answer, Duration took);

    // Returns when everything that is over is written.
    void flush();
    // Nothing is recorded any more; sessions under way are kept as far as they went. Before the server ends.
    void end();

private:
    class Listening;
    using Key = std::pair<Endpoint, Endpoint>; // peer and our end
    using RecordingPtr = std::shared_ptr<SessionRecording>;

    bool hasRoom();
    std::vector<RecordingPtr> live();
    void finish(const RecordingPtr& recording);
    void write(const SessionRecording& recording);
    void stop(const std::string& why);

    Clock& clock_;
    RecordedServer server_;
    RecordingLimits limits_;
    std::optional<RecordingFolder> folder_; // the writer's
    std::atomic<bool> recording_ = false;
    std::atomic<bool> full_ = false; // told so
    RecordedOctets held_ = 0;
    std::mutex mutex_;
    std::map<Key, RecordingPtr> live_;
    std::unique_ptr<WriteBehind> writer_; // last: its thread uses the rest
};

// The same server's DNS, with an ear on it.
class RecordedResolver final : public Resolver {
public:
    // All outlive it.
    RecordedResolver(Resolver& inner, const Clock& clock, SessionRecorder& recorder)
        : inner_(inner)
        , clock_(clock)
        , recorder_(recorder) {}

    Task<DnsAnswer> query(std::string name, DnsType type) override;

private:
    Resolver& inner_;
    const Clock& clock_;
    SessionRecorder& recorder_;
};

} // namespace edge
