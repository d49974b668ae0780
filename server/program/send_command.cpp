// `edgesim send`: one message over SMTP, with the whole dialogue on the screen.
#include <edge/mail/routing_address.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/net/system_clock.h>
#include <edge/server/net/system_random.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/program/commands.h>
#include <edge/server/program/exit_codes.h>
#include <edge/testenv/send/send_message.h>
#include <edge/testenv/send/tcp_wire.h>

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>

namespace edge {
namespace {

using namespace testenv;

constexpr std::uint64_t kMaxMessage = 256ULL * 1024 * 1024;
constexpr const char* kDefaultServer = "127.0.0.1:2525";
constexpr std::uint16_t kDefaultPort = 25;
constexpr int kMaxTimeout = 3600; // seconds

struct SendLine {
    SendOptions dialogue;
    WireOptions wire;
    std::string server = kDefaultServer;
    std::string from;
    std::optional<std::string> as;
    std::optional<std::string> helo;
    std::optional<std::string> file;
    std::vector<std::string> headers;
    std::optional<std::string> body;
    int timeout = static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(kSendTimeout).count());
    bool quiet = false;
};

int fail(int code, const std::string& what) {
    std::fprintf(stderr, "edgesim: %s\n", what.c_str());
    return code;
}

struct Server {
    std::string host;
    std::uint16_t port = kDefaultPort;
};

// "host", "host:port", "192.0.2.1:25", "[2001:db8::1]:25", "2001:db8::1".
std::optional<Server> readServer(const std::string& text) {
    Server server{text, kDefaultPort};
    const auto colon = text.rfind(':');
    const bool bracketed = text.starts_with('[');
    const bool hasPort =
        colon != std::string::npos && (bracketed ? text[colon - 1] == ']' : text.find(':') == colon);
    if (hasPort) {
        const auto [end, error] =
            std::from_chars(text.data() + colon + 1, text.data() + text.size(), server.port);
        if (error != std::errc{} || end != text.data() + text.size() || server.port == 0)
            return std::nullopt;
        server.host = text.substr(0, colon);
    }
    if (bracketed && server.host.ends_with(']'))
        server.host = server.host.substr(1, server.host.size() - 2);
    if (server.host.empty())
        return std::nullopt;
    return server;
}

// What is wrong with the command line; empty where it can be done.
std::string problemOf(const SendLine& line) {
    if (line.from != "<>" && !RoutingAddress::isValidAddress(line.from))
        return "--from is an address, or \"<>\", not \"" + line.from + "\"";
    for (const auto& recipient : line.dialogue.to)
        if (!RoutingAddress::isValidAddress(recipient))
            return "--to is an address, not \"" + recipient + "\"";
    if (line.as && !IpAddress::parse(*line.as))
        return "--as is an IP address, not \"" + *line.as + "\"";
    if (line.helo && (line.helo->empty() || line.helo->find_first_of(" \t\r\n") != std::string::npos))
        return "--helo is one word";
    for (const auto& header : line.headers)
        if (!isHeaderField(header))
            return "--header is \"Name: value\", not \"" + header + "\"";
    if (!readServer(line.server))
        return "--server is HOST:PORT, not \"" + line.server + "\"";
    return {};
}

Result<std::string> readMessage(const SendLine& line, const std::string& from) {
    if (!line.file) {
        const SystemClock clock;
        SystemRandom random;
        return testMessage(clock, random, from, line.dialogue.to);
    }
    if (*line.file == "-")
        return std::string(std::istreambuf_iterator<char>(std::cin), {});
    PosixFileSystem files;
    return readWholeFile(files, *line.file, kMaxMessage);
}

// [203.0.113.9], as a client without a name says it (RFC 5321 4.1.3).
std::string literalOf(const IpAddress& address) {
    return (address.isV4() ? "[" : "[IPv6:") + address.toString() + "]";
}

int send(const SendLine& line) {
    if (const auto problem = problemOf(line); !problem.empty())
        return fail(kExitUsage, problem);
    auto dialogue = line.dialogue;
    dialogue.from = line.from == "<>" ? std::string{} : line.from;
    if (line.as)
        dialogue.as = *IpAddress::parse(*line.as);
    const auto text = readMessage(line, dialogue.from);
    if (!text)
        return fail(kExitUsage, text.error().message);
    const auto content = editedMessage(*text, line.headers, line.body);

    const TranscriptPrinter print = [&line](const std::string& words) {
        const bool bad = words.starts_with("<**") || words.starts_with("<~*") || words.starts_with("***");
        if (!line.quiet || bad)
            std::printf("%s\n", words.c_str());
    };
    const auto server = *readServer(line.server);
    auto wireOptions = line.wire;
    wireOptions.timeout = std::chrono::seconds(line.timeout);
    wireOptions.verifies = wireOptions.verifies || wireOptions.authorities;
    dialogue.tls = dialogue.tls || wireOptions.verifies;
    print("=== Trying " + server.host + ":" + std::to_string(server.port) + "...");
    auto wire = TcpWire::connect(server.host, server.port, wireOptions);
    if (!wire) {
        print("*** " + wire.error().message);
        return kExitUnavailable;
    }
    print("=== Connected to " + (*wire)->peer() + ".");
    dialogue.helo = line.helo.value_or(literalOf(dialogue.as.value_or((*wire)->localAddress())));
    const int code = sendMail(**wire, dialogue, content, print);
    std::fflush(stdout);
    return code;
}

} // namespace

Subcommand sendCommand(CLI::App& app) {
    auto line = std::make_shared<SendLine>();
    auto* command =
        app.add_subcommand("send", "Send one message by SMTP and show the dialogue (docs/send.md)");
    command->add_option("--to", line->dialogue.to, "Recipient; may be repeated")
        ->required()
        ->allow_extra_args(false);
    command->add_option("--from", line->from, "Sender; \"<>\" for none")->required();
    command->add_option("--server", line->server, "HOST:PORT")->capture_default_str();
    command->add_option("--as", line->as,
                        "Come from this IP address; the server must trust us (serve --trust-xclient)");
    command->add_option("--helo", line->helo, "How to greet (default: our address, \"[127.0.0.1]\")");
    command->add_flag("--tls", line->dialogue.tls, "Send over TLS (STARTTLS) or not at all");
    command->add_flag("--tls-verify", line->wire.verifies, "The same, and only with a valid certificate");
    command->add_option("--tls-ca", line->wire.authorities, "The same; whom to believe, a PEM file")
        ->check(CLI::ExistingFile);
    command
        ->add_option("--header", line->headers,
                     "\"Name: value\" in place of that header field; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--body", line->body, "Text in place of the body; \\n begins a line");
    command->add_option("--timeout", line->timeout, "Seconds to wait for the server")
        ->capture_default_str()
        ->check(CLI::Range(1, kMaxTimeout));
    command->add_flag("--hide-data", line->dialogue.hidesData, "Do not show the message");
    command->add_flag("--quiet", line->quiet, "Show refusals and trouble only");
    command->add_option("file", line->file, "The message; - for standard input (default: a test message)");
    return {command, [line] { return send(*line); }};
}

} // namespace edge
