#include <edge/server/shell/cmdlet_call.h>

namespace edge {

ConfigurationStore& CmdletCall::store() {
    return evaluator_.services().store;
}

ShellHost& CmdletCall::host() {
    return evaluator_.services().host;
}

const CmdletRegistry& CmdletCall::registry() const {
    return evaluator_.services().registry;
}

int CmdletCall::width() const {
    return evaluator_.services().options.width;
}

std::size_t CmdletCall::listLimit(bool inTable) const {
    return evaluator_.listLimit(inTable);
}

void CmdletCall::warn(std::string text) {
    if (Evaluator::actionNamed(bound_.text("WarningAction")) != ErrorAction::Silent)
        evaluator_.say(ShellMessage::Kind::Warning, escapeControls(text));
}

void CmdletCall::verbose(std::string text) {
    if (bound_.isSet("Verbose"))
        evaluator_.say(ShellMessage::Kind::Verbose, escapeControls(text));
}

void CmdletCall::report(ScriptError error) {
    evaluator_.report(std::move(error), bound_.has("ErrorAction")
                                            ? Evaluator::actionNamed(bound_.text("ErrorAction"))
                                            : evaluator_.preferredAction());
}

ScriptError CmdletCall::error(ErrorCategory category, std::string message, std::string_view parameter) const {
    const auto* bound = parameter.empty() ? nullptr : bound_.find(parameter);
    return evaluator_.error(bound == nullptr ? at_ : bound->at, category, std::move(message));
}

ScriptResult<bool> CmdletCall::shouldProcess(const std::string& action, const std::string& target) {
    const auto text = escapeControls(action + " " + target + ".");
    if (whatIf()) {
        evaluator_.say(ShellMessage::Kind::Output, "What if: " + text + "\n");
        return false;
    }
    const bool wanted =
        bound_.has("Confirm") ? bound_.isSet("Confirm") : cmdlet_.asksFirst && !bound_.isSet("Force");
    if (!wanted || confirmation_.yesToAll)
        return true;
    if (confirmation_.noToAll)
        return false;
    return confirm(text);
}

ScriptResult<bool> CmdletCall::confirm(const std::string& text) {
    const auto& prompt = evaluator_.services().options.prompt;
    if (!prompt) {
        if (bound_.isSet("Confirm"))
            return error(ErrorCategory::Cancelled, "-Confirm asks, but nobody is there to answer", "Confirm");
        return true; // a script that runs unattended means what it says (docs/decisions/0203)
    }
    for (;;) {
        const auto answer =
            prompt({ShellPrompt::Kind::Confirmation,
                    "\nConfirm\nAre you sure you want to perform this action?\n" + text +
                        "\n[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [?] Help (default is \"Y\"): ",
                    ""});
        if (!answer)
            return error(ErrorCategory::Cancelled, "not confirmed", "");
        const auto word = asciiLower(trim(*answer));
        if (word.empty() || word == "y" || word == "yes")
            return true;
        if (word == "n" || word == "no")
            return false;
        if (word == "a" || word == "l") {
            confirmation_.yesToAll = word == "a";
            confirmation_.noToAll = word == "l";
            return word == "a";
        }
    }
}

ScriptResult<CmdletList> CmdletCall::runBlock(const ExpressionPtr& block, const CmdletValue& item) {
    return evaluator_.runBlock(*block, item);
}

} // namespace edge
