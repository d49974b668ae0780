#include <edge/base/text.h>
#include <edge/dispatch_observer.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/shell/shell_result.h>
#include <edge/testenv/header_history.h>
#include <edge/testenv/lab.h>
#include <edge/testenv/observer_chain.h>
#include <edge/testenv/scenario/memory_world.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <stdexcept>
#include <utility>

namespace edge::testenv {
namespace {

// No timeout of a server is longer, so who waits longer waits for ever.
constexpr Duration kLongestWait = std::chrono::hours(48);
constexpr std::size_t kMostRanges = 1000;     // of an IP list that coverage and mutation look at
constexpr std::size_t kMostEntriesTried = 20; // of one list that mutation drops, spread evenly

class MemoryWorldClient final : public WorldClient {
public:
    MemoryWorldClient(Lab& lab, LabClient client)
        : lab_(lab)
        , client_(std::move(client)) {}

    void send(std::string_view bytes) override {
        if (!gone_)
            client_.wire().send(bytes);
    }

    std::vector<std::string> read() override {
        const auto end = lab_.clock().steadyNow() + kLongestWait;
        for (;;) {
            lab_.settle();
            pending_ += client_.wire().take();
            if (auto reply = takeReply(); !reply.empty())
                return reply;
            if (closed() || lab_.clock().nextDeadline() > end)
                return {};
            lab_.clock().advanceToNext();
        }
    }

    bool hasUnread() override {
        lab_.settle();
        pending_ += client_.wire().take();
        return !pending_.empty();
    }

    bool closed() override {
        lab_.settle();
        return client_.wire().closed() || client_.wire().wasReset();
    }

    void leave(step::Ending how) override {
        gone_ = true;
        if (how == step::Ending::End)
            client_.wire().halfClose();
        else if (how == step::Ending::Cut)
            client_.wire().reset();
        else
            client_.wire().vanishAt(1, Vanish::Silence);
    }

    void setReadSize(std::size_t octets) override { client_.wire().setReadSize(octets); }
    void silentAt(std::size_t operation) override { client_.wire().vanishAt(operation, Vanish::Silence); }

private:
    // Up to the line whose code is followed by a blank; a line that is no reply is one by itself.
    std::vector<std::string> takeReply() {
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < pending_.size();) {
            const auto end = pending_.find("\r\n", at);
            if (end == std::string::npos)
                return {};
            lines.push_back(pending_.substr(at, end - at));
            at = end + 2;
            if (lines.back().size() < 4 || lines.back()[3] != '-') {
                pending_.erase(0, at);
                return lines;
            }
        }
        return {};
    }

    Lab& lab_;
    LabClient client_;
    std::string pending_;
    bool gone_ = false; // says nothing more
};

// Lets chosen agents throw at their next calls.
class ScriptedAgentFaults final : public DispatchObserver {
public:
    void arm(const std::string& agent, std::optional<std::uint64_t> count) { counts_[agent] = count; }

    Task<> beforeAgent(const AgentCall&) override { co_return; }
    void afterAgent(const AgentCall&, const Decision&) override {}
    void enterAgent(const AgentCall& call) override {
        const auto armed = counts_.find(call.agent);
        if (armed == counts_.end())
            return;
        if (armed->second && --*armed->second == 0)
            counts_.erase(armed);
        throw std::runtime_error("scripted fault");
    }

private:
    std::map<std::string, std::optional<std::uint64_t>, ILess> counts_; // none: always
};

class MemoryWorld final : public LabWorld {
public:
    MemoryWorld(LabOptions options, bool keepsHeaders)
        : observers_(keepsHeaders ? std::vector<DispatchObserver*>{&faults_, &headers_}
                                  : std::vector<DispatchObserver*>{&faults_})
        , lab_(observed(std::move(options), observers_)) {}

    Lab& lab() override { return lab_; }

    bool meets(const Condition& condition) override {
        switch (condition.kind) {
        case Condition::Kind::Agent:
            for (const auto& agent : lab_.server().agents().agents())
                if (iequals(agent.identity, condition.what))
                    return true;
            return false;
        case Condition::Kind::Cmdlet:
            return run("Get-Help " + condition.what).errors.empty();
        case Condition::Kind::File:
            return PosixFileSystem().status(condition.what).has_value();
        case Condition::Kind::Tls:
            return false; // the server has no STARTTLS yet
        }
        return false;
    }

    CmdletAnswer run(std::string_view script) override {
        const auto result = lab_.runCmdlets(script);
        CmdletAnswer answer;
        for (const auto& message : result.messages)
            if (message.kind == ShellMessage::Kind::Error)
                answer.errors.push_back(message.text);
            else
                answer.output += shownText(message);
        return answer;
    }

    Result<> addZone(std::string_view text) override { return lab_.dns().load(text); }
    void setDnsStrict() override { lab_.dns().setStrict(true); }

    void setScl(std::optional<int> level) override {
        if (!level)
            return lab_.classifier().fail(Error{Errc::Unavailable, "scripted: the classifier cannot say"});
        lab_.classifier().fail(std::nullopt);
        lab_.classifier().answer({.scl = *level, .pcl = {}, .version = "scripted", .lines = {}});
    }

    void setScanner(const step::Scanner& scanner) override {
        const ScriptedScan scripted{scanner.verdict, scanner.after, scanner.hangs};
        const auto scan = lab_.scanner().asked() + scanner.scan;
        if (scanner.once)
            lab_.scanner().at(scan, scripted);
        else
            lab_.scanner().from(scan, scripted);
    }
    std::uint64_t scans() override { return lab_.scanner().asked(); }

    Result<> breakDown(const step::Fault& fault) override {
        if (fault.kind == step::FaultKind::AgentThrows) {
            if (!meets({Condition::Kind::Agent, fault.subject}))
                return Error{Errc::NotFound, "there is no agent \"" + fault.subject + "\""};
            faults_.arm(fault.subject, fault.count);
            return {};
        }
        if (fault.kind == step::FaultKind::DiskRepaired) {
            lab_.faultDisk().clearFaults();
            return {};
        }
        const bool full = fault.kind == step::FaultKind::DiskFull;
        const auto operation = full ? DiskOperation::Write : DiskOperation::Sync;
        const auto error = full ? Errc::NoSpace : Errc::Io;
        if (!fault.count)
            lab_.faultDisk().failAlways(operation, error);
        for (std::uint64_t i = 0; i < fault.count.value_or(0); ++i)
            lab_.faultDisk().failOnce(operation, error);
        return {};
    }

    std::vector<ConfiguredSetting> configured() override {
        const auto& store = lab_.server().configuration();
        auto settings = configuredSettings(store.nouns(), *store.current());
        auto ranges = configuredSettings(lab_.server().ipLists(), kMostRanges);
        std::move(ranges.begin(), ranges.end(), std::back_inserter(settings));
        return settings;
    }
    std::vector<Mutation> mutations() override {
        const auto& store = lab_.server().configuration();
        const auto configuration = store.current();
        std::vector<Mutation> all;
        for (const auto& setting : thinned(configured(), kMostEntriesTried))
            for (auto& mutation : mutationsOf(store.nouns(), *configuration, setting))
                all.push_back(std::move(mutation));
        return all;
    }

    std::unique_ptr<WorldClient> connect(const IpAddress& from) override {
        return std::make_unique<MemoryWorldClient>(lab_, lab_.connectFrom(from.toString()));
    }
    void settle() override { lab_.settle(); }
    void advance(Duration span) override { lab_.advance(span); }
    UtcTime utcNow() override { return lab_.clock().utcNow(); }
    SteadyTime steadyNow() override { return lab_.clock().steadyNow(); }

    const std::vector<Decision>& decisions() override { return lab_.decisions().all(); }
    std::vector<WorldQuestion> questions() override { return converted(lab_.dns().questions()); }
    std::vector<WorldQuestion> unexpectedQuestions() override { return converted(lab_.dns().unexpected()); }

    std::vector<PublishedMessage> replay() override {
        std::vector<PublishedMessage> published;
        for (auto& message : lab_.replay()) {
            auto header = [headers = std::move(message.file.headers)](std::string_view name) {
                return headers.getAll(name);
            };
            published.push_back(
                {message.name, std::move(message.bytes), std::move(header), std::move(message.body)});
        }
        return published;
    }

    std::optional<std::vector<std::string>> headerAt(const step::HeaderMoment& moment,
                                                     const std::string& name) override {
        lab_.settle();
        const MessageCall* found = nullptr;
        for (const auto& call : headers_.calls()) {
            if (!iequals(call.agent, moment.agent) || (moment.event && *moment.event != call.event))
                continue;
            const bool sameMessage =
                found && found->sessionId == call.sessionId && found->messageOrdinal == call.messageOrdinal;
            if (!moment.before || !sameMessage)
                found = &call;
        }
        if (!found)
            return std::nullopt;
        return (moment.before ? found->before : found->after)->headers.getAll(name);
    }
    std::string file(const std::string& path) override { return lab_.fileText(path); }
    std::vector<std::string> agentLog() override { return lab_.agentLog(); }
    std::string receiveLog() override {
        std::string text;
        for (const auto& line : lab_.protocol())
            text += std::string(1, line.event) + "," + line.data + "," + line.context + "\n";
        return text;
    }

private:
    static LabOptions observed(LabOptions options, DispatchObserver& observer) {
        options.observer = &observer;
        return options;
    }

    static std::string shownText(const ShellMessage& message) {
        if (message.kind == ShellMessage::Kind::Output)
            return message.text;
        return (message.kind == ShellMessage::Kind::Warning ? "WARNING: " : "VERBOSE: ") + message.text +
               "\n";
    }

    static std::vector<WorldQuestion> converted(const std::vector<ZoneResolver::Question>& questions) {
        std::vector<WorldQuestion> result;
        for (const auto& question : questions)
            result.push_back({question.name, question.type, question.outcome});
        return result;
    }

    ScriptedAgentFaults faults_; // these three before the Lab, which calls them
    HeaderHistory headers_;
    ObserverChain observers_;
    Lab lab_;
};

} // namespace

bool looksAtAgents(const Scenario& scenario) {
    return std::any_of(scenario.steps.begin(), scenario.steps.end(), [](const Step& step) {
        const auto* text = std::get_if<step::ExpectText>(&step.action);
        return text && text->source == step::ExpectText::Source::Agent;
    });
}

std::unique_ptr<ScenarioWorld> makeMemoryWorld(const Scenario& scenario, std::uint64_t seed) {
    return makeLabWorld({.seed = seed,
                         .profile = scenario.profile,
                         .bare = scenario.bare,
                         .agentFolders = {folderOf(scenario.file)}},
                        looksAtAgents(scenario));
}

std::unique_ptr<LabWorld> makeLabWorld(LabOptions options, bool keepsHeaders) {
    return std::make_unique<MemoryWorld>(std::move(options), keepsHeaders);
}

} // namespace edge::testenv
