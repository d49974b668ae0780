// What running a piece of script gives back: everything it printed, in order, and everything that went wrong.
#pragma once

#include <edge/config/value.h>
#include <edge/server/shell/script_error.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace edge {

struct ShellMessage {
    enum class Kind {
        Output,
        Warning, // printed behind "WARNING: "
        Verbose, // printed behind "VERBOSE: "
        Error,   // text of an entry of `errors`
    };
    Kind kind = Kind::Output;
    std::string text; // Output: with its line ends; else without

    bool operator==(const ShellMessage&) const = default;
};

struct ShellResult {
    static constexpr int kDone = 0, kFailed = 1, kWrongScript = 2;

    std::vector<ShellMessage> messages;
    std::vector<ScriptError> errors;
    CmdletList objects; // what was printed, before it became text
    int exitCode = kDone;

    std::string output() const;
    std::vector<std::string> texts(ShellMessage::Kind kind) const;
    std::vector<std::string> warnings() const { return texts(ShellMessage::Kind::Warning); }
    // Everything as a terminal shows it.
    std::string terminalText() const;
};

// A question to the person at the shell.
struct ShellPrompt {
    enum class Kind { Value, Confirmation };
    Kind kind = Kind::Value;
    std::string text;      // to be printed; the cursor stays behind it
    std::string parameter; // of a Value
};
// nullopt: nobody answers; the command ends without doing anything.
using PromptCallback = std::function<std::optional<std::string>(const ShellPrompt&)>;

struct ShellOptions {
    static constexpr int kDefaultWidth = 120, kMinWidth = 20, kMaxWidth = 1000;
    int width = kDefaultWidth; // columns
    PromptCallback prompt; // empty: not interactive; missing parameters are errors, confirmations are given
};

} // namespace edge
