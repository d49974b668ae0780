// Where a shell reads and writes: the process's own streams, or a test's.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace edge {

struct ShellStreams {
    std::FILE* in = stdin;
    std::FILE* out = stdout;
    std::FILE* err = stderr;
};

bool isTerminal(std::FILE* stream);
// Columns of the terminal behind `stream`; `otherwise` where there is none.
int widthOf(std::FILE* stream, int otherwise);
// Writes, and at once: output and errors meet on a screen in the order in which they were said.
void writeTo(std::FILE* stream, std::string_view text);
// Text that came from elsewhere, fit to be shown on a terminal: whatever would steer it is made visible (a
// subject in an agent log may hold escape sequences), line ends and tabs work.
std::string screenText(std::string_view text);

} // namespace edge
