// The folder of copies: named by content, private, bounded.
#include <edge/server/hosts/plugin_copies.h>
#include <edge/server/posix_file_system.h>

#include "plugin_files.h"
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

namespace edge::testenv {
namespace {

std::size_t filesIn(const std::string& folder) {
    const std::filesystem::directory_iterator files(folder);
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST_CASE("Equal content is one copy, other content another") {
    TemporaryFolder folder;
    PosixFileSystem files;
    PluginCopies copies(files, folder.path() + "/copies");
    const auto first = copies.copyOf("/build/libfoo.so", "one").value();
    CHECK(fileContent(first) == "one");
    CHECK(first.ends_with("-libfoo.so"));
    CHECK(copies.copyOf("/elsewhere/libfoo.so", "one").value() == first);
    const auto second = copies.copyOf("/build/libfoo.so", "two").value();
    CHECK(second != first);
    CHECK(fileContent(first) == "one");
    CHECK(fileContent(second) == "two");
    CHECK(filesIn(folder.path() + "/copies") == 2);
}

TEST_CASE("Nobody else may write where code is loaded from") {
    TemporaryFolder folder;
    PosixFileSystem files;
    PluginCopies copies(files, folder.path() + "/copies");
    REQUIRE(copies.copyOf("libfoo.so", "one").has_value());
    struct stat status {};
    REQUIRE(::stat((folder.path() + "/copies").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0700);

    std::filesystem::create_directory_symlink(folder.path() + "/copies", folder.path() + "/link");
    PluginCopies through(files, folder.path() + "/link");
    CHECK(through.copyOf("libfoo.so", "one").error().message.find("belongs to somebody else") !=
          std::string::npos);
}

TEST_CASE("The oldest copies go when there are too many") {
    TemporaryFolder folder;
    PosixFileSystem files;
    PluginCopies copies(files, folder.path());
    std::string last;
    for (std::size_t i = 0; i < PluginCopies::kMaxCopies + 5; ++i)
        last = copies.copyOf("libfoo.so", "version " + std::to_string(i)).value();
    CHECK(filesIn(folder.path()) == PluginCopies::kMaxCopies);
    CHECK(std::filesystem::exists(last));
}

TEST_CASE("A copy that was cut short is written again") {
    TemporaryFolder folder;
    PosixFileSystem files;
    PluginCopies copies(files, folder.path());
    const auto copy = copies.copyOf("libfoo.so", "whole").value();
    writeFile(copy, "who");
    CHECK(fileContent(copies.copyOf("libfoo.so", "whole").value()) == "whole");
}

// Each Lab of a test run has copies of its own in the same folder.
TEST_CASE("Several servers of one process may make the same copy at once") {
    PosixFileSystem files;
    for (int round = 0; round < 20; ++round) {
        const TemporaryFolder folder;
        const std::string content(1'000'000, 'x');
        std::array<std::string, 8> seen;
        std::vector<std::thread> threads;
        for (auto& text : seen)
            threads.emplace_back([&] {
                PluginCopies copies(files, folder.path());
                text = fileContent(copies.copyOf("libfoo.so", content).value());
            });
        for (auto& thread : threads)
            thread.join();
        CHECK(std::all_of(seen.begin(), seen.end(), [&](const auto& text) { return text == content; }));
        CHECK(filesIn(folder.path()) == 1);
    }
}

} // namespace
} // namespace edge::testenv
