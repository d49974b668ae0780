// edgesim: the command line. Each command is one function; what a server is made of is wired, top to bottom,
// in server/program/serve.cpp.
#include <edge/server/archives/helper_main.h>
#include <edge/server/program/check_command.h>
#include <edge/server/program/serve_options.h>
#include <edge/server/program/test_command.h>
#include <edge/server/shell_client/shell_client.h>

#include <CLI/CLI.hpp>

#include <iostream>
#include <string_view>

namespace {

using namespace edge;

void addServe(CLI::App& app, ServeOptions& options, std::vector<std::string>& listen) {
    auto* serve = app.add_subcommand("serve", "Run an edge server");
    serve->option_defaults()->multi_option_policy(
        CLI::MultiOptionPolicy::TakeLast); // scripts append to a command line
    serve->add_option("--config", options.config, "Cmdlet script to run at start; it is never written")
        ->check(CLI::ExistingFile);
    serve->add_option("--data", options.dataDirectory, "Data directory: queue, Replay, logs, state")
        ->capture_default_str();
    serve
        ->add_option("--listen", listen,
                     "ADDRESS:PORT to listen on, port 0 for any free one; \"=PORT\" or \"=ADDRESS:PORT\" "
                     "behind it says "
                     "which endpoint of the real edge it stands for (default 127.0.0.1:2525=25)")
        ->take_all();
    serve->add_option("--port-file", options.portFile, "Write the endpoints that were bound to this file");
    serve->add_option("--profile", options.profile, "Version of Exchange: 2007, 2010, 2013, 2016, 2019, SE");
    serve->add_option("--threads", options.threads, "Threads that serve sessions (default: one a core, less one for the disk)")
        ->check(CLI::Range(1, 256));
    serve->add_flag("--relaxed", options.relaxed, "Limits for CI: no tarpit, no rates, long timeouts");
    serve->add_flag("--quiet", options.quiet, "Do not show decisions");
    serve->add_flag("--json", options.json, "Show every decision as a JSON object");
    serve->add_flag("--allow-non-loopback", options.allowNonLoopback,
                    "Let --listen open an address others can reach");
}

void addShell(CLI::App& app, ShellClientOptions& options) {
    auto* shell = app.add_subcommand("shell", "Run cmdlets on a running server");
    shell->add_option("--data", options.dataDirectory, "Data directory of the server")->capture_default_str();
    shell->add_option("-c,--command", options.commands, "Run this and exit; may be given several times")
        ->take_all();
    shell->add_option("script", options.scriptFile, "Script file to run, - for standard input");
}

void addCheck(CLI::App& app, CheckOptions& options) {
    auto* check =
        app.add_subcommand("check", "Find every problem in a configuration script without running it");
    check->add_option("script", options.script, "The script")->required();
    check->add_option("--profile", options.profile, "Version of Exchange to check for");
}

void addTest(CLI::App& app, TestOptions& options) {
    auto* test = app.add_subcommand("test", "Play scenarios in memory (docs/scenario-language.md)");
    test->add_option("path", options.paths, "Scenario files, or folders with *.scenario below (default: .)");
    test->add_option("--filter", options.filters, "Only scenarios with this in their name; may be repeated")
        ->take_all();
    test->add_option("--tag", options.tags,
                     "Only scenarios with this tag, \"!TAG\": without it; may be repeated")
        ->take_all();
    test->add_option("--shard", options.shard, "I/N: the I-th of N parts");
    test->add_option("--seed", options.seed, "Instead of the scenarios' own");
    test->add_option("--repeat", options.repeat, "Play each so often, the seed one more each time")
        ->check(CLI::Range(1, 1000000));
    test->add_option("--jobs", options.jobs, "Scenarios beside each other (default: one a processor)")
        ->check(CLI::Range(1, 256));
    test->add_flag("--fail-fast", options.failFast, "Stop at the first failure");
    test->add_flag("--quiet", options.quiet, "Show failures and the summary only");
    test->add_flag("--update", options.update, "Rewrite what scenarios expect to what happened");
    test->add_flag("--coverage", options.coverage,
                   "Tell which events, agents, actions and reasons were exercised");
    test->add_option("--junit", options.junitFile, "Write a JUnit report to this file");
    auto* tap = test->add_flag("--tap", options.tap, "Print TAP 14");
    auto* json = test->add_flag("--json", options.json, "Print one JSON object a line");
    json->excludes(tap);
    test->add_flag("--github", options.github,
                   "Add GitHub workflow commands that mark the lines that failed");
    test->add_flag("--list", options.list, "Only list the scenarios");
    test->add_flag("--verbs", options.verbs, "Only print the verbs of the language");
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == kArchiveHelperCommand)
        return runArchiveHelper();
    CLI::App app{"edgesim: a stand-in for the receive side of an Exchange Edge Transport server"};
    app.set_version_flag("--version", "edgesim " EDGE_VERSION);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 3 no test selected, 4 "
               "port, data directory "
               "or server "
               "not available.");

    ServeOptions serveOptions;
    std::vector<std::string> listen;
    ShellClientOptions shellOptions;
    CheckOptions checkOptions;
    addServe(app, serveOptions, listen);
    addShell(app, shellOptions);
    addCheck(app, checkOptions);
    TestOptions testOptions;
    addTest(app, testOptions);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kExitDone : kExitUsage;
    }
    for (const auto& text : listen) {
        const auto spec = ListenSpec::parse(text);
        if (!spec) {
            std::cerr << "edgesim: " << spec.error().message << "\n";
            return kExitUsage;
        }
        serveOptions.listen.push_back(*spec);
    }
    if (app.got_subcommand("serve"))
        return serve(serveOptions);
    if (app.got_subcommand("shell"))
        return runShell(shellOptions);
    if (app.got_subcommand("test"))
        return runTests(testOptions);
    return check(checkOptions);
}
