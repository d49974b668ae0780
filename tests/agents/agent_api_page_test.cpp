// docs/agent-api.md answers for every member of the SDK that real agents use (sdk-surface.md of the
// reference).
#include <edge/base/text.h>

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace edge {
namespace {

using Row = std::vector<std::string>;

// The rows of all tables of a Markdown page, cells trimmed, without headings and rules.
std::vector<Row> rows(std::istream& page) {
    std::vector<Row> rows;
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with("|") || line.find("| ---") != std::string::npos)
            continue;
        Row row;
        const auto cells = split(line, '|');
        for (std::size_t i = 1; i + 1 < cells.size(); ++i)
            row.emplace_back(trim(cells[i]));
        rows.push_back(std::move(row));
    }
    return rows;
}

// "Message 16" -> "Message".
std::string withoutCount(std::string_view member) {
    member = trim(member);
    return std::string(member.substr(0, member.rfind(' ')));
}

using Members = std::map<std::string, std::set<std::string>>;

Members membersOnPage() {
    std::ifstream file(EDGE_SOURCE "/docs/agent-api.md");
    REQUIRE(file.good());
    Members members;
    std::string type;
    for (const auto& row : rows(file)) {
        CAPTURE(join(row, " | "));
        REQUIRE(row.size() == 4);
        if (row[0] == "SDK type")
            continue;
        if (!row[0].empty())
            type = replaceAll(row[0], "\\", "");
        for (const auto member : split(row[1], ','))
            CHECK(members[type].insert(std::string(trim(member))).second); // said once
        const bool known =
            row[3] == "works" || row[3].starts_with("later: ") || row[3].starts_with("refused: ");
        CHECK(known);
        CHECK((row[3] != "works" || !row[2].empty())); // what works says where it is
    }
    return members;
}

TEST_CASE("Every row of docs/agent-api.md says works, later with what, or refused with why") {
    CHECK(membersOnPage().size() > 50);
}

TEST_CASE("docs/agent-api.md has every member that real agents use, and no other") {
    std::ifstream file(EDGE_REFERENCE "/sdk-surface.md");
    if (!file) {
        MESSAGE("skipped: " EDGE_REFERENCE "/sdk-surface.md is not there");
        return;
    }
    Members used;
    for (const auto& row : rows(file)) {
        REQUIRE(row.size() == 3);
        if (row[0].starts_with("type"))
            continue;
        for (const auto member : split(row[2], ','))
            used[row[0]].insert(withoutCount(member));
    }
    CHECK(used.size() > 50);
    const auto page = membersOnPage();
    for (const auto& [type, members] : used) {
        CAPTURE(type);
        const auto found = page.find(type);
        REQUIRE(found != page.end());
        for (const auto& member : members) {
            CAPTURE(member);
            CHECK(found->second.contains(member));
        }
    }
    for (const auto& [type, members] : page) {
        CAPTURE(type);
        REQUIRE(used.contains(type));
        for (const auto& member : members) {
            CAPTURE(member);
            const bool isUsed = used[type].contains(member);
            CHECK(isUsed);
        }
    }
}

} // namespace
} // namespace edge
