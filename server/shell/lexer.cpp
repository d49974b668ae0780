#include <edge/base/text.h>
#include <edge/server/shell/lexer.h>
#include <edge/server/shell/refused_syntax.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace edge {
namespace {

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// UTF-8 of the typographic characters that PowerShell takes for dashes and quotes; scripts pasted from web
// pages have them. Length of the character at the front of `text`, 0 where it is none of them.
std::size_t matchAny(std::string_view text, char ascii, std::string_view lastOctets) {
    if (!text.empty() && text.front() == ascii)
        return 1;
    if (text.size() >= 3 && text[0] == '\xE2' && text[1] == '\x80' &&
        lastOctets.find(text[2]) != std::string_view::npos)
        return 3;
    return 0;
}

std::size_t dashLength(std::string_view text) {
    return matchAny(text, '-', "\x93\x94\x95");
}

std::size_t singleQuoteLength(std::string_view text) {
    return matchAny(text, '\'', "\x98\x99\x9A\x9B");
}

std::size_t doubleQuoteLength(std::string_view text) {
    return matchAny(text, '"', "\x9C\x9D\x9E");
}

// What a backtick and this character mean inside double quotes.
char escaped(char c) {
    switch (c) {
    case '0':
        return '\0';
    case 'a':
        return '\a';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    default:
        return c;
    }
}

struct Suffix {
    std::string_view name;
    int shift;
};
constexpr std::array<Suffix, 5> kSuffixes{{{"KB", 10}, {"MB", 20}, {"GB", 30}, {"TB", 40}, {"PB", 50}}};

// "12", "1.5MB", "0x1F" as a whole number; nullopt where it is none or too large.
std::optional<std::int64_t> wholeNumber(std::string_view digits) {
    int shift = 0;
    for (const auto& suffix : kSuffixes)
        if (iendsWith(digits, suffix.name)) {
            shift = suffix.shift;
            digits.remove_suffix(suffix.name.size());
        }
    const bool hex = istartsWith(digits, "0x");
    if (hex)
        digits.remove_prefix(2);
    const auto point = digits.find('.');
    const auto head = digits.substr(0, point);
    std::int64_t number = 0;
    const auto [end, problem] =
        std::from_chars(head.data(), head.data() + head.size(), number, hex ? 16 : 10);
    const auto limit = std::numeric_limits<std::int64_t>::max() >> shift;
    if (problem != std::errc{} || end != head.data() + head.size() || number > limit)
        return {};
    number <<= shift;
    if (point == std::string_view::npos)
        return number;
    // The fraction counts only where it makes whole units: 1.5KB, but not 1.5.
    const auto fraction = digits.substr(point + 1);
    std::int64_t numerator = 0, denominator = 1;
    for (const char digit : fraction) {
        if (!isDigit(digit) || denominator > 1'000'000)
            return {};
        numerator = numerator * 10 + (digit - '0');
        denominator *= 10;
    }
    const auto scaled = numerator << std::min(shift, 40);
    if (fraction.empty() || shift > 40 || scaled % denominator != 0)
        return {};
    return number + scaled / denominator;
}

} // namespace

bool isNameCharacter(char c) {
    return isLetter(c) || isDigit(c) || c == '_';
}

Token Lexer::token(TokenKind kind, std::size_t length) {
    Token made;
    made.kind = kind;
    made.begin = position_;
    position_ += length;
    made.end = position_;
    return made;
}

Token Lexer::error(std::size_t at, ErrorCategory category, std::string message) {
    Token made;
    made.kind = TokenKind::Error;
    made.begin = at;
    made.end = position_;
    made.category = category;
    made.text = std::move(message);
    return made;
}

Token Lexer::peek(LexerMode mode) {
    const auto position = position_;
    const auto memberAt = memberAt_;
    auto token = next(mode);
    position_ = position;
    memberAt_ = memberAt;
    return token;
}

char Lexer::peekCharacter() {
    const auto position = position_;
    Token problem;
    const bool good = skipBlanks(problem);
    const char c = good ? at(position_) : '\0';
    position_ = position;
    return c;
}

void Lexer::skipLine() {
    const auto end = text_.find('\n', position_);
    position_ = end == std::string_view::npos ? text_.size() : end + 1;
    memberAt_ = static_cast<std::size_t>(-1);
}

// Blanks, comments, continued lines. False where a comment or the text ends too early; `problem` says so.
bool Lexer::skipBlanks(Token& problem) {
    for (;;) {
        const auto rest = text_.substr(position_);
        if (rest.empty())
            return true;
        if (rest.front() == ' ' || rest.front() == '\t' || rest.starts_with("\r\n")) {
            ++position_;
        } else if (rest.starts_with("\xC2\xA0")) { // no-break space
            position_ += 2;
        } else if (position_ == 0 && rest.starts_with("\xEF\xBB\xBF")) { // byte order mark
            position_ += 3;
        } else if (rest.starts_with("`\n")) {
            position_ += 2;
        } else if (rest.starts_with("`\r\n")) {
            position_ += 3;
        } else if (rest == "`" || rest == "`\r") {
            problem = error(position_, ErrorCategory::Incomplete,
                            "the line is continued, but there is no next line");
            return false;
        } else if (rest.front() == '#') {
            position_ = std::min(text_.find_first_of("\r\n", position_), text_.size());
        } else if (rest.starts_with("<#")) {
            const auto end = text_.find("#>", position_ + 2);
            if (end == std::string_view::npos) {
                problem =
                    error(position_, ErrorCategory::Incomplete, "the comment that begins here has no #>");
                return false;
            }
            position_ = end + 2;
        } else {
            return true;
        }
    }
}

Token Lexer::next(LexerMode mode) {
    if (position_ == memberAt_ && position_ < text_.size()) {
        const auto begin = position_;
        if (at(position_) == '.' && (isLetter(at(position_ + 1)) || at(position_ + 1) == '_')) {
            auto end = position_ + 1;
            while (isNameCharacter(at(end)))
                ++end;
            auto made = token(TokenKind::Member, end - position_);
            made.text = std::string(text_.substr(begin + 1, end - begin - 1));
            if (at(end) == '(')
                return error(begin, ErrorCategory::Unsupported,
                             refusedSyntax("'." + made.text + "()' (a method call)",
                                           "lists are changed with += or @{Add=…;Remove=…}"));
            memberAt_ = position_;
            return made;
        }
        if (at(position_) == '[')
            return error(
                begin, ErrorCategory::Unsupported,
                refusedSyntax("'[…]' behind a value (an index)", "Select-Object -First 1 takes the first"));
        if (at(position_) == '.' && at(position_ + 1) != '.')
            return error(begin, ErrorCategory::Syntax, "a property name is missing behind '.'");
    }
    memberAt_ = static_cast<std::size_t>(-1);
    Token problem;
    if (!skipBlanks(problem))
        return problem;
    bool taken = false;
    auto common = readCommon(mode, taken);
    if (taken)
        return common;
    return mode == LexerMode::Command ? readCommandToken() : readExpressionToken();
}

// What both modes read alike.
Token Lexer::readCommon(LexerMode mode, bool& taken) {
    taken = true;
    const auto begin = position_;
    if (begin >= text_.size())
        return token(TokenKind::End, 0);
    const auto rest = text_.substr(begin);
    if (rest.starts_with("||") || rest.starts_with("&&"))
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax("'" + std::string(rest.substr(0, 2)) + "' (a conditional chain)",
                                   "write the statements one below the other"));
    switch (rest.front()) {
    case '\n':
    case '\r':
        return token(TokenKind::NewLine, 1);
    case ';':
        return token(TokenKind::Semicolon, 1);
    case '|':
        return token(TokenKind::Pipe, 1);
    case ',':
        return token(TokenKind::Comma, 1);
    case '(':
        return token(TokenKind::OpenParen, 1);
    case ')': {
        auto made = token(TokenKind::CloseParen, 1);
        memberAt_ = position_;
        return made;
    }
    case '{':
        return token(TokenKind::OpenBrace, 1);
    case '}':
        return token(TokenKind::CloseBrace, 1);
    case '@':
        return readAt();
    case '$':
        return readVariable();
    case '&':
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax("'&' (running a program, or in the background)", ""));
    case '<':
    case '>':
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax("'" + std::string(1, rest.front()) + "' (redirection to a file)",
                                   mode == LexerMode::Expression ? "values are compared with -lt and -gt"
                                                                 : "a text with < or > needs quotes"));
    case '`':
        return error(begin, ErrorCategory::Syntax,
                     "a backtick continues a line only as its very last character; here something follows");
    default:
        break;
    }
    if (const auto length = singleQuoteLength(rest))
        return readSingleQuoted(length);
    if (const auto length = doubleQuoteLength(rest))
        return readDoubleQuoted(length);
    if (const auto length = dashLength(rest))
        return readDash(mode, length);
    taken = false;
    return {};
}

Token Lexer::readCommandToken() {
    return readWord();
}

Token Lexer::readExpressionToken() {
    const auto begin = position_;
    const auto rest = text_.substr(begin);
    const char c = rest.front();
    if (isDigit(c))
        return readNumber();
    if (isLetter(c) || c == '_') {
        auto end = begin;
        while (isNameCharacter(at(end)))
            ++end;
        auto made = token(TokenKind::Word, end - begin);
        made.text = std::string(text_.substr(begin, end - begin));
        return made;
    }
    if (rest.starts_with("=="))
        return error(begin, ErrorCategory::Syntax, "'==' is no operator; write -eq");
    if (rest.starts_with("!="))
        return error(begin, ErrorCategory::Syntax, "'!=' is no operator; write -ne");
    if (rest.starts_with("+="))
        return token(TokenKind::AddAssign, 2);
    if (rest.starts_with("++"))
        return error(begin, ErrorCategory::Unsupported, refusedSyntax("'++' (counting up)", ""));
    for (const std::string_view operation : {"*=", "/=", "%="})
        if (rest.starts_with(operation))
            return error(begin, ErrorCategory::Unsupported,
                         refusedSyntax("'" + std::string(operation) + "' (arithmetic)", ""));
    if (rest.starts_with("::"))
        return error(begin, ErrorCategory::Unsupported, refusedSyntax("'::' (a static member)", ""));
    if (rest.starts_with(".."))
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax("'..' (a range)", "write the numbers with commas"));
    switch (c) {
    case '=':
        return token(TokenKind::Assign, 1);
    case '+':
        return token(TokenKind::Plus, 1);
    case '!':
        return token(TokenKind::Not, 1);
    case '*':
    case '/':
    case '%':
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax("'" + std::string(1, c) + "' (arithmetic)", ""));
    case '?':
        return error(begin, ErrorCategory::Unsupported, refusedSyntax("'?' (a choice between values)", ""));
    case '[':
        return error(
            begin, ErrorCategory::Unsupported,
            refusedSyntax("'[…]' (a type name)", "values have the type that their cmdlet gives them"));
    case ']':
        return error(begin, ErrorCategory::Syntax, "unexpected ']'");
    default:
        break;
    }
    auto length = std::size_t{1};
    while ((at(begin + length) & 0xC0) == 0x80)
        ++length;
    return error(begin, ErrorCategory::Syntax,
                 "unexpected \"" + escapeControls(rest.substr(0, length)) + "\"; texts need quotes here");
}

Token Lexer::readSingleQuoted(std::size_t quoteLength) {
    const auto begin = position_;
    std::string content;
    for (auto i = begin + quoteLength; i < text_.size();) {
        const auto quote = singleQuoteLength(text_.substr(i));
        if (quote == 0) {
            content += text_[i++];
            continue;
        }
        const auto second = singleQuoteLength(text_.substr(i + quote));
        if (second == 0) {
            auto made = token(TokenKind::Text, i + quote - begin);
            made.text = std::move(content);
            memberAt_ = position_;
            return made;
        }
        content += '\''; // doubled
        i += quote + second;
    }
    return error(begin, ErrorCategory::Incomplete, "the text that begins here has no closing quote");
}

// At a '$' inside double quotes or a word: takes the variable's name into parts, the literal before it too.
// False where the '$' is a plain character.
bool Lexer::takeInnerVariable(Token& made, std::string& literal) {
    const auto begin = position_;
    const bool braced = at(begin + 1) == '{';
    auto end = begin + (braced ? 2 : 1);
    const auto nameBegin = end;
    while (isNameCharacter(at(end)))
        ++end;
    if (end == nameBegin || (braced && at(end) != '}'))
        return false;
    if (!literal.empty())
        made.parts.push_back({false, std::move(literal), begin});
    literal.clear();
    made.parts.push_back({true, std::string(text_.substr(nameBegin, end - nameBegin)), begin});
    position_ = end + (braced ? 1 : 0);
    return true;
}

Token Lexer::readDoubleQuoted(std::size_t quoteLength) {
    const auto begin = position_;
    Token made;
    made.kind = TokenKind::Text;
    made.begin = begin;
    std::string literal;
    position_ += quoteLength;
    while (position_ < text_.size()) {
        const auto rest = text_.substr(position_);
        if (const auto quote = doubleQuoteLength(rest)) {
            const auto second = doubleQuoteLength(rest.substr(quote));
            position_ += quote + second;
            if (second != 0) {
                literal += '"'; // doubled
                continue;
            }
            if (!made.parts.empty() && !literal.empty())
                made.parts.push_back({false, literal, position_});
            made.text = std::move(literal);
            made.end = position_;
            memberAt_ = position_;
            return made;
        }
        if (rest.front() == '`' && rest.size() > 1) {
            literal += escaped(rest[1]);
            position_ += 2;
        } else if (rest.starts_with("$(")) {
            return error(position_, ErrorCategory::Unsupported,
                         refusedSyntax("'$(…)' (a subexpression)", "assign the value to a variable first"));
        } else if (rest.front() == '$' && takeInnerVariable(made, literal)) {
            if (at(position_) == ':' && at(position_ - 1) != '}')
                return error(position_, ErrorCategory::Syntax,
                             "':' directly behind a variable's name would belong to it; write ${" +
                                 made.parts.back().text + "}:");
        } else {
            literal += rest.front();
            ++position_;
        }
    }
    position_ = begin;
    return error(begin, ErrorCategory::Incomplete, "the text that begins here has no closing quote");
}

Token Lexer::readVariable() {
    const auto begin = position_;
    if (at(begin + 1) == '(')
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax("'$(…)' (a subexpression)", "use plain brackets: (Get-…)"));
    if (at(begin + 1) == '$' || at(begin + 1) == '?' || at(begin + 1) == '^')
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax("'$" + std::string(1, at(begin + 1)) + "' (an automatic variable)", ""));
    Token made;
    std::string none;
    if (!takeInnerVariable(made, none))
        return error(begin, ErrorCategory::Syntax, "a variable's name is missing behind '$'");
    if (at(position_) == ':')
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax("'$" + made.parts.back().text + ":' (a scope or drive)",
                                   "there are only variables of the script itself"));
    made.kind = TokenKind::Variable;
    made.begin = begin;
    made.end = position_;
    made.text = made.parts.back().text;
    made.parts.clear();
    memberAt_ = position_;
    return made;
}

// An unquoted word of a command; quotes and variables inside belong to it, as in PowerShell.
Token Lexer::readWord() {
    Token made;
    made.kind = TokenKind::Word;
    made.begin = position_;
    std::string literal;
    while (position_ < text_.size()) {
        const auto rest = text_.substr(position_);
        const char c = rest.front();
        if (std::string_view(" \t\r\n;|&(){},<>").find(c) != std::string_view::npos ||
            rest.starts_with("\xC2\xA0"))
            break;
        if (rest.starts_with("$("))
            return error(position_, ErrorCategory::Unsupported,
                         refusedSyntax("'$(…)' (a subexpression)", "assign the value to a variable first"));
        if (c == '$' && takeInnerVariable(made, literal))
            continue;
        if (c == '`') {
            if (rest.size() < 2 || rest[1] == '\n' || rest[1] == '\r')
                break;
            literal += escaped(rest[1]);
            position_ += 2;
            continue;
        }
        const auto single = singleQuoteLength(rest);
        const auto quote = single != 0 ? single : doubleQuoteLength(rest);
        if (quote == 0) {
            literal += c;
            ++position_;
            continue;
        }
        auto inner = single != 0 ? readSingleQuoted(quote) : readDoubleQuoted(quote);
        if (inner.kind == TokenKind::Error)
            return inner;
        if (inner.parts.empty()) {
            literal += inner.text;
            continue;
        }
        if (!literal.empty())
            made.parts.push_back({false, std::move(literal), inner.begin});
        literal.clear();
        for (auto& part : inner.parts)
            made.parts.push_back(std::move(part));
    }
    memberAt_ = static_cast<std::size_t>(-1);
    if (!made.parts.empty() && !literal.empty())
        made.parts.push_back({false, literal, position_});
    made.text = std::move(literal);
    made.end = position_;
    if (made.begin ==
        made.end) { // a character that no rule takes; it must be passed, or the parser would not move
        ++position_;
        return error(made.begin, ErrorCategory::Syntax, "unexpected character");
    }
    return made;
}

Token Lexer::readDash(LexerMode mode, std::size_t dash) {
    const auto begin = position_;
    const auto behind = text_.substr(begin + dash);
    if (const auto second = dashLength(behind)) {
        const bool stop = behind.substr(second).starts_with("%");
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax(stop ? "'--%' (stop parsing)" : "'--'", "parameters begin with one dash"));
    }
    if (!behind.empty() && isDigit(behind.front()))
        return mode == LexerMode::Command ? readWord() : readNumber();
    if (behind.empty() || !(isLetter(behind.front()) || behind.front() == '_' || behind.front() == '?')) {
        if (mode == LexerMode::Command)
            return readWord();
        return error(begin, ErrorCategory::Unsupported, refusedSyntax("'-' (arithmetic)", ""));
    }
    auto end = begin + dash + 1;
    while (isNameCharacter(at(end)))
        ++end;
    auto made = token(mode == LexerMode::Command ? TokenKind::Parameter : TokenKind::Operator, end - begin);
    made.text = std::string(text_.substr(begin + dash, end - begin - dash));
    if (mode == LexerMode::Expression)
        return made;
    if (at(end) == ':') {
        made.colon = true;
        made.end = ++position_;
    } else if (end < text_.size() &&
               std::string_view(" \t\r\n;|,(){}<>&").find(at(end)) == std::string_view::npos &&
               !text_.substr(end).starts_with("\xC2\xA0")) {
        return error(end, ErrorCategory::Syntax,
                     "a blank or ':' is missing behind the parameter name -" + made.text);
    }
    return made;
}

Token Lexer::readAt() {
    const auto begin = position_;
    const auto behind = text_.substr(begin + 1);
    if (behind.starts_with("("))
        return token(TokenKind::OpenList, 2);
    if (behind.starts_with("{"))
        return token(TokenKind::OpenTable, 2);
    if (singleQuoteLength(behind) != 0 || doubleQuoteLength(behind) != 0)
        return error(begin, ErrorCategory::Unsupported,
                     refusedSyntax("'@\"' (a here-string)", "texts in plain quotes may have several lines"));
    return error(begin, ErrorCategory::Unsupported,
                 refusedSyntax("'@' before a name (splatting)", "a text that begins with @ needs quotes"));
}

Token Lexer::readNumber() {
    const auto begin = position_;
    auto end = begin + dashLength(text_.substr(begin));
    const bool negative = end != begin;
    const auto digits = end;
    while (isNameCharacter(at(end)) || (at(end) == '.' && isDigit(at(end + 1))))
        ++end;
    const auto number = wholeNumber(text_.substr(digits, end - digits));
    if (!number)
        return error(begin, ErrorCategory::Syntax,
                     "\"" + std::string(text_.substr(begin, end - begin)) +
                         "\" is not a whole number; texts need quotes here");
    auto made = token(TokenKind::Number, end - begin);
    made.number = negative ? -*number : *number;
    made.text = std::string(text_.substr(begin, end - begin));
    return made;
}

} // namespace edge
