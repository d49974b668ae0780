#include <edge/tests/shell_client/typing_bench.h>

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace edge::tests {
namespace {

constexpr int kPatience = 20000; // milliseconds; never reached unless something is broken
constexpr winsize kSize{24, 80, 0, 0};

} // namespace

Typist::Typist(const std::string& dataDirectory) {
    const char* const arguments[] = {EDGE_SHELL_DRIVER, dataDirectory.c_str(), nullptr};
    const std::string home = "HOME=" + dataDirectory; // nobody's ~/.editrc
    const char* const environment[] = {"TERM=xterm", "LANG=C.UTF-8", home.c_str(), nullptr};
    int terminal = -1;
    process_ = ::forkpty(&terminal, nullptr, nullptr, &kSize);
    if (process_ == 0) {
        ::execve(EDGE_SHELL_DRIVER, const_cast<char* const*>(arguments),
                 const_cast<char* const*>(environment));
        ::_exit(127);
    }
    REQUIRE(process_ > 0);
    terminal_.reset(terminal);
}

Typist::~Typist() {
    if (process_ <= 0)
        return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

void Typist::type(std::string_view keys) {
    CHECK(::write(terminal_.get(), keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
}

bool Typist::sees(std::string_view text) {
    for (;;) {
        const auto at = screen_.find(text, seen_);
        if (at != std::string::npos) {
            seen_ = at + text.size();
            return true;
        }
        if (!readMore()) {
            MESSAGE("not seen: ", std::string(text), " in: ", screen_.substr(seen_));
            return false;
        }
    }
}

bool Typist::readMore() {
    pollfd waiting{terminal_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, kPatience) != 1)
        return false;
    char block[4096];
    const auto count = ::read(terminal_.get(), block, sizeof block); // EIO once the shell has ended
    if (count <= 0)
        return false;
    screen_.append(block, static_cast<std::size_t>(count));
    return true;
}

int Typist::leaves() {
    while (readMore()) {
    }
    int status = 0;
    REQUIRE(::waitpid(process_, &status, 0) == process_);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace edge::tests
