#include <edge/server/management/http_message.h>
#include <edge/server/shell_client/shell_client.h>
#include <edge/tests/management/management_bench.h>

#include <doctest/doctest.h>

#include <fstream>
#include <vector>

using namespace edge;
using namespace edge::tests;

namespace {

// A stream that remembers.
class Paper {
public:
    Paper()
        : file_(std::tmpfile()) {
        REQUIRE(file_ != nullptr);
    }
    ~Paper() { std::fclose(file_); }
    Paper(const Paper&) = delete;
    Paper& operator=(const Paper&) = delete;

    std::FILE* stream() const { return file_; }
    void write(std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), file_);
        std::rewind(file_);
    }
    std::string text() const {
        std::rewind(file_);
        std::string all;
        char block[4096];
        while (const auto count = std::fread(block, 1, sizeof block, file_))
            all.append(block, count);
        return all;
    }

private:
    std::FILE* file_;
};

// A shell without a person, and a server that answers as the script says.
struct Bench {
    Paper in, out, err;
    std::vector<CmdletRequest> requests; // written by the server's thread while runShell waits for it
    LiveServer server{handlers()};
    ShellClientOptions options{server.dataDirectory(), {}, {}, {in.stream(), out.stream(), err.stream()}};

    ApiHandlers handlers() {
        auto all = harmlessHandlers();
        all.cmdlet = [this](const CmdletRequest& request) {
            requests.push_back(request);
            CmdletReply reply;
            reply.output = "<" + request.script + ">\n";
            if (request.script == "fail")
                reply = {"", {}, {}, {"shell:1:1: operation: it failed"}, "", false, 1};
            if (request.script == "wrong")
                reply = {"", {}, {}, {"shell:1:1: syntax: what?"}, "", false, 2};
            if (request.script == "warn")
                reply = {"done\n", {"careful"}, {"looking"}, {}, "", false, 0};
            if (request.script == "ask")
                reply.prompt = "\nName: ";
            if (request.script == "raw")
                reply.output = "a\x1b[31mb\n";
            return reply;
        };
        return all;
    }
    int run() { return runShell(options); }
};

} // namespace

TEST_CASE("-c runs one script after the other; the exit code is the last one's") {
    Bench bench;
    SUBCASE("well") {
        bench.options.commands = {"Get-A", "Get-B"};
        CHECK(bench.run() == 0);
        CHECK(bench.out.text() == "<Get-A>\n<Get-B>\n");
        CHECK(bench.err.text().empty());
        REQUIRE(bench.requests.size() == 2);
        CHECK(bench.requests[0].session == bench.requests[1].session); // variables live on
        CHECK_FALSE(bench.requests[0].session.empty());
        CHECK_FALSE(bench.requests[0].interactive);
        CHECK(bench.requests[0].width == 120);
        CHECK(bench.requests[0].source == "shell");
    }
    SUBCASE("a failure before") {
        bench.options.commands = {"fail", "Get-B"};
        CHECK(bench.run() == 0);
        CHECK(bench.out.text() == "<Get-B>\n");
        CHECK(bench.err.text() == "shell:1:1: operation: it failed\n");
    }
    SUBCASE("a failure at the end") {
        bench.options.commands = {"Get-A", "fail"};
        CHECK(bench.run() == 1);
    }
    SUBCASE("a wrong script") {
        bench.options.commands = {"wrong"};
        CHECK(bench.run() == 2);
    }
}

TEST_CASE("Results go to the output, everything else beside it, without colours in files") {
    Bench bench;
    bench.options.commands = {"warn", "raw"};
    CHECK(bench.run() == 0);
    CHECK(bench.out.text() == "done\na\x1b[31mb\n"); // a file gets what there is
    CHECK(bench.err.text() == "VERBOSE: looking\nWARNING: careful\n");
}

TEST_CASE("A script comes from the input or a file, as one piece") {
    Bench bench;
    SUBCASE("the input") {
        bench.in.write("Get-A\nGet-B\n");
        CHECK(bench.run() == 0);
        REQUIRE(bench.requests.size() == 1);
        CHECK(bench.requests[0].script == "Get-A\nGet-B\n");
        CHECK(bench.requests[0].source == "stdin");
    }
    SUBCASE("the input, by name") {
        bench.options.scriptFile = "-";
        bench.in.write("Get-A");
        CHECK(bench.run() == 0);
        CHECK(bench.requests.at(0).source == "stdin");
    }
    SUBCASE("a file, as Windows writes it") {
        const ScratchDirectory directory;
        std::ofstream(directory / "edge.ps1") << "\xEF\xBB\xBFGet-A\r\n";
        bench.options.scriptFile = directory / "edge.ps1";
        CHECK(bench.run() == 0);
        CHECK(bench.requests.at(0).script == "Get-A\r\n");
        CHECK(bench.requests.at(0).source == directory / "edge.ps1");
    }
    SUBCASE("a file that is not there") {
        bench.options.scriptFile = "/nowhere/edge.ps1";
        CHECK(bench.run() == 2);
        CHECK(bench.err.text() == "cannot read /nowhere/edge.ps1: No such file or directory\n");
        CHECK(bench.requests.empty());
    }
    SUBCASE("a directory") {
        bench.options.scriptFile = "/tmp";
        CHECK(bench.run() == 2);
        CHECK(bench.err.text() == "cannot read /tmp: Is a directory\n");
    }
    SUBCASE("a file that is too large") {
        bench.in.write(std::string(kMaxHttpBody + 1, ' '));
        CHECK(bench.run() == 2);
        CHECK(bench.err.text().find("1048576") != std::string::npos);
    }
    SUBCASE("not both") {
        bench.options.commands = {"Get-A"};
        bench.options.scriptFile = "edge.ps1";
        CHECK(bench.run() == 2);
        CHECK(bench.err.text() == "give commands with -c or a script file, not both\n");
        CHECK(bench.requests.empty());
    }
}

TEST_CASE("A question that nobody answers is a failure") {
    Bench bench;
    bench.options.commands = {"ask"};
    CHECK(bench.run() == 1);
    CHECK(bench.err.text() == "the server asks \"Name:\", but nobody is there to answer\n");
    CHECK(bench.requests.size() == 1);
}

TEST_CASE("Without a server every command fails at once, with one sentence") {
    const ScratchDirectory directory;
    Bench bench;
    bench.options.dataDirectory = directory.path();
    bench.options.commands = {"Get-A", "Get-B"};
    CHECK(bench.run() == 4);
    CHECK(bench.err.text() == "no server is running with data directory " + directory.path() +
                                  " (start it with: edgesim serve --data " + directory.path() + ")\n");
    CHECK(bench.out.text().empty());
}
