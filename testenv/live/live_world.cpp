#include <edge/base/text.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/replay/replay_file.h>
#include <edge/testenv/live/lab_json.h>
#include <edge/testenv/live/live_world.h>
#include <edge/testenv/live/smtp_socket.h>
#include <edge/testenv/scenario/memory_world.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>
#include <vector>

namespace edge::testenv {

namespace json = boost::json;

namespace {

// What may lie between client and server: it fits into every socket's buffers, so it always arrives, also
// while the server is busy with something else.
constexpr std::uint64_t kInFlight = 32UL * 1024;
// On the loopback octets are there at once; this long only where the machine is drowning.
constexpr std::chrono::seconds kArrivalBound(20);

// A connection of the scenario's; lives as long as its world, so that the server never sees more of a
// client's end than the scenario says.
struct Wire {
    explicit Wire(SmtpSocket connected)
        : socket(std::move(connected)) {}

    SmtpSocket socket;
    std::string outbox;     // said by the client, not sent yet
    std::uint64_t sent = 0; // octets
    bool ends = false;      // half-closes behind the outbox
    bool ended = false;     // has done so
    bool reset = false;
    std::string heard;       // of the server, not read by the scenario yet
    std::uint64_t taken = 0; // octets received
    LabPeer peer;            // how the server sees it

    std::size_t room() const {
        return static_cast<std::size_t>(kInFlight - std::min(kInFlight, peer.unread));
    }
    bool isSettled() const { return outbox.empty() && ends == ended; }
    // Nothing that the client does reaches the server any more.
    bool isDeaf() const { return peer.over || peer.silent || reset; }
};
using WirePtr = std::shared_ptr<Wire>;

class LiveWorld final : public ScenarioWorld {
public:
    LiveWorld(LabController& controller, const Endpoint& smtp, const Scenario& scenario, std::uint64_t seed,
              std::shared_ptr<void> lease)
        : lease_(std::move(lease))
        , controller_(controller)
        , smtp_(smtp) {
        ask({{"do", "reset"},
             {"seed", seed},
             {"profile", profile(scenario.profile).name},
             {"bare", scenario.bare},
             {"headers", looksAtAgents(scenario)},
             {"agents", std::filesystem::absolute(folderOf(scenario.file)).string()},
             {"hold", true}});
    }

    // ---- for its clients

    json::object ask(json::object command) {
        auto answer = controller_.ask(std::move(command));
        follow();
        return answer;
    }
    void enqueue(const WirePtr& wire) {
        if (std::find(busy_.begin(), busy_.end(), wire) == busy_.end())
            busy_.push_back(wire);
    }
    // Everything that was said reaches the server, and everything that can happen without time passing
    // happens.
    void sync() {
        do {
            json::array sent;
            for (const auto& wire : busy_)
                sent.push_back(push(*wire));
            ask({{"do", "settle"}, {"sent", std::move(sent)}});
            std::erase_if(busy_, [](const WirePtr& wire) { return wire->isSettled() || wire->isDeaf(); });
        } while (
            std::any_of(busy_.begin(), busy_.end(), [](const WirePtr& wire) { return wire->room() > 0; }));
    }

    // ---- ScenarioWorld

    bool meets(const Condition& condition) override {
        if (condition.kind == Condition::Kind::File)
            return PosixFileSystem().status(condition.what).has_value();
        if (condition.kind == Condition::Kind::Tls)
            return false; // the server has no STARTTLS yet
        const auto* kind = condition.kind == Condition::Kind::Agent ? "agent" : "cmdlet";
        return ask({{"do", "meets"}, {"kind", kind}, {"what", toJson(condition.what)}}).at("meets").as_bool();
    }
    CmdletAnswer run(std::string_view script) override {
        const auto answer = ask({{"do", "cmdlet"}, {"script", toJson(script)}});
        return {octetsOf(answer.at("output")).value(), textsOf(answer.at("errors")).value()};
    }
    Result<> addZone(std::string_view text) override {
        return controller_.tell({{"do", "zone"}, {"text", toJson(text)}});
    }
    void setDnsStrict() override { ask({{"do", "strict"}}); }
    void setScl(std::optional<int> level) override {
        ask({{"do", "scl"}, {"level", level ? json::value(*level) : nullptr}});
    }
    void setScanner(const step::Scanner& scanner) override {
        ask({{"do", "scanner"},
             {"says", wordOf(scanner.verdict.outcome)},
             {"what", toJson(scanner.verdict.what)},
             {"scan", scanner.scan},
             {"once", scanner.once},
             {"after", scanner.after.count()},
             {"hangs", scanner.hangs}});
    }
    std::uint64_t scans() override { return controller_.state().scans; }
    Result<> breakDown(const step::Fault& fault) override {
        json::object command{{"do", "fault"}, {"what", wordOf(fault.kind)}};
        if (!fault.subject.empty())
            command["agent"] = toJson(fault.subject);
        if (fault.count)
            command["times"] = *fault.count;
        return controller_.tell(std::move(command));
    }

    std::unique_ptr<WorldClient> connect(const IpAddress& from) override;
    void settle() override { sync(); }
    void advance(Duration span) override {
        sync();
        ask({{"do", "advance"}, {"by", span.count()}});
    }
    UtcTime utcNow() override { return controller_.state().utc; }
    SteadyTime steadyNow() override { return controller_.state().steady; }

    const std::vector<Decision>& decisions() override {
        const auto answer = ask({{"do", "decisions"}, {"from", decisions_.size()}});
        for (const auto& each : answer.at("decisions").as_array())
            decisions_.push_back(decisionOf(each).value());
        return decisions_;
    }
    std::vector<WorldQuestion> questions() override { return questionsOf("questions"); }
    std::vector<WorldQuestion> unexpectedQuestions() override {
        return controller_.state().unexpectedQuestions == 0 ? std::vector<WorldQuestion>{}
                                                            : questionsOf("unexpected");
    }
    std::vector<PublishedMessage> replay() override {
        sync();
        std::vector<PublishedMessage> published;
        const auto answer = ask({{"do", "replay"}});
        for (const auto& each : answer.at("files").as_array())
            published.push_back(
                message(octetsOf(each.at("name")).value(), octetsOf(each.at("bytes")).value()));
        return published;
    }
    std::optional<std::vector<std::string>> headerAt(const step::HeaderMoment& moment,
                                                     const std::string& name) override {
        sync();
        json::object command{{"do", "header"},
                             {"name", toJson(name)},
                             {"agent", toJson(moment.agent)},
                             {"when", moment.before ? "before" : "after"}};
        if (moment.event)
            command["event"] = toString(*moment.event);
        return textsOf(ask(std::move(command)).at("values"));
    }
    std::string file(const std::string& path) override {
        sync();
        return octetsOf(ask({{"do", "file"}, {"path", toJson(path)}}).at("text")).value();
    }
    std::vector<std::string> agentLog() override {
        sync();
        return textsOf(ask({{"do", "log"}, {"which", "agent"}}).at("rows")).value();
    }
    std::string receiveLog() override {
        return octetsOf(ask({{"do", "log"}, {"which", "receive"}}).at("text")).value();
    }

private:
    static std::string_view wordOf(step::FaultKind kind) {
        switch (kind) {
        case step::FaultKind::DiskFull:
            return "ENOSPC";
        case step::FaultKind::DiskSync:
            return "EIO";
        case step::FaultKind::AgentThrows:
            return "throw";
        default:
            return "repaired";
        }
    }

    static std::string_view wordOf(ScanOutcome outcome) {
        switch (outcome) {
        case ScanOutcome::Clean:
            return "clean";
        case ScanOutcome::Infected:
            return "infected";
        case ScanOutcome::Unscannable:
            return "unscannable";
        case ScanOutcome::Unavailable:
            break;
        }
        return "unavailable";
    }

    static PublishedMessage message(std::string name, std::string bytes) {
        auto file = readReplayFile(bytes);
        if (!file)
            throw std::runtime_error(name + ": " + file.error().message);
        auto header = [headers = std::move(file->headers)](std::string_view field) {
            return headers.getAll(field);
        };
        auto body = bytes.substr(file->bodyOffset);
        return {std::move(name), std::move(bytes), std::move(header), std::move(body)};
    }

    std::vector<WorldQuestion> questionsOf(std::string_view which) {
        std::vector<WorldQuestion> questions;
        const auto answer = ask({{"do", "questions"}});
        for (const auto& each : answer.at(which).as_array())
            questions.push_back({octetsOf(each.at("name")).value(),
                                 static_cast<DnsType>(each.at("type").to_number<int>()),
                                 static_cast<DnsOutcome>(each.at("outcome").to_number<int>())});
        return questions;
    }

    // Sends what the server has room for now; how much it has been sent in all.
    static json::object push(Wire& wire) {
        if (wire.isDeaf()) {
            wire.outbox.clear();
        } else {
            const auto octets = wire.socket.send(std::string_view(wire.outbox).substr(0, wire.room()));
            wire.outbox.erase(0, octets);
            wire.sent += octets;
        }
        if (wire.outbox.empty() && wire.ends && !wire.ended) {
            if (!wire.isDeaf())
                wire.socket.leave(step::Ending::End);
            wire.ended = true;
        }
        return {{"port", wire.socket.port()},
                {"octets", wire.sent},
                {"ended", wire.ended && !wire.peer.silent},
                {"reset", wire.reset}};
    }

    // Takes over what the last answer said, and whatever the server has said to its peers by now.
    void follow() {
        const auto& peers = controller_.state().peers;
        for (const auto& wire : wires_) {
            const auto known = peers.find(wire->socket.port());
            if (known == peers.end() || wire->reset)
                continue;
            wire->peer = known->second;
            listen(*wire);
        }
    }

    static void listen(Wire& wire) {
        while (wire.taken < wire.peer.said || (wire.peer.over && !wire.socket.ended())) {
            const auto before = wire.heard.size();
            const bool came = wire.socket.receive(wire.heard, kArrivalBound);
            wire.taken += wire.heard.size() - before;
            if (!came && wire.taken < wire.peer.said)
                throw std::runtime_error("what the server has said does not arrive");
            if (!came && !wire.socket.ended())
                throw std::runtime_error("the server has closed, but the connection does not end");
        }
    }

    const std::shared_ptr<void> lease_; // the last to go
    LabController& controller_;
    const Endpoint smtp_;
    std::vector<WirePtr> wires_; // in the order in which they were made
    std::vector<WirePtr> busy_;  // have something to send, in the order in which they said it
    std::vector<Decision> decisions_;
};

class LiveClient final : public WorldClient {
public:
    LiveClient(LiveWorld& world, WirePtr wire)
        : world_(world)
        , wire_(std::move(wire)) {}

    void send(std::string_view bytes) override {
        if (wire_->ends || wire_->isDeaf() || vanished_)
            return;
        wire_->outbox += bytes;
        world_.enqueue(wire_);
    }

    std::vector<std::string> read() override {
        world_.sync();
        for (;;) {
            if (auto reply = takeReply(wire_->heard); !reply.empty())
                return reply;
            if (isOver())
                return {};
            const auto answer = world_.ask({{"do", "hear"},
                                            {"port", wire_->socket.port()},
                                            {"said", wire_->taken},
                                            {"until_read", !wire_->outbox.empty()}});
            if (!wire_->outbox.empty())
                world_.sync();
            if (!answer.at("heard").as_bool())
                return takeReply(wire_->heard);
        }
    }

    bool hasUnread() override {
        world_.sync();
        return !wire_->heard.empty();
    }

    bool closed() override {
        world_.sync();
        return isOver();
    }

    void leave(step::Ending how) override {
        if (wire_->isDeaf() || vanished_)
            return;
        if (how == step::Ending::Vanish) {
            vanished_ = true;
            silentAt(1);
        } else if (how == step::Ending::End) {
            wire_->ends = true;
            world_.enqueue(wire_);
        } else {
            wire_->outbox.clear(); // what had not arrived is lost
            wire_->socket.leave(how);
            wire_->reset = true;
            world_.enqueue(wire_);
        }
    }

    void setReadSize(std::size_t octets) override {
        world_.ask({{"do", "pieces"}, {"port", wire_->socket.port()}, {"octets", octets}});
    }
    void silentAt(std::size_t operation) override {
        world_.ask({{"do", "silent"}, {"port", wire_->socket.port()}, {"at", operation}});
    }

private:
    bool isOver() const { return wire_->peer.over || wire_->reset; }

    LiveWorld& world_;
    WirePtr wire_;
    bool vanished_ = false;
};

std::unique_ptr<WorldClient> LiveWorld::connect(const IpAddress& from) {
    auto socket = SmtpSocket::connect(smtp_, kArrivalBound, [&](std::uint16_t port) {
        ask({{"do", "peer"}, {"from", from.toString()}, {"port", port}});
    });
    if (!socket)
        throw std::runtime_error(socket.error().message);
    ask({{"do", "accept"}, {"port", socket->port()}});
    wires_.push_back(std::make_shared<Wire>(std::move(*socket)));
    return std::make_unique<LiveClient>(*this, wires_.back());
}

} // namespace

std::unique_ptr<ScenarioWorld> makeLiveWorld(LabController& controller, const Endpoint& smtp,
                                             const Scenario& scenario, std::uint64_t seed,
                                             std::shared_ptr<void> lease) {
    return std::make_unique<LiveWorld>(controller, smtp, scenario, seed, std::move(lease));
}

} // namespace edge::testenv
