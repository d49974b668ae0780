#include <edge/server/administration/default_configuration.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/net/system_clock.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/testenv/explain/explanation.h>
#include <edge/testenv/explain/explanation_html.h>
#include <edge/testenv/explain/explanation_json.h>
#include <edge/testenv/explain/explanation_text.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>

namespace edge {
namespace {

using namespace testenv;

constexpr std::uint64_t kMaxMessage = 64 * 1024 * 1024; // a server's limit is lower
constexpr std::uint64_t kMaxScript = 16 * 1024 * 1024;

struct ExplainOptions {
    ExplainInputs inputs;
    std::optional<std::string> config;
    std::optional<std::string> zones;
    std::vector<std::string> recipients;
    std::optional<std::string> profile;
    std::optional<std::string> at;
    std::optional<std::string> htmlFile;
    bool json = false;
};

int wrong(const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return kExitUsage;
}

bool isTerminal(int fd) {
    return isatty(fd) == 1;
}

std::optional<std::string> askAtTerminal(const std::string& question) {
    std::cerr << question << std::flush;
    std::string answer;
    if (!std::getline(std::cin, answer))
        return std::nullopt;
    return answer;
}

Result<std::string> readMessage(FileSystem& files, const std::string& path) {
    if (path != "-")
        return readWholeFile(files, path, kMaxMessage);
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

Result<> readFiles(FileSystem& files, const ExplainOptions& options, ExplainRequest& request) {
    auto message = readMessage(files, request.messageName);
    if (!message)
        return message.error();
    auto wire = wireText(*message);
    request.message = std::move(wire.text);
    request.mendedLineEnds = wire.mendedLineEnds;
    request.config = std::string(defaultConfigurationScript());
    request.configName = "the AdventureWorks default";
    if (options.config) {
        auto config = readWholeFile(files, *options.config, kMaxScript);
        if (!config)
            return config.error();
        request.config = std::move(*config);
        request.configName = *options.config;
    }
    if (options.zones) {
        auto zones = readWholeFile(files, *options.zones, kMaxScript);
        if (!zones)
            return zones.error();
        request.zones = std::move(*zones);
    }
    return {};
}

Result<ExplainRequest> requestOf(FileSystem& files, Clock& clock, ExplainOptions& options) {
    ExplainRequest request;
    if (isTerminal(STDIN_FILENO) && isTerminal(STDERR_FILENO) && options.inputs.message != "-")
        if (auto asked = askMissing(options.inputs, askAtTerminal); !asked)
            return asked.error();
    if (auto taken = takeInputs(options.inputs, request); !taken)
        return taken.error();
    if (options.profile) {
        const auto version = findProfile(*options.profile);
        if (!version)
            return version.error();
        request.profile = *version;
    }
    request.at = clock.utcNow();
    if (options.at) {
        const auto at = parseMoment(*options.at);
        if (!at)
            return at.error();
        request.at = *at;
    }
    request.recipients = options.recipients;
    request.files = &files;
    if (auto read = readFiles(files, options, request); !read)
        return read.error();
    return request;
}

int runExplain(ExplainOptions& options) {
    PosixFileSystem files;
    SystemClock clock;
    const auto request = requestOf(files, clock, options);
    if (!request)
        return wrong(request.error().message);
    const auto explanation = explain(*request, clock);
    if (!explanation)
        return wrong(explanation.error().message);
    if (options.htmlFile) {
        const auto written = writeFileDurably(files, *options.htmlFile, explanationHtml(*explanation));
        if (!written) {
            wrong(written.error().message);
            return kExitUnavailable;
        }
    }
    const bool colour = isTerminal(STDOUT_FILENO) && std::getenv("NO_COLOR") == nullptr;
    const auto text = options.json ? explanationJson(*explanation) : explanationText(*explanation, colour);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return std::fflush(stdout) == 0 ? kExitDone : kExitFailed;
}

} // namespace

Subcommand explainCommand(CLI::App& app) {
    auto options = std::make_shared<ExplainOptions>();
    auto* explain = app.add_subcommand(
        "explain", "Play one session in memory and tell why it ended as it did (docs/explain.md)");
    explain->add_option("message", options->inputs.message, "The message, - for standard input");
    explain->add_option("--ip", options->inputs.ip, "Address that the client connects from");
    explain->add_option("--helo", options->inputs.helo, "Name that it says in EHLO");
    explain->add_option("--from", options->inputs.from, "Sender of the envelope, '<>' for none");
    explain->add_option("--to", options->inputs.to, "Recipient of the envelope; may be repeated")->take_all();
    explain->add_option(
        "--config", options->config,
        "Cmdlet script of the server (default: the AdventureWorks lab that serve begins with)");
    explain->add_option("--zones", options->zones, "DNS records, one a line; other names do not exist");
    explain
        ->add_option("--recipients", options->recipients,
                     "Recipients in the directory, besides those of the configuration; may be repeated")
        ->take_all();
    explain->add_option("--profile", options->profile,
                        "Version of Exchange: 2007, 2010, 2013, 2016, 2019, SE");
    explain->add_option("--at", options->at, "When: 2019-06-03T09:00, in UTC (default: now)");
    explain->add_flag("--json", options->json, "Print a JSON document (docs/explain.schema.json)");
    explain->add_option("--html", options->htmlFile, "Write a page to this file as well");
    return {explain, [options] { return runExplain(*options); }};
}

} // namespace edge
