// `edgesim new-agent`: a project that builds and passes at once, because a first agent should begin as a
// change of something that works.
#pragma once

#include <edge/base/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace edge {

// What a project is called in each of the places where it has a name.
struct AgentNames {
    std::string project; // "no-foo-agent"
    std::string file;    // "no_foo_agent"
    std::string type;    // "NoFooAgent"
    std::string display; // "No Foo Agent"

    // From "no-foo", "no_foo" or "no-foo-agent": letters, digits and single dashes, a letter first.
    static Result<AgentNames> parse(std::string_view name);
};

struct ProjectFile {
    std::string path; // below the project's folder
    std::string text;
    bool isProgram = false; // may be executed
};

// The whole project.
std::vector<ProjectFile> agentProject(const AgentNames& names);

// Writes the files below `folder`, which must not be there yet, or be empty: nothing is ever overwritten.
Result<> writeProject(const std::string& folder, const std::vector<ProjectFile>& files);

} // namespace edge
