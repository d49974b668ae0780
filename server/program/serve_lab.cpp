#include <edge/base/thread_name.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/program/port_file.h>
#include <edge/server/program/serve_lab.h>
#include <edge/server/terminal/decision_printer.h>
#include <edge/testenv/live/lab_server.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>

namespace edge {
namespace {

constexpr std::uint64_t kMaxScript = 16 * 1024 * 1024; // a configuration is text that somebody wrote

int fail(int code, const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return code;
}

// What a lab has no use for; empty where nothing of it was said.
std::string unwanted(const ServeOptions& options) {
    if (options.threads > 0)
        return "a lab has one thread; leave --threads out";
    if (options.relaxed)
        return "a lab has Exchange's limits, and its time costs nothing; leave --relaxed out";
    if (options.listen.size() > 1)
        return "a lab listens on one address";
    if (!options.listen.empty() && !options.listen.front().bind.address.isLoopback())
        return "a lab trusts whoever connects; it listens on a loopback address only";
    return {};
}

void writeOut(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

// Stops the lab at SIGTERM and SIGINT.
class Signals {
public:
    explicit Signals(testenv::LabServer& lab)
        : signals_(loop_, SIGTERM, SIGINT) {
        signals_.async_wait([&lab](const boost::system::error_code& error, int) {
            if (!error)
                lab.stop();
        });
        thread_ = std::thread([this] {
            nameThisThread("signals");
            loop_.run();
        });
    }
    ~Signals() {
        loop_.stop();
        thread_.join();
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

private:
    boost::asio::io_context loop_;
    boost::asio::signal_set signals_;
    std::thread thread_;
};

Result<testenv::LabServerOptions> labOptions(const ServeOptions& options) {
    testenv::LabServerOptions lab;
    lab.socket = *options.lab;
    lab.listen = options.listen.empty() ? Endpoint{IpAddress::parse("127.0.0.1").value(), 2525}
                                        : options.listen.front().bind;
    if (options.dataGiven)
        lab.directory = options.dataDirectory;
    if (options.profile) {
        const auto profile = findProfile(*options.profile);
        if (!profile)
            return profile.error();
        lab.profile = *profile;
    }
    if (options.config) {
        PosixFileSystem files;
        auto script = readWholeFile(files, *options.config, kMaxScript);
        if (!script)
            return script.error();
        lab.script = std::move(*script);
        lab.scriptName = *options.config;
    }
    lab.xclientPeers = options.xclientPeers;
    return lab;
}

} // namespace

int serveLab(const ServeOptions& options) {
    if (const auto what = unwanted(options); !what.empty())
        return fail(kExitUsage, what);
    auto settings = labOptions(options);
    if (!settings)
        return fail(kExitUsage, settings.error().message);
    std::signal(SIGPIPE, SIG_IGN); // whoever reads our output may go away

    DecisionPrinter printer(
        writeOut, {.form = options.json ? DecisionPrinter::Form::Json : DecisionPrinter::Form::Lines,
                   .colour = isatty(STDOUT_FILENO) != 0 && !options.json,
                   .quiet = options.quiet});
    settings->readers = {&printer};
    auto lab = testenv::LabServer::open(std::move(*settings));
    if (!lab)
        return fail(lab.error().code == Errc::InvalidArgument ? kExitUsage : kExitUnavailable,
                    lab.error().message);
    const Signals signals(**lab);
    const auto endpoint = (*lab)->endpoint().toString();
    if (options.portFile) {
        PosixFileSystem files;
        if (auto written = writeFileDurably(files, *options.portFile, portFileText({{"smtp", endpoint}}));
            !written)
            return fail(kExitFailed, "the port file could not be written: " + written.error().message);
    }
    writeOut("Listening for SMTP on " + endpoint + "\nLab on " + *options.lab + "\n");
    (*lab)->run();
    return kExitDone;
}

} // namespace edge
