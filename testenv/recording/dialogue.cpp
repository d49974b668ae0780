#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/dns_types.h>
#include <edge/server/shell/shell.h>
#include <edge/testenv/recording/dialogue.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace edge::testenv {
namespace {

constexpr Duration kNoticeableDelay = std::chrono::seconds(1); // of an answer of the DNS

struct TimedReply {
    HeardReply reply;
    std::size_t event = 0; // that completed it
    Duration at{};
};

// Where in the client's stream a packet begins.
struct PacketStart {
    std::size_t offset = 0;
    std::size_t event = 0;
    Duration at{};
    Duration pause{}; // since the client said or heard something last
};

// Cuts what the server said into replies: up to the line whose code is followed by a blank.
class ReplyCutter {
public:
    void add(std::string_view bytes, std::size_t event, Duration at) {
        pending_ += bytes;
        for (auto end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n')) {
            auto line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            if (line.ends_with('\r'))
                line.pop_back();
            const bool goesOn = line.size() >= 4 && line[3] == '-';
            lines_.push_back(std::move(line));
            if (!goesOn)
                replies.push_back({{std::exchange(lines_, {}), {}}, event, at});
        }
    }
    std::vector<TimedReply> replies;

private:
    std::string pending_;
    std::vector<std::string> lines_;
};

class DialogueMaker {
public:
    explicit DialogueMaker(const Recording& recording)
        : recording_(recording) {}

    Dialogue make();

private:
    void sortEvents();
    void takeBanner();
    void takeUtterance(std::size_t begin, std::size_t end, Utterance::Kind kind);
    std::vector<Piece> piecesOf(std::size_t begin, std::size_t end) const;
    std::size_t eventAt(std::size_t offset) const { return packetAt(offset).event; }
    const PacketStart& packetAt(std::size_t offset) const;
    std::size_t endOfCommand(std::size_t begin) const;
    std::size_t endOfContent(std::size_t begin) const;
    void takeLeaving();
    void takeRest();

    const Recording& recording_;
    Dialogue result_;
    std::string stream_; // everything the client said
    std::vector<PacketStart> packets_;
    std::vector<TimedReply> replies_;
    std::size_t nextReply_ = 0;
    std::size_t lastEvent_ = 0; // of what the client said last
    bool contentNext_ = false;
    std::optional<std::pair<SessionEnd, std::size_t>> left_; // how the client left, and the event
};

void DialogueMaker::sortEvents() {
    ReplyCutter cutter;
    Duration last{}; // when the client said or heard something
    for (std::size_t i = 0; i < recording_.events.size(); ++i) {
        const auto& event = recording_.events[i];
        if (const auto* packet = std::get_if<RecordedPacket>(&event.what)) {
            const auto pause = event.at - std::exchange(last, std::max(last, event.at));
            if (packet->fromClient) {
                packets_.push_back({stream_.size(), i, event.at, std::max(pause, Duration::zero())});
                stream_ += packet->bytes;
            } else {
                cutter.add(packet->bytes, i, event.at);
            }
        } else if (const auto* decision = std::get_if<RecordedDecision>(&event.what)) {
            result_.outcome.decisions.push_back(*decision);
        } else if (const auto* answer = std::get_if<RecordedAnswer>(&event.what)) {
            result_.given.answers.push_back(*answer);
        } else if (const auto* end = std::get_if<SessionEnd>(&event.what)) {
            if (*end == SessionEnd::Stopping || *end == SessionEnd::LimitReached)
                break; // what follows is the server's farewell, or was not kept
            if (left_ || (*end != SessionEnd::ClientEnded && *end != SessionEnd::ClientReset))
                continue;
            left_ = {*end, i};
            result_.given.leavingPause = std::max(event.at - last, Duration::zero());
        }
    }
    replies_ = std::move(cutter.replies);
}

const PacketStart& DialogueMaker::packetAt(std::size_t offset) const {
    auto next =
        std::upper_bound(packets_.begin(), packets_.end(), offset,
                         [](std::size_t at, const PacketStart& packet) { return at < packet.offset; });
    return *std::prev(next);
}

std::vector<Piece> DialogueMaker::piecesOf(std::size_t begin, std::size_t end) const {
    std::vector<Piece> pieces;
    while (begin < end) {
        const auto& packet = packetAt(begin);
        const auto* const next = &packet == &packets_.back() ? nullptr : &packet + 1;
        const auto to = next ? std::min(end, next->offset) : end;
        const auto pause = begin == packet.offset ? packet.pause : Duration::zero();
        pieces.push_back({pause, stream_.substr(begin, to - begin)});
        begin = to;
    }
    return pieces;
}

// Behind the CRLF of a command, and the octets that a BDAT announces (RFC 3030 2), which are never commands;
// npos where they never came.
std::size_t DialogueMaker::endOfCommand(std::size_t begin) const {
    const auto crlf = stream_.find("\r\n", begin);
    if (crlf == std::string::npos)
        return crlf;
    const auto end = crlf + 2;
    const auto words = split(std::string_view(stream_).substr(begin, crlf - begin), ' ');
    std::size_t chunk = 0;
    if (words.size() < 2 || !iequals(words[0], "BDAT") ||
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), chunk).ec != std::errc{})
        return end;
    return chunk <= stream_.size() - end ? end + chunk : std::string::npos;
}

// Behind the dot; npos where it never came.
std::size_t DialogueMaker::endOfContent(std::size_t begin) const {
    if (stream_.compare(begin, 3, ".\r\n") == 0)
        return begin + 3;
    constexpr std::string_view kDot = "\r\n.\r\n";
    const auto dot = stream_.find(kDot, begin);
    return dot == std::string::npos ? dot : dot + kDot.size();
}

void DialogueMaker::takeBanner() {
    if (replies_.empty())
        return;
    result_.outcome.banner = replies_.front().reply;
    result_.outcome.banner.took = replies_.front().at;
    nextReply_ = 1;
}

void DialogueMaker::takeUtterance(std::size_t begin, std::size_t end, Utterance::Kind kind) {
    const auto& lastPacket = packetAt(end - 1);
    lastEvent_ = lastPacket.event;
    while (nextReply_ < replies_.size() && replies_[nextReply_].event < lastEvent_)
        result_.outcome.more.push_back(replies_[nextReply_++].reply);
    HeardReply heard;
    std::size_t replyEvent = recording_.events.size();
    if (kind != Utterance::Kind::Fragment && nextReply_ < replies_.size()) {
        const auto& reply = replies_[nextReply_++];
        heard = reply.reply;
        heard.took = reply.at - lastPacket.at;
        replyEvent = reply.event;
    }
    const auto nextWord = end < stream_.size() ? eventAt(end) : left_ ? left_->second : replyEvent + 1;
    contentNext_ = kind == Utterance::Kind::Line && heard.verdict().starts_with("354");
    result_.given.said.push_back({kind, piecesOf(begin, end), replyEvent < nextWord});
    result_.outcome.replies.push_back(std::move(heard));
}

void DialogueMaker::takeLeaving() {
    auto& given = result_.given;
    if (left_) {
        given.leaving = left_->first == SessionEnd::ClientEnded ? Leaving::Ends : Leaving::Resets;
    } else if (recording_.has(SessionEnd::Stopping) || recording_.has(SessionEnd::LimitReached)) {
        given.leaving = Leaving::Unknown;
    }
}

void DialogueMaker::takeRest() {
    while (nextReply_ < replies_.size())
        result_.outcome.more.push_back(replies_[nextReply_++].reply);
    result_.outcome.closed = result_.given.leaving != Leaving::Unknown &&
                             recording_.has(SessionEnd::ServerClosed) &&
                             !recording_.has(SessionEnd::ClientReset);
}

Dialogue DialogueMaker::make() {
    auto& given = result_.given;
    given.started = recording_.head.started;
    given.client = recording_.head.client;
    given.server = recording_.head.selection;
    given.script = statementsOf(recording_.script);
    given.entries = statementsOf(recording_.entries);
    sortEvents();
    takeBanner();
    for (std::size_t at = 0; at < stream_.size();) {
        const bool content = contentNext_;
        auto end = content ? endOfContent(at) : endOfCommand(at);
        const bool whole = end != std::string::npos;
        end = std::min(end, stream_.size());
        takeUtterance(at, end,
                      !whole    ? Utterance::Kind::Fragment
                      : content ? Utterance::Kind::Content
                                : Utterance::Kind::Line);
        at = end;
    }
    takeLeaving();
    takeRest();
    return std::move(result_);
}

// `stage`: for which of several equal questions.
void addZoneLines(std::vector<std::string>& lines, const RecordedAnswer& answer, const std::string& stage) {
    const auto add = [&](const std::string& what) { lines.push_back(answer.name + " " + what + stage); };
    switch (answer.outcome) {
    case DnsOutcome::ServFail:
    case DnsOutcome::Timeout:
    case DnsOutcome::NxDomain:
        return add(std::string(dnsOutcomeName(answer.outcome)));
    case DnsOutcome::NoData:
        add("delay 0s"); // a name that is there
        break;
    case DnsOutcome::Answered:
        break;
    }
    if (answer.took >= kNoticeableDelay)
        add("delay " + timeSpanText(std::chrono::round<std::chrono::milliseconds>(answer.took)));
    for (const auto& record : answer.records) {
        if (escapeControls(record) != record)
            continue; // no zone line can say it
        const bool quoted = answer.type == DnsType::Txt && record.find('"') == std::string::npos;
        add(std::string(toString(answer.type)) + " " + (quoted ? "\"" + record + "\"" : record));
    }
}

} // namespace

std::string Utterance::bytes() const {
    std::string all;
    for (const auto& piece : pieces)
        all += piece.bytes;
    return all;
}

Dialogue dialogueOf(const Recording& recording) {
    return DialogueMaker(recording).make();
}

std::vector<std::string> statementsOf(std::string_view script) {
    std::vector<std::string> statements;
    std::string open;
    for (const auto line : split(script, '\n')) {
        if (open.empty() && (trim(line).empty() || trim(line).front() == '#'))
            continue;
        open += (open.empty() ? "" : "\n") + std::string(line.ends_with('\r') ? trim(line) : line);
        if (!Shell::needsMore(open))
            statements.push_back(std::exchange(open, {}));
    }
    if (!open.empty())
        statements.push_back(std::move(open)); // the shell will say what is missing
    return statements;
}

std::vector<std::string> zoneLines(const std::vector<RecordedAnswer>& answers) {
    std::map<std::pair<std::string, DnsType>, std::vector<const RecordedAnswer*>> byQuestion;
    std::vector<std::string> lines;
    for (const auto& answer : answers) {
        if (answer.name.empty() || answer.name.find_first_of(" \t\"#") != std::string::npos ||
            escapeControls(answer.name) != answer.name)
            continue; // no zone line can say it
        auto& earlier = byQuestion[{asciiLower(answer.name), answer.type}];
        const auto* last = earlier.empty() ? nullptr : earlier.back();
        earlier.push_back(&answer);
        if (last && last->outcome == answer.outcome && last->records == answer.records)
            continue;
        addZoneLines(lines, answer, last ? " from query " + std::to_string(earlier.size()) : "");
    }
    return lines;
}

} // namespace edge::testenv
