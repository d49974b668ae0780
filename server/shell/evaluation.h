// The evaluator's inside: one class whose functions are spread over three files by what they work on: the
// script as a whole (evaluator.cpp), expressions (expression_evaluation.cpp), commands
// (command_evaluation.cpp). Nobody but those and cmdlet_call.cpp includes this.
#pragma once

#include <edge/server/shell/evaluator.h>

#include <string>
#include <vector>

namespace edge {

enum class ErrorAction { Continue, Silent, Stop };

// One call's answers to "Are you sure?".
struct Confirmation {
    bool yesToAll = false;
    bool noToAll = false;
};

class Evaluator {
public:
    Evaluator(const SourceText& source, const ShellServices& services, ShellVariables& variables,
              ShellResult& result)
        : source_(source)
        , services_(services)
        , variables_(variables)
        , result_(result) {}

    // The whole script: prints what its statements hand out.
    void run(const StatementList& statements);
    // The values of a script block with $_ set to `item`.
    ScriptResult<CmdletList> runBlock(const Expression& block, const CmdletValue& item);

    // What CmdletCall passes on.
    const ShellServices& services() const { return services_; }
    void say(ShellMessage::Kind kind, std::string text);
    void report(ScriptError problem, ErrorAction action);
    ScriptError error(std::size_t at, ErrorCategory category, std::string message) const;
    std::size_t listLimit(bool inTable) const;
    // $ErrorActionPreference, and the action of a word.
    ErrorAction preferredAction() const;
    static ErrorAction actionNamed(const std::string& word);

private:
    // Values that a statement hands out; an assignment hands out none.
    ScriptResult<CmdletList> runStatement(const Statement& statement);
    ScriptResult<CmdletList> runPipeline(const Pipeline& pipeline);
    void print(const CmdletList& values);

    // One function a kind of expression.
    ScriptResult<CmdletValue> evaluateExpression(const Expression& expression);
    ScriptResult<CmdletValue> value(const Expression&, const LiteralExpression& literal);
    ScriptResult<CmdletValue> value(const Expression& expression, const InterpolatedText& text);
    ScriptResult<CmdletValue> value(const Expression& expression, const VariableExpression& name);
    ScriptResult<CmdletValue> value(const Expression& expression, const MemberExpression& member);
    ScriptResult<CmdletValue> value(const Expression& expression, const ListExpression& list);
    ScriptResult<CmdletValue> value(const Expression&, const ListOfPipeline& list);
    ScriptResult<CmdletValue> value(const Expression& expression, const TableExpression& table);
    ScriptResult<CmdletValue> value(const Expression&, const PipelineExpression& bracket);
    ScriptResult<CmdletValue> value(const Expression& expression, const BlockExpression&);
    ScriptResult<CmdletValue> value(const Expression& expression, const BinaryExpression& binary);
    ScriptResult<CmdletValue> value(const Expression&, const NotExpression& negation);
    // Values that a script builds stay bounded.
    ScriptResult<CmdletValue> bounded(const Expression& expression, CmdletValue built) const;
    ScriptResult<CmdletValue> variable(const std::string& name, std::size_t at) const;
    ScriptResult<CmdletValue> property(const CmdletValue& object, const std::string& name,
                                       std::size_t at) const;
    // A lone expression keeps its value as it is: @('a') stays a list.
    ScriptResult<CmdletValue> pipelineValue(const Pipeline& pipeline);

    ScriptResult<> assign(const AssignmentStatement& statement);
    ScriptResult<> mayAssign(const AssignmentStatement& statement) const;
    ScriptResult<> assignProperty(const AssignmentStatement& statement, const CmdletValue& assigned);

    ScriptResult<const Cmdlet*> findCmdlet(const Command& command) const;
    // `place` counts the commands of the pipe, for prompts.
    ScriptResult<CmdletList> runCommand(const Command& command, const CmdletList& input, bool piped,
                                        std::size_t place);
    // Any cmdlet with -? shows its help, as in PowerShell.
    ScriptResult<CmdletList> help(const Command& command, const Cmdlet& cmdlet, std::size_t place);
    // Parameters that the version of the profile does not have.
    ScriptResult<> checkVersions(const BoundParameters& bound) const;
    // May this come through the pipe?
    ScriptResult<> checkInput(const Cmdlet& cmdlet, const Command& command, const BoundParameters& bound,
                              const CmdletList& input, bool piped) const;
    void invoke(const Cmdlet& cmdlet, const Command& command, BoundParameters bound, const CmdletList& input,
                Confirmation& confirmation, CmdletList& output, std::size_t place);
    ScriptResult<> askForMissing(const Cmdlet& cmdlet, const Command& command, BoundParameters& bound,
                                 std::size_t place) const;

    const SourceText& source_;
    const ShellServices& services_;
    ShellVariables& variables_;
    ShellResult& result_;
    std::vector<CmdletValue> items_; // $_, innermost last
    bool stopped_ = false;
    int calls_ = 0;
};

} // namespace edge
