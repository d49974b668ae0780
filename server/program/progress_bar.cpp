#include <edge/server/program/progress_bar.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace edge {
namespace {

constexpr std::size_t kBarWidth = 40;

} // namespace

std::string progressBar(std::size_t part, std::size_t whole) {
    const auto filled = whole == 0 ? kBarWidth : kBarWidth * std::min(part, whole) / whole;
    return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "]";
}

bool isTerminal() {
    return isatty(STDOUT_FILENO) == 1;
}

ProgressBar::ProgressBar(std::size_t total, bool shown)
    : total_(total)
    , shown_(shown && isTerminal()) {}

void ProgressBar::clear() const {
    if (shown_)
        std::fputs("\r\x1b[K", stdout);
}

void ProgressBar::advance() {
    ++done_;
    if (!shown_ || done_ >= total_)
        return;
    const auto bar = progressBar(done_, total_) + " " + std::to_string(done_) + "/" + std::to_string(total_);
    std::fputs(bar.c_str(), stdout);
    std::fflush(stdout);
}

} // namespace edge
