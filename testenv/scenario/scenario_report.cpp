#include <edge/base/text.h>
#include <edge/server/logs/visible_text.h>
#include <edge/testenv/scenario/scenario_report.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace edge::testenv {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownDialogue = 16;  // lines before a miss
constexpr std::size_t kShownDecisions = 24; // lines of decisions before a miss
constexpr std::size_t kMaxDifference = 400; // lines on either side that are compared

constexpr std::array<std::string_view, 4> kWords{"passed", "failed", "skipped", "broken"};

std::string_view wordOf(Verdict verdict) {
    return kWords[static_cast<std::size_t>(verdict)];
}

std::string number(const char* format, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

double secondsOf(Duration span) {
    return std::chrono::duration<double>(span).count();
}

std::string nameOf(const PlayedScenario& played) {
    auto name = played.scenario->name;
    if (played.repetition > 0)
        name += " (repetition " + std::to_string(played.repetition + 1) + ")";
    return name;
}

std::vector<std::string_view> linesOf(std::string_view text) {
    auto lines = split(text, '\n');
    for (auto& line : lines)
        if (line.ends_with('\r'))
            line.remove_suffix(1);
    while (lines.size() > 1 && lines.back().empty())
        lines.pop_back();
    return lines;
}

std::string lastLines(const std::vector<std::string>& lines, std::size_t most) {
    std::string text;
    const auto skipped = lines.size() > most ? lines.size() - most : 0;
    if (skipped > 0)
        text += "    ... " + std::to_string(skipped) + " lines\n";
    for (auto i = skipped; i < lines.size(); ++i)
        text += "    " + lines[i] + "\n";
    return text;
}

std::string missText(const Miss& miss) {
    return "  " + miss.place.toString() + ": " + miss.line + "\n" + differenceText(miss.expected, miss.got);
}

bool isBad(Verdict verdict) {
    return verdict == Verdict::Failed || verdict == Verdict::Broken;
}

// ---- XML

// Control characters cannot be written in XML 1.0 at all, bytes that are no UTF-8 neither.
std::string xml(std::string_view text) {
    std::string escaped;
    for (const char c : validUtf8(text)) {
        constexpr std::string_view kSpecial = "<>&\"";
        constexpr std::array<std::string_view, 4> kEntities{"&lt;", "&gt;", "&amp;", "&quot;"};
        const auto special = kSpecial.find(c);
        const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
        if (special != std::string_view::npos)
            escaped += kEntities[special];
        else
            escaped += control ? '?' : c;
    }
    return escaped;
}

std::string classOf(const std::string& file) {
    const auto slash = file.find_last_of('/');
    return replaceAll(slash == std::string::npos ? "scenarios" : file.substr(0, slash), "/", ".");
}

std::string junitCase(const PlayedScenario& played) {
    const auto& result = played.result;
    auto text = "  <testcase name=\"" + xml(nameOf(played)) + "\" classname=\"" +
                xml(classOf(played.scenario->file)) + "\" file=\"" + xml(played.scenario->file) +
                "\" line=\"" + std::to_string(played.scenario->line) + "\" time=\"" +
                number("%.6f", secondsOf(played.took)) + "\"";
    if (result.verdict == Verdict::Passed)
        return text + "/>\n";
    text += ">\n";
    if (result.verdict == Verdict::Skipped)
        text += "    <skipped message=\"" + xml(result.reason) + "\"/>\n";
    else if (result.verdict == Verdict::Broken)
        text += "    <error type=\"infrastructure\" message=\"" + xml(result.reason) + "\"/>\n";
    for (const auto& miss : result.misses)
        text += "    <failure type=\"expectation\" message=\"" +
                xml("expected " + miss.expected + ", got " + miss.got) + "\">" + xml(missText(miss)) +
                "</failure>\n";
    if (result.verdict == Verdict::Failed)
        text += "    <system-out>" + xml(failureText(played)) + "</system-out>\n";
    return text + "  </testcase>\n";
}

json::array texts(const std::vector<std::string>& lines) {
    json::array array;
    for (const auto& line : lines)
        array.emplace_back(json::string(validUtf8(line)));
    return array;
}

// A workflow command ends at its line's end.
std::string githubEscaped(std::string_view text) {
    auto escaped = replaceAll(std::string(text), "%", "%25");
    escaped = replaceAll(std::move(escaped), "\r", "%0D");
    return replaceAll(std::move(escaped), "\n", "%0A");
}

} // namespace

std::string resultLine(const PlayedScenario& played, bool colour) {
    constexpr std::array<std::string_view, 4> kLabels{"ok", "FAILED", "skipped", "BROKEN"};
    constexpr std::array<std::string_view, 4> kColours{"\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[31m"};
    const auto index = static_cast<std::size_t>(played.result.verdict);
    std::string label(kLabels[index]);
    label.resize(8, ' ');
    if (colour)
        label = std::string(kColours[index]) + label + "\x1b[0m";
    auto line = label + nameOf(played);
    if (!played.result.reason.empty())
        line += ": " + played.result.reason;
    else
        line += number("  %.1f ms", secondsOf(played.took) * 1000);
    return line;
}

// The common beginning and end stay, what is between is gone and new; enough for output of a few lines.
std::string differenceText(std::string_view expected, std::string_view got) {
    auto before = linesOf(expected);
    auto after = linesOf(got);
    before.resize(std::min(before.size(), kMaxDifference));
    after.resize(std::min(after.size(), kMaxDifference));
    std::vector<std::vector<std::size_t>> common(before.size() + 1,
                                                 std::vector<std::size_t>(after.size() + 1));
    for (auto i = before.size(); i-- > 0;)
        for (auto j = after.size(); j-- > 0;)
            common[i][j] = before[i] == after[j] ? common[i + 1][j + 1] + 1
                                                 : std::max(common[i + 1][j], common[i][j + 1]);
    std::string text;
    const auto add = [&text](std::string_view mark, std::string_view line) {
        text += "    " + std::string(mark) + " " + escapeControls(line) + "\n";
    };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < before.size() || j < after.size()) {
        if (i < before.size() && j < after.size() && before[i] == after[j]) {
            add(" ", before[i]);
            ++i;
            ++j;
        } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
            add("- expected:", before[i++]);
        } else {
            add("+ got:     ", after[j++]);
        }
    }
    return text;
}

std::string failureText(const PlayedScenario& played) {
    const auto& result = played.result;
    std::string text;
    for (const auto& miss : result.misses)
        text += missText(miss);
    if (!result.transcript.empty())
        text += "  dialogue\n" + lastLines(result.transcript, kShownDialogue);
    if (!result.decisions.empty())
        text += "  decisions\n" + lastLines(result.decisions, kShownDecisions);
    return text + "  again: edgesim test " + played.scenario->file + " --filter '" + played.scenario->name +
           "' --seed " + std::to_string(result.seed) + "\n";
}

std::string summaryLine(const SuiteSummary& summary) {
    std::string line = std::to_string(summary.passed) + " passed";
    const auto add = [&line](std::size_t count, std::string_view word) {
        if (count > 0)
            line += ", " + std::to_string(count) + " " + std::string(word);
    };
    add(summary.failed, "failed");
    add(summary.skipped, "skipped");
    add(summary.broken, "broken");
    return line + number(" in %.2f s", secondsOf(summary.took));
}

std::string transcriptText(const PlayedScenario& played) {
    constexpr std::array<std::string_view, 4> kVerdicts{"passed", "failed", "skipped", "broken"};
    const auto& result = played.result;
    auto text = nameOf(played) + " " + std::string(kVerdicts[static_cast<std::size_t>(result.verdict)]) +
                (result.reason.empty() ? "" : ": " + result.reason) + ", seed " +
                std::to_string(result.seed) + "\n";
    for (const auto& miss : result.misses)
        text += missText(miss);
    text += "\n--- dialogue\n" + join(result.transcript, "\n") + "\n\n--- decisions\n" +
            join(result.decisions, "\n") + "\n";
    for (const auto& file : result.replayFiles)
        text += "\n--- published " + file + "\n";
    return text;
}

std::string transcriptName(const PlayedScenario& played) {
    auto name = replaceAll(nameOf(played), "/", ".");
    while (name.starts_with('.'))
        name.erase(0, 1);
    return name + ".txt";
}

std::string tapPlan(std::size_t count) {
    return "TAP version 14\n1.." + std::to_string(count) + "\n";
}

std::string tapText(const PlayedScenario& played, std::size_t number) {
    const auto& result = played.result;
    auto text = std::string(isBad(result.verdict) ? "not ok " : "ok ") + std::to_string(number) + " - " +
                replaceAll(nameOf(played), "#", "\\#");
    if (result.verdict == Verdict::Skipped)
        text += " # SKIP " + result.reason;
    text += "\n";
    if (!isBad(result.verdict))
        return text;
    text += "  ---\n  message: |\n";
    const auto message = result.misses.empty() ? result.reason : failureText(played);
    for (const auto line : linesOf(message))
        text += "    " + std::string(line) + "\n";
    return text + "  ...\n";
}

std::string githubText(const PlayedScenario& played) {
    std::string text;
    for (const auto& miss : played.result.misses)
        text += "::error file=" + miss.place.file + ",line=" + std::to_string(miss.place.line) +
                ",title=" + githubEscaped(nameOf(played)) +
                "::" + githubEscaped("expected " + miss.expected + ", got " + miss.got) + "\n";
    if (played.result.verdict == Verdict::Broken)
        text += "::error file=" + played.scenario->file + "::" + githubEscaped(played.result.reason) + "\n";
    return text;
}

std::string junitDocument(const std::vector<PlayedScenario>& played, const SuiteSummary& summary) {
    const auto counts = "tests=\"" + std::to_string(summary.played()) + "\" failures=\"" +
                        std::to_string(summary.failed) + "\" errors=\"" + std::to_string(summary.broken) +
                        "\" skipped=\"" + std::to_string(summary.skipped) + "\" time=\"" +
                        number("%.3f", secondsOf(summary.took)) + "\"";
    auto text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + counts +
                ">\n<testsuite name=\"edgesim scenarios\" " + counts + ">\n";
    for (const auto& each : played)
        text += junitCase(each);
    return text + "</testsuite>\n</testsuites>\n";
}

std::string jsonLine(const PlayedScenario& played) {
    const auto& result = played.result;
    const auto& scenario = *played.scenario;
    json::object object{{"schema", kScenarioJsonSchema},
                        {"name", json::string(validUtf8(nameOf(played)))},
                        {"title", json::string(validUtf8(scenario.title))},
                        {"file", json::string(validUtf8(scenario.file))},
                        {"line", scenario.line},
                        {"tags", texts(scenario.tags)},
                        {"verdict", wordOf(result.verdict)},
                        {"reason", json::string(validUtf8(result.reason))},
                        {"seed", result.seed},
                        {"seconds", secondsOf(played.took)}};
    json::array evidence;
    for (const auto& each : scenario.evidence)
        evidence.emplace_back(json::object{{"level", toString(each.level)},
                                           {"reference", json::string(validUtf8(each.reference))}});
    object["evidence"] = std::move(evidence);
    json::array misses;
    for (const auto& miss : result.misses)
        misses.emplace_back(json::object{{"file", miss.place.file},
                                         {"line", miss.place.line},
                                         {"step", json::string(validUtf8(miss.line))},
                                         {"expected", json::string(validUtf8(miss.expected))},
                                         {"got", json::string(validUtf8(miss.got))}});
    object["misses"] = std::move(misses);
    object["transcript"] = texts(result.transcript);
    object["decisions"] = texts(result.decisions);
    return json::serialize(object);
}

std::string jsonLine(const SuiteSummary& summary) {
    return json::serialize(json::object{{"schema", kScenarioJsonSchema},
                                        {"summary", true},
                                        {"passed", summary.passed},
                                        {"failed", summary.failed},
                                        {"skipped", summary.skipped},
                                        {"broken", summary.broken},
                                        {"seconds", secondsOf(summary.took)}});
}

} // namespace edge::testenv
