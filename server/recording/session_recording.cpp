#include <edge/server/recording/session_recording.h>

#include <utility>

namespace edge {
namespace {

constexpr std::size_t kMaxNoted = 1000; // addresses and recipients of one session whose entries are kept

// A client may name as many recipients as it likes.
template <class T>
void note(std::set<T>& noted, const T& value) {
    if (noted.size() < kMaxNoted)
        noted.insert(value);
}

} // namespace

SessionRecording::SessionRecording(const Clock& clock, const RecordingHead& head, std::string script,
                                   std::size_t maxOctets, RecordedOctets& held)
    : clock_(clock)
    , head_(head)
    , script_(std::move(script))
    , maxOctets_(maxOctets)
    , held_(held)
    , start_(clock.steadyNow())
    , addresses_{head.client.address} {
    held_ += script_.size();
}

SessionRecording::~SessionRecording() {
    held_ -= script_.size() + events_.size();
}

void SessionRecording::append(std::string_view lines) {
    if (full_)
        return;
    if (events_.size() + lines.size() > maxOctets_) {
        full_ = true;
        lines = {};
        const auto last = recordedEnd(now(), SessionEnd::LimitReached);
        events_ += last;
        held_ += last.size();
        return;
    }
    events_ += lines;
    held_ += lines.size();
}

void SessionRecording::clientSaid(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    append(recordedBytes(now(), true, bytes));
}

void SessionRecording::serverSaid(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    append(recordedBytes(now(), false, bytes));
}

void SessionRecording::decided(const Decision& decision) {
    const std::lock_guard lock(mutex_);
    append(recordedDecision(now(), decision));
    note(addresses_, decision.step->enteredOrgFromIp);
    for (const auto& recipient : decision.step->recipients)
        note(recipients_, recipient);
}

void SessionRecording::answered(std::string_view name, DnsType type, const DnsAnswer& answer, Duration took) {
    const std::lock_guard lock(mutex_);
    append(recordedAnswer(now(), name, type, answer, took));
}

void SessionRecording::ended(SessionEnd end) {
    const std::lock_guard lock(mutex_);
    if (ends_.insert(end).second)
        append(recordedEnd(now(), end));
}

std::set<IpAddress> SessionRecording::addresses() const {
    const std::lock_guard lock(mutex_);
    return addresses_;
}

std::set<std::string> SessionRecording::recipients() const {
    const std::lock_guard lock(mutex_);
    return recipients_;
}

std::string SessionRecording::text(std::string_view listEntries) const {
    const std::lock_guard lock(mutex_);
    std::string text = recordingHeadText(head_, script_, listEntries);
    text += events_;
    text += kRecordingEnd;
    return text += '\n';
}

} // namespace edge
