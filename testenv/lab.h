// The Lab: a whole edge server in one object, on scripted worlds. Time is virtual, the disk is memory, DNS is
// a text, randomness has a seed, and clients are objects; the server itself is the one that people run. Agent
// tests, sessions and scenarios are written against it (design.md 3, 8).
#pragma once

#include <edge/agent_factory.h>
#include <edge/server/edge_server.h>
#include <edge/server/hosts/shared_library_host.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/recording/session_recorder.h>
#include <edge/server/replay/replay_file.h>
#include <edge/testenv/decision_recorder.h>
#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/lab_client.h>
#include <edge/testenv/manual_clock.h>
#include <edge/testenv/scripted_archives.h>
#include <edge/testenv/scripted_classifier.h>
#include <edge/testenv/scripted_scanner.h>
#include <edge/testenv/seeded_random.h>
#include <edge/testenv/zone_resolver.h>

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace edge {
class Shell;
class CmdletRegistry;
class ServerShellHost;
struct ShellResult;
} // namespace edge

namespace edge::testenv {

// The data directory of every Lab.
inline constexpr const char* kLabDirectory = "/lab";

struct LabOptions {
    std::uint64_t seed = 1;
    ProfileId profile = kDefaultProfile;
    // A fresh Edge server has no accepted domain; the Lab adds adventureworks.com unless told not to.
    bool bare = false;
    UtcTime start = kScenarioStart;
    Endpoint server{IpAddress::v4(0xC0A80214), 25}; // 192.168.2.20:25, EDGE01 of the lab (platform.md 7.2)
    std::optional<Duration> agentHardLimit = {};
    DispatchObserver* observer = nullptr;
    FaultDisk* disk = nullptr;     // holds the data; none: memory
    FileSystem* outside = nullptr; // where scripts read files from that the disk in memory does not have
    std::vector<DecisionSink*> readers = {}; // of decisions, beside the Lab's own
    // What sessions see instead of the state that the cmdlets made (mutations of a configuration).
    std::function<LiveState(const LiveState&)> view = {};
    std::function<void(class Lab&)> afterCmdlets = {}; // called behind each script
    std::vector<IpRange> xclientPeers = {};            // who may say XCLIENT
    // Where Install-TransportAgent looks for a relative path, before EDGESIM_AGENT_PATH.
    std::vector<std::string> agentFolders = {"."};
};

// One published message.
struct ReplayedMessage {
    std::string name;  // of the file
    ReplayFile file;   // envelope and header
    std::string body;  // behind the blank line
    std::string bytes; // the whole file
};

// One line of the protocol log, for transcripts.
struct ProtocolLine {
    char event;
    std::string data;
    std::string context;
};

class Lab {
public:
    explicit Lab(const LabOptions& options = {});
    ~Lab();
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;

    // The end of the machine or of the process (faulty_file_system.h). The server of this Lab is gone, and
    // with it its configuration and whatever was not written; clients made before are of no use. start()
    // follows.
    void cutPower();
    void killServer();
    // Begins another server on what the disk holds; an error where it does not start, because the disk dies
    // again or for good reasons. isUp() tells later.
    Result<> start();
    bool isUp() const { return server_ != nullptr; }

    // Runs cmdlets; returns what the shell printed. Throws std::runtime_error with the errors where there are
    // any.
    std::string run(std::string_view script);
    // The same for scripts that must fail: the errors, one a line; empty where there were none.
    std::string runExpectingErrors(std::string_view script);
    // Runs cmdlets and returns everything that came of it, errors included.
    ShellResult runCmdlets(std::string_view script);
    // What the last run() warned of.
    const std::vector<std::string>& warnings() const { return warnings_; }

    // A client with that address; a port is chosen. The banner waits to be read.
    LabClient connectFrom(std::string_view address);
    // Serves a peer that came another way.
    void accept(std::unique_ptr<Transport> transport);
    // What a client at that address is to the server; a port is chosen.
    Endpoint peerAt(const IpAddress& address) { return {address, nextPort_++}; }
    // What clients connect to, as the server sees it.
    const Endpoint& serverEndpoint() const { return options_.server; }
    boost::asio::io_context& loop() { return loop_; }
    // The same with a port.
    LabClient connectFrom(const Endpoint& client);
    // Records the sessions that begin from now on into a folder of `files` (docs/recordings.md). A session
    // is written when it ends, at the latest with the Lab.
    Result<> record(FileSystem& files, const std::string& directory);
    // Installs an agent of the test's own behind the others and enables it.
    template <class A>
    void install(const std::string& identity) {
        installFactory(identity, std::make_shared<SimpleAgentFactory<A>>());
    }
    void installFactory(const std::string& identity, std::shared_ptr<AgentFactory> factory);

    // Runs whatever can run without time passing, the categorizer included.
    void settle();
    // Virtual time.
    void advance(Duration by);

    ManualClock& clock() { return clock_; }
    ZoneResolver& dns() { return resolver_; }
    ScriptedArchives& archives() { return archives_; }
    // The server's own scorer until a test says otherwise.
    ScriptedClassifier& classifier() { return classifier_; }
    ScriptedScanner& scanner() { return scanner_; }
    // The disk in memory; not for a Lab that was given another.
    FaultyFileSystem& disk();
    // Whatever disk it is.
    FaultDisk& faultDisk();
    EdgeServer& server() { return *server_; }
    DecisionRecorder& decisions() { return decisions_; }
    const std::vector<ProtocolLine>& protocol() const;
    // What was published so far, in order.
    std::vector<ReplayedMessage> replay();
    // A file of the data directory: "Logs/Edge/AgentLog/AGENTLOG20190603-1.LOG"; empty where there is none.
    std::string fileText(const std::string& path);
    // Rows (without # lines) of the agent log.
    std::vector<std::string> agentLog();
    // Sessions that have not ended.
    std::size_t sessions() const { return host_->size(); }

private:
    class Transcript;

    void startCategorizing();
    void endWith(std::unique_ptr<FaultyFileSystem> disk);

    LabOptions options_;
    boost::asio::io_context loop_;
    ManualClock clock_;
    SeededRandom random_;
    ZoneResolver resolver_;
    ScriptedArchives archives_;
    ScriptedClassifier classifier_;
    ScriptedScanner scanner_;
    SeededRandom diskRandom_; // of its own: what a failed sync loses must not change the ids that follow
    PosixFileSystem machine_; // shared libraries are files of the machine the Lab runs on
    SharedLibraryHost agentHost_;
    std::unique_ptr<FaultyFileSystem> disk_; // none where another was given
    DecisionRecorder decisions_;
    SessionRecorder recorder_;
    RecordedResolver recordedResolver_;
    std::unique_ptr<Transcript> transcript_;
    std::unique_ptr<EdgeServer> server_;
    std::unique_ptr<ServerShellHost> shellHost_;
    std::unique_ptr<CmdletRegistry> cmdlets_;
    std::unique_ptr<Shell> shell_;
    std::unique_ptr<SessionHost> host_;
    std::uint16_t nextPort_ = 1024;
    std::vector<std::string> warnings_;
    bool categorizing_ = false;   // a turn is under way
    std::size_t categorized_ = 0; // messages of the turns that ended since settle() looked
};

} // namespace edge::testenv
