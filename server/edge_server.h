// EdgeServer: everything of a server that is not a socket. It holds the configuration, the agents, the queue
// and the logs, gives sessions what they are made of, and answers the cmdlets. The program puts it on real
// worlds and loops, the Lab on scripted ones; both run this same object.
#pragma once

#include <edge/config/configuration_store.h>
#include <edge/decision.h>
#include <edge/server/administration/agent_administration.h>
#include <edge/server/hosts/agent_host.h>
#include <edge/server/ip_lists/ip_list_store.h>
#include <edge/server/logs/agent_log.h>
#include <edge/server/logs/operations_log.h>
#include <edge/server/logs/receive_protocol_log.h>
#include <edge/server/protocol_log.h>
#include <edge/server/queue/submission_queue.h>
#include <edge/server/recipients/recipient_store.h>
#include <edge/server/replay/replay_publisher.h>
#include <edge/server/routing/agent_routing.h>
#include <edge/server/routing/categorizer.h>
#include <edge/server/session/session_host.h>
#include <edge/server/session/session_services.h>
#include <edge/server/session_limits.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// The outside, real or scripted; outlives the server.
struct ServerWorlds {
    Clock& clock;
    Random& random;
    FileSystem& files;
    Resolver& resolver;
    ContentClassifier* contentClassifier = nullptr; // none: the server's own
    ArchiveLister* archiveLister = nullptr;         // none: read here, for archives that are our own
    VirusScanner* virusScanner = nullptr;           // none: there is no scanner, and who asks is told so
    AgentHost* agentHost = nullptr;                 // none: no agents but the built-in ones
};

struct ServerSettings {
    std::string dataDirectory;
    ProfileId profile = kDefaultProfile;
    bool live = true; // disk and logs on threads of their own; false: everything inline, for the Lab
    bool keepsState =
        true; // changes survive in the data directory; false: the configuration is a file or a test
    bool warningsToStandardError = true;
    std::optional<Duration> agentHardLimit; // a lab may have slow agents stopped
    DispatchObserver* observer = nullptr;
    // What sessions, routing and logs shall see instead of the state that the cmdlets made; none: just that.
    // For labs.
    std::function<LiveState(const LiveState&)> view;
    std::vector<IpRange> xclientPeers = {}; // peers that may speak for other clients (docs/decisions/0952)
};

// Tells several readers what was said on the wire.
class ProtocolLogs final : public ProtocolLog {
public:
    void add(ProtocolLog& reader) { readers_.push_back(&reader); }
    bool wants(const ProtocolSession& session) const override {
        return std::any_of(readers_.begin(), readers_.end(),
                           [&](const ProtocolLog* reader) { return reader->wants(session); });
    }
    void write(const ProtocolSession& session, std::uint32_t sequence, UtcTime time, Event event,
               std::string_view data, std::string_view context) override {
        for (auto* reader : readers_)
            reader->write(session, sequence, time, event, data, context);
    }

private:
    std::vector<ProtocolLog*> readers_;
};

class EdgeServer {
public:
    // Every noun of this server, in the order in which an exported script names them.
    static NounList nouns();
    // Opens the data directory (locked: one server each), the queue, the logs and the state kept there.
    // `decisions` and `protocol` are further readers. Errors are sentences for the operator.
    static Result<std::unique_ptr<EdgeServer>> open(const ServerWorlds& worlds, ServerSettings settings,
                                                    std::vector<DecisionSink*> decisions = {},
                                                    std::vector<ProtocolLog*> protocol = {});
    ~EdgeServer();
    EdgeServer(const EdgeServer&) = delete;
    EdgeServer& operator=(const EdgeServer&) = delete;

    // What sessions are made of, and what a new one begins with. Callable from every thread.
    const SessionServices& services() const { return *services_; }
    LiveStatePtr liveState() const;

    ConfigurationStore& configuration() { return *store_; }
    AgentAdministration& agents() { return *agents_; }
    RecipientStore& recipients() { return *recipients_; }
    IpListStore& ipLists() { return *ipLists_; }
    SubmissionQueue& queue() { return *queue_; }
    Categorizer& categorizer() { return *categorizer_; }
    DecisionStream& decisions() { return decisions_; }
    OperationsLog& operationsLog() { return *operationsLog_; }
    AgentLog& agentLog() { return *agentLog_; }
    FileSystem& files() { return worlds_.files; }
    Clock& clock() { return worlds_.clock; }
    const std::string& dataDirectory() const { return settings_.dataDirectory; }
    // Where accepted mail appears now.
    std::string replayDirectory() const;
    bool keepsState() const { return settings_.keepsState; }

    // What Install-TransportAgent names, found and judged, but not run.
    Result<AgentAssembly> inspectAgent(const std::string& path, const std::string& factoryName);
    // Loads the agent and appends it to the others, disabled.
    Result<> installAgent(const std::string& identity, const AgentAssembly& assembly);
    // Restart-Service MSExchangeTransport: loads agents of assemblies anew, as their files are now. Where one
    // does not load, all go on as they were.
    Result<> restartService();

    // Takes mail again after a disk fault stopped the queue; waits for it, so not to be called on a loop of
    // sessions.
    Result<> resumeQueue();

    // From now on every change is written to the data directory (after the state found there has been run).
    void beginKeepingState(std::function<std::string()> exportScript);
    // The script that keeps the state between runs.
    std::string stateFile() const;
    // Returns when all logs have written what they were told.
    void flushLogs();

private:
    class QueueSubmission;

    EdgeServer(const ServerWorlds& worlds, ServerSettings settings);
    Result<> start(std::vector<DecisionSink*> decisions, std::vector<ProtocolLog*> protocol);
    Result<> openLogs();
    Result<> openStorage();
    LiveState stateToPublish() const;
    void publishLiveState();
    void applyConfiguration(const ConfigurationPtr& configuration);
    void saveState();
    std::string inDataDirectory(std::string_view path) const;

    const ServerWorlds worlds_;
    const ServerSettings settings_;
    std::shared_ptr<void> directoryLock_;
    std::unique_ptr<OperationsLog> operationsLog_;
    std::unique_ptr<AgentLog> agentLog_;
    std::unique_ptr<ReceiveProtocolLog> receiveLog_;
    ProtocolLogs protocolLogs_;
    DecisionStream decisions_;
    std::unique_ptr<ConfigurationStore> store_;
    std::unique_ptr<AgentAdministration> agents_;
    std::unique_ptr<SqliteVfs> recipientVfs_; // before the store that uses it
    std::unique_ptr<RecipientStore> recipients_;
    std::unique_ptr<SqliteVfs> ipListVfs_; // the same: a connection and its VFS belong to one thread
    std::unique_ptr<IpListStore> ipLists_;
    std::unique_ptr<ContentClassifier> contentClassifier_;
    std::unique_ptr<ArchiveLister> archiveLister_;
    std::unique_ptr<VirusScanner> virusScanner_;
    std::unique_ptr<SubmissionQueue> queue_;
    std::unique_ptr<ReplayPublisher> publisher_;
    std::unique_ptr<AgentRouting> routing_;
    std::unique_ptr<Categorizer> categorizer_;
    std::unique_ptr<QueueSubmission> submission_;
    SessionLimits limits_;
    SessionIds ids_;
    std::unique_ptr<SessionServices> services_;
    std::atomic<LiveStatePtr> live_;
    std::function<std::string()> exportScript_;
    std::mutex saveMutex_;
    std::shared_ptr<void> subscription_;
};

} // namespace edge
