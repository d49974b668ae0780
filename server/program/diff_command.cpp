// `edgesim diff`: what another configuration would have done to mail that is at hand.
#include <edge/base/ip_address.h>
#include <edge/config/accepted_domain.h>
#include <edge/mail/routing_address.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/net/system_clock.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/testenv/diff/corpus_diff.h>
#include <edge/testenv/diff/diff_report.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>

namespace edge {
namespace {

using namespace testenv;

constexpr std::uint64_t kMaxScript = 16 * 1024 * 1024;
constexpr std::size_t kBarWidth = 40;
constexpr const char* kFromHeaders = "from-headers";

struct DiffOptions {
    std::vector<std::string> configs;
    std::vector<std::string> paths;
    std::optional<std::string> profile;
    std::optional<std::string> envelope;
    std::optional<std::string> zones;
    EnvelopeChoice choice;
    std::optional<std::string> htmlFile;
    std::size_t jobs = 0; // 0: one a processor
    bool json = false;
};

int fail(int code, const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return code;
}

// What is wrong with the envelope; empty where it could be sent.
std::string problemOf(const EnvelopeChoice& choice) {
    if (choice.from && !choice.from->empty() && *choice.from != "<>" &&
        !RoutingAddress::isValidAddress(*choice.from))
        return "--from is an address, or \"<>\", not \"" + *choice.from + "\"";
    for (const auto& recipient : choice.to)
        if (!RoutingAddress::isValidAddress(recipient))
            return "--to is an address, not \"" + recipient + "\"";
    if (choice.ip && !IpAddress::parse(*choice.ip))
        return "--ip is an IP address, not \"" + *choice.ip + "\"";
    if (choice.helo && choice.helo->find_first_of(" \t\r\n") != std::string::npos)
        return "--helo is one word";
    return {};
}

std::string inWords(const EnvelopeChoice& choice, const std::string& recipient) {
    const auto whole = envelopeFor(choice, recipient, {});
    std::string to;
    for (const auto& address : whole.to)
        to += (to.empty() ? "" : ", ") + address;
    auto text = "from <" + whole.from + "> to " + to + ", client " + whole.ip + " (" + whole.helo + ")";
    if (choice.fromHeaders)
        text += ", or as its header says";
    return text;
}

// On the terminal only, on standard error, so that the report can go into a file.
class Bar {
public:
    Bar(FileSystem& files, const std::vector<std::string>& paths)
        : shown_(isatty(STDERR_FILENO) == 1) {
        if (shown_)
            total_ = std::max<std::uint64_t>(MailCorpus::measure(files, paths), 1);
    }
    void draw(const DiffTally& tally, std::uint64_t octets) const {
        if (!shown_)
            return;
        const auto done = std::min<std::uint64_t>(kBarWidth * octets / total_, kBarWidth);
        std::fprintf(stderr, "\r\x1b[K[%s%s] %zu messages, %zu changed", std::string(done, '#').c_str(),
                     std::string(kBarWidth - done, '.').c_str(), tally.messages(), tally.changed());
        std::fflush(stderr);
    }
    void clear() const {
        if (shown_)
            std::fprintf(stderr, "\r\x1b[K");
    }

private:
    bool shown_;
    std::uint64_t total_ = 1;
};

// What is said of both; an error where it cannot be had.
Result<JudgeConfiguration> commonPart(FileSystem& files, const DiffOptions& options) {
    JudgeConfiguration common;
    common.files = &files;
    if (options.profile) {
        const auto version = findProfile(*options.profile);
        if (!version)
            return version.error();
        common.profile = *version;
    }
    if (options.zones) {
        auto zones = readWholeFile(files, *options.zones, kMaxScript);
        if (!zones)
            return zones.error();
        common.zones = std::move(*zones);
    }
    return common;
}

// Both configurations, right ones; nothing where one is not, which has been told then.
std::optional<std::array<JudgeConfiguration, 2>> configurations(FileSystem& files,
                                                                const DiffOptions& options) {
    const auto common = commonPart(files, options);
    if (!common) {
        fail(kExitUsage, common.error().message);
        return std::nullopt;
    }
    std::array<JudgeConfiguration, 2> both{*common, *common};
    bool right = true;
    for (std::size_t i = 0; i < both.size(); ++i) {
        auto script = readWholeFile(files, options.configs[i], kMaxScript);
        if (!script) {
            fail(kExitUsage, script.error().message);
            right = false;
            continue;
        }
        both[i].name = options.configs[i];
        both[i].script = std::move(*script);
        const auto errors = VerdictLab::errorsOf(both[i]);
        std::fprintf(stderr, "%s", errors.c_str());
        right = right && errors.empty();
    }
    return right ? std::optional(both) : std::nullopt;
}

int compare(FileSystem& files, const DiffOptions& options, std::array<JudgeConfiguration, 2> both) {
    DiffPlan plan{std::move(both[0]), std::move(both[1]), options.choice, {}, options.jobs};
    DiffReport report;
    report.a = plan.a.name;
    report.b = plan.b.name;
    report.paths = options.paths;
    {
        VerdictLab a(plan.a);
        VerdictLab b(plan.b);
        plan.recipient = a.defaultRecipient();
        findSettings(a.settings(), b.settings(), report);
    }
    report.envelope = inWords(plan.envelope, plan.recipient);
    if (plan.threads == 0)
        plan.threads = std::max(1U, std::thread::hardware_concurrency());

    const SystemClock clock;
    const auto begin = clock.steadyNow();
    MailCorpus corpus(files, options.paths);
    const Bar bar(files, options.paths);
    report.tally = compareVerdicts(
        plan, corpus, [&bar](const DiffTally& tally, std::uint64_t octets) { bar.draw(tally, octets); });
    bar.clear();
    report.seconds = std::chrono::duration<double>(clock.steadyNow() - begin).count();

    const auto text = options.json ? diffJson(report) : diffText(report);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (options.htmlFile)
        if (auto written = writeFileDurably(files, *options.htmlFile, diffHtml(report)); !written)
            return fail(kExitUnavailable, written.error().message);
    return report.tally.changed() > 0 ? kExitFailed : kExitDone;
}

int diff(const DiffOptions& given) {
    auto options = given;
    if (options.configs.size() != 2)
        return fail(kExitUsage, "--config is said twice: what is, and what is to be");
    if (options.envelope && *options.envelope != kFromHeaders)
        return fail(kExitUsage, "--envelope knows only \"from-headers\"");
    options.choice.fromHeaders = options.envelope.has_value();
    if (const auto problem = problemOf(options.choice); !problem.empty())
        return fail(kExitUsage, problem);
    PosixFileSystem files;
    for (const auto& path : options.paths)
        if (const auto status = files.status(path); !status)
            return fail(kExitUsage, status.error().message);
    auto both = configurations(files, options);
    if (!both)
        return fail(kExitUsage, "nothing was compared");
    try {
        return compare(files, options, std::move(*both));
    } catch (const std::exception& error) {
        return fail(kExitUnavailable, error.what());
    }
}

} // namespace

Subcommand diffCommand(CLI::App& app) {
    auto options = std::make_shared<DiffOptions>();
    auto* command = app.add_subcommand(
        "diff", "Play mail that is at hand through two configurations, and tell what changes (docs/diff.md)");
    command->add_option("--config", options->configs, "Cmdlet script; said twice: what is, what is to be")
        ->required()
        ->allow_extra_args(false);
    command->add_option("path", options->paths, "Messages: files, folders, Maildirs, mbox files")->required();
    command->add_option("--profile", options->profile,
                        "Version of Exchange: 2007, 2010, 2013, 2016, 2019, SE");
    command->add_option("--from", options->choice.from,
                        std::string("Sender of every message (default: ") + kDefaultSender + ")");
    command
        ->add_option("--to", options->choice.to,
                     "Recipient of every message; may be repeated (default: mary at A's first domain)")
        ->allow_extra_args(false);
    command->add_option("--ip", options->choice.ip,
                        std::string("Where every message comes from (default: ") + kDefaultClientIp + ")");
    command->add_option("--helo", options->choice.helo,
                        std::string("How the client greets (default: ") + kDefaultHelo + ")");
    command->add_option(
        "--envelope", options->envelope,
        "\"from-headers\": take sender, recipients and client from the message where it tells");
    command->add_option("--zones", options->zones,
                        "DNS for both: a file of zone lines (docs/scenario-language.md)");
    command->add_option("--jobs", options->jobs, "Threads (default: one a processor)")
        ->check(CLI::Range(1, 256));
    command->add_flag("--json", options->json, "Print one JSON object");
    command->add_option("--html", options->htmlFile, "Write a report for a browser to this file");
    return {command, [options] { return diff(*options); }};
}

} // namespace edge
