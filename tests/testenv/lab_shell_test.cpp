// `edgesim shell --lab`: the shell's keyboard and screen on a server in memory.
#include <edge/server/shell_client/shell_client.h>
#include <edge/testenv/lab_shell.h>
#include <edge/testenv/manual_clock.h>

#include <doctest/doctest.h>

#include <array>
#include <memory>

using namespace edge;
using namespace edge::testenv;

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using TemporaryFile = std::unique_ptr<std::FILE, CloseFile>;

std::string contentOf(std::FILE* file) {
    std::rewind(file);
    std::string text;
    std::array<char, 4096> block;
    while (const auto count = std::fread(block.data(), 1, block.size(), file))
        text.append(block.data(), count);
    return text;
}

struct ShellRun {
    int exitCode = 0;
    std::string out;
    std::string err;
};

ShellRun run(const LabSetup& setup, const std::vector<std::string>& commands, const std::string& input = {}) {
    auto server = LabShell::make(setup, kScenarioStart);
    REQUIRE(server.has_value());
    const TemporaryFile in(std::tmpfile());
    const TemporaryFile out(std::tmpfile());
    const TemporaryFile err(std::tmpfile());
    std::fputs(input.c_str(), in.get());
    std::rewind(in.get());
    ShellClientOptions options;
    options.commands = commands;
    options.streams = {in.get(), out.get(), err.get()};
    ShellRun result;
    result.exitCode = runShellOn(**server, options);
    result.out = contentOf(out.get());
    result.err = contentOf(err.get());
    return result;
}

const LabSetup kFresh{"New-AcceptedDomain -Name Fabrikam -DomainName fabrikam.com", "edge.ps1", {}, {}};

} // namespace

TEST_CASE("Cmdlets run on a server in memory, with the variables of one shell") {
    const auto result = run(kFresh, {"$name = (Get-AcceptedDomain).DomainName", "$name"});
    CHECK(result.exitCode == kShellDone);
    CHECK(result.out == "fabrikam.com\n");
    CHECK(result.err.empty());
}

TEST_CASE("A script can come in by the input") {
    const auto result = run(kFresh, {},
                            "Set-SenderFilterConfig -BlockedDomains contoso.com\n"
                            "(Get-SenderFilterConfig).BlockedDomains\n");
    CHECK(result.exitCode == kShellDone);
    CHECK(result.out == "contoso.com\n");
}

TEST_CASE("Exit codes are the shell's: a cmdlet that fails is 1, a script that is wrong 2") {
    CHECK(run(kFresh, {"Remove-AcceptedDomain Nobody"}).exitCode == kShellFailed);
    CHECK(run(kFresh, {"Get-AcceptedDomain |"}).exitCode == kShellWrongScript);
}

TEST_CASE("The version given wins over the configuration's, and the prompt knows the server") {
    auto setup = kFresh;
    setup.profile = ProfileId::E2010;
    auto server = LabShell::make(setup, kScenarioStart);
    REQUIRE(server.has_value());
    const auto info = (*server)->info();
    REQUIRE(info.has_value());
    CHECK(info->profile == "2010");
    CHECK(info->name == "EDGE01");
}

TEST_CASE("Completion and unfinished statements work as on a running server") {
    auto server = LabShell::make(kFresh, kScenarioStart);
    REQUIRE(server.has_value());
    const auto completed = (*server)->complete({"Set-SenderFil", 13});
    REQUIRE(completed.has_value());
    CHECK(completed->candidates == std::vector<std::string>{"Set-SenderFilterConfig"});
    CHECK(*(*server)->needsMore("Get-AcceptedDomain |"));
    CHECK_FALSE(*(*server)->needsMore("Get-AcceptedDomain"));
}

TEST_CASE("A wrong configuration or zone is told, and there is no server") {
    auto setup = kFresh;
    setup.config = "Set-Nothing\n";
    const auto server = LabShell::make(setup, kScenarioStart);
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().message.starts_with("edge.ps1:1:1"));
    setup = kFresh;
    setup.zones = "contoso.com NONSENSE 1\n";
    CHECK_FALSE(LabShell::make(setup, kScenarioStart).has_value());
}
