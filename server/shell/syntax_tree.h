// The syntax tree of a script: statements, pipelines, commands, expressions. Plain data with offsets into the
// source; shared, because a script block travels with its command into the evaluator.
#pragma once

#include <edge/config/value.h>
#include <edge/server/shell/lexer.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace edge {

struct Expression;
struct Statement;
using ExpressionPtr = std::shared_ptr<const Expression>;
using StatementList = std::vector<Statement>;

// -Name, -Name:value or a value alone. `-Name value` is two of them; which belongs to which is the binder's
// decision, because only it knows the switches.
struct Argument {
    std::size_t at = 0;
    std::string parameter; // empty: a value alone
    ExpressionPtr value;   // null: a name alone
};

struct Command {
    std::size_t at = 0;
    std::string name;
    std::vector<Argument> arguments;
};

// An expression may stand first only.
using PipelineElement = std::variant<Command, ExpressionPtr>;

struct Pipeline {
    std::size_t at = 0;
    std::vector<PipelineElement> elements;
};

struct LiteralExpression {
    CmdletValue value;
};
struct InterpolatedText {
    std::vector<TextPart> parts;
};
struct VariableExpression {
    std::string name;
};
struct MemberExpression {
    ExpressionPtr object;
    std::string name;
};
struct ListExpression {
    std::vector<ExpressionPtr> elements;
};
// @( pipeline ): always a list.
struct ListOfPipeline {
    std::optional<Pipeline> pipeline;
};
struct TableExpression {
    std::vector<std::pair<std::string, ExpressionPtr>> entries;
};
// ( pipeline )
struct PipelineExpression {
    Pipeline pipeline;
};
struct BlockExpression {
    std::shared_ptr<const StatementList> statements;
};
enum class BinaryOperator {
    And,
    Or,
    Plus,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Like,
    NotLike,
    Match,
    NotMatch,
    Contains,
    NotContains,
    In,
    NotIn,
};
struct BinaryExpression {
    BinaryOperator operation = BinaryOperator::Equal;
    bool caseSensitive = false; // -ceq, -clike, ...
    ExpressionPtr left, right;
};
struct NotExpression {
    ExpressionPtr operand;
};

struct Expression {
    std::size_t at = 0;
    std::variant<LiteralExpression, InterpolatedText, VariableExpression, MemberExpression, ListExpression,
                 ListOfPipeline, TableExpression, PipelineExpression, BlockExpression, BinaryExpression,
                 NotExpression>
        node;
};

// $name = …, $name.Property += …
struct AssignmentStatement {
    std::size_t at = 0;
    std::string variable;
    std::vector<std::string> members;
    std::size_t membersAt = 0;
    bool adds = false;
    Pipeline value;
};

struct Statement {
    std::variant<Pipeline, AssignmentStatement> node;
};

} // namespace edge
