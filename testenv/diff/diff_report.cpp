#include <edge/base/text.h>
#include <edge/server/logs/visible_text.h>
#include <edge/testenv/diff/diff_report.h>
#include <edge/testenv/report/html_page.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

namespace edge::testenv {
namespace {

namespace json = boost::json;

constexpr std::array<Outcome, 5> kOutcomes{Outcome::Accepted, Outcome::Quarantined, Outcome::Deleted,
                                           Outcome::Deferred, Outcome::Refused};
constexpr std::size_t kShownExamples = 3; // in the text; the other forms have all that are kept
constexpr std::size_t kShownData = 5;
constexpr std::size_t kShownSettings = 20;

// 12345 as "12,345".
std::string grouped(std::size_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string counted(std::size_t number, const char* one, const char* many) {
    return grouped(number) + " " + (number == 1 ? one : many);
}

std::string padded(std::string text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string headline(const DiffTally& tally) {
    auto text = counted(tally.messages(), "message", "messages") + ", ";
    text += tally.changed() == 0 ? "no verdict changed"
                                 : counted(tally.changed(), "verdict", "verdicts") + " changed";
    if (tally.unreadable() > 0)
        text += "; " + grouped(tally.unreadable()) + " could not be read";
    return text;
}

std::string pace(const DiffReport& report) {
    std::array<char, 96> text{};
    const auto rate = report.seconds > 0 ? static_cast<double>(report.tally.messages()) / report.seconds : 0;
    std::snprintf(text.data(), text.size(), "%.1f s, %.0f messages a second", report.seconds, rate);
    return text.data();
}

// What decided, the most frequent first: {"7", 120}.
std::vector<std::pair<std::string, std::size_t>> commonData(const DiffGroup& group) {
    std::vector<std::pair<std::string, std::size_t>> data(group.data.begin(), group.data.end());
    std::stable_sort(data.begin(), data.end(),
                     [](const auto& x, const auto& y) { return x.second > y.second; });
    return data;
}

std::string dataText(const DiffGroup& group) {
    const auto data = commonData(group);
    std::vector<std::string> words;
    std::size_t rest = group.otherData;
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (i < kShownData)
            words.push_back(visibleText(data[i].first) + " (" + grouped(data[i].second) + ")");
        else
            rest += data[i].second;
    }
    if (rest > 0)
        words.push_back("others (" + grouped(rest) + ")");
    return join(words, ", ");
}

// What the sender was told on either side: of the first message of the group.
std::vector<std::string> replyLines(const DiffGroup& group) {
    std::vector<std::string> lines;
    const auto add = [&lines](const char* side, const MessageVerdict& verdict) {
        if (verdict.agent.empty() && verdict.reply.empty())
            return;
        std::string line = std::string(side) + ": ";
        if (verdict.event)
            line += std::string(toString(*verdict.event)) + " ";
        line +=
            verdict.reply.empty() ? std::string(outcomeWord(verdict.outcome)) : visibleText(verdict.reply);
        lines.push_back(std::move(line));
    };
    if (!group.examples.empty()) {
        add("A", group.examples.front().a);
        add("B", group.examples.front().b);
    }
    return lines;
}

void addSettings(std::string& text, char mark, const std::vector<std::string>& settings) {
    for (std::size_t i = 0; i < settings.size() && i < kShownSettings; ++i)
        text += std::string(1, mark) + " " + visibleText(settings[i]) + "\n";
    if (settings.size() > kShownSettings)
        text += std::string(1, mark) + " ... " + grouped(settings.size() - kShownSettings) + " more\n";
}

std::string groupText(const DiffGroup& group) {
    constexpr std::size_t kCountWidth = 7;
    const std::string indent(kCountWidth + 2, ' ');
    auto text = padded(grouped(group.messages), kCountWidth) + "  A " + visibleText(group.a) + "\n" + indent +
                "B " + visibleText(group.b) + "\n";
    for (const auto& line : replyLines(group))
        text += indent + "  " + line + "\n";
    if (const auto data = dataText(group); !data.empty())
        text += indent + "  decided by: " + data + "\n";
    for (std::size_t i = 0; i < group.examples.size() && i < kShownExamples; ++i)
        text += indent + "  " + visibleText(group.examples[i].name) + "\n";
    if (group.messages > kShownExamples)
        text += indent + "  ... " + grouped(group.messages - kShownExamples) + " more\n";
    return text;
}

json::object verdictJson(const MessageVerdict& verdict) {
    json::object object{{"outcome", outcomeWord(verdict.outcome)},
                        {"agent", validUtf8(verdict.agent)},
                        {"event", verdict.event ? toString(*verdict.event) : std::string_view{}},
                        {"reason", validUtf8(verdict.reason)},
                        {"data", validUtf8(verdict.data)},
                        {"reply", validUtf8(verdict.reply)},
                        {"recipients", verdict.recipients}};
    object["scl"] = verdict.scl ? json::value(*verdict.scl) : json::value(nullptr);
    return object;
}

json::object groupJson(const DiffGroup& group) {
    json::object data;
    for (const auto& [datum, messages] : group.data)
        data[validUtf8(datum)] = messages;
    json::array examples;
    for (const auto& example : group.examples)
        examples.push_back(json::object{
            {"name", validUtf8(example.name)}, {"a", verdictJson(example.a)}, {"b", verdictJson(example.b)}});
    return {{"a", validUtf8(group.a)}, {"b", validUtf8(group.b)},       {"messages", group.messages},
            {"data", std::move(data)}, {"other_data", group.otherData}, {"examples", std::move(examples)}};
}

json::array lines(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts)
        array.emplace_back(validUtf8(text));
    return array;
}

HtmlTone toneOf(Outcome outcome) {
    switch (outcome) {
    case Outcome::Accepted:
        return HtmlTone::Good;
    case Outcome::Refused:
    case Outcome::Deleted:
        return HtmlTone::Bad;
    default:
        return HtmlTone::Warning;
    }
}

HtmlTone toneOf(const DiffGroup& group) {
    return group.examples.empty() ? HtmlTone::Plain : toneOf(group.examples.front().b.outcome);
}

void addExamples(HtmlBody& body, const DiffGroup& group) {
    if (const auto data = dataText(group); !data.empty())
        body.text("Decided by: " + data);
    for (const auto& line : replyLines(group))
        body.text(line, HtmlTone::Quiet);
    std::vector<HtmlRow> rows;
    const auto told = [](const MessageVerdict& verdict) {
        return HtmlCell(verdict.reply.empty() ? verdict.cause() : verdict.reply, toneOf(verdict.outcome));
    };
    for (const auto& example : group.examples)
        rows.push_back({HtmlCell(example.name, HtmlTone::Plain, true), told(example.a), told(example.b)});
    body.table({"message", "A", "B"}, rows);
    if (group.messages > group.examples.size())
        body.text("and " + grouped(group.messages - group.examples.size()) + " more", HtmlTone::Quiet);
}

void addOutcomes(HtmlPage& page, const DiffTally& tally) {
    std::vector<HtmlRow> rows;
    for (const auto a : kOutcomes) {
        if (tally.countA(a) == 0 && tally.countB(a) == 0)
            continue;
        rows.push_back({HtmlCell(std::string(outcomeWord(a)), toneOf(a)), tally.countA(a), tally.countB(a),
                        tally.count(a, a)});
    }
    page.heading(2, "Outcomes");
    page.table({"outcome", "at A", "at B", "at both"}, rows);
}

} // namespace

void findSettings(std::string_view a, std::string_view b, DiffReport& report) {
    const auto settings = [](std::string_view script) {
        std::vector<std::string> found;
        for (const auto line : split(script, '\n'))
            if (const auto text = trim(line); !text.empty() && !text.starts_with('#'))
                found.emplace_back(text);
        return found;
    };
    const auto without = [](const std::vector<std::string>& all, const std::vector<std::string>& other) {
        const std::set<std::string> known(other.begin(), other.end());
        std::vector<std::string> rest;
        for (const auto& line : all)
            if (!known.contains(line))
                rest.push_back(line);
        return rest;
    };
    const auto ofA = settings(a);
    const auto ofB = settings(b);
    report.onlyA = without(ofA, ofB);
    report.onlyB = without(ofB, ofA);
}

std::string diffText(const DiffReport& report) {
    const auto& tally = report.tally;
    auto text = "A: " + visibleText(report.a) + "\nB: " + visibleText(report.b) + "\n";
    addSettings(text, '-', report.onlyA);
    addSettings(text, '+', report.onlyB);
    text += "Each message comes " + visibleText(report.envelope) + ".\n\n" + headline(tally) + " (" +
            pace(report) + ")\n\n";
    constexpr std::size_t kNameWidth = 12;
    constexpr std::size_t kCountWidth = 10;
    text += padded("", kNameWidth) + padded("A", kCountWidth) + padded("B", kCountWidth) + "\n";
    for (const auto outcome : kOutcomes) {
        if (tally.countA(outcome) == 0 && tally.countB(outcome) == 0)
            continue;
        const std::string name(outcomeWord(outcome));
        text += name + std::string(kNameWidth - name.size(), ' ') +
                padded(grouped(tally.countA(outcome)), kCountWidth) +
                padded(grouped(tally.countB(outcome)), kCountWidth) + "\n";
    }
    for (const auto& group : tally.groups())
        text += "\n" + groupText(group);
    if (!tally.troubles().empty())
        text += "\nCould not be read:\n";
    for (const auto& [name, trouble] : tally.troubles())
        text += "  " + visibleText(name) + ": " + visibleText(trouble) + "\n";
    if (tally.unreadable() > tally.troubles().size())
        text += "  ... " + grouped(tally.unreadable() - tally.troubles().size()) + " more\n";
    return text;
}

std::string diffJson(const DiffReport& report) {
    const auto& tally = report.tally;
    json::object outcomes;
    for (const auto outcome : kOutcomes)
        outcomes[outcomeWord(outcome)] =
            json::object{{"a", tally.countA(outcome)}, {"b", tally.countB(outcome)}};
    json::array groups;
    for (const auto& group : tally.groups())
        groups.push_back(groupJson(group));
    json::array troubles;
    for (const auto& [name, trouble] : tally.troubles())
        troubles.push_back(json::object{{"name", validUtf8(name)}, {"trouble", validUtf8(trouble)}});
    const json::object object{{"schema", kDiffJsonSchema},
                              {"a", validUtf8(report.a)},
                              {"b", validUtf8(report.b)},
                              {"paths", lines(report.paths)},
                              {"envelope", validUtf8(report.envelope)},
                              {"settings_only_a", lines(report.onlyA)},
                              {"settings_only_b", lines(report.onlyB)},
                              {"messages", tally.messages()},
                              {"changed", tally.changed()},
                              {"unreadable", tally.unreadable()},
                              {"seconds", report.seconds},
                              {"outcomes", std::move(outcomes)},
                              {"groups", std::move(groups)},
                              {"troubles", std::move(troubles)}};
    return json::serialize(object) + "\n";
}

std::string diffHtml(const DiffReport& report) {
    const auto& tally = report.tally;
    HtmlPage page("edgesim diff", "A: " + report.a + "\nB: " + report.b);
    page.banner(tally.changed() == 0 ? HtmlTone::Good : HtmlTone::Warning, headline(tally));
    page.facts({{"Corpus", HtmlCell(join(report.paths, ", "))},
                {"Envelope", HtmlCell(report.envelope)},
                {"Took", HtmlCell(pace(report))}});
    addOutcomes(page, tally);
    const auto groups = tally.groups();
    if (!groups.empty()) {
        page.heading(2, "What changed");
        std::vector<HtmlBar> bars;
        for (const auto& group : groups)
            bars.push_back({group.a + " → " + group.b, static_cast<double>(group.messages),
                            grouped(group.messages), toneOf(group)});
        page.bars(bars);
        for (std::size_t i = 0; i < groups.size(); ++i) {
            HtmlBody body;
            addExamples(body, groups[i]);
            page.details(grouped(groups[i].messages) + ": " + groups[i].a + " → " + groups[i].b, body,
                         i == 0);
        }
    }
    if (!report.onlyA.empty() || !report.onlyB.empty()) {
        page.heading(2, "What differs between A and B");
        std::string settings;
        for (const auto& line : report.onlyA)
            settings += "- " + line + "\n";
        for (const auto& line : report.onlyB)
            settings += "+ " + line + "\n";
        page.code(settings);
    }
    if (!tally.troubles().empty()) {
        HtmlBody body;
        std::vector<HtmlRow> rows;
        for (const auto& [name, trouble] : tally.troubles())
            rows.push_back({HtmlCell(name, HtmlTone::Plain, true), HtmlCell(trouble)});
        body.table({"file", "why"}, rows);
        page.details(grouped(tally.unreadable()) + " could not be read", body);
    }
    return page.toString();
}

} // namespace edge::testenv
