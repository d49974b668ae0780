#include <edge/agents/builtin_agents.h>
#include <edge/agents/content_filter/rule_classifier.h>
#include <edge/config/accepted_domain.h>
#include <edge/config/transport_config.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/archives/in_process_lister.h>
#include <edge/server/edge_server.h>
#include <edge/server/no_virus_scanner.h>
#include <edge/server/queue/sqlite_vfs.h>
#include <edge/server/routing/agent_routing.h>
#include <edge/server/session/snapshot_server.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace edge {
namespace {

AgentRegistry builtInAgents() {
    AgentRegistry registry;
    registerBuiltInAgents(registry);
    return registry;
}

// The agent time limit that Exchange warns at: five minutes in its early days, 90 s in newer builds
// (platform.md 1.7).
Duration agentTimeLimit(ProfileId profileId) {
    return profile(profileId).extendedEvents ? Duration(std::chrono::seconds(90)) : std::chrono::minutes(5);
}

} // namespace

// The queue as the session driver wants it.
class EdgeServer::QueueSubmission final : public MessageSubmission {
public:
    explicit QueueSubmission(SubmissionQueue& queue)
        : queue_(queue) {}

    std::optional<Refusal> admission() override {
        auto admission = queue_.admission();
        if (admission.accepted)
            return std::nullopt;
        return Refusal{SmtpResponse::insufficientResource(), std::move(admission.explanation),
                       std::move(admission.remedy)};
    }
    std::uint64_t nextInternalId() override { return queue_.nextInternalId(); }
    Task<Result<>> submit(std::shared_ptr<MailItem> item) override {
        auto committing = queue_.commit(std::move(item));
        const auto receipt = co_await std::move(committing);
        if (!receipt)
            co_return receipt.error();
        co_return Result<>{};
    }
    Task<Result<>> submitTogether(std::vector<std::shared_ptr<MailItem>> items) override {
        auto committing = queue_.commitTogether({items.begin(), items.end()});
        const auto receipts = co_await std::move(committing);
        if (!receipts)
            co_return receipts.error();
        co_return Result<>{};
    }

private:
    SubmissionQueue& queue_;
};

EdgeServer::EdgeServer(const ServerWorlds& worlds, ServerSettings settings)
    : worlds_(worlds)
    , settings_(std::move(settings)) {}

NounList EdgeServer::nouns() {
    NounList nouns{&transportServerSchema(), &transportConfigSchema(), &edgeSimSubmissionSchema(),
                   &acceptedDomainSchema(), &receiveConnectorSchema()};
    for (const auto* schema : builtinAgentSchemas())
        nouns.push_back(schema);
    return nouns;
}

EdgeServer::~EdgeServer() {
    subscription_.reset();
    if (categorizer_ && settings_.live)
        categorizer_->stop();
}

Result<std::unique_ptr<EdgeServer>> EdgeServer::open(const ServerWorlds& worlds, ServerSettings settings,
                                                     std::vector<DecisionSink*> decisions,
                                                     std::vector<ProtocolLog*> protocol) {
    std::unique_ptr<EdgeServer> server(new EdgeServer(worlds, std::move(settings)));
    if (auto started = server->start(std::move(decisions), std::move(protocol)); !started)
        return started.error();
    return server;
}

Result<> EdgeServer::start(std::vector<DecisionSink*> decisions, std::vector<ProtocolLog*> protocol) {
    if (auto made = worlds_.files.createDirectories(settings_.dataDirectory); !made)
        return Error{made.error().code, "the data directory " + settings_.dataDirectory +
                                            " cannot be made: " + made.error().message};
    auto lock = worlds_.files.lock(inDataDirectory("edgesim.lock"));
    if (!lock)
        return Error{lock.error().code, "another server uses the data directory " + settings_.dataDirectory +
                                            "; give this one its own with --data"};
    directoryLock_ = std::move(*lock);

    store_ = std::make_unique<ConfigurationStore>(nouns(), settings_.profile);
    agents_ = std::make_unique<AgentAdministration>(builtInAgents());
    if (auto opened = openLogs(); !opened)
        return opened;
    if (auto opened = openStorage(); !opened)
        return opened;

    decisions_.add(*agents_);
    decisions_.add(*agentLog_);
    decisions_.add(*operationsLog_);
    for (auto* reader : decisions)
        decisions_.add(*reader);
    protocolLogs_.add(*receiveLog_);
    for (auto* reader : protocol)
        protocolLogs_.add(*reader);

    contentClassifier_ = std::make_unique<RuleClassifier>();
    archiveLister_ = std::make_unique<InProcessArchiveLister>();
    virusScanner_ = std::make_unique<NoVirusScanner>();
    services_ = std::make_unique<SessionServices>(SessionServices{
        worlds_.clock, worlds_.random, worlds_.resolver, *recipients_, *ipLists_,
        worlds_.contentClassifier ? *worlds_.contentClassifier : *contentClassifier_,
        worlds_.archiveLister ? *worlds_.archiveLister : *archiveLister_,
        worlds_.virusScanner ? *worlds_.virusScanner : *virusScanner_, decisions_, protocolLogs_,
        *submission_, limits_, ids_, SpoolPlace{&worlds_.files, inDataDirectory("Queue")}, settings_.observer,
        settings_.xclientPeers});
    publishLiveState();
    agents_->onChange([this] {
        publishLiveState();
        saveState();
    });
    subscription_ = store_->subscribe([this](const ConfigurationPtr&) {
        applyConfiguration(stateToPublish().configuration);
        publishLiveState();
        saveState();
    });
    if (settings_.live)
        categorizer_->start();
    return {};
}

Result<> EdgeServer::openLogs() {
    const auto configuration = store_->current();
    const auto& server = configuration->get<TransportServer>();
    const auto writing = settings_.live ? Writing::OwnThread : Writing::Inline;
    auto operations = OperationsLog::open(
        worlds_.clock, {.path = settings_.live ? inDataDirectory("Logs/edgesim.log") : std::string{},
                        .warningsToStandardError = settings_.warningsToStandardError,
                        .writing = writing,
                        .profile = configuration->profile,
                        .agentTimeLimit = agentTimeLimit(configuration->profile)});
    if (!operations)
        return operations.error();
    operationsLog_ = std::move(*operations);
    const LogPlace place{worlds_.files, worlds_.clock, settings_.dataDirectory, writing,
                         [log = operationsLog_.get()](const std::string& trouble) { log->warning(trouble); }};
    agentLog_ = std::make_unique<AgentLog>(place, configuration->profile, server.agentLog);
    receiveLog_ =
        std::make_unique<ReceiveProtocolLog>(place, configuration->profile, server.receiveProtocolLog);
    return {};
}

Result<> EdgeServer::openStorage() {
    const auto queueDirectory = inDataDirectory("Queue");
    if (auto made = worlds_.files.createDirectories(queueDirectory); !made)
        return made;
    if (settings_.keepsState) {
        recipientVfs_ =
            std::make_unique<SqliteVfs>(worlds_.files, worlds_.clock, worlds_.random, queueDirectory);
        auto recipients = RecipientStore::open(*recipientVfs_, inDataDirectory("recipients.db"));
        if (!recipients)
            return recipients.error();
        recipients_ = std::move(*recipients);
        ipListVfs_ =
            std::make_unique<SqliteVfs>(worlds_.files, worlds_.clock, worlds_.random, queueDirectory);
        auto ipLists = IpListStore::open(*ipListVfs_, inDataDirectory("iplists.db"));
        if (!ipLists)
            return ipLists.error();
        ipLists_ = std::move(*ipLists);
        if (auto synced = worlds_.files.syncDirectory(settings_.dataDirectory); !synced)
            return synced; // the names of both databases
    } else {
        recipients_ = std::make_unique<RecipientStore>();
        ipLists_ = std::make_unique<IpListStore>();
    }

    QueueSettings queueSettings;
    queueSettings.directory = queueDirectory;
    queueSettings.execution = settings_.live ? Execution::Thread : Execution::Inline;
    queueSettings.notice = [log = operationsLog_.get()](NoticeLevel level, const std::string& message) {
        if (level == NoticeLevel::Information)
            log->info(message);
        else if (level == NoticeLevel::Warning)
            log->warning(message);
        else
            log->error(message);
    };
    auto queue =
        SubmissionQueue::open(worlds_.files, worlds_.clock, worlds_.random, std::move(queueSettings));
    if (!queue)
        return queue.error();
    queue_ = std::move(*queue);
    submission_ = std::make_unique<QueueSubmission>(*queue_);

    const auto configuration = store_->current();
    publisher_ = std::make_unique<ReplayPublisher>(worlds_.files, worlds_.clock, *queue_,
                                                   replaySettings(configuration->get<EdgeSimSubmission>(),
                                                                  profile(configuration->profile),
                                                                  settings_.dataDirectory));
    routing_ = std::make_unique<AgentRouting>([this] { return liveState()->pipeline; },
                                              [this]() -> std::unique_ptr<SmtpServer> {
                                                  return std::make_unique<SnapshotServer>(
                                                      *services_, liveState()->configuration);
                                              },
                                              decisions_, settings_.observer);
    categorizer_ = std::make_unique<Categorizer>(worlds_.clock, *queue_, *routing_, *publisher_);
    return {};
}

void EdgeServer::applyConfiguration(const ConfigurationPtr& configuration) {
    const auto& server = configuration->get<TransportServer>();
    agentLog_->configure(configuration->profile, server.agentLog);
    receiveLog_->configure(configuration->profile, server.receiveProtocolLog);
    operationsLog_->configure(configuration->profile, agentTimeLimit(configuration->profile));
    agents_->setRestartRequired(server.agentChangesNeedRestart);
    categorizer_->configure(replaySettings(configuration->get<EdgeSimSubmission>(),
                                           profile(configuration->profile), settings_.dataDirectory));
}

Result<AgentAssembly> EdgeServer::inspectAgent(const std::string& path, const std::string& factoryName) {
    if (path == kBuiltInAssembly)
        return agents_->builtIn(factoryName);
    if (worlds_.agentHost == nullptr)
        return Error{Errc::Unsupported, "this server has no agents but the built-in ones"};
    return worlds_.agentHost->inspect(path, factoryName);
}

Result<> EdgeServer::installAgent(const std::string& identity, const AgentAssembly& assembly) {
    if (assembly.path == kBuiltInAssembly)
        return agents_->installBuiltIn(identity, assembly.factoryName);
    EDGE_ASSERT(worlds_.agentHost != nullptr, "inspectAgent() has found the assembly");
    auto factory = worlds_.agentHost->load(assembly);
    if (!factory)
        return factory.error();
    return agents_->install(identity, assembly.factoryName, assembly.path, std::move(*factory));
}

Result<> EdgeServer::restartService() {
    AgentAdministration::Factories reloaded;
    for (const auto& agent : agents_->agents()) {
        if (!agent.isLoaded())
            continue;
        EDGE_ASSERT(worlds_.agentHost != nullptr, "somebody has loaded it");
        auto factory = worlds_.agentHost->load({agent.assemblyPath, agent.transportAgentFactory});
        if (!factory)
            return Error{factory.error().code, factory.error().message + ". The agents go on as they were."};
        reloaded.emplace(agent.identity, std::move(*factory));
    }
    agents_->restart(reloaded);
    return {};
}

Result<> EdgeServer::resumeQueue() {
    boost::asio::io_context loop;
    auto resuming = boost::asio::co_spawn(loop, queue_->resume(), boost::asio::use_future);
    loop.run();
    return resuming.get();
}

LiveStatePtr EdgeServer::liveState() const {
    return live_.load();
}

LiveState EdgeServer::stateToPublish() const {
    const auto configuration = store_->current();
    AgentTimeLimits limits;
    limits.warnAfter = agentTimeLimit(configuration->profile);
    limits.hardLimit = settings_.agentHardLimit;
    const LiveState state{configuration, agents_->running(), limits};
    return settings_.view ? settings_.view(state) : state;
}

void EdgeServer::publishLiveState() {
    live_.store(std::make_shared<const LiveState>(stateToPublish()));
}

void EdgeServer::beginKeepingState(std::function<std::string()> exportScript) {
    const std::lock_guard lock(saveMutex_);
    exportScript_ = std::move(exportScript);
}

void EdgeServer::saveState() {
    const std::lock_guard lock(saveMutex_);
    if (!settings_.keepsState || !exportScript_)
        return;
    const auto saved = writeFileDurably(worlds_.files, stateFile(), exportScript_());
    if (!saved)
        operationsLog_->error("the change is in force but could not be kept: " + saved.error().message);
}

std::string EdgeServer::replayDirectory() const {
    const auto configuration = store_->current();
    return replaySettings(configuration->get<EdgeSimSubmission>(), profile(configuration->profile),
                          settings_.dataDirectory)
        .directory;
}

std::string EdgeServer::stateFile() const {
    return inDataDirectory("edge-state.ps1");
}

void EdgeServer::flushLogs() {
    agentLog_->flush();
    receiveLog_->flush();
    operationsLog_->flush();
}

std::string EdgeServer::inDataDirectory(std::string_view path) const {
    return joinPath(settings_.dataDirectory, path);
}

} // namespace edge
