#include <edge/config/suggestion.h>
#include <edge/testenv/scenario/step_parser.h>

#include <array>

namespace edge::testenv {

StepParser::Handler StepParser::handlerOf(Verb verb) {
    static constexpr std::array<Handler, kVerbCount> kHandlers{
        &StepParser::profile,      &StepParser::bare,          &StepParser::seed,
        &StepParser::cmdlet,       &StepParser::zone,          &StepParser::dns,
        &StepParser::directory,    &StepParser::scl,           &StepParser::scanner,
        &StepParser::fault,        &StepParser::client,        &StepParser::say,
        &StepParser::expectPrefix, &StepParser::expectExactly, &StepParser::expectRegex,
        &StepParser::expectLine,   &StepParser::expectNoLine,  &StepParser::hello,
        &StepParser::envelope,     &StepParser::message,       &StepParser::raw,
        &StepParser::pieces,       &StepParser::startTls,      &StepParser::end,
        &StepParser::cut,          &StepParser::vanish,        &StepParser::advance,
        &StepParser::wait,         &StepParser::silence,       &StepParser::agent,
        &StepParser::no,           &StepParser::replay,        &StepParser::header,
        &StepParser::file,         &StepParser::log,           &StepParser::include,
        &StepParser::table,        &StepParser::tag,           &StepParser::evidence,
        &StepParser::skip,         &StepParser::require};
    return kHandlers[static_cast<std::size_t>(verb)];
}

Scenario StepParser::parse(const std::vector<ScenarioLine>& lines) {
    for (const auto& line : lines)
        parseLine(line);
    return std::move(scenario_);
}

void StepParser::parseLine(const ScenarioLine& line) {
    scenario_.readFrom.insert(line.place.file);
    const auto word = line.text.substr(0, line.text.find_first_of(" \t"));
    const auto verb = findVerb(word);
    if (!verb)
        return wrong(line.place, "expected a verb, found \"" + word + "\"" + didYouMean(word, verbWords()));
    auto place = line.place;
    place.column += static_cast<int>(line.text.size() - rest(line).size());
    // Lines of the dialogue and cells are not cut into words: quotes and # in them are their own.
    const bool verbatim =
        word.find(':') != std::string::npos || word == "PS>" || word == "table" || word.front() == 'S';
    ScenarioWords words(place, verbatim ? std::string_view{} : rest(line));
    (this->*handlerOf(*verb))(line, words);
    words.finish();
    if (words.failed())
        errors_.push_back(*words.error());
}

void StepParser::add(const ScenarioLine& line, StepAction action) {
    scenario_.steps.push_back({line.place, line.text, line.isTemplate, std::move(action)});
}

std::string_view StepParser::rest(const ScenarioLine& line) {
    const std::string_view text = line.text;
    const auto end = text.find_first_of(" \t");
    return end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
}

// ---- time

void StepParser::advance(const ScenarioLine& line, ScenarioWords& words) {
    add(line, step::Advance{words.needSpan()});
}

void StepParser::wait(const ScenarioLine& line, ScenarioWords&) {
    add(line, step::Wait{});
}

void StepParser::silence(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    add(line, step::Silence{words.needSpan()});
}

// ---- the file itself

// Includes are in place, tables spread out before a scenario is parsed.
// Includes are in place, tables spread out before a scenario is parsed.
void StepParser::include(const ScenarioLine&, ScenarioWords&) {}
void StepParser::table(const ScenarioLine&, ScenarioWords&) {}

void StepParser::tag(const ScenarioLine&, ScenarioWords& words) {
    do
        scenario_.tags.push_back(words.need("a tag"));
    while (!words.empty());
}

void StepParser::evidence(const ScenarioLine&, ScenarioWords& words) {
    Evidence evidence;
    evidence.level = static_cast<EvidenceLevel>(words.needOneOf(
        "documented, observed, inferred or ours", {"documented", "observed", "inferred", "ours"}));
    while (!words.empty())
        evidence.reference += (evidence.reference.empty() ? "" : " ") + words.need("a reference");
    scenario_.evidence.push_back(std::move(evidence));
}

void StepParser::skip(const ScenarioLine& line, ScenarioWords& words) {
    words.needOneOf("unless", {"unless"});
    condition(line, words, false);
}

void StepParser::require(const ScenarioLine& line, ScenarioWords& words) {
    condition(line, words, true);
}

void StepParser::condition(const ScenarioLine& line, ScenarioWords& words, bool required) {
    Condition condition;
    condition.required = required;
    condition.place = line.place;
    condition.line = line.text;
    condition.kind = static_cast<Condition::Kind>(
        words.needOneOf("agent, cmdlet, file or tls", {"agent", "cmdlet", "file", "tls"}));
    if (condition.kind != Condition::Kind::Tls)
        condition.what = words.need("what must be there");
    if (condition.kind == Condition::Kind::File)
        condition.what = besideFile(line.place.file, condition.what);
    scenario_.conditions.push_back(std::move(condition));
}

} // namespace edge::testenv
