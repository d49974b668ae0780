#include <edge/server/logs/write_behind.h>

#include <doctest/doctest.h>

#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace edge;

TEST_CASE("Inline, a line is with the sink when append returns") {
    std::string got;
    WriteBehind buffer(Writing::Inline, [&](std::string_view lines) { got += lines; });
    buffer.append("a\n");
    CHECK(got == "a\n");
    buffer.between([&] { got += "|"; });
    buffer.append("b\n");
    CHECK(got == "a\n|b\n");
    buffer.flush();
    CHECK(got == "a\n|b\n");
}

TEST_CASE("With its own thread, flush waits for everything appended before") {
    std::string got;
    WriteBehind buffer(Writing::OwnThread, [&](std::string_view lines) { got += lines; });
    for (int round = 0; round < 100; ++round) {
        buffer.append("line\n");
        buffer.flush();
        CHECK(got.size() == static_cast<std::size_t>(round + 1) * 5);
    }
}

TEST_CASE("What still waits at the end is handed on") {
    std::string got;
    {
        WriteBehind buffer(Writing::OwnThread, [&](std::string_view lines) { got += lines; });
        buffer.append("first\n");
        buffer.between([&] { got += "between\n"; });
        buffer.append("last\n");
    }
    CHECK(got == "first\nbetween\nlast\n");
}

TEST_CASE("Lines of many threads arrive whole, each thread's in order") {
    constexpr int kThreads = 4;
    constexpr int kLines = 2000;
    std::vector<std::string> got;
    WriteBehind buffer(Writing::OwnThread, [&](std::string_view lines) {
        for (; !lines.empty(); lines.remove_prefix(lines.find('\n') + 1))
            got.emplace_back(lines.substr(0, lines.find('\n')));
    });
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&buffer, t] {
            for (int i = 0; i < kLines; ++i)
                buffer.append(std::to_string(t) + " " + std::to_string(i) + "\n");
        });
    for (auto& thread : threads)
        thread.join();
    buffer.flush();
    REQUIRE(got.size() == kThreads * kLines);
    std::vector<int> next(kThreads, 0);
    for (const auto& line : got) {
        const auto thread = static_cast<std::size_t>(line[0] - '0');
        CHECK(line.substr(2) == std::to_string(next[thread]++));
    }
    CHECK(buffer.lostLines() == 0);
}

TEST_CASE("A sink that hangs costs lines, counted, and never holds up who appends") {
    std::promise<void> entered, release;
    std::string got;
    bool first = true;
    WriteBehind buffer(
        Writing::OwnThread,
        [&](std::string_view lines) {
            if (std::exchange(first, false)) {
                entered.set_value();
                release.get_future().wait();
            }
            got += lines;
        },
        10);
    buffer.append("1\n");
    std::thread flusher([&] { buffer.flush(); });
    entered.get_future().wait();
    for (int i = 0; i < 8; ++i)
        buffer.append("22\n"); // room for three
    CHECK(buffer.lostLines() == 5);
    release.set_value();
    flusher.join();
    buffer.flush();
    CHECK(got == "1\n22\n22\n22\n");
    buffer.append("3\n");
    buffer.flush();
    CHECK(got.ends_with("3\n"));
}
