#include <edge/tests/tidy/rules.h>

#include <doctest/doctest.h>

#include <iostream>
#include <string>
#include <vector>

using namespace edge::tidy;

namespace {

// The lines on which a rule found something.
std::vector<std::size_t> linesOf(const std::vector<Finding>& findings) {
    std::vector<std::size_t> lines;
    for (const auto& finding : findings)
        lines.push_back(finding.line);
    return lines;
}

std::vector<std::size_t> found(const std::string& path, const std::string& text) {
    return linesOf(checkFile(sourceFile(path, text)));
}

using Lines = std::vector<std::size_t>;

} // namespace

TEST_CASE("The repository keeps its rules") {
    const auto files = readTree(EDGE_SOURCE_DIR);
    REQUIRE(files.size() > 50); // the right folder was read
    for (const auto& finding : checkTree(files)) {
        if (finding.warning)
            std::cout << finding.toString() << '\n';
        else
            FAIL_CHECK(finding.toString());
    }
}

TEST_CASE("A floor includes itself and what is below") {
    CHECK(found("pipeline/base/a.cpp", "#include <edge/mail/mail_item.h>\n").empty());
    CHECK(found("pipeline/base/a.cpp", "#include <edge/agent.h>\n") == Lines{1});
    CHECK(found("pipeline/a.cpp", "#include <edge/config/schema.h>\n#include <edge/server/transport.h>\n") ==
          Lines{2});
    CHECK(found("agents/x/a.cpp", "#include <edge/agents/x/b.h>\n#include <edge/agent.h>\n").empty());
    CHECK(found("agents/x/a.cpp", "#include <edge/server/smtp/ehlo.h>\n") == Lines{1}); // siblings
    CHECK(found("server/smtp/a.cpp", "#include <edge/agents/x/b.h>\n") == Lines{1});
    CHECK(found("server/smtp/a.cpp", "#include <edge/server/transport.h>\n") == Lines{1});
    CHECK(found("server/net/a.cpp", "#include <edge/server/smtp/ehlo.h>\n#include <edge/testenv/lab.h>\n") ==
          Lines{2});
    CHECK(found("testenv/a.cpp", "#include <edge/server/transport.h>\n").empty());
    CHECK(
        found("tests/server/a.cpp", "#include <edge/testenv/lab.h>\n#include <edge/agents/x/b.h>\n").empty());
}

TEST_CASE("Includes are written from the root") {
    CHECK(found("server/a.cpp", "#include \"../pipeline/agent.h\"\n") == Lines{1});
    CHECK(found("server/a.cpp", "#include \"b.h\"\n") == Lines{1});
    CHECK(found("tests/a.cpp", "#include \"b.h\"\n#include \"../b.h\"\n") == Lines{2});
    CHECK(found("server/a.cpp", "#include <vector>\n#include <sys/socket.h>\n").empty());
}

TEST_CASE("Below floor 3 headers know nothing of Asio but awaitable") {
    const std::string form = "// Why.\n#pragma once\n";
    CHECK(found("pipeline/a.h", form + "#include <boost/asio/awaitable.hpp>\n").empty());
    CHECK(found("pipeline/a.h", form + "#include <boost/asio.hpp>\n") == Lines{3});
    CHECK(found("agents/a.h", form + "#include <boost/asio/steady_timer.hpp>\n") == Lines{3});
    CHECK(found("server/smtp/a.h", form + "#include <boost/json.hpp>\n") == Lines{3});
    CHECK(found("server/net/a.h", form + "#include <boost/asio/io_context.hpp>\n").empty());
}

TEST_CASE("Nobody asks the machine for the time but the system clock") {
    for (const std::string code :
         {"auto t = std::chrono::system_clock::now();", "x = steady_clock::now() - y;",
          "std::time_t t = std::time(nullptr);", "return time(nullptr);", "t = ::time(0);",
          "gettimeofday(&t, nullptr);", "clock_gettime(CLOCK_MONOTONIC, &t);"}) {
        CAPTURE(code);
        CHECK(found("server/a.cpp", code + "\n") == Lines{1});
        CHECK(found("server/net/system_clock.cpp", code + "\n").empty());
    }
    for (const std::string code :
         {"// system_clock::now() is for the clock", "auto t = clock.steadyNow();", "decision.time(x);",
          "log_clock::time_point time(when);", "double time(int x);", "entry->time();", "runtime(3);",
          "Record::time(x);"}) {
        CAPTURE(code);
        CHECK(found("server/a.cpp", code + "\n").empty());
    }
}

TEST_CASE("Tests do not sleep") {
    for (const std::string code : {"std::this_thread::sleep_for(1s);", "sleep(1);", "::usleep(10);"}) {
        CAPTURE(code);
        CHECK(found("tests/a.cpp", code + "\n") == Lines{1});
        CHECK(found("server/a.cpp", code + "\n").empty());
    }
    CHECK(found("tests/a.py", "time.sleep(0.1)\n") == Lines{1});
    CHECK(found("tests/a.cpp", "auto task = watch.sleep(state);\n").empty());
}

TEST_CASE("Leftover markers are found in any text, but not inside words") {
    CHECK(found("docs/a.md", "fine\nTODO: write this\n") == Lines{2});
    CHECK(found("server/a.cpp", "// FIXME later\n") == Lines{1});
    CHECK(found("dev", "# XXX\n") == Lines{1});
    CHECK(found("server/a.cpp", "mkstemp(\"aXXXXXX\"); TODOS(x);\n").empty());
}

TEST_CASE("A header says why it is there, and is read once") {
    CHECK(found("server/a.h", "// Why.\n#pragma once\n").empty());
    CHECK(found("server/a.h", "#pragma once\n") == Lines{1});
    CHECK(found("server/a.h", "// Why.\nint x;\n") == Lines{1});
}

TEST_CASE("A long file is a warning") {
    std::string text;
    for (int i = 0; i < 701; ++i)
        text += "int x;\n";
    const auto findings = checkFile(sourceFile("server/a.cpp", text));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].warning);
    CHECK(checkFile(sourceFile("docs/a.md", text)).empty());
}

TEST_CASE("Whole libraries are included in a few files only") {
    std::vector<SourceFile> files;
    for (int i = 0; i < 14; ++i)
        files.push_back(sourceFile("server/a" + std::to_string(i) + ".cpp", "#include <boost/json.hpp>\n"));
    CHECK(checkTree(files).empty());
    files.push_back(sourceFile("server/b.cpp", "#include <boost/beast/http.hpp>\n"));
    CHECK(checkTree(files).size() == 15); // each of them is named
}

TEST_CASE("Decisions have numbers of their own, and references lead to one") {
    const auto first = sourceFile("docs/decisions/0001-a.md", "# a\n");
    CHECK(checkTree({first, sourceFile("docs/decisions/0002-b.md", "")}).empty());
    CHECK(checkTree({first, sourceFile("docs/decisions/0001-b.md", "")}).size() == 1);
    CHECK(checkTree({first, sourceFile("docs/decisions/notes.md", "")}).size() == 1);
    CHECK(checkTree({first, sourceFile("server/a.cpp", "// docs/decisions/0001-a.md\n")}).empty());
    CHECK(checkTree({first, sourceFile("server/a.cpp", "// see docs/decisions/0007\n")}).size() == 1);
    CHECK(checkTree({first, sourceFile("server/a.cpp", "// in docs/decisions/ there is more\n")}).empty());
}

TEST_CASE("A finding names file and line") {
    CHECK(Finding{"server/a.cpp", 7, "no"}.toString() == "server/a.cpp:7: no");
    CHECK(Finding{"server/a.cpp", 0, "long", true}.toString() == "server/a.cpp: warning: long");
}
