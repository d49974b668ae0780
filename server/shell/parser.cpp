#include <edge/base/text.h>
#include <edge/config/suggestion.h>
#include <edge/server/shell/parser.h>
#include <edge/server/shell/refused_syntax.h>

#include <algorithm>

namespace edge {
namespace {

// Brackets within brackets. Nobody writes more; the bound keeps hostile input from exhausting the stack.
constexpr int kMaxDepth = 50;
// Operators in a row, properties of properties: the tree is as deep as the row is long.
constexpr int kMaxChain = 500;
// Errors listed of one script.
constexpr std::size_t kMaxErrors = 200;

struct OperatorName {
    std::string_view name;
    BinaryOperator operation;
};

constexpr OperatorName kOperators[] = {
    {"and", BinaryOperator::And},
    {"or", BinaryOperator::Or},
    {"eq", BinaryOperator::Equal},
    {"ne", BinaryOperator::NotEqual},
    {"gt", BinaryOperator::Greater},
    {"ge", BinaryOperator::GreaterOrEqual},
    {"lt", BinaryOperator::Less},
    {"le", BinaryOperator::LessOrEqual},
    {"like", BinaryOperator::Like},
    {"notlike", BinaryOperator::NotLike},
    {"match", BinaryOperator::Match},
    {"notmatch", BinaryOperator::NotMatch},
    {"contains", BinaryOperator::Contains},
    {"notcontains", BinaryOperator::NotContains},
    {"in", BinaryOperator::In},
    {"notin", BinaryOperator::NotIn},
};

bool isLogical(BinaryOperator operation) {
    return operation == BinaryOperator::And || operation == BinaryOperator::Or;
}

// Thrown within the parser only, caught at the statement.
struct Failure {
    std::size_t at;
    ErrorCategory category;
    std::string message;
};

class Parser {
public:
    explicit Parser(const SourceText& source)
        : source_(source)
        , lexer_(source.text()) {}

    ParsedScript script() {
        ParsedScript parsed;
        for (;;) {
            try {
                skipSeparators();
                if (peek(LexerMode::Command).kind == TokenKind::End)
                    return parsed;
                auto statement = this->statement();
                endOfStatement();
                parsed.statements.push_back(std::move(statement));
            } catch (const Failure& failure) {
                parsed.errors.push_back(source_.error(failure.at, failure.category, failure.message));
                // What has not ended cannot be taken up again behind its end.
                if (failure.category == ErrorCategory::Incomplete || parsed.errors.size() >= kMaxErrors)
                    return parsed;
                depth_ = 0;
                lexer_.skipLine();
            }
        }
    }

private:
    [[noreturn]] void fail(std::size_t at, ErrorCategory category, std::string message) {
        throw Failure{at, category, std::move(message)};
    }

    Token checked(Token token) {
        if (token.kind == TokenKind::Error)
            fail(token.begin, token.category, std::move(token.text));
        return token;
    }
    Token peek(LexerMode mode) { return checked(lexer_.peek(mode)); }
    Token next(LexerMode mode) { return checked(lexer_.next(mode)); }
    bool take(TokenKind kind, LexerMode mode) {
        if (peek(mode).kind != kind)
            return false;
        next(mode);
        return true;
    }

    struct Depth {
        explicit Depth(Parser& owner, std::size_t at)
            : parser(owner) {
            if (++parser.depth_ > kMaxDepth)
                parser.fail(at, ErrorCategory::Syntax,
                            "more than " + std::to_string(kMaxDepth) + " brackets within each other");
        }
        ~Depth() { --parser.depth_; }
        Parser& parser;
    };

    // Counts the links of one chain.
    void link(int& length, std::size_t at) {
        if (++length > kMaxChain)
            fail(at, ErrorCategory::Syntax,
                 "more than " + std::to_string(kMaxChain) + " operators in one expression");
    }

    // A token that ends what stands before it, for messages: "the end of the line".
    static std::string shown(const Token& token) {
        switch (token.kind) {
        case TokenKind::End:
            return "the end of the script";
        case TokenKind::NewLine:
            return "the end of the line";
        case TokenKind::Semicolon:
            return "';'";
        case TokenKind::Pipe:
            return "'|'";
        case TokenKind::Comma:
            return "','";
        case TokenKind::OpenParen:
            return "'('";
        case TokenKind::CloseParen:
            return "')'";
        case TokenKind::OpenBrace:
            return "'{'";
        case TokenKind::CloseBrace:
            return "'}'";
        case TokenKind::OpenList:
            return "'@('";
        case TokenKind::OpenTable:
            return "'@{'";
        case TokenKind::Assign:
            return "'='";
        case TokenKind::AddAssign:
            return "'+='";
        case TokenKind::Plus:
            return "'+'";
        case TokenKind::Not:
            return "'!'";
        case TokenKind::Parameter:
        case TokenKind::Operator:
            return "'-" + token.text + "'";
        case TokenKind::Variable:
            return "'$" + token.text + "'";
        case TokenKind::Member:
            return "'." + token.text + "'";
        default:
            return "\"" + escapeControls(token.text) + "\"";
        }
    }

    [[noreturn]] void failMissing(const Token& found, const std::string& what) {
        const bool ended = found.kind == TokenKind::End;
        fail(found.begin, ended ? ErrorCategory::Incomplete : ErrorCategory::Syntax,
             what + (ended ? " is missing" : " is missing before " + shown(found)));
    }

    [[noreturn]] void failBlock(std::size_t at) {
        fail(at, ErrorCategory::Unsupported,
             refusedSyntax("'{…}' (a script block) outside Where-Object and ForEach-Object", ""));
    }

    void skipNewLines(LexerMode mode) {
        while (take(TokenKind::NewLine, mode)) {
        }
    }
    void skipSeparators() {
        while (take(TokenKind::NewLine, LexerMode::Command) ||
               take(TokenKind::Semicolon, LexerMode::Command)) {
        }
    }

    void endOfStatement() {
        const auto token = peek(LexerMode::Expression);
        if (token.kind == TokenKind::NewLine || token.kind == TokenKind::Semicolon ||
            token.kind == TokenKind::End)
            return;
        if (token.kind == TokenKind::CloseBrace || token.kind == TokenKind::CloseParen)
            fail(token.begin, ErrorCategory::Syntax, shown(token) + " without its opening bracket");
        fail(token.begin, ErrorCategory::Syntax,
             "unexpected " + shown(token) + "; a statement ends at the line or ';'");
    }

    Statement statement() {
        if (lexer_.peekCharacter() == '$')
            return assignmentOrPipeline();
        return {pipeline()};
    }

    Statement assignmentOrPipeline() {
        const auto begin = lexer_.position();
        const auto variable = peek(LexerMode::Expression);
        AssignmentStatement assignment;
        next(LexerMode::Expression);
        assignment.at = variable.begin;
        assignment.variable = variable.text;
        while (peek(LexerMode::Expression).kind == TokenKind::Member) {
            const auto member = next(LexerMode::Expression);
            if (assignment.members.empty())
                assignment.membersAt = member.begin + 1;
            assignment.members.push_back(member.text);
        }
        const auto operation =
            lexer_.peek(LexerMode::Expression); // an error here is the pipeline's to report
        if (operation.kind != TokenKind::Assign && operation.kind != TokenKind::AddAssign) {
            lexer_.setPosition(begin);
            return {pipeline()};
        }
        next(LexerMode::Expression);
        assignment.adds = operation.kind == TokenKind::AddAssign;
        skipNewLines(LexerMode::Expression);
        assignment.value = pipeline();
        return {std::move(assignment)};
    }

    bool startsExpression() {
        const char c = lexer_.peekCharacter();
        if (c == '$' || c == '"' || c == '\'' || c == '(' || c == '@' || c == '!' || c == '-' || c == '[' ||
            c == '+' || (c >= '0' && c <= '9'))
            return true;
        const auto token = lexer_.peek(LexerMode::Command);
        return token.kind == TokenKind::Text ||
               token.kind == TokenKind::Parameter; // typographic quotes and dashes
    }

    Pipeline pipeline() {
        Pipeline pipeline;
        const auto first = lexer_.peek(startsExpression() ? LexerMode::Expression : LexerMode::Command);
        pipeline.at = first.begin;
        if (startsExpression())
            pipeline.elements.emplace_back(expression());
        else
            pipeline.elements.emplace_back(command());
        while (take(TokenKind::Pipe, LexerMode::Command)) {
            skipNewLines(LexerMode::Command);
            const auto token = peek(LexerMode::Command);
            if (token.kind != TokenKind::Word)
                failMissing(token, "a cmdlet behind '|'");
            pipeline.elements.emplace_back(command());
        }
        return pipeline;
    }

    Command command() {
        const auto name = next(LexerMode::Command);
        if (name.kind == TokenKind::OpenBrace)
            failBlock(name.begin);
        if (name.kind != TokenKind::Word)
            failMissing(name, "a cmdlet");
        checkCommandName(name);
        Command command;
        command.at = name.begin;
        command.name = name.text;
        while (auto argument = this->argument())
            command.arguments.push_back(std::move(*argument));
        return command;
    }

    void checkCommandName(const Token& name) {
        const auto follows = lexer_.peekCharacter();
        if (!name.parts.empty())
            fail(name.begin, ErrorCategory::Syntax, "a cmdlet's name has no variables in it");
        // ForEach-Object's alias has a block behind it, the loop a bracket.
        const bool isAlias = iequals(name.text, "foreach") && follows != '(';
        if (const auto* advice = refusedKeyword(name.text); advice != nullptr && !isAlias)
            fail(name.begin, ErrorCategory::Unsupported, refusedSyntax("'" + name.text + "'", advice));
        if (name.text == ".")
            fail(name.begin, ErrorCategory::Unsupported,
                 refusedSyntax("'.' (running another script in place)", ""));
        if (name.text.find_first_of("/\\") != std::string::npos || iendsWith(name.text, ".ps1") ||
            iendsWith(name.text, ".exe") || iendsWith(name.text, ".cmd"))
            fail(name.begin, ErrorCategory::Unsupported,
                 refusedSyntax("'" + name.text + "' (running a script or program)",
                               "a script file is given to `edgesim serve --config` or `edgesim check`"));
        if (follows == '=')
            fail(name.begin, ErrorCategory::Syntax,
                 "'" + name.text + " =' assigns to nothing; a variable is written $" + name.text);
    }

    std::optional<Argument> argument() {
        const auto token = peek(LexerMode::Command);
        Argument argument;
        argument.at = token.begin;
        switch (token.kind) {
        case TokenKind::Parameter:
            next(LexerMode::Command);
            argument.parameter = token.text;
            if (token.colon)
                argument.value = argumentValue();
            return argument;
        case TokenKind::Word:
        case TokenKind::Text:
        case TokenKind::Variable:
        case TokenKind::OpenParen:
        case TokenKind::OpenList:
        case TokenKind::OpenTable:
        case TokenKind::OpenBrace:
            argument.value = argumentValue();
            return argument;
        case TokenKind::Comma:
            fail(token.begin, ErrorCategory::Syntax, "a value is missing before ','");
        case TokenKind::Member:
            fail(token.begin, ErrorCategory::Syntax, "unexpected " + shown(token));
        default:
            return {};
        }
    }

    // One value or a list with commas.
    ExpressionPtr argumentValue() {
        const auto first = argumentElement();
        if (peek(LexerMode::Command).kind != TokenKind::Comma)
            return first;
        ListExpression list{{first}};
        while (take(TokenKind::Comma, LexerMode::Command)) {
            skipNewLines(LexerMode::Command);
            list.elements.push_back(argumentElement());
        }
        return make(first->at, std::move(list));
    }

    ExpressionPtr argumentElement() {
        const auto token = peek(LexerMode::Command);
        switch (token.kind) {
        case TokenKind::Word:
            next(LexerMode::Command);
            return text(token);
        case TokenKind::OpenBrace:
            return block();
        case TokenKind::Text:
        case TokenKind::Variable:
        case TokenKind::OpenParen:
        case TokenKind::OpenList:
        case TokenKind::OpenTable: {
            const auto value = primary(LexerMode::Command);
            noTextDirectlyBehind();
            return value;
        }
        default:
            failMissing(token, "a value");
        }
    }

    // PowerShell would read `"a"b` and `$x/b` in surprising ways.
    void noTextDirectlyBehind() {
        const auto end = lexer_.position();
        const auto behind = end < source_.text().size() ? source_.text()[end] : ' ';
        if (std::string_view(" \t\r\n;|,(){}&<>").find(behind) == std::string_view::npos && behind != '\xC2')
            fail(end, ErrorCategory::Syntax,
                 "a blank is missing here; to join texts and variables write them within one pair of double "
                 "quotes");
    }

    ExpressionPtr expression() {
        // -and and -or have the same rank in PowerShell and are read from left to right.
        auto left = comparison();
        for (int length = 0;;) {
            const auto token = lexer_.peek(LexerMode::Expression);
            if (token.kind != TokenKind::Operator)
                return left;
            const auto operation = binaryOperator(token);
            if (!isLogical(operation.operation))
                return left;
            link(length, token.begin);
            next(LexerMode::Expression);
            skipNewLines(LexerMode::Expression);
            left = make(token.begin, BinaryExpression{operation.operation, false, left, comparison()});
        }
    }

    NamedOperator binaryOperator(const Token& token) {
        if (const auto operation = findOperator(token.text))
            return *operation;
        if (const auto* advice = refusedOperator(token.text))
            fail(token.begin, ErrorCategory::Unsupported,
                 refusedSyntax("'-" + token.text + "' (an operator)", advice));
        if (iequals(token.text, "not"))
            fail(token.begin, ErrorCategory::Syntax, "'-not' stands before what it negates");
        fail(token.begin, ErrorCategory::Syntax,
             "there is no operator '-" + token.text + "'" + didYouMean(token.text, operatorNames()));
    }

    ExpressionPtr comparison() {
        auto left = sum();
        for (int length = 0;;) {
            const auto token = lexer_.peek(LexerMode::Expression);
            if (token.kind != TokenKind::Operator)
                return left;
            const auto operation = binaryOperator(token);
            if (isLogical(operation.operation))
                return left;
            link(length, token.begin);
            next(LexerMode::Expression);
            skipNewLines(LexerMode::Expression);
            left = make(token.begin,
                        BinaryExpression{operation.operation, operation.caseSensitive, left, sum()});
        }
    }

    ExpressionPtr sum() {
        auto left = listOrUnary();
        for (int length = 0; lexer_.peek(LexerMode::Expression).kind == TokenKind::Plus;) {
            const auto plus = next(LexerMode::Expression);
            link(length, plus.begin);
            skipNewLines(LexerMode::Expression);
            left = make(plus.begin, BinaryExpression{BinaryOperator::Plus, false, left, listOrUnary()});
        }
        return left;
    }

    ExpressionPtr listOrUnary() {
        const auto first = unary();
        if (lexer_.peek(LexerMode::Expression).kind != TokenKind::Comma)
            return first;
        ListExpression list{{first}};
        while (take(TokenKind::Comma, LexerMode::Expression)) {
            skipNewLines(LexerMode::Expression);
            list.elements.push_back(unary());
        }
        return make(first->at, std::move(list));
    }

    ExpressionPtr unary() {
        const auto token = peek(LexerMode::Expression);
        if (token.kind == TokenKind::Not ||
            (token.kind == TokenKind::Operator && iequals(token.text, "not"))) {
            const Depth depth(*this, token.begin);
            next(LexerMode::Expression);
            return make(token.begin, NotExpression{unary()});
        }
        return primary(LexerMode::Expression);
    }

    ExpressionPtr primary(LexerMode mode) {
        const auto token = next(mode);
        const Depth depth(*this, token.begin);
        switch (token.kind) {
        case TokenKind::Number:
            return make(token.begin, LiteralExpression{CmdletValue(token.number)});
        case TokenKind::Text:
            return members(text(token), mode);
        case TokenKind::Variable:
            return members(variable(token), mode);
        case TokenKind::OpenParen:
            return members(bracketed(token), mode);
        case TokenKind::OpenList:
            return members(listOf(token), mode);
        case TokenKind::OpenTable:
            return table(token);
        case TokenKind::Word:
            fail(token.begin, ErrorCategory::Syntax, "texts need quotes here: '" + token.text + "'");
        case TokenKind::OpenBrace:
            failBlock(token.begin);
        case TokenKind::Operator:
            if (const auto* advice = refusedOperator(token.text))
                fail(token.begin, ErrorCategory::Unsupported,
                     refusedSyntax("'-" + token.text + "' (an operator)", advice));
            [[fallthrough]];
        default:
            failMissing(token, "a value");
        }
    }

    ExpressionPtr members(ExpressionPtr object, LexerMode mode) {
        for (int length = 0; peek(mode).kind == TokenKind::Member;) {
            const auto member = next(mode);
            link(length, member.begin);
            object = make(member.begin + 1, MemberExpression{object, member.text});
        }
        return object;
    }

    ExpressionPtr text(const Token& token) {
        if (!token.parts.empty())
            return make(token.begin, InterpolatedText{token.parts});
        return make(token.begin, LiteralExpression{CmdletValue(token.text)});
    }

    ExpressionPtr variable(const Token& token) {
        if (iequals(token.text, "true") || iequals(token.text, "false"))
            return make(token.begin, LiteralExpression{CmdletValue(iequals(token.text, "true"))});
        if (iequals(token.text, "null"))
            return make(token.begin, LiteralExpression{CmdletValue()});
        return make(token.begin, VariableExpression{token.text});
    }

    ExpressionPtr bracketed(const Token& open) {
        skipNewLines(LexerMode::Command);
        auto inner = pipeline();
        closeBracket(open, TokenKind::CloseParen);
        return make(open.begin, PipelineExpression{std::move(inner)});
    }

    ExpressionPtr listOf(const Token& open) {
        skipNewLines(LexerMode::Command);
        ListOfPipeline list;
        if (peek(LexerMode::Command).kind != TokenKind::CloseParen)
            list.pipeline = pipeline();
        closeBracket(open, TokenKind::CloseParen);
        return make(open.begin, std::move(list));
    }

    void closeBracket(const Token& open, TokenKind kind) {
        skipNewLines(LexerMode::Expression);
        const auto token = peek(LexerMode::Expression);
        if (token.kind == kind) {
            next(LexerMode::Expression);
            return;
        }
        if (token.kind == TokenKind::End)
            fail(open.begin, ErrorCategory::Incomplete, "the bracket that opens here is not closed");
        if (token.kind == TokenKind::Semicolon)
            fail(token.begin, ErrorCategory::Unsupported,
                 refusedSyntax("several statements within brackets", ""));
        failMissing(token, kind == TokenKind::CloseParen ? "')'" : "'}'");
    }

    ExpressionPtr table(const Token& open) {
        TableExpression table;
        for (;;) {
            while (take(TokenKind::NewLine, LexerMode::Expression) ||
                   take(TokenKind::Semicolon, LexerMode::Expression)) {
            }
            if (peek(LexerMode::Expression).kind == TokenKind::CloseBrace)
                break;
            const auto key = next(LexerMode::Expression);
            if ((key.kind != TokenKind::Word && key.kind != TokenKind::Text) || !key.parts.empty())
                failMissing(key, key.kind == TokenKind::End ? "'}'" : "a key such as Add");
            const auto assign = next(LexerMode::Expression);
            if (assign.kind != TokenKind::Assign)
                failMissing(assign, "'=' behind the key " + key.text);
            skipNewLines(LexerMode::Expression);
            for (const auto& entry : table.entries)
                if (iequals(entry.first, key.text))
                    fail(key.begin, ErrorCategory::Syntax, "the key " + key.text + " is there twice");
            table.entries.emplace_back(key.text, expression());
            const auto token = peek(LexerMode::Expression);
            if (token.kind != TokenKind::NewLine && token.kind != TokenKind::Semicolon &&
                token.kind != TokenKind::CloseBrace)
                failMissing(token, "'}' or ';'");
        }
        closeBracket(open, TokenKind::CloseBrace);
        return make(open.begin, std::move(table));
    }

    ExpressionPtr block() {
        const auto open = next(LexerMode::Command);
        const Depth depth(*this, open.begin);
        auto statements = std::make_shared<StatementList>();
        skipSeparators();
        while (peek(LexerMode::Command).kind != TokenKind::CloseBrace) {
            if (peek(LexerMode::Command).kind == TokenKind::End)
                fail(open.begin, ErrorCategory::Incomplete, "the bracket that opens here is not closed");
            statements->push_back(statement());
            if (peek(LexerMode::Expression).kind != TokenKind::CloseBrace)
                endOfStatement();
            skipSeparators();
        }
        next(LexerMode::Command);
        return make(open.begin, BlockExpression{std::move(statements)});
    }

    template <class Node>
    ExpressionPtr make(std::size_t at, Node node) {
        return std::make_shared<const Expression>(Expression{at, std::move(node)});
    }

    const SourceText& source_;
    Lexer lexer_;
    int depth_ = 0;
};

} // namespace

ParsedScript parseScript(const SourceText& source) {
    if (source.text().size() > kMaxScriptSize)
        return {{},
                {source.error(0, ErrorCategory::Syntax,
                              "the script is larger than " + std::to_string(kMaxScriptSize) + " octets")}};
    return Parser(source).script();
}

std::optional<NamedOperator> findOperator(std::string_view name) {
    for (const auto& candidate : kOperators) {
        if (iequals(name, candidate.name))
            return NamedOperator{candidate.operation, false};
        const bool prefixed =
            name.size() == candidate.name.size() + 1 && iequals(name.substr(1), candidate.name);
        if (prefixed && !isLogical(candidate.operation) &&
            (asciiLower(name[0]) == 'c' || asciiLower(name[0]) == 'i'))
            return NamedOperator{candidate.operation, asciiLower(name[0]) == 'c'};
    }
    return {};
}

std::vector<std::string> operatorNames() {
    std::vector<std::string> names;
    for (const auto& candidate : kOperators)
        names.emplace_back(candidate.name);
    return names;
}

} // namespace edge
