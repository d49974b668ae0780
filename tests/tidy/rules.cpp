#include <edge/tests/tidy/floors.h>
#include <edge/tests/tidy/rules.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

namespace edge::tidy {
namespace {

using Findings = std::vector<Finding>;

constexpr std::size_t kLongFile = 700; // lines; longer ones hold more than one noun
// Sources that include a whole library of several seconds (design, section 2); more of them, and a full build
// is no longer something one waits for.
constexpr std::size_t kWholeLibraryFiles = 14;

// ---- lines and words
// -------------------------------------------------------------------------------------------------

bool isWordChar(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Where `word` stands in `line` with no word character on either side; npos when nowhere.
std::size_t findWord(std::string_view line, std::string_view word, std::size_t from = 0) {
    for (auto at = line.find(word, from); at != std::string_view::npos; at = line.find(word, at + 1)) {
        const bool startsWord = at == 0 || !isWordChar(line[at - 1]);
        const auto end = at + word.size();
        const bool endsWord = end == line.size() || !isWordChar(line[end]);
        if (startsWord && endsWord)
            return at;
    }
    return std::string_view::npos;
}

bool hasWord(std::string_view line, std::string_view word) {
    return findWord(line, word) != std::string_view::npos;
}

// A free function called by that name: not a member, not a declaration `Type name(...)`.
bool callsFunction(std::string_view line, std::string_view name) {
    for (auto at = findWord(line, name); at != std::string_view::npos; at = findWord(line, name, at + 1)) {
        const auto end = at + name.size();
        if (end >= line.size() || line[end] != '(')
            continue;
        const auto before = line.substr(0, at);
        const bool member = before.ends_with(".") || before.ends_with("->");
        const bool declaration = before.ends_with(" ") && before.size() > 1 &&
                                 isWordChar(before[before.size() - 2]) && !before.ends_with("return ");
        const bool otherScope = before.ends_with("::") && !before.ends_with("std::") && before.size() > 2 &&
                                isWordChar(before[before.size() - 3]);
        if (!member && !declaration && !otherScope)
            return true;
    }
    return false;
}

// The line without its // comment.
std::string_view codeOf(std::string_view line) {
    const auto at = line.find("//");
    return at == std::string_view::npos ? line : line.substr(0, at);
}

bool isCpp(const SourceFile& file) {
    return file.path.ends_with(".cpp") || file.path.ends_with(".h");
}

// The rules themselves name what they forbid, and their tests are full of it.
bool isAboutRules(const SourceFile& file) {
    return file.path.starts_with("tests/tidy/");
}

bool isHeader(const SourceFile& file) {
    return file.path.ends_with(".h");
}

// Calls `check(code, line number)` for each line of code.
template <class Check>
void forEachLine(const SourceFile& file, Check check) {
    for (std::size_t i = 0; i < file.lines.size(); ++i)
        check(codeOf(file.lines[i]), i + 1);
}

// What the line includes: "edge/agent.h" of `#include <edge/agent.h>`; with its quotes where it has quotes.
std::string_view includeOf(std::string_view line) {
    constexpr std::string_view kDirective = "#include ";
    if (!line.starts_with(kDirective))
        return {};
    line.remove_prefix(kDirective.size());
    if (line.starts_with("\""))
        return line;
    const auto end = line.find('>');
    return line.starts_with("<") && end != std::string_view::npos ? line.substr(1, end - 1)
                                                                  : std::string_view{};
}

// ---- rules of one file
// -----------------------------------------------------------------------------------------------

void checkIncludes(const SourceFile& file, Findings& findings) {
    const auto here = floorOf(file.path);
    forEachLine(file, [&](std::string_view line, std::size_t number) {
        const auto include = includeOf(line);
        if (include.starts_with("\"")) {
            // Samples and templates are built as people build theirs, who have no include root of ours.
            const bool mayNameNeighbours = file.path.starts_with("tests/") ||
                                           file.path.starts_with("agents/samples/") ||
                                           file.path.starts_with("server/new_agent/template/");
            if (!mayNameNeighbours || include.find('/') != std::string_view::npos)
                findings.push_back({file.path, number,
                                    "include by <edge/...>; only a test or a sample names a file beside it"});
            return;
        }
        const auto there = floorOf(includedPath(include));
        if (!mayInclude(here, there))
            findings.push_back({file.path, number,
                                "floor " + std::to_string(here.level) + " (" + std::string(here.name) +
                                    ") must not include <" + std::string(include) + "> of floor " +
                                    std::to_string(there.level) + " (" + std::string(there.name) + ")"});
    });
}

void checkAsioBelow(const SourceFile& file, Findings& findings) {
    constexpr std::array<std::string_view, 3> kLibraries{"boost/asio", "boost/beast", "boost/json"};
    const auto floor = floorOf(file.path).level;
    if (!isHeader(file) || floor < 0 || floor > 2)
        return;
    forEachLine(file, [&](std::string_view line, std::size_t number) {
        const auto include = includeOf(line);
        const bool heavy = std::any_of(kLibraries.begin(), kLibraries.end(),
                                       [&](auto library) { return include.starts_with(library); });
        if (heavy && include != "boost/asio/awaitable.hpp")
            findings.push_back(
                {file.path, number,
                 "headers below floor 3 include nothing of Asio but <boost/asio/awaitable.hpp>, nothing "
                 "of Beast and JSON"});
    });
}

void checkClock(const SourceFile& file, Findings& findings) {
    constexpr std::array<std::string_view, 4> kClocks{"system_clock::now", "steady_clock::now",
                                                      "utc_clock::now", "high_resolution_clock::now"};
    constexpr std::array<std::string_view, 4> kCalls{"time", "gettimeofday", "clock_gettime", "ftime"};
    if (file.path == "server/net/system_clock.cpp")
        return;
    forEachLine(file, [&](std::string_view line, std::size_t number) {
        const bool found =
            std::any_of(kClocks.begin(), kClocks.end(), [&](auto name) { return hasWord(line, name); }) ||
            std::any_of(kCalls.begin(), kCalls.end(), [&](auto name) { return callsFunction(line, name); });
        if (found)
            findings.push_back(
                {file.path, number, "time comes from an edge::Clock only (design, section 5)"});
    });
}

void checkSleep(const SourceFile& file, Findings& findings) {
    constexpr std::array<std::string_view, 3> kCalls{"sleep", "usleep", "nanosleep"};
    if (!file.path.starts_with("tests/"))
        return;
    forEachLine(file, [&](std::string_view line, std::size_t number) {
        const bool python = file.path.ends_with(".py") && line.find("time.sleep(") != std::string_view::npos;
        const bool cpp = isCpp(file) && (hasWord(line, "sleep_for") || hasWord(line, "sleep_until") ||
                                         std::any_of(kCalls.begin(), kCalls.end(),
                                                     [&](auto name) { return callsFunction(line, name); }));
        if (python || cpp)
            findings.push_back(
                {file.path, number, "tests wait for something to happen, never for time to pass"});
    });
}

// Comments count here: that is where these words stand.
void checkMarkers(const SourceFile& file, Findings& findings) {
    static const std::array<std::string, 3> kMarkers{std::string("TO") + "DO", std::string("FIX") + "ME",
                                                     std::string("XX") + "X"};
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        for (const auto& marker : kMarkers) {
            if (hasWord(file.lines[i], marker))
                findings.push_back(
                    {file.path, i + 1, "a leftover " + marker + ": finish it, or open an issue"});
        }
    }
}

void checkHeaderForm(const SourceFile& file, Findings& findings) {
    if (!isHeader(file))
        return;
    if (file.lines.empty() || !file.lines.front().starts_with("// "))
        findings.push_back({file.path, 1, "a header begins with a comment that says why it is there"});
    const bool guarded = std::find(file.lines.begin(), file.lines.end(), "#pragma once") != file.lines.end();
    if (!guarded)
        findings.push_back({file.path, 1, "a header has #pragma once"});
}

void checkLength(const SourceFile& file, Findings& findings) {
    const bool code = isCpp(file) || file.path.ends_with(".py") || file.path == "dev";
    if (code && file.lines.size() > kLongFile)
        findings.push_back({file.path, 0,
                            std::to_string(file.lines.size()) + " lines; more than " +
                                std::to_string(kLongFile) + " are hard to read as one thing",
                            true});
}

// ---- rules of the tree
// -----------------------------------------------------------------------------------------------

void checkWholeLibraries(const std::vector<SourceFile>& files, Findings& findings) {
    constexpr std::array<std::string_view, 5> kWhole{"boost/asio.hpp", "boost/beast.hpp",
                                                     "boost/beast/http.hpp", "boost/beast/websocket.hpp",
                                                     "boost/json.hpp"};
    Findings users;
    for (const auto& file : files) {
        if (!isCpp(file))
            continue;
        forEachLine(file, [&](std::string_view line, std::size_t number) {
            const auto include = includeOf(line);
            if (std::find(kWhole.begin(), kWhole.end(), include) != kWhole.end())
                users.push_back({file.path, number, "includes <" + std::string(include) + "> whole"});
        });
    }
    std::set<std::string> paths;
    for (const auto& user : users)
        paths.insert(user.path);
    if (paths.size() <= kWholeLibraryFiles)
        return;
    for (auto& user : users) {
        user.message += ", as " + std::to_string(paths.size()) + " files do; " +
                        std::to_string(kWholeLibraryFiles) + " is the limit (build time)";
        findings.push_back(user);
    }
}

// Four digits and a dash, after the folder: "docs/decisions/0001-floors-as-targets.md" -> "0001".
std::string decisionNumber(std::string_view path) {
    constexpr std::string_view kFolder = "docs/decisions/";
    if (!path.starts_with(kFolder) || !path.ends_with(".md"))
        return {};
    const auto name = path.substr(kFolder.size());
    const bool numbered =
        name.size() > 5 && name[4] == '-' && std::all_of(name.begin(), name.begin() + 4, [](char c) {
            return std::isdigit(static_cast<unsigned char>(c)) != 0;
        });
    return numbered ? std::string(name.substr(0, 4)) : "?";
}

void checkDecisionNumbers(const std::vector<SourceFile>& files, Findings& findings) {
    std::map<std::string, std::string> byNumber;
    for (const auto& file : files) {
        const auto number = decisionNumber(file.path);
        if (number.empty() || file.path.ends_with("/README.md"))
            continue;
        if (number == "?")
            findings.push_back({file.path, 0, "a decision is named NNNN-slug.md"});
        else if (const auto [first, isNew] = byNumber.emplace(number, file.path); !isNew)
            findings.push_back({file.path, 0, "number " + number + " is taken by " + first->second});
    }
}

// "docs/decisions/0601" in a comment or page must lead somewhere.
void checkDecisionReferences(const std::vector<SourceFile>& files, Findings& findings) {
    constexpr std::string_view kReference = "docs/decisions/";
    const auto leadsSomewhere = [&](std::string_view reference) {
        return std::any_of(files.begin(), files.end(),
                           [&](const SourceFile& file) { return file.path.starts_with(reference); });
    };
    for (const auto& file : files) {
        if (isAboutRules(file))
            continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string_view line = file.lines[i];
            for (auto at = line.find(kReference); at != std::string_view::npos;
                 at = line.find(kReference, at + 1)) {
                const auto reference = line.substr(at, kReference.size() + 4);
                const bool numbered = decisionNumber(std::string(reference) + "-x.md") != "?" &&
                                      reference.size() == kReference.size() + 4;
                if (numbered && !leadsSomewhere(reference))
                    findings.push_back({file.path, i + 1, std::string(reference) + " does not exist"});
            }
        }
    }
}

} // namespace

std::string Finding::toString() const {
    return path + ":" + (line == 0 ? "" : std::to_string(line) + ":") + (warning ? " warning: " : " ") +
           message;
}

std::vector<Finding> checkFile(const SourceFile& file) {
    Findings findings;
    checkLength(file, findings);
    if (isAboutRules(file))
        return findings;
    checkSleep(file, findings);
    checkMarkers(file, findings);
    if (isCpp(file)) {
        checkIncludes(file, findings);
        checkAsioBelow(file, findings);
        checkClock(file, findings);
        checkHeaderForm(file, findings);
    }
    return findings;
}

std::vector<Finding> checkTree(const std::vector<SourceFile>& files) {
    Findings findings;
    for (const auto& file : files) {
        auto ofFile = checkFile(file);
        findings.insert(findings.end(), ofFile.begin(), ofFile.end());
    }
    checkWholeLibraries(files, findings);
    checkDecisionNumbers(files, findings);
    checkDecisionReferences(files, findings);
    return findings;
}

} // namespace edge::tidy
