// Lines from somebody at a terminal, with editing, history and completion: libedit (BSD licence, in every
// Debian), seen by this file's .cpp only. While a line is edited Ctrl-C is a key like any other and no
// signal.
#pragma once

#include <edge/server/management/completion.h>
#include <edge/server/shell_client/shell_streams.h>

#include <functional>
#include <memory>
#include <string>

namespace edge {

// Lines remembered; older ones are forgotten.
inline constexpr int kMaxHistory = 1000;

struct EditedLine {
    enum class End {
        Entered,
        Interrupted, // Ctrl-C: what was typed does not count
        Ended,       // Ctrl-D on an empty line, or the terminal is gone
    };
    End end = End::Ended;
    std::string text; // without line end
};

class LineEditor {
public:
    using Completer = std::function<CompletionReply(const CompletionRequest&)>;

    // History is read from and kept in `historyFile`, for its owner only; where that is not possible it lasts
    // as long as the editor.
    LineEditor(const ShellStreams& streams, std::string historyFile, Completer complete);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    // A line of script: remembered, and Tab completes it.
    EditedLine readLine(const std::string& prompt);
    // An answer to a question: neither.
    EditedLine readAnswer(const std::string& prompt);
    // An answer that nobody may see: not shown either.
    EditedLine readSecret(const std::string& prompt);

private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

} // namespace edge
