// How far it is, on the last line of a terminal; nothing at all where standard output is none.
#pragma once

#include <cstddef>
#include <string>

namespace edge {

class ProgressBar {
public:
    // `shown`: somebody looks at lines, and no program reads them.
    ProgressBar(std::size_t total, bool shown);

    // Before other lines are printed.
    void clear() const;
    // One more is done; draws the bar behind what was printed.
    void advance();

private:
    const std::size_t total_;
    const bool shown_;
    std::size_t done_ = 0;
};

// "[####....]": so much of the whole; all of nothing is all.
std::string progressBar(std::size_t part, std::size_t whole);

// Standard output is a terminal.
bool isTerminal();

} // namespace edge
