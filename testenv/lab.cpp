#include <edge/base/assert.h>
#include <edge/base/text.h>
#include <edge/server/administration/server_shell_host.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/recording/recorded_server.h>
#include <edge/server/shell/shell.h>
#include <edge/server/shell/standard_cmdlets.h>
#include <edge/testenv/lab.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace edge::testenv {
namespace {

constexpr std::uint64_t kMaxFile = 256ULL * 1024 * 1024;

// A fresh Edge server accepts mail for nobody; this is the least that makes one useful (platform.md 7).
constexpr std::string_view kSetup = "New-AcceptedDomain -Name AdventureWorks -DomainName adventureworks.com";

std::string errorText(const ShellResult& result) {
    std::string text;
    for (const auto& message : result.texts(ShellMessage::Kind::Error))
        text += message + "\n";
    return text;
}

// Empty where there is no such file.
std::string textOf(FileSystem& files, const std::string& path) {
    auto text = readWholeFile(files, path, kMaxFile);
    return text ? std::move(*text) : std::string{};
}

} // namespace

class Lab::Transcript final : public ProtocolLog {
public:
    void write(const ProtocolSession&, std::uint32_t, UtcTime, Event event, std::string_view data,
               std::string_view context) override {
        lines.push_back({static_cast<char>(event), std::string(data), std::string(context)});
    }
    std::vector<ProtocolLine> lines;
};

Lab::Lab(const LabOptions& options)
    : options_(options)
    , clock_(loop_, options.start)
    , random_(options.seed)
    , resolver_(clock_)
    , archives_(clock_)
    , classifier_(clock_)
    , scanner_(clock_)
    , diskRandom_(options.seed)
    , agentHost_(machine_, temporaryPluginDirectory(), options.agentFolders)
    , disk_(options.disk ? nullptr : std::make_unique<FaultyFileSystem>(clock_, diskRandom_))
    , recorder_(clock_)
    , recordedResolver_(resolver_, clock_, recorder_)
    , transcript_(std::make_unique<Transcript>()) {
    if (auto started = start(); !started)
        throw std::runtime_error("the Lab's server does not start: " + started.error().message);
}

Result<> Lab::start() {
    EDGE_ASSERT(!isUp(), "a server is there already");
    if (disk_)
        disk_->readElsewhere(options_.outside, kLabDirectory);
    ServerSettings settings;
    settings.dataDirectory = kLabDirectory;
    settings.profile = options_.profile;
    settings.live = false;
    settings.keepsState = false;
    settings.warningsToStandardError = false;
    settings.agentHardLimit = options_.agentHardLimit;
    settings.observer = options_.observer;
    settings.view = options_.view;
    settings.xclientPeers = options_.xclientPeers;
    std::vector<DecisionSink*> readers{&decisions_, &recorder_};
    readers.insert(readers.end(), options_.readers.begin(), options_.readers.end());
    auto server = EdgeServer::open(
        {clock_, random_, faultDisk(), recordedResolver_, &classifier_, &archives_, &scanner_, &agentHost_},
        std::move(settings), std::move(readers), {transcript_.get()});
    if (!server)
        return server.error();
    server_ = std::move(*server);
    shellHost_ = std::make_unique<ServerShellHost>(*server_);
    cmdlets_ = std::make_unique<CmdletRegistry>();
    registerStandardCmdlets(*cmdlets_, server_->configuration().nouns());
    shell_ = std::make_unique<Shell>(server_->configuration(), *cmdlets_, *shellHost_);
    host_ = std::make_unique<SessionHost>(loop_.get_executor(), server_->services(),
                                          [this] { return server_->liveState(); });
    if (!options_.bare)
        run(kSetup);
    return {};
}

// Sessions that are still open end first, while everything they use is there.
Lab::~Lab() {
    if (!isUp())
        return;
    recorder_.end();
    host_->cancelAll();
    settle();
}

void Lab::cutPower() {
    endWith(disk().crash());
}

void Lab::killServer() {
    endWith(disk().killProcess());
}

// What the old server still does on its way out meets a dead disk.
void Lab::endWith(std::unique_ptr<FaultyFileSystem> disk) {
    if (isUp()) {
        recorder_.end();
        host_->cancelAll();
        settle();
        host_.reset();
        shell_.reset();
        shellHost_.reset();
        server_.reset();
    }
    disk_ = std::move(disk);
}

std::string Lab::run(std::string_view script) {
    const auto result = runCmdlets(script);
    if (!result.errors.empty())
        throw std::runtime_error(errorText(result));
    warnings_ = result.warnings();
    return result.output();
}

std::string Lab::runExpectingErrors(std::string_view script) {
    return errorText(runCmdlets(script));
}

ShellResult Lab::runCmdlets(std::string_view script) {
    auto result = shell_->run(script, "lab");
    if (options_.afterCmdlets)
        options_.afterCmdlets(*this);
    return result;
}

LabClient Lab::connectFrom(std::string_view address) {
    const auto client = IpAddress::parse(address);
    if (!client)
        throw std::runtime_error(client.error().message);
    return connectFrom(peerAt(*client));
}

LabClient Lab::connectFrom(const Endpoint& client) {
    auto connection = connectInMemory(loop_, clock_, options_.server, client);
    accept(std::move(connection.server));
    return LabClient(*this, std::move(connection.client));
}

void Lab::accept(std::unique_ptr<Transport> transport) {
    host_->accept(recorder_.listenTo(std::move(transport), options_.server), options_.server);
}

Result<> Lab::record(FileSystem& files, const std::string& directory) {
    const auto exportAll = [this] {
        return exportScript(server_->configuration().nouns(), *server_->configuration().current()) +
               server_->agents().exportScript();
    };
    return recorder_.begin(files, directory, Writing::Inline, recordedServer(*server_, exportAll));
}

FaultyFileSystem& Lab::disk() {
    EDGE_ASSERT(disk_, "this Lab was given a disk of another kind");
    return *disk_;
}

FaultDisk& Lab::faultDisk() {
    return options_.disk ? *options_.disk : *disk_;
}

void Lab::installFactory(const std::string& identity, std::shared_ptr<AgentFactory> factory) {
    const auto installed =
        server_->agents().install(identity, "test::" + identity, "test", std::move(factory), true);
    if (!installed)
        throw std::runtime_error(installed.error().message);
}

// One turn of the categorizer; a routing agent that waits keeps it going over several settle().
void Lab::startCategorizing() {
    if (categorizing_)
        return;
    categorizing_ = true;
    boost::asio::co_spawn(loop_, server_->categorizer().runOnce(),
                          [this](const std::exception_ptr&, std::size_t count) {
                              categorizing_ = false;
                              categorized_ += count;
                          });
}

// Polls until neither the loop nor the categorizer has anything left to do at this moment.
void Lab::settle() {
    for (std::size_t done = 1; done > 0;) {
        loop_.restart();
        done = loop_.poll();
        startCategorizing();
        loop_.restart();
        loop_.poll();
        done += std::exchange(categorized_, 0);
    }
}

void Lab::advance(Duration by) {
    settle();
    clock_.advance(by);
    settle();
}

const std::vector<ProtocolLine>& Lab::protocol() const {
    return transcript_->lines;
}

std::vector<ReplayedMessage> Lab::replay() {
    settle();
    const std::string directory = joinPath(kLabDirectory, "Replay");
    std::vector<ReplayedMessage> messages;
    auto names = faultDisk().list(directory);
    if (!names)
        return messages;
    std::sort(names->begin(), names->end());
    for (const auto& name : *names) {
        auto bytes = readWholeFile(faultDisk(), joinPath(directory, name), kMaxFile);
        if (!bytes)
            throw std::runtime_error(bytes.error().message);
        auto file = readReplayFile(*bytes);
        if (!file)
            throw std::runtime_error(name + ": " + file.error().message);
        auto body = bytes->substr(file->bodyOffset);
        messages.push_back({name, std::move(*file), std::move(body), std::move(*bytes)});
    }
    return messages;
}

std::string Lab::fileText(const std::string& path) {
    settle();
    server_->flushLogs();
    return textOf(faultDisk(), joinPath(kLabDirectory, path));
}

std::vector<std::string> Lab::agentLog() {
    settle();
    server_->flushLogs();
    const auto directory = server_->agentLog().directory();
    std::vector<std::string> rows;
    auto names = faultDisk().list(directory);
    if (!names)
        return rows;
    std::sort(names->begin(), names->end());
    for (const auto& name : *names) {
        const auto text = textOf(faultDisk(), joinPath(directory, name));
        for (const auto line : split(text, '\n'))
            if (!trim(line).empty() && line.front() != '#')
                rows.emplace_back(trim(line));
    }
    return rows;
}

} // namespace edge::testenv
