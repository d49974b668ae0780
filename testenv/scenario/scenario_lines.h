// From a scenario file to its lines: what stands beneath a line and between <<END and END is put to it,
// includes are put in place, parameters are filled in, and a line is cut into words. Everything knows where
// it came from, so that every later error names file, line and column.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/file_system.h>
#include <edge/testenv/scenario/scenario.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

struct ScenarioError {
    ScenarioPlace place;
    std::string message; // "expected an address, found \"x\""

    // "blank_sender.scenario:4:8: expected ..."
    std::string toString() const { return place.toString() + ": " + message; }
    bool operator==(const ScenarioError&) const = default;
};
using ScenarioErrors = std::vector<ScenarioError>;

// A line that belongs to the one above: "| output", "! error", ">> more script".
struct LowerLine {
    ScenarioPlace place;
    std::string mark;
    std::string text;
};

struct ScenarioLine {
    ScenarioPlace place;
    std::string text; // without blanks round it
    std::vector<LowerLine> below;
    std::optional<std::string> block; // between <<END and END, lines with LF
    bool isTemplate = false;
};

// Values for {name}.
using Parameters = std::map<std::string, std::string>;
// `line` with the parameters filled in; braces round anything else stay.
ScenarioLine filledIn(const ScenarioLine& line, const Parameters& parameters);

// The same for any text.
std::string filledIn(std::string_view text, const Parameters& parameters);

struct ScenarioLines {
    std::string title; // first comment
    std::vector<ScenarioLine> lines;
};
// Reads `text`, the content of `file`, and what it includes from `files`.
ScenarioLines readScenarioLines(FileSystem& files, const std::string& file, std::string_view text,
                                ScenarioErrors& errors);

// Where `path`, named in `file`, is: beside it, unless it is absolute.
std::string besideFile(const std::string& file, std::string_view path);

// A line cut into words, taken one by one. The first thing that is wrong is kept as the line's error; from
// then on everything taken is empty, so a parser need not look until its end.
class ScenarioWords {
public:
    // Words of `text`, which stands at `place`. "Quoted words" may hold blanks and escapes; # begins a
    // comment.
    ScenarioWords(ScenarioPlace place, std::string_view text);

    bool empty() const { return failed() || next_ == words_.size(); }
    // The next word is that one, unquoted; it is taken then.
    bool takeIf(std::string_view word);
    // The same without taking it.
    bool isNext(std::string_view word) const;
    // The next word, of which `expected` says what it should be ("an address").
    std::string need(std::string_view expected);
    std::uint64_t needNumber(std::string_view expected, std::uint64_t least, std::uint64_t most);
    Duration needSpan();
    // One of these, in any case; the index. What else there is is told, with a guess.
    std::size_t needOneOf(std::string_view expected, const std::vector<std::string>& words);
    // Nothing may be left.
    void finish();
    // Says that the word that was taken last is wrong.
    void reject(const std::string& message);

    bool failed() const { return error_.has_value(); }
    const std::optional<ScenarioError>& error() const { return error_; }

private:
    struct Word {
        std::string text;
        int column;
        bool quoted;
    };

    void lex(std::string_view text);
    void fail(int column, std::string message);
    int columnHere() const;

    ScenarioPlace place_;
    std::vector<Word> words_;
    std::size_t next_ = 0;
    int endColumn_ = 1;
    std::optional<ScenarioError> error_;
};

// NAME=VALUE pairs to the end of the line.
Parameters takeParameters(ScenarioWords& words);

// "5s", "1.00:00:00": what stands for a time in a scenario; a bare number is none.
std::optional<Duration> scenarioSpan(std::string_view text);
// Takes \r \n \t \0 \\ \" \xHH as in C; nullopt where an escape is none of these.
std::optional<std::string> unescaped(std::string_view text);

} // namespace edge::testenv
