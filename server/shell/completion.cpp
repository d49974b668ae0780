// Completion: what may stand at the cursor of a half-written line. It reads the line with the same lexer as
// everything else, up to the cursor.
#include <edge/server/shell/binder.h>
#include <edge/server/shell/lexer.h>
#include <edge/server/shell/shell.h>

#include <algorithm>

namespace edge {
namespace {

// Where the cursor stands in the last command of the line.
struct Place {
    std::string cmdlet;    // empty: the word is the cmdlet
    std::string parameter; // the name before the word, empty where there is none
    std::string word;
    std::size_t begin = 0;
    bool isName = false; // the word is a parameter's name
};

bool endsCommand(TokenKind kind) {
    return kind == TokenKind::Pipe || kind == TokenKind::Semicolon || kind == TokenKind::NewLine ||
           kind == TokenKind::OpenBrace || kind == TokenKind::OpenParen || kind == TokenKind::Assign;
}

Place placeOf(std::string_view text) {
    Lexer lexer(text);
    Place place;
    place.begin = text.size();
    bool first = true; // of its command
    for (;;) {
        const auto token = lexer.next(LexerMode::Command);
        if (token.kind == TokenKind::End)
            return place;
        if (token.kind == TokenKind::Error) { // an open quote, a lone '$': the word has not ended
            place.word = std::string(text.substr(token.begin));
            place.begin = token.begin;
            return place;
        }
        const bool atCursor = token.end == text.size();
        // An assignment reads on as a command.
        if (endsCommand(token.kind) || (token.kind == TokenKind::Word && token.text == "=")) {
            place = {};
            place.begin = text.size();
            first = true;
        } else if (token.kind == TokenKind::Parameter && (!atCursor || token.colon)) {
            place.parameter = token.text;
        } else if (atCursor) {
            place.word = std::string(text.substr(token.begin));
            place.begin = token.begin;
            place.isName = token.kind == TokenKind::Parameter;
        } else {
            if (first && token.kind == TokenKind::Word)
                place.cmdlet = token.text;
            place.parameter.clear();
        }
        first = first && endsCommand(token.kind);
    }
}

void addMatches(std::vector<std::string>& matches, const std::vector<std::string>& words,
                std::string_view prefix) {
    for (const auto& word : words)
        if (istartsWith(word, prefix))
            matches.push_back(word);
}

// Names as arguments, in quotes where they need them; the word may be quoted or not.
void addNames(std::vector<std::string>& matches, const std::vector<std::string>& names,
              std::string_view word) {
    const bool quoted = word.starts_with("'") || word.starts_with("\"");
    for (const auto& name : names)
        if (istartsWith(name, quoted ? word.substr(1) : word))
            matches.push_back(!quoted && name.find_first_of(" '\"$`;|,(){}&<>#") == std::string::npos
                                  ? name
                                  : quotedLiteral(name));
}

} // namespace

Completion Shell::complete(std::string_view line, std::size_t cursor) const {
    const auto place = placeOf(line.substr(0, std::min(cursor, line.size())));
    Completion completion;
    completion.begin = place.begin;
    auto& found = completion.candidates;
    const auto* cmdlet = registry_.find(place.cmdlet);
    if (place.cmdlet.empty()) {
        if (place.word.starts_with("$")) {
            for (const auto& variable : variables_)
                addMatches(found, {"$" + variable.first}, place.word);
        } else {
            addMatches(found, registry_.names(), place.word);
        }
    } else if (cmdlet != nullptr && (place.isName || place.word.starts_with("-"))) {
        const auto profileId = store_.current()->profile;
        const auto offer = [&](const CmdletParameter& parameter) {
            if (parameter.laterReason.empty() && parameter.since <= profileId)
                addMatches(found, {"-" + parameter.name}, place.word);
        };
        std::for_each(cmdlet->parameters.begin(), cmdlet->parameters.end(), offer);
        const auto& common = commonParameters(cmdlet->changesState);
        std::for_each(common.begin(), common.end(), offer);
    } else if (cmdlet != nullptr && !place.parameter.empty() && !iequals(place.parameter, "Identity")) {
        const auto parameter = resolveParameter(*cmdlet, place.parameter, SourceText("", ""), 0);
        if (parameter)
            addMatches(found, (*parameter)->words, place.word);
    } else if (cmdlet != nullptr && !cmdlet->noun.empty()) {
        std::vector<std::string> identities;
        if (cmdlet->noun == "TransportAgent")
            for (const auto& agent : host_.transportAgents())
                identities.push_back(agent.identity);
        const auto configuration = store_.current();
        if (const auto* schema = findNoun(store_.nouns(), cmdlet->noun);
            schema != nullptr && schema->hasIdentity())
            for (const auto& object : schema->objects(*configuration))
                identities.push_back(schema->nameOf(object.get()));
        addNames(found, identities, place.word);
    }
    std::sort(found.begin(), found.end(), ILess());
    return completion;
}

} // namespace edge
