#include <edge/server/recording/session_recorder.h>

#include <utility>

namespace edge {

// A peer with an ear on it.
class SessionRecorder::Listening final : public Transport {
public:
    Listening(std::unique_ptr<Transport> inner, SessionRecorder& recorder, RecordingPtr recording)
        : inner_(std::move(inner))
        , recorder_(recorder)
        , recording_(std::move(recording)) {}
    ~Listening() override { over(SessionEnd::ServerDropped); }

    Endpoint localEndpoint() const override { return inner_->localEndpoint(); }
    Endpoint remoteEndpoint() const override { return inner_->remoteEndpoint(); }

    Task<Result<std::string_view>> read(SteadyTime deadline) override {
        auto reading = inner_->read(deadline);
        auto input = co_await std::move(reading);
        if (input)
            recording_->clientSaid(*input);
        else if (input.error().code == Errc::EndOfStream)
            recording_->ended(SessionEnd::ClientEnded);
        else if (input.error().code == Errc::Reset)
            recording_->ended(SessionEnd::ClientReset);
        co_return input;
    }

    // Noted before it is sent: a client that answers at once is heard after it.
    Task<Result<>> write(std::string bytes, SteadyTime deadline) override {
        recording_->serverSaid(bytes);
        auto writing = inner_->write(std::move(bytes), deadline);
        auto written = co_await std::move(writing);
        if (!written && written.error().code == Errc::Reset)
            recording_->ended(SessionEnd::ClientReset);
        co_return written;
    }

    void interruptRead() override {
        recording_->ended(SessionEnd::Stopping);
        inner_->interruptRead();
    }

    void close(PeerState peer) override {
        inner_->close(peer);
        over(SessionEnd::ServerClosed);
    }

    void onReset(std::function<void()> reset) override {
        inner_->onReset([recording = recording_, reset = std::move(reset)] {
            recording->ended(SessionEnd::ClientReset);
            reset();
        });
    }

private:
    void over(SessionEnd end) {
        if (std::exchange(over_, true))
            return;
        recording_->ended(end);
        recorder_.finish(recording_);
    }

    std::unique_ptr<Transport> inner_;
    SessionRecorder& recorder_;
    RecordingPtr recording_;
    bool over_ = false;
};

SessionRecorder::SessionRecorder(Clock& clock)
    : clock_(clock) {}

SessionRecorder::~SessionRecorder() = default;

Result<> SessionRecorder::begin(FileSystem& files, const std::string& directory, Writing writing,
                                RecordedServer server, const RecordingLimits& limits) {
    auto folder = RecordingFolder::open(files, directory, limits.folder);
    if (!folder)
        return folder.error();
    folder_ = std::move(*folder);
    server_ = std::move(server);
    limits_ = limits;
    writer_ = std::make_unique<WriteBehind>(writing, [](std::string_view) {});
    recording_ = true;
    return {};
}

std::unique_ptr<Transport> SessionRecorder::listenTo(std::unique_ptr<Transport> transport,
                                                     const Endpoint& selection) {
    if (!recording_ || !hasRoom())
        return transport;
    const RecordingHead head{clock_.utcNow(), transport->remoteEndpoint(), transport->localEndpoint(),
                             selection};
    auto recording = std::make_shared<SessionRecording>(clock_, head, server_.configuration(),
                                                        limits_.sessionOctets, held_);
    {
        const std::lock_guard lock(mutex_);
        live_[{head.client, head.local}] = recording;
    }
    return std::make_unique<Listening>(std::move(transport), *this, std::move(recording));
}

bool SessionRecorder::hasRoom() {
    if (held_ < limits_.heldOctets)
        return true;
    if (!full_.exchange(true))
        server_.warn("recordings in memory have reached their limit; sessions that begin meanwhile are not "
                     "recorded");
    return false;
}

void SessionRecorder::record(const Decision& decision) {
    if (!recording_ || !decision.step || info(decision.event).routing)
        return;
    RecordingPtr recording;
    {
        const std::lock_guard lock(mutex_);
        const auto found = live_.find({decision.step->remoteEndpoint, decision.step->localEndpoint});
        if (found == live_.end())
            return;
        recording = found->second;
    }
    recording->decided(decision);
}

void SessionRecorder::answered(std::string_view name, DnsType type, const DnsAnswer& answer, Duration took) {
    for (const auto& recording : live())
        recording->answered(name, type, answer, took);
}

std::vector<SessionRecorder::RecordingPtr> SessionRecorder::live() {
    const std::lock_guard lock(mutex_);
    std::vector<RecordingPtr> recordings;
    for (const auto& [key, recording] : live_)
        recordings.push_back(recording);
    return recordings;
}

void SessionRecorder::finish(const RecordingPtr& recording) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = live_.find({recording->head().client, recording->head().local});
        if (found == live_.end() || found->second != recording)
            return; // it was kept when the recorder ended
        live_.erase(found);
    }
    if (recording_)
        writer_->between([this, recording] { write(*recording); });
}

void SessionRecorder::write(const SessionRecording& recording) {
    if (!recording_)
        return;
    const auto text = recording.text(server_.listEntries(recording));
    if (auto kept = folder_->keep(recording.head(), text); !kept)
        stop(kept.error().message);
}

void SessionRecorder::stop(const std::string& why) {
    if (recording_.exchange(false))
        server_.warn("sessions are no longer recorded: " + why);
}

void SessionRecorder::flush() {
    if (writer_)
        writer_->flush();
}

void SessionRecorder::end() {
    if (!recording_)
        return;
    for (const auto& recording : live()) {
        recording->ended(SessionEnd::Stopping);
        finish(recording);
    }
    flush();
    recording_ = false;
}

Task<DnsAnswer> RecordedResolver::query(std::string name, DnsType type) {
    if (!recorder_.isRecording()) {
        auto asking = inner_.query(std::move(name), type);
        co_return co_await std::move(asking);
    }
    const auto began = clock_.steadyNow();
    auto asking = inner_.query(name, type);
    auto answer = co_await std::move(asking);
    recorder_.answered(name, type, answer, clock_.steadyNow() - began);
    co_return answer;
}

} // namespace edge
