// Prints what came back from a cmdlet as the real shell does: results to the output, warnings in yellow and
// errors in red beside it. Colours and protection from control characters are for terminals only; files get
// the text as it is.
#pragma once

#include <edge/base/result.h>
#include <edge/server/management/cmdlet_request.h>
#include <edge/server/shell_client/shell_streams.h>

namespace edge {

class ReplyPrinter {
public:
    explicit ReplyPrinter(const ShellStreams& streams);

    void print(const CmdletReply& reply) const;
    // Something that the server did not say: it is not there, a file cannot be read.
    void printError(std::string_view message) const;

private:
    enum class Colour { Yellow, Red };
    void note(Colour colour, std::string_view label, std::string_view text) const;

    ShellStreams streams_;
    bool outIsTerminal_, errIsTerminal_, coloured_;
};

} // namespace edge
