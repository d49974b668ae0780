// docs/live-mode.md: its reference is the table of commands.
#include <edge/server/administration/state_file.h>
#include <edge/server/posix_file_system.h>
#include <edge/testenv/live/lab_commands.h>

#include <doctest/doctest.h>

#include <cstdlib>

using namespace edge;
using namespace edge::testenv;

TEST_CASE("The reference on the page is the table of commands (EDGE_UPDATE_DOCS=1 rewrites it)") {
    constexpr std::string_view kMarker = "Do not edit. -->\n";
    const std::string path = EDGE_SOURCE_DIR "/docs/live-mode.md";
    PosixFileSystem files;
    const auto page = readWholeFile(files, path, 1024 * 1024);
    REQUIRE(page.has_value());
    const auto end = page->find(kMarker);
    REQUIRE(end != std::string::npos);
    const auto right = page->substr(0, end + kMarker.size()) + "\n" + labCommandReference();
    if (std::getenv("EDGE_UPDATE_DOCS") != nullptr)
        REQUIRE(writeFileDurably(files, path, right).has_value());
    else
        CHECK_MESSAGE(*page == right, "run with EDGE_UPDATE_DOCS=1 and look at the difference");
}
