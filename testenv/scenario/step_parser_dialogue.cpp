#include <edge/base/text.h>
#include <edge/config/suggestion.h>
#include <edge/server/administration/state_file.h>
#include <edge/testenv/lab_client.h>
#include <edge/testenv/scenario/step_parser.h>

#include <algorithm>
#include <regex>

namespace edge::testenv {
namespace {

// Lines ending in LF alone get the CRLF of the wire; those that have it keep it.
std::string wireLines(std::string_view text) {
    std::string lines;
    for (const char c : text) {
        if (c == '\n' && !lines.ends_with('\r'))
            lines += '\r';
        lines += c;
    }
    return lines;
}

} // namespace

void StepParser::client(const ScenarioLine& line, ScenarioWords& words) {
    step::Client client;
    auto first = words.need("an address, or a name and an address");
    if (words.failed())
        return;
    if (const auto address = IpAddress::parse(first)) {
        client.address = *address;
    } else {
        client.name = first;
        const bool known = std::find(clients_.begin(), clients_.end(), first) != clients_.end();
        if (words.empty() && !known)
            return words.reject("expected an address; there is no client \"" + first + "\" yet" +
                                didYouMean(first, clients_));
        if (!words.empty()) {
            const auto second = words.need("an address");
            const auto address2 = IpAddress::parse(second);
            if (!address2)
                return words.reject("expected an address, found \"" + second + "\"");
            client.address = *address2;
        }
    }
    clients_.push_back(client.name);
    add(line, std::move(client));
}

void StepParser::needClient(const ScenarioLine& line) {
    if (clients_.empty())
        wrong(line.place, "expected a client line before the dialogue, such as client 203.0.113.9");
    if (clients_.empty())
        clients_.emplace_back(); // said once
}

void StepParser::say(const ScenarioLine& line, ScenarioWords&) {
    needClient(line);
    add(line, step::Send{std::string(rest(line)) + "\r\n"});
}

// "... after 5s": the words at the end, where they are a time.
void StepParser::addReply(const ScenarioLine& line, step::ReplyMatch match, bool timed) {
    needClient(line);
    step::Reply reply;
    reply.match = match;
    std::string_view text = trim(rest(line));
    constexpr std::string_view kAfter = " after ";
    const auto after = text.rfind(kAfter);
    if (timed && after != std::string_view::npos) {
        reply.after = scenarioSpan(text.substr(after + kAfter.size()));
        if (reply.after)
            text = trim(text.substr(0, after));
    }
    if (match == step::ReplyMatch::Prefix && text == "closed")
        reply.match = step::ReplyMatch::Closed;
    if (text.empty())
        return wrong(line.place, "expected what the server says, or closed");
    reply.text = text;
    add(line, std::move(reply));
}

void StepParser::expectPrefix(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::Prefix, true);
}

void StepParser::expectExactly(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::Exact, true);
}

void StepParser::expectRegex(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::Regex, true);
    if (scenario_.steps.empty() || !std::holds_alternative<step::Reply>(scenario_.steps.back().action))
        return;
    try {
        const std::regex pattern(std::get<step::Reply>(scenario_.steps.back().action).text);
    } catch (const std::regex_error& error) {
        wrong(line.place, std::string("expected a regular expression: ") + error.what());
    }
}

void StepParser::expectLine(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::HasLine, false);
}

void StepParser::expectNoLine(const ScenarioLine& line, ScenarioWords&) {
    addReply(line, step::ReplyMatch::LacksLine, false);
}

void StepParser::hello(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    add(line, step::Hello{words.empty() ? "mail.fabrikam.com" : words.need("a domain")});
}

void StepParser::envelope(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    step::Envelope envelope;
    envelope.from = words.need("the sender, or <>");
    do
        envelope.recipients.push_back(words.need("a recipient"));
    while (!words.empty());
    add(line, std::move(envelope));
}

void StepParser::message(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    std::string content;
    if (line.block) {
        content = *line.block;
    } else {
        const auto path = words.need("a file, or <<END");
        if (words.failed())
            return;
        const auto file = besideFile(line.place.file, path);
        scenario_.readFrom.insert(file);
        auto text = readWholeFile(files_, file, kMaxScenarioFile);
        if (!text)
            return words.reject(text.error().message);
        content = filledIn(*text, takeParameters(words));
    }
    add(line, step::Send{dotStuffed(wireLines(content))});
}

void StepParser::raw(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    add(line, step::Send{words.need("bytes in quotes")});
}

void StepParser::pieces(const ScenarioLine& line, ScenarioWords& words) {
    needClient(line);
    add(line, step::Pieces{words.needNumber("a number of octets", 1, kMaxScenarioCount)});
}

// "cut", "cut at 120".
void StepParser::leave(const ScenarioLine& line, ScenarioWords& words, step::Ending ending) {
    needClient(line);
    step::Leave leave{ending, {}};
    if (words.takeIf("at"))
        leave.after = words.needNumber("a number of octets", 0, kMaxScenarioCount);
    add(line, std::move(leave));
}

void StepParser::startTls(const ScenarioLine& line, ScenarioWords&) {
    needClient(line);
    add(line, step::StartTls{});
}

void StepParser::end(const ScenarioLine& line, ScenarioWords& words) {
    leave(line, words, step::Ending::End);
}

void StepParser::cut(const ScenarioLine& line, ScenarioWords& words) {
    leave(line, words, step::Ending::Cut);
}

void StepParser::vanish(const ScenarioLine& line, ScenarioWords& words) {
    leave(line, words, step::Ending::Vanish);
}

} // namespace edge::testenv
