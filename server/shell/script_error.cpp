#include <edge/base/text.h>
#include <edge/server/shell/script_error.h>

#include <algorithm>
#include <array>

namespace edge {

std::string_view toString(ErrorCategory category) {
    static constexpr std::array<std::string_view, 9> kNames{"syntax",   "incomplete", "unsupported",
                                                            "cmdlet",   "parameter",  "value",
                                                            "property", "operation",  "cancelled"};
    return kNames[static_cast<std::size_t>(category)];
}

ErrorCategory categoryOf(Errc code) {
    switch (code) {
    case Errc::InvalidArgument:
    case Errc::LimitExceeded:
        return ErrorCategory::Value;
    case Errc::Unsupported:
        return ErrorCategory::Unsupported;
    default:
        return ErrorCategory::Operation;
    }
}

std::string ScriptError::toString() const {
    return source + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " +
           std::string(edge::toString(category)) + ": " + message;
}

ScriptError SourceText::error(std::size_t offset, ErrorCategory category, std::string message) const {
    const auto before = std::string_view(text_).substr(0, std::min(offset, text_.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto lineBegin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    const auto inLine = before.substr(lineBegin);
    // UTF-8: continuation octets are no characters of their own.
    const auto column =
        1 + std::count_if(inLine.begin(), inLine.end(), [](char c) { return (c & 0xC0) != 0x80; });
    return {name_, static_cast<int>(line), static_cast<int>(column), category, escapeControls(message)};
}

} // namespace edge
