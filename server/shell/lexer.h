// The lexer of the cmdlet language. PowerShell reads the same characters in two ways: in a command, words
// need no quotes; in an expression, they do and operators count. The parser says which way the next token is
// to be read.
#pragma once

#include <edge/server/shell/script_error.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

enum class TokenKind {
    End,
    NewLine,
    Semicolon,
    Pipe,
    Comma,
    OpenParen,
    CloseParen,
    OpenBrace,
    CloseBrace,
    OpenList,  // @(
    OpenTable, // @{
    Assign,    // =
    AddAssign, // +=
    Word,      // Get-Help, contoso.com, 00:00:05: a command's name or unquoted argument
    Text,      // 'text' or "text"
    Number,    // 5, 10MB: in expressions
    Variable,  // $name
    Member,    // .Name directly behind a variable or bracket
    Parameter, // -Name in a command
    Operator,  // -eq in an expression
    Not,       // !
    Plus,      // +
    Error,
};

// A piece of "text $name": literal, or the name of a variable.
struct TextPart {
    bool isVariable = false;
    std::string text;
    std::size_t at = 0;
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;            // name, literal text, or what is wrong
    std::vector<TextPart> parts; // of a text or word with variables in it; empty where there are none
    std::int64_t number = 0;
    bool colon = false;                             // -Name: was followed by its value
    ErrorCategory category = ErrorCategory::Syntax; // of an Error
};

enum class LexerMode { Command, Expression };

class Lexer {
public:
    explicit Lexer(std::string_view text)
        : text_(text) {}

    Token next(LexerMode mode);
    Token peek(LexerMode mode);
    std::size_t position() const { return position_; }
    void setPosition(std::size_t position) { position_ = position; }
    // The next character, blanks and comments passed over; 0 at the end.
    char peekCharacter();
    // Moves behind the next line end: where the parser takes up again after an error.
    void skipLine();

private:
    Token token(TokenKind kind, std::size_t length);
    Token error(std::size_t at, ErrorCategory category, std::string message);
    bool skipBlanks(Token& problem);
    Token readCommon(LexerMode mode, bool& taken);
    Token readCommandToken();
    Token readExpressionToken();
    Token readSingleQuoted(std::size_t quoteLength);
    Token readDoubleQuoted(std::size_t quoteLength);
    Token readVariable();
    Token readWord();
    Token readDash(LexerMode mode, std::size_t dashLength);
    Token readAt();
    Token readNumber();
    bool takeInnerVariable(Token& token, std::string& literal);
    char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

    std::string_view text_;
    std::size_t position_ = 0;
    std::size_t memberAt_ = static_cast<std::size_t>(-1); // a '.' here is a member access
};

// Letters, digits, underscore: what names are made of.
bool isNameCharacter(char c);

} // namespace edge
