#include <edge/server/shell_client/reply_printer.h>

#include <cstdlib>

namespace edge {
namespace {

constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";

// https://no-color.org: set and not empty means no.
bool wantsColour() {
    const char* refused = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return (!refused || !*refused) && !(terminal && std::string_view(terminal) == "dumb");
}

} // namespace

ReplyPrinter::ReplyPrinter(const ShellStreams& streams)
    : streams_(streams)
    , outIsTerminal_(isTerminal(streams.out))
    , errIsTerminal_(isTerminal(streams.err))
    , coloured_(errIsTerminal_ && wantsColour()) {}

void ReplyPrinter::print(const CmdletReply& reply) const {
    for (const auto& text : reply.verbose)
        note(Colour::Yellow, "VERBOSE: ", text);
    for (const auto& text : reply.warnings)
        note(Colour::Yellow, "WARNING: ", text);
    writeTo(streams_.out, outIsTerminal_ ? screenText(reply.output) : reply.output);
    for (const auto& text : reply.errors)
        note(Colour::Red, "", text);
}

void ReplyPrinter::printError(std::string_view message) const {
    note(Colour::Red, "", message);
}

void ReplyPrinter::note(Colour colour, std::string_view label, std::string_view text) const {
    std::string line(label);
    line += errIsTerminal_ ? screenText(text) : std::string(text);
    if (coloured_)
        line = std::string(colour == Colour::Yellow ? kYellow : kRed) + line + std::string(kPlain);
    writeTo(streams_.err, line + "\n");
}

} // namespace edge
