#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/server/program/serve_lab.h>
#include <edge/server/program/serve_options.h>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace edge {
namespace {

struct ServeLine {
    ServeOptions options;
    std::vector<std::string> listen;
    std::vector<std::string> xclientPeers;
};

int run(ServeLine& line) {
    for (const auto& text : line.listen) {
        const auto spec = ListenSpec::parse(text);
        if (!spec) {
            std::fprintf(stderr, "edgesim: %s\n", spec.error().message.c_str());
            return kExitUsage;
        }
        line.options.listen.push_back(*spec);
    }
    for (const auto& text : line.xclientPeers) {
        const auto range = IpRange::parse(text);
        if (!range) {
            std::fprintf(stderr, "edgesim: --trust-xclient: %s\n", range.error().message.c_str());
            return kExitUsage;
        }
        line.options.xclientPeers.push_back(*range);
    }
    if (line.options.record && !line.options.xclientPeers.empty()) {
        std::fprintf(stderr,
                     "edgesim: --record and --trust-xclient exclude each other: what a client does behind "
                     "XCLIENT would not be in its recording\n");
        return kExitUsage;
    }
    return line.options.lab ? serveLab(line.options) : serve(line.options);
}

} // namespace

Subcommand serveCommand(CLI::App& app) {
    auto line = std::make_shared<ServeLine>();
    auto& options = line->options;
    auto* serve = app.add_subcommand("serve", "Run an edge server");
    serve->option_defaults()->multi_option_policy(
        CLI::MultiOptionPolicy::TakeLast); // scripts append to a command line
    serve->add_option("--config", options.config, "Cmdlet script to run at start; it is never written")
        ->check(CLI::ExistingFile);
    serve->add_option("--data", options.dataDirectory, "Data directory: queue, Replay, logs, state")
        ->capture_default_str()
        ->each([line](const std::string&) { line->options.dataGiven = true; });
    serve->add_option("--lab", options.lab,
                      "Run a lab with virtual time and scripted worlds, moved over this Unix socket "
                      "(docs/live-mode.md)");
    serve
        ->add_option("--listen", line->listen,
                     "ADDRESS:PORT to listen on, port 0 for any free one; \"=PORT\" or \"=ADDRESS:PORT\" "
                     "behind it says which endpoint of the real edge it stands for "
                     "(default 127.0.0.1:2525=25)")
        ->take_all();
    serve->add_option("--port-file", options.portFile, "Write the endpoints that were bound to this file");
    serve->add_option("--profile", options.profile, "Version of Exchange: 2007, 2010, 2013, 2016, 2019, SE");
    serve
        ->add_option("--threads", options.threads,
                     "Threads that serve sessions (default: one a core, less one for the disk)")
        ->check(CLI::Range(1, 256));
    serve
        ->add_option("--record", options.record,
                     "Record every session into this folder (docs/recordings.md); oldest go first")
        ->excludes("--lab");
    serve->add_flag("--relaxed", options.relaxed, "Limits for CI: no tarpit, no rates, long timeouts");
    serve->add_flag("--quiet", options.quiet, "Do not show decisions");
    serve->add_flag("--json", options.json, "Show every decision as a JSON object");
    serve
        ->add_option("--trust-xclient", line->xclientPeers,
                     "Address, a-b or CIDR of peers that may speak for any client (XCLIENT, docs/send.md)")
        ->take_all();
    serve->add_flag("--allow-non-loopback", options.allowNonLoopback,
                    "Let --listen open an address others can reach, and --trust-xclient trust others");
    return {serve, [line] { return run(*line); }};
}

} // namespace edge
