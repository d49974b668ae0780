// The server, wired top to bottom: worlds, server, configuration, loops, listeners, management, and how it
// all ends.
#include <edge/base/thread_name.h>
#include <edge/server/administration/cmdlet_service.h>
#include <edge/server/administration/default_configuration.h>
#include <edge/server/administration/server_shell_host.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/archives/archive_helpers.h>
#include <edge/server/edge_server.h>
#include <edge/server/hosts/shared_library_host.h>
#include <edge/server/management/api.h>
#include <edge/server/management/http_server.h>
#include <edge/server/management/unix_socket.h>
#include <edge/server/net/io_loops.h>
#include <edge/server/net/listener.h>
#include <edge/server/net/system_clock.h>
#include <edge/server/net/system_random.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/program/port_file.h>
#include <edge/server/program/serve_options.h>
#include <edge/server/program/silent_resolver.h>
#include <edge/server/recording/recorded_server.h>
#include <edge/server/session/session_host.h>
#include <edge/server/terminal/decision_printer.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <thread>

namespace edge {
namespace {

constexpr Duration kAfterCut = std::chrono::seconds(1); // for OnDisconnect of sessions that were cut
constexpr std::uint64_t kMaxScript = 16 * 1024 * 1024;  // a configuration is text that somebody wrote

int fail(int code, const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return code;
}

// Every session is a descriptor, and most systems start a process with room for a thousand.
void raiseDescriptorLimit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
}

// Sessions, commits and publishing share the machine: on two cores a second thread of sessions only takes
// turns with the others, and every turn costs (docs/performance.md).
int defaultThreads() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1);
}

std::vector<ListenSpec> listenersOf(const ServeOptions& options) {
    if (!options.listen.empty())
        return options.listen;
    return {*ListenSpec::parse("127.0.0.1:2525")};
}

bool isLoopback(const IpRange& range) {
    static const IpRange kV4 = *IpRange::parse("127.0.0.0/8");
    static const IpRange kV6 = *IpRange::parse("::1");
    return kV4.contains(range) || kV6.contains(range);
}

Result<> refuseOpenDoors(const ServeOptions& options) {
    for (const auto& spec : listenersOf(options))
        if (!spec.bind.address.isLoopback() && !options.allowNonLoopback)
            return Error{Errc::InvalidArgument,
                         spec.bind.toString() +
                             " can be reached by others; say --allow-non-loopback if you mean it"};
    for (const auto& peers : options.xclientPeers)
        if (!isLoopback(peers) && !options.allowNonLoopback)
            return Error{Errc::InvalidArgument,
                         peers.toString() +
                             " could pretend to be any client; say --allow-non-loopback if you mean it"};
    return {};
}

DecisionPrinter::Options printerOptions(const ServeOptions& options) {
    DecisionPrinter::Options printer;
    printer.form = options.json ? DecisionPrinter::Form::Json : DecisionPrinter::Form::Lines;
    printer.colour = isatty(STDOUT_FILENO) != 0 && !options.json;
    printer.quiet = options.quiet;
    return printer;
}

void writeOut(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

// The sessions of all loops.
class Sessions {
public:
    Sessions(IoLoops& loops, EdgeServer& server, SessionRecorder& recorder)
        : recorder_(recorder) {
        for (std::size_t i = 0; i < loops.size(); ++i) {
            auto& loop = loops.at(i);
            hosts_.emplace(&loop, std::make_unique<SessionHost>(loop.get_executor(), server.services(),
                                                                [&server] { return server.liveState(); }));
        }
    }
    void accept(boost::asio::io_context& loop, std::unique_ptr<Transport> transport, const ListenSpec& spec) {
        const auto selection = spec.selectionEndpoint(transport->localEndpoint());
        hosts_.at(&loop)->accept(recorder_.listenTo(std::move(transport), selection), selection);
    }
    void requestShutdown() {
        onEach([](SessionHost& host) { host.requestShutdown(); });
    }
    void cancelAll() {
        onEach([](SessionHost& host) { host.cancelAll(); });
    }

private:
    void onEach(void (*act)(SessionHost&)) {
        for (auto& [loop, host] : hosts_)
            boost::asio::post(*loop, [act, host = host.get()] { act(*host); });
    }

    SessionRecorder& recorder_;
    std::map<boost::asio::io_context*, std::unique_ptr<SessionHost>> hosts_;
};

// What a fresh server is told first: the file, the state of the last run, or the AdventureWorks lab.
struct StartScript {
    std::string text;
    std::string name;
    bool isDefault = false;
};

Result<StartScript> startScript(const ServeOptions& options, EdgeServer& server) {
    auto& files = server.files();
    if (options.config) {
        auto text = readWholeFile(files, *options.config, kMaxScript);
        if (!text)
            return text.error();
        return StartScript{std::move(*text), *options.config};
    }
    auto state = readWholeFile(files, server.stateFile(), kMaxScript);
    if (state)
        return StartScript{std::move(*state), server.stateFile()};
    if (state.error().code != Errc::NotFound)
        return state.error();
    return StartScript{std::string(defaultConfigurationScript()), "the AdventureWorks default", true};
}

// Runs the start script, then --profile and --relaxed on top of it; prints what went wrong.
int configure(const ServeOptions& options, EdgeServer& server, CmdletService& cmdlets) {
    const auto script = startScript(options, server);
    if (!script)
        return fail(kExitUsage, script.error().message);
    const auto run = [&cmdlets](const std::string& text, const std::string& name) {
        const auto result = cmdlets.runScript(text, name);
        for (const auto& error : result.errors)
            std::fprintf(stderr, "%s\n", error.c_str());
        return result.exitCode == 0;
    };
    // Before the script, which may use what that version brought; and after it, because the command line
    // wins.
    const auto chooseProfile = [&] {
        return !options.profile || run("Set-EdgeSimProfile " + *options.profile, "--profile");
    };
    if (!chooseProfile())
        return kExitUsage;
    if (script->isDefault)
        static_cast<void>(
            server.recipients().clear()); // of a start that was cut short: the script brings them all
    if (!run(script->text, script->name))
        return fail(kExitUsage, "the configuration has errors; nothing was started");
    if (!chooseProfile())
        return kExitUsage;
    if (options.relaxed && !run(std::string(kRelaxedCmdlet), "--relaxed"))
        return kExitFailed;
    if (!options.quiet && !options.json) {
        std::printf("edgesim " EDGE_VERSION ", profile %s, configuration: %s\n",
                    std::string(profile(server.configuration().current()->profile).name).c_str(),
                    script->name.c_str());
        const auto deviations = cmdlets.deviations();
        if (!deviations.empty())
            std::printf("What differs from a fresh Exchange Edge server:\n%s", deviations.c_str());
        if (options.relaxed)
            std::printf("Relaxed limits are in force; Get-EdgeSimRelaxedLimit lists them, "
                        "Disable-EdgeSimRelaxedLimit takes them back.\n");
    }
    return kExitDone;
}

// SIGTERM and SIGINT from construction on: one that comes while the server is still starting is not lost.
// Once wait() has returned, a second signal ends the process at once.
class StopSignal {
public:
    StopSignal()
        : signals_(loop_, SIGTERM, SIGINT) {
        signals_.async_wait([](const boost::system::error_code&, int) {});
    }
    void wait() {
        loop_.run();
        signals_.clear();
    }

private:
    boost::asio::io_context loop_;
    boost::asio::signal_set signals_;
};

// The last lines before mail may come.
void announce(const ServeOptions& options, const std::vector<NamedPort>& ports, const EdgeServer& server) {
    for (const auto& port : ports)
        std::printf("%s on %s\n", port.name == "smtp" ? "Listening for SMTP" : "Cmdlets",
                    port.endpoint.c_str());
    if (options.record)
        std::printf("Every session is recorded into %s.\n", options.record->c_str());
    std::printf("Accepted mail appears in %s. Stop with Ctrl-C.\n", server.replayDirectory().c_str());
    std::fflush(stdout);
}

ApiHandlers apiHandlers(EdgeServer& server, CmdletService& cmdlets, const std::vector<NamedPort>& ports,
                        SteadyTime started) {
    ApiHandlers handlers;
    handlers.cmdlet = [&cmdlets](const CmdletRequest& request) { return cmdlets.run(request); };
    handlers.complete = [&cmdlets](const CompletionRequest& request) { return cmdlets.complete(request); };
    handlers.needsMore = [&cmdlets](const std::string& text) { return cmdlets.needsMore(text); };
    handlers.readiness = [&server] {
        const auto admission = server.queue().admission();
        return Readiness{admission.accepted, admission.explanation};
    };
    handlers.info = [&server, &ports, started] {
        const auto configuration = server.configuration().current();
        ServerInfo info;
        info.name = configuration->get<TransportServer>().name;
        info.version = EDGE_VERSION;
        info.profile = profile(configuration->profile).name;
        info.dataDirectory = server.dataDirectory();
        info.uptime = std::chrono::duration_cast<std::chrono::seconds>(server.clock().steadyNow() - started);
        info.ports = ports;
        return info;
    };
    return handlers;
}

} // namespace

int serve(const ServeOptions& options) {
    if (auto closed = refuseOpenDoors(options); !closed)
        return fail(kExitUsage, closed.error().message);
    raiseDescriptorLimit();
    std::signal(SIGPIPE, SIG_IGN); // whoever reads our output may go away
    StopSignal stopSignal;

    SystemClock clock;
    SystemRandom random;
    PosixFileSystem files;
    SilentResolver resolver;
    PosixFileSystem recordingFiles(PosixFileSystem::Readers::Owner);
    SessionRecorder recorder(clock);
    RecordedResolver recordedResolver(resolver, clock, recorder);
    ArchiveHelpers archives(clock, {});
    SharedLibraryHost agentHost(files, joinPath(options.dataDirectory, "Agents"),
                                {options.config ? folderOf(*options.config) : "."});
    DecisionPrinter printer(writeOut, printerOptions(options));

    ServerSettings settings;
    settings.dataDirectory = options.dataDirectory;
    settings.keepsState = !options.config;
    settings.xclientPeers = options.xclientPeers;
    auto opened =
        EdgeServer::open({clock, random, files, recordedResolver, nullptr, &archives, nullptr, &agentHost},
                         std::move(settings), {&printer, &recorder});
    if (!opened)
        return fail(kExitUnavailable, opened.error().message);
    auto& server = **opened;
    archives.onWarning([&server](const std::string& what) { server.operationsLog().warning(what); });

    CmdletService cmdlets(server);
    if (const int code = configure(options, server, cmdlets); code != kExitDone)
        return code;
    server.beginKeepingState([&cmdlets] { return cmdlets.exportScript(); });
    if (options.record) {
        auto recorded = recordedServer(server, [&cmdlets] { return cmdlets.exportScript(); });
        if (auto begun =
                recorder.begin(recordingFiles, *options.record, Writing::OwnThread, std::move(recorded));
            !begun)
            return fail(kExitUnavailable, "sessions cannot be recorded: " + begun.error().message);
    }

    const int threads = options.threads > 0 ? options.threads : defaultThreads();
    std::vector<NamedPort> ports;
    IoLoops loops(threads);
    Sessions sessions(loops, server, recorder);
    std::vector<std::unique_ptr<Listener>> listeners;
    const auto trouble = [&server](const std::string& what) { server.operationsLog().warning(what); };
    for (const auto& spec : listenersOf(options)) {
        auto listener = Listener::open(
            loops, clock, spec.bind,
            [&sessions, spec](boost::asio::io_context& loop, std::unique_ptr<Transport> transport) {
                sessions.accept(loop, std::move(transport), spec);
            },
            trouble);
        if (!listener)
            return fail(kExitUnavailable, listener.error().message);
        ports.push_back({"smtp", (*listener)->endpoint().toString()});
        listeners.push_back(std::move(*listener));
    }

    const auto socketPath = managementSocketPath(options.dataDirectory);
    ports.push_back({"http", "unix:" + socketPath});
    const ManagementApi api(apiHandlers(server, cmdlets, ports, clock.steadyNow()));
    boost::asio::io_context managementLoop;
    auto keepRunning = boost::asio::make_work_guard(managementLoop);
    auto management = HttpServer::open(
        managementLoop, clock, socketPath, [&api](const HttpRequest& request) { return api.handle(request); },
        ManagementApi::isQuick);
    if (!management)
        return fail(kExitUnavailable, management.error().message);
    std::thread managementThread([&managementLoop] {
        nameThisThread("management");
        managementLoop.run();
    });

    if (!options.quiet && !options.json)
        announce(options, ports, server);
    int code = kExitDone;
    if (options.portFile)
        if (auto written = writeFileDurably(files, *options.portFile, portFileText(ports)); !written)
            code = fail(kExitFailed, "the port file could not be written: " + written.error().message);
    if (code == kExitDone) {
        server.operationsLog().info("started");
        stopSignal.wait();
    }

    // The end: no new peers, sessions are told goodbye, those inside DATA may finish within the bound, then
    // are cut.
    for (auto& listener : listeners)
        listener->stop();
    sessions.requestShutdown();
    boost::asio::steady_timer cut(managementLoop, kShutdownBound);
    cut.async_wait([&sessions](const boost::system::error_code& error) {
        if (!error)
            sessions.cancelAll();
    });
    loops.finish(kShutdownBound + kAfterCut);
    recorder.end();
    archives.stop();
    cut.cancel();
    (*management)->stop();
    keepRunning.reset();
    managementThread.join();
    server.operationsLog().info("stopped");
    return code;
}

} // namespace edge
