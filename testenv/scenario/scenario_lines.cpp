#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/config/suggestion.h>
#include <edge/server/administration/state_file.h>
#include <edge/testenv/scenario/scenario_lines.h>
#include <edge/testenv/scenario/scenario_verbs.h>

#include <algorithm>
#include <charconv>

namespace edge::testenv {
namespace {

constexpr int kMaxIncludes = 16;                        // deeper ones include each other
constexpr std::uint64_t kMaxFile = 64ULL * 1024 * 1024; // a scenario is text for people
constexpr std::size_t kMaxLines = 1'000'000;            // what includes may blow it up to

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view withoutTrailingBlanks(std::string_view text) {
    while (!text.empty() && (isBlank(text.back()) || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

std::string_view firstWord(std::string_view text) {
    return text.substr(0, text.find_first_of(" \t"));
}

// The mark of a line that belongs to the one above.
std::string_view markOf(std::string_view text) {
    for (const std::string_view mark : {">>", "|", "!"})
        if (text.starts_with(mark))
            return mark;
    return {};
}

// "<<END" as the last word.
bool opensBlock(std::string_view content, std::size_t opening) {
    return opening != std::string_view::npos && opening > 0 && isBlank(content[opening - 1]) &&
           opening + 2 < content.size() && content.find_first_of(" \t\"", opening) == std::string_view::npos;
}

std::string fill(std::string_view text, const Parameters& parameters, bool& filled) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const auto close = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
        if (close != std::string_view::npos) {
            const auto found = parameters.find(std::string(text.substr(at + 1, close - at - 1)));
            if (found != parameters.end()) {
                result += found->second;
                at = close + 1;
                filled = true;
                continue;
            }
        }
        result += text[at++];
    }
    return result;
}

class Reader {
public:
    Reader(FileSystem& files, ScenarioErrors& errors)
        : files_(files)
        , errors_(errors) {}

    void read(const std::string& file, std::string_view text, const Parameters& parameters, int depth);
    ScenarioLines take() { return std::move(result_); }

private:
    void addLine(ScenarioLine line, const Parameters& parameters, int depth);
    void include(const ScenarioLine& line, int depth);
    void attach(const ScenarioPlace& place, std::string_view mark, std::string_view text,
                const Parameters& parameters);
    void wrong(const ScenarioPlace& place, std::string message) {
        errors_.push_back({place, std::move(message)});
    }
    static std::optional<std::string> takeBlock(const std::vector<std::string_view>& lines,
                                                std::size_t& index, std::string_view end);

    FileSystem& files_;
    ScenarioErrors& errors_;
    ScenarioLines result_;
    bool attachable_ = false; // there is a line that others may stand beneath
};

// Lines up to `end`; nullopt where it never comes.
std::optional<std::string> Reader::takeBlock(const std::vector<std::string_view>& lines, std::size_t& index,
                                             std::string_view end) {
    std::string block;
    for (auto at = index + 1; at < lines.size(); ++at) {
        if (trim(lines[at]) == end) {
            index = at;
            return block;
        }
        block += lines[at].ends_with('\r') ? lines[at].substr(0, lines[at].size() - 1) : lines[at];
        block += '\n';
    }
    return std::nullopt;
}

void Reader::read(const std::string& file, std::string_view text, const Parameters& parameters, int depth) {
    const auto lines = split(text, '\n');
    for (std::size_t index = 0; index < lines.size(); ++index) {
        const auto raw = withoutTrailingBlanks(lines[index]);
        const auto begin = raw.find_first_not_of(" \t");
        if (begin == std::string_view::npos)
            continue;
        const auto content = raw.substr(begin);
        const ScenarioPlace place{file, static_cast<int>(index) + 1, static_cast<int>(begin) + 1};
        if (content.front() == '#') {
            if (result_.title.empty() && result_.lines.empty())
                result_.title = trim(content.substr(1));
            continue;
        }
        if (const auto mark = markOf(content); !mark.empty()) {
            attach(place, mark, content.substr(mark.size()), parameters);
            continue;
        }
        ScenarioLine line{place, std::string(content), {}, {}, false};
        const auto verb = findVerb(firstWord(content));
        const auto opening = content.rfind("<<");
        if (verb && info(*verb).takesBlock && opensBlock(content, opening)) {
            const auto end = content.substr(opening + 2);
            line.block = takeBlock(lines, index, end);
            if (!line.block) {
                wrong({file, place.line, place.column + static_cast<int>(opening)},
                      "expected a line \"" + std::string(end) + "\" that ends what begins here");
                return;
            }
            line.text = trim(content.substr(0, opening));
        }
        addLine(std::move(line), parameters, depth);
    }
}

void Reader::attach(const ScenarioPlace& place, std::string_view mark, std::string_view text,
                    const Parameters& parameters) {
    if (!attachable_)
        return wrong(place, "expected a verb; \"" + std::string(mark) +
                                "\" stands beneath a PS> or table line only");
    auto& above = result_.lines.back();
    if (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    above.below.push_back({place, std::string(mark), fill(text, parameters, above.isTemplate)});
}

void Reader::addLine(ScenarioLine line, const Parameters& parameters, int depth) {
    if (result_.lines.size() >= kMaxLines)
        return;
    line = filledIn(line, parameters);
    const auto verb = findVerb(firstWord(line.text));
    if (verb == Verb::Include) {
        attachable_ = false;
        return include(line, depth);
    }
    attachable_ = verb == Verb::Cmdlet || verb == Verb::Table;
    result_.lines.push_back(std::move(line));
}

void Reader::include(const ScenarioLine& line, int depth) {
    ScenarioWords words(line.place, line.text);
    words.takeIf("include");
    const auto path = words.need("a file");
    const auto parameters = takeParameters(words);
    if (words.failed())
        return errors_.push_back(*words.error());
    if (depth >= kMaxIncludes)
        return wrong(line.place,
                     "files include each other more than " + std::to_string(kMaxIncludes) + " deep");
    const auto file = besideFile(line.place.file, path);
    const auto text = readWholeFile(files_, file, kMaxFile);
    if (!text)
        return wrong(line.place, text.error().message);
    read(file, *text, parameters, depth + 1);
}

} // namespace

ScenarioLine filledIn(const ScenarioLine& line, const Parameters& parameters) {
    if (parameters.empty())
        return line;
    auto filled = line;
    filled.text = fill(line.text, parameters, filled.isTemplate);
    if (filled.block)
        filled.block = fill(*line.block, parameters, filled.isTemplate);
    for (auto& lower : filled.below)
        lower.text = fill(lower.text, parameters, filled.isTemplate);
    return filled;
}

std::string filledIn(std::string_view text, const Parameters& parameters) {
    bool filled = false;
    return fill(text, parameters, filled);
}

Parameters takeParameters(ScenarioWords& words) {
    Parameters parameters;
    while (!words.empty()) {
        const auto pair = words.need("NAME=VALUE");
        const auto equals = pair.find('=');
        if (equals == std::string::npos || equals == 0)
            words.reject("expected NAME=VALUE, found \"" + pair + "\"");
        else
            parameters[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    return parameters;
}

ScenarioLines readScenarioLines(FileSystem& files, const std::string& file, std::string_view text,
                                ScenarioErrors& errors) {
    Reader reader(files, errors);
    reader.read(file, text, {}, 0);
    return reader.take();
}

std::string besideFile(const std::string& file, std::string_view path) {
    const auto slash = file.find_last_of('/');
    if (path.starts_with('/') || slash == std::string::npos)
        return std::string(path);
    return joinPath(file.substr(0, slash), path);
}

std::optional<Duration> scenarioSpan(std::string_view text) {
    const bool hasUnit =
        !text.empty() && (text.find(':') != std::string_view::npos ||
                          std::string_view("smhd").find(text.back()) != std::string_view::npos);
    if (!hasUnit)
        return std::nullopt;
    const auto span = parseTimeSpan(text);
    if (!span || *span < Duration::zero())
        return std::nullopt;
    return *span;
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\') {
            result += text[at];
            continue;
        }
        if (++at == text.size())
            return std::nullopt;
        constexpr std::string_view kEscapes = "rnt0\\\"";
        constexpr std::string_view kValues("\r\n\t\0\\\"", 6);
        if (const auto known = kEscapes.find(text[at]); known != std::string_view::npos) {
            result += kValues[known];
            continue;
        }
        unsigned value = 0;
        const auto digits = text.substr(at + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (text[at] != 'x' || error != std::errc{} || digits.size() != 2 || end != digits.data() + 2)
            return std::nullopt;
        result += static_cast<char>(value);
        at += 2;
    }
    return result;
}

ScenarioWords::ScenarioWords(ScenarioPlace place, std::string_view text)
    : place_(std::move(place)) {
    lex(text);
}

void ScenarioWords::lex(std::string_view text) {
    std::size_t at = 0;
    const auto columnOf = [this](std::size_t offset) { return place_.column + static_cast<int>(offset); };
    while ((at = text.find_first_not_of(" \t", at)) != std::string_view::npos && text[at] != '#') {
        const auto begin = at;
        if (text[at] != '"') {
            at = std::min(text.find_first_of(" \t", at), text.size());
            words_.push_back({std::string(text.substr(begin, at - begin)), columnOf(begin), false});
            continue;
        }
        for (++at; at < text.size() && text[at] != '"'; ++at)
            at += text[at] == '\\' ? 1 : 0;
        if (at >= text.size())
            return fail(columnOf(begin), "expected a closing quote");
        auto content = unescaped(text.substr(begin + 1, at - begin - 1));
        if (!content)
            return fail(columnOf(begin), R"(expected only \r \n \t \0 \\ \" and \xHH behind backslashes)");
        words_.push_back({std::move(*content), columnOf(begin), true});
        ++at;
    }
    endColumn_ = columnOf(withoutTrailingBlanks(text.substr(0, at)).size());
}

void ScenarioWords::fail(int column, std::string message) {
    if (!error_)
        error_ = ScenarioError{{place_.file, place_.line, column}, std::move(message)};
}

int ScenarioWords::columnHere() const {
    return next_ < words_.size() ? words_[next_].column : endColumn_;
}

bool ScenarioWords::isNext(std::string_view word) const {
    return !empty() && !words_[next_].quoted && words_[next_].text == word;
}

bool ScenarioWords::takeIf(std::string_view word) {
    const bool taken = isNext(word);
    next_ += taken ? 1 : 0;
    return taken;
}

std::string ScenarioWords::need(std::string_view expected) {
    if (failed())
        return {};
    if (next_ == words_.size()) {
        fail(columnHere(), "expected " + std::string(expected));
        return {};
    }
    return words_[next_++].text;
}

std::uint64_t ScenarioWords::needNumber(std::string_view expected, std::uint64_t least, std::uint64_t most) {
    const auto word = need(expected);
    if (failed())
        return least;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size() || number < least || number > most)
        reject("expected " + std::string(expected) + ", found \"" + word + "\"");
    return number;
}

Duration ScenarioWords::needSpan() {
    const auto word = need("a time span such as 5s, 10m, 24h or 00:00:05");
    const auto span = scenarioSpan(word);
    if (!span)
        reject("expected a time span such as 5s, 10m, 24h or 00:00:05, found \"" + word + "\"");
    return span.value_or(Duration::zero());
}

std::size_t ScenarioWords::needOneOf(std::string_view expected, const std::vector<std::string>& words) {
    const auto word = need(expected);
    if (failed())
        return 0;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (iequals(words[i], word))
            return i;
    reject("expected " + std::string(expected) + ", found \"" + word + "\"" + didYouMean(word, words));
    return 0;
}

void ScenarioWords::finish() {
    if (!failed() && next_ != words_.size())
        fail(columnHere(), "expected the end of the line, found \"" + words_[next_].text + "\"");
}

void ScenarioWords::reject(const std::string& message) {
    fail(next_ > 0 ? words_[next_ - 1].column : place_.column, message);
}

} // namespace edge::testenv
