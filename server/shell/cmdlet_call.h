// CmdletCall: what one running cmdlet sees of the world, CmdletContext made of the evaluator that runs it.
#pragma once

#include <edge/server/shell/evaluation.h>

namespace edge {

class CmdletCall final : public CmdletContext {
public:
    CmdletCall(Evaluator& evaluator, const Cmdlet& cmdlet, const BoundParameters& bound, std::size_t at,
               const CmdletList& input, Confirmation& confirmation, CmdletList& output)
        : evaluator_(evaluator)
        , cmdlet_(cmdlet)
        , bound_(bound)
        , at_(at)
        , input_(input)
        , confirmation_(confirmation)
        , output_(output) {}

    ConfigurationStore& store() override;
    ShellHost& host() override;
    const CmdletRegistry& registry() const override;
    const CmdletList& input() const override { return input_; }
    int width() const override;
    std::size_t listLimit(bool inTable) const override;
    void emit(CmdletValue value) override { output_.push_back(std::move(value)); }
    void warn(std::string text) override;
    void verbose(std::string text) override;
    void report(ScriptError error) override;
    ScriptError error(ErrorCategory category, std::string message, std::string_view parameter) const override;
    ScriptResult<bool> shouldProcess(const std::string& action, const std::string& target) override;
    bool whatIf() const override { return bound_.isSet("WhatIf"); }
    ScriptResult<CmdletList> runBlock(const ExpressionPtr& block, const CmdletValue& item) override;

private:
    ScriptResult<bool> confirm(const std::string& text);

    Evaluator& evaluator_;
    const Cmdlet& cmdlet_;
    const BoundParameters& bound_;
    std::size_t at_;
    const CmdletList& input_;
    Confirmation& confirmation_;
    CmdletList& output_;
};

} // namespace edge
