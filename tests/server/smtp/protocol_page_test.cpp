// docs/protocol.md cannot drift: its tables and its diagram, between markers, are drawn from the verb table
// and the reply table here. The test fails when the page is stale; with EDGE_UPDATE_DOCS=1 it rewrites the
// page instead.
#include <edge/base/text.h>
#include <edge/server/smtp/command_table.h>
#include <edge/server/smtp/replies.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace edge::smtp {
namespace {

const std::string kPage = std::string(EDGE_SOURCE_DIR) + "/docs/protocol.md";

constexpr SessionState kStates[] = {SessionState::AwaitHello, SessionState::Ready, SessionState::HaveSender,
                                    SessionState::HaveRecipients};

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string replyWords(Reply which) {
    return "`" + reply(which, kDefaultProfile).toString() + "`";
}

// Where a verb is refused, and how: "AwaitHello: 503 ...".
std::string refusals(const CommandRow& row) {
    std::string text;
    for (std::size_t state = 0; state < kSessionStates; ++state)
        if (row.refusal[state])
            text += (text.empty() ? "" : "<br>") + std::string(toString(kStates[state])) + ": " +
                    replyWords(*row.refusal[state]);
    return text.empty() ? "nowhere" : text;
}

// What a verb that is only there to be refused says, or nothing.
std::string alwaysSays(const CommandRow& row) {
    const MachineOptions options;
    const auto parsed = row.parse("1", {options});
    const auto* refused = std::get_if<Refused>(&parsed.event);
    return refused && refused->status == ParsingStatus::NotImplemented
               ? "`" + refused->response.toString() + "`"
               : "";
}

std::string verbTable() {
    std::string text = "| verb | refused in state | always answered | before TLS | ends a group | source |\n"
                       "| --- | --- | --- | --- | --- | --- |\n";
    for (const auto& row : commandTable())
        text += "| " + std::string(row.verb) + " | " + refusals(row) + " | " + alwaysSays(row) + " | " +
                (row.beforeTls ? "yes" : "") + " | " + (row.endsGroup ? "yes" : "") + " | " +
                std::string(row.source) + " |\n";
    return text;
}

std::string target(const CommandRow& row, SessionState from) {
    if (row.onSuccess == Transition::ToContent)
        return "Content";
    if (row.onSuccess == Transition::ToEnd)
        return "[*]";
    return std::string(toString(stateAfter(row, from)));
}

std::string diagram() {
    std::map<std::pair<std::string, std::string>, std::string> edges; // from, to: verbs
    for (const auto& row : commandTable()) {
        if (!alwaysSays(row).empty() || row.onSuccess == Transition::Stay)
            continue;
        for (std::size_t state = 0; state < kSessionStates; ++state)
            if (!row.refusal[state]) {
                auto& verbs = edges[{std::string(toString(kStates[state])), target(row, kStates[state])}];
                verbs += (verbs.empty() ? "" : ", ") + std::string(row.verb);
            }
    }
    std::string text = "```mermaid\nstateDiagram-v2\n    [*] --> AwaitHello: 220\n";
    for (const auto& [ends, verbs] : edges)
        text += "    " + ends.first + " --> " + ends.second + ": " + verbs + "\n";
    return text + "    Content --> Ready: CRLF.CRLF\n```\n";
}

std::string replyTable() {
    std::string text = "| reply | from profile | source |\n| --- | --- | --- |\n";
    for (const auto& row : replyRows())
        text += "| `" + replaceAll(reply(row.which, row.since).toString(), "|", "\\|") + "` | " +
                (row.since == ProfileId::E2007 ? "all" : std::string(profile(row.since).name)) + " | " +
                row.source + " |\n";
    return text;
}

TEST_CASE("docs/protocol.md names the command line limits as they are") {
    const auto limits = std::to_string(kMaxCommandLine) + " octets; " +
                        std::to_string(kMaxCommandLineLongAddresses) + " with LongAddressesEnabled";
    CHECK(readFile(kPage).find(limits) != std::string::npos);
}

// Puts `drawn` between the markers of that name.
std::string withSection(const std::string& page, const std::string& name, const std::string& drawn) {
    const auto begin = "<!-- generated: " + name + " -->\n";
    const auto end = "<!-- end: " + name + " -->";
    const auto from = page.find(begin);
    const auto to = page.find(end);
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    return page.substr(0, from + begin.size()) + drawn + page.substr(to);
}

TEST_CASE("docs/protocol.md shows the verb table, the states and the replies as they are") {
    const auto page = readFile(kPage);
    auto drawn = withSection(page, "states", diagram());
    drawn = withSection(drawn, "verbs", verbTable());
    drawn = withSection(drawn, "replies", replyTable());
    if (std::getenv("EDGE_UPDATE_DOCS"))
        std::ofstream(kPage, std::ios::binary) << drawn;
    else
        CHECK_MESSAGE(page == drawn, "docs/protocol.md is stale: run this test with EDGE_UPDATE_DOCS=1");
}

} // namespace
} // namespace edge::smtp
