#include <edge/server/shell/shell_result.h>

namespace edge {

std::string ShellResult::output() const {
    std::string text;
    for (const auto& message : messages)
        if (message.kind == ShellMessage::Kind::Output)
            text += message.text;
    return text;
}

std::vector<std::string> ShellResult::texts(ShellMessage::Kind kind) const {
    std::vector<std::string> texts;
    for (const auto& message : messages)
        if (message.kind == kind)
            texts.push_back(message.text);
    return texts;
}

std::string ShellResult::terminalText() const {
    std::string text;
    for (const auto& message : messages)
        switch (message.kind) {
        case ShellMessage::Kind::Output:
            text += message.text;
            break;
        case ShellMessage::Kind::Warning:
            text += "WARNING: " + message.text + "\n";
            break;
        case ShellMessage::Kind::Verbose:
            text += "VERBOSE: " + message.text + "\n";
            break;
        case ShellMessage::Kind::Error:
            text += message.text + "\n";
            break;
        }
    return text;
}

} // namespace edge
