// From the text of a scenario file to scenarios: one, or one for each row of its table. Every problem of a
// file is found in one run, each with its place and what was expected there.
#pragma once

#include <edge/base/file_system.h>
#include <edge/testenv/scenario/scenario.h>
#include <edge/testenv/scenario/scenario_lines.h>

#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

struct ParsedScenarios {
    std::vector<Scenario> scenarios; // usable only where there are no errors
    ScenarioErrors errors;           // in the order of their places
};

// `file` names the text in errors and is where included files and messages are looked for, in `files`.
ParsedScenarios parseScenarios(FileSystem& files, const std::string& file, std::string_view text);
// The same for a file; one that cannot be read is an error at its first line.
ParsedScenarios parseScenarioFile(FileSystem& files, const std::string& file);

} // namespace edge::testenv
