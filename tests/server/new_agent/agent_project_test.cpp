// The project that `edgesim new-agent` writes: its names, and that it overwrites nothing. That it builds and
// passes is shown by tests/package.
#include <edge/server/new_agent/agent_project.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace edge {
namespace {

namespace fs = std::filesystem;

std::string namesOf(std::string_view name) {
    const auto names = AgentNames::parse(name);
    return names ? names->project + " " + names->file + " " + names->type + " " + names->display : "none";
}

struct Folder {
    Folder() {
        std::string name = (fs::temp_directory_path() / "edge-project-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    std::string path;
};

TEST_CASE("One word makes all the names") {
    const std::string noFoo = "no-foo-agent no_foo_agent NoFooAgent No Foo Agent";
    CHECK(namesOf("no-foo") == noFoo);
    CHECK(namesOf("no_foo") == noFoo);
    CHECK(namesOf("No-Foo-Agent") == noFoo);
    CHECK(namesOf("x") == "x-agent x_agent XAgent X Agent");
    CHECK(namesOf("agent") == "agent-agent agent_agent AgentAgent Agent Agent");
    CHECK(namesOf("p2p") == "p2p-agent p2p_agent P2pAgent P2p Agent");
}

TEST_CASE("What would be no name of a class, a file or a target is refused") {
    for (const char* name :
         {"", "-", "foo-", "-foo", "foo--bar", "2foo", "foo bar", "foo/bar", "../foo", "f\xc3\xb6\xc3\xb6",
          "foo;bar", "foo$", "a234567890123456789012345678901234567890x"})
        CHECK_MESSAGE(namesOf(name) == "none", name);
}

TEST_CASE("No word of the template is left in a project") {
    const auto files = agentProject(*AgentNames::parse("no-foo"));
    CHECK(files.size() == 10);
    for (const auto& file : files)
        for (const auto* word : {"template", "Template"}) {
            CHECK_MESSAGE(file.path.find(word) == std::string::npos, file.path);
            CHECK_MESSAGE(file.text.find(word) == std::string::npos, file.path);
        }
    const auto has = [&](const std::string& path) {
        return std::any_of(files.begin(), files.end(), [&](const auto& file) { return file.path == path; });
    };
    CHECK(has("src/no_foo_agent.cpp"));
    CHECK(has(".github/workflows/test.yml"));
}

TEST_CASE("A project is written into a new or an empty folder, its programs executable") {
    Folder folder;
    const std::vector<ProjectFile> files{{"a/b.txt", "text", false}, {"run.sh", "#!/bin/sh\n", true}};
    CHECK(writeProject(folder.path, files).has_value());
    CHECK(fs::file_size(folder.path + "/a/b.txt") == 4);
    CHECK((fs::status(folder.path + "/run.sh").permissions() & fs::perms::owner_exec) != fs::perms::none);
    CHECK((fs::status(folder.path + "/a/b.txt").permissions() & fs::perms::owner_exec) == fs::perms::none);
    CHECK(writeProject(folder.path + "/new/one", files).has_value());
}

TEST_CASE("Nothing is ever overwritten") {
    Folder folder;
    std::ofstream(folder.path + "/thesis.tex") << "years of work";
    const auto refused = writeProject(folder.path, {{"thesis.tex", "", false}});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Errc::AlreadyExists);
    CHECK(fs::file_size(folder.path + "/thesis.tex") == 13);
    CHECK_FALSE(writeProject(folder.path + "/thesis.tex", {{"x", "", false}}).has_value());
}

} // namespace
} // namespace edge
