#include <edge/server/shell_client/line_editor.h>
#include <edge/tests/management/management_bench.h>
#include <edge/tests/shell_client/typing_bench.h>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <optional>
#include <vector>

using namespace edge;
using namespace edge::tests;

namespace {

constexpr std::string_view kPrompt = "[PS] EDGE01>";
constexpr std::string_view kCtrlC = "\x03", kCtrlD = "\x04", kUp = "\x1b[A", kTab = "\t";

// A server that remembers what it was asked, and answers as a test wants it.
struct Room {
    std::mutex mutex;
    std::vector<CmdletRequest> requests; // under mutex
    std::function<CmdletReply(const CmdletRequest&)> answer = [](const CmdletRequest& request) {
        CmdletReply reply;
        reply.output = "<" + request.script + ">\n";
        return reply;
    };
    CompletionReply completion;
    std::optional<LiveServer> server;

    void open() {
        auto handlers = harmlessHandlers();
        handlers.cmdlet = [this](const CmdletRequest& request) {
            {
                const std::lock_guard lock(mutex);
                requests.push_back(request);
            }
            return answer(request);
        };
        handlers.complete = [this](const CompletionRequest&) { return completion; };
        handlers.needsMore = [](const std::string& text) {
            return text.ends_with("|") || text.ends_with("`");
        };
        server.emplace(std::move(handlers));
    }
    std::string file(const std::string& name) const { return server->dataDirectory() + "/" + name; }
    CmdletRequest last() {
        const std::lock_guard lock(mutex);
        REQUIRE_FALSE(requests.empty());
        return requests.back();
    }
    std::size_t count() {
        const std::lock_guard lock(mutex);
        return requests.size();
    }
};

std::string contentOf(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("The shell says what it is, runs what is typed and leaves") {
    Room room;
    room.open();
    Typist typist(room.server->dataDirectory());
    REQUIRE(typist.sees("edgesim 0.1.0 on EDGE01, profile 2019"));
    REQUIRE(typist.sees("Get-Command"));
    REQUIRE(typist.sees(kPrompt));
    typist.type("Get-One\r");
    REQUIRE(typist.sees("<Get-One>"));
    REQUIRE(typist.sees(kPrompt));
    const auto first = room.last();
    CHECK(first.interactive);
    CHECK(first.width == 80);
    CHECK(first.source == "shell");
    CHECK_FALSE(first.session.empty());
    typist.type("   \r");
    REQUIRE(typist.sees(kPrompt));
    typist.type("Get-Ü\r");
    REQUIRE(typist.sees("<Get-Ü>"));
    CHECK(room.count() == 2); // blanks are nothing to run
    CHECK(room.last().session == first.session);
    REQUIRE(typist.sees(kPrompt));
    SUBCASE("exit") {
        typist.type("exit\r");
    }
    SUBCASE("quit, in any case") {
        typist.type(" Quit \r");
    }
    SUBCASE("Ctrl-D") {
        typist.type(kCtrlD);
    }
    CHECK(typist.leaves() == 0);
    CHECK(room.count() == 2);
}

TEST_CASE("Two shells are two sessions") {
    Room room;
    room.open();
    for (int i = 0; i < 2; ++i) {
        Typist typist(room.server->dataDirectory());
        typist.type("Get-One\rexit\r");
        CHECK(typist.leaves() == 0);
    }
    REQUIRE(room.count() == 2);
    CHECK(room.requests[0].session != room.requests[1].session);
}

TEST_CASE("An unfinished statement is read on") {
    Room room;
    room.open();
    Typist typist(room.server->dataDirectory());
    REQUIRE(typist.sees(kPrompt));
    typist.type("Get-One |\r");
    REQUIRE(typist.sees(">> "));
    typist.type("fl\r");
    REQUIRE(typist.sees("<Get-One |"));
    CHECK(room.last().script == "Get-One |\nfl");
    REQUIRE(typist.sees(kPrompt));
    SUBCASE("until Ctrl-C gives it up") {
        typist.type("Get-Two |\r");
        REQUIRE(typist.sees(">> "));
        typist.type(kCtrlC);
        REQUIRE(typist.sees(kPrompt));
    }
    SUBCASE("until Ctrl-D does") {
        typist.type("Get-Two |\r");
        REQUIRE(typist.sees(">> "));
        typist.type(kCtrlD);
        REQUIRE(typist.sees(kPrompt));
    }
    CHECK(room.count() == 1);
}

TEST_CASE("Ctrl-C forgets the line") {
    Room room;
    room.open();
    Typist typist(room.server->dataDirectory());
    REQUIRE(typist.sees(kPrompt));
    typist.type("Remove-Everything");
    REQUIRE(typist.sees("Remove-Everything"));
    typist.type(kCtrlC);
    REQUIRE(typist.sees("^C"));
    REQUIRE(typist.sees(kPrompt));
    typist.type(kCtrlC);
    REQUIRE(typist.sees(kPrompt));
    typist.type("Get-One\r");
    REQUIRE(typist.sees("<Get-One>"));
    CHECK(room.count() == 1);
}

TEST_CASE("Ctrl-C stops waiting for a cmdlet, and the shell goes on") {
    Room room;
    std::promise<void> entered, finish;
    auto finished = finish.get_future().share();
    room.answer = [&, finished](const CmdletRequest& request) {
        if (request.script == "Get-Slow") {
            entered.set_value();
            finished.wait();
        }
        CmdletReply reply;
        reply.output = "<" + request.script + ">\n";
        return reply;
    };
    room.open();
    Typist typist(room.server->dataDirectory());
    REQUIRE(typist.sees(kPrompt));
    typist.type("Get-Slow\r");
    entered.get_future().wait();
    typist.type(kCtrlC);
    REQUIRE(typist.sees("interrupted; what the server had begun, it finishes"));
    REQUIRE(typist.sees(kPrompt));
    finish.set_value();
    typist.type("Get-One\r");
    CHECK(typist.sees("<Get-One>"));
}

TEST_CASE("Warnings are yellow, errors red, and nothing steers the terminal") {
    Room room;
    room.answer = [](const CmdletRequest&) {
        CmdletReply reply;
        reply.output = "subject\t\x1b]0;owned\x07\n";
        reply.warnings = {"restart first"};
        reply.verbose = {"looking"};
        reply.errors = {"shell:1:1: no \x1b[2J"};
        return reply;
    };
    room.open();
    Typist typist(room.server->dataDirectory());
    REQUIRE(typist.sees(kPrompt));
    typist.type("x\r");
    CHECK(typist.sees("\x1b[33mVERBOSE: looking\x1b[0m"));
    CHECK(typist.sees("\x1b[33mWARNING: restart first\x1b[0m"));
    CHECK(typist.sees("subject"));
    CHECK(typist.sees("\x1b[31mshell:1:1: no "));
    CHECK(typist.sees("\x1b[0m"));
    CHECK(typist.sees(kPrompt));
    CHECK(typist.screen().find("\x1b]0;") == std::string::npos);
    CHECK(typist.screen().find("\x1b[2J") == std::string::npos);
}

TEST_CASE("Tab completes the word") {
    Room room;
    SUBCASE("with the only candidate") {
        room.completion = {4, {"SenderFilterConfig"}};
        room.open();
        Typist typist(room.server->dataDirectory());
        REQUIRE(typist.sees(kPrompt));
        typist.type("Get-send\t-x\r");
        REQUIRE(typist.sees("<Get-SenderFilterConfig -x>"));
    }
    SUBCASE("as far as the candidates agree, then shows them") {
        room.completion = {4, {"SenderFilterConfig", "SenderIdConfig"}};
        room.open();
        Typist typist(room.server->dataDirectory());
        REQUIRE(typist.sees(kPrompt));
        typist.type("Get-s\t");
        REQUIRE(typist.sees("ender"));
        typist.type(kTab);
        REQUIRE(typist.sees("SenderFilterConfig  SenderIdConfig"));
        REQUIRE(typist.sees("Get-Sender"));
        typist.type("Id\r");
        REQUIRE(typist.sees("<Get-SenderId>"));
    }
    SUBCASE("in the later lines of a statement, too") {
        room.completion = {10, {"Format-List"}};
        room.open();
        Typist typist(room.server->dataDirectory());
        REQUIRE(typist.sees(kPrompt));
        typist.type("Get-One |\r");
        REQUIRE(typist.sees(">> "));
        typist.type("f\t\r");
        REQUIRE(typist.sees("Format-List >"));
        CHECK(room.last().script == "Get-One |\nFormat-List ");
    }
}

TEST_CASE("The server's questions are put and its command sent again with the answers") {
    Room room;
    room.answer = [](const CmdletRequest& request) {
        CmdletReply reply;
        if (request.answers.empty())
            reply.prompt = "\ncmdlet New-X at command pipeline position 1\nName: ";
        else if (request.answers.size() == 1)
            reply.prompt = "\nConfirm\nAre you sure?\n[Y] Yes  [N] No  [?] Help (default is \"Y\"): ";
        else
            reply.output = "made " + request.answers[0] + " " + request.answers[1] + "\n";
        return reply;
    };
    room.open();
    Typist typist(room.server->dataDirectory());
    REQUIRE(typist.sees(kPrompt));
    typist.type("New-X\r");
    REQUIRE(typist.sees("cmdlet New-X at command pipeline position 1\r\n"));
    REQUIRE(typist.sees("Name: "));
    SUBCASE("answered") {
        typist.type("Fabrikam\r");
        REQUIRE(typist.sees("Are you sure?"));
        REQUIRE(typist.sees("(default is \"Y\"): "));
        typist.type("?\r");
        REQUIRE(typist.sees("Y  does it"));
        REQUIRE(typist.sees("(default is \"Y\"): "));
        typist.type("y\r");
        REQUIRE(typist.sees("made Fabrikam y"));
        const auto last = room.last();
        CHECK(last.script == "New-X");
        CHECK(last.answers == std::vector<std::string>{"Fabrikam", "y"});
        REQUIRE(typist.sees(kPrompt));
        typist.type(kUp);
        REQUIRE(typist.sees("New-X")); // answers are not remembered
    }
    SUBCASE("given up with Ctrl-C") {
        typist.type(kCtrlC);
        REQUIRE(typist.sees(kPrompt));
        CHECK(room.count() == 1);
    }
    SUBCASE("given up with Ctrl-D") {
        typist.type(kCtrlD);
        REQUIRE(typist.sees(kPrompt));
        CHECK(room.count() == 1);
    }
}

TEST_CASE("A secret is not shown") {
    Room room;
    room.answer = [](const CmdletRequest& request) {
        CmdletReply reply;
        if (request.answers.empty()) {
            reply.prompt = "Password: ";
            reply.secretPrompt = true;
        } else {
            reply.output = "length " + std::to_string(request.answers[0].size()) + "\n";
        }
        return reply;
    };
    room.open();
    Typist typist(room.server->dataDirectory());
    REQUIRE(typist.sees(kPrompt));
    typist.type("x\r");
    REQUIRE(typist.sees("Password: "));
    SUBCASE("typed") {
        typist.type("wrong\x15s3cre\x7f\x7fret\r");
        REQUIRE(typist.sees("length 6"));
        CHECK(room.last().answers == std::vector<std::string>{"s3cret"});
        CHECK(typist.screen().find("s3") == std::string::npos);
    }
    SUBCASE("or not given") {
        typist.type("s3cret\x03");
        REQUIRE(typist.sees(kPrompt));
        CHECK(room.count() == 1);
    }
}

TEST_CASE("History outlives the shell, for its owner only, and is bounded") {
    Room room;
    room.open();
    const auto path = room.file("shell_history");
    SUBCASE("recalled in the same shell and the next") {
        {
            Typist typist(room.server->dataDirectory());
            REQUIRE(typist.sees(kPrompt));
            typist.type("Get-One \"x y\"\r");
            REQUIRE(typist.sees("<Get-One"));
            REQUIRE(typist.sees(kPrompt));
            typist.type(kUp);
            typist.type("\r");
            REQUIRE(typist.sees("<Get-One"));
        }
        struct stat status;
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
        Typist typist(room.server->dataDirectory());
        REQUIRE(typist.sees(kPrompt));
        typist.type(kUp);
        typist.type("\r");
        REQUIRE(typist.sees("<Get-One \"x y\">"));
        CHECK(room.count() == 3);
    }
    SUBCASE("the oldest are forgotten") {
        {
            std::ofstream old(path);
            old << "_HiStOrY_V2_\n";
            for (int i = 0; i < kMaxHistory + 100; ++i)
                old << "Get-Old" << i << "\n";
        }
        Typist typist(room.server->dataDirectory());
        typist.type("Get-New\rexit\r");
        CHECK(typist.leaves() == 0);
        const auto kept = contentOf(path);
        CHECK(std::count(kept.begin(), kept.end(), '\n') <= kMaxHistory + 1);
        CHECK(kept.find("Get-New") != std::string::npos);
        CHECK(kept.find("Get-Old1099\n") != std::string::npos);
        CHECK(kept.find("Get-Old5\n") == std::string::npos);
    }
    SUBCASE("a link in its place is not followed") {
        const auto precious = room.file("precious");
        std::ofstream(precious) << "mine";
        std::filesystem::create_symlink(precious, path);
        std::filesystem::create_symlink(precious, path + ".new");
        Typist typist(room.server->dataDirectory());
        typist.type("Get-New\rexit\r");
        CHECK(typist.leaves() == 0);
        CHECK(contentOf(precious) == "mine");
    }
}

TEST_CASE("Without a server the shell says so and ends") {
    const ScratchDirectory directory;
    Typist typist(directory.path());
    CHECK(typist.sees("no server is running with data directory " + directory.path()));
    CHECK(typist.leaves() == 4);
}

TEST_CASE("A server that goes leaves the shell alive") {
    Room room;
    room.open();
    Typist typist(room.server->dataDirectory());
    REQUIRE(typist.sees(kPrompt));
    room.server.reset();
    typist.type("Get-One\r");
    REQUIRE(typist.sees("no server is running"));
    REQUIRE(typist.sees(kPrompt));
    typist.type("exit\r");
    CHECK(typist.leaves() == 0);
}
