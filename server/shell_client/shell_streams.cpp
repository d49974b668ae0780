#include <edge/server/logs/visible_text.h>
#include <edge/server/management/api_json.h>
#include <edge/server/shell_client/shell_streams.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace edge {

bool isTerminal(std::FILE* stream) {
    const int fd = ::fileno(stream);
    return fd >= 0 && ::isatty(fd) == 1;
}

int widthOf(std::FILE* stream, int otherwise) {
    winsize size{};
    const int fd = ::fileno(stream);
    if (fd < 0 || ::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return otherwise;
    return std::clamp<int>(size.ws_col, kMinWidth, kMaxWidth);
}

void writeTo(std::FILE* stream, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
}

std::string screenText(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\n\t"), text.size());
        shown += visibleText(text.substr(0, end));
        if (end < text.size())
            shown += text[end];
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return shown;
}

} // namespace edge
