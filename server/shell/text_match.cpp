#include <edge/base/text.h>
#include <edge/server/shell/text_match.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>
#include <string>

namespace edge {
namespace {

constexpr std::uint32_t kMatchLimit = 100'000; // steps of one match; a useful pattern needs some hundred
constexpr std::uint32_t kDepthLimit = 1'000;   // nested attempts
constexpr std::uint32_t kHeapLimit = 4 * 1024; // KiB
constexpr std::size_t kMaxPattern = 4096;      // octets

char folded(char c, bool caseSensitive) {
    return caseSensitive ? c : asciiLower(c);
}

// One element of a pattern at `at` against `c`; `length` is the element's own. A '[' without ']' is itself.
bool matchesElement(std::string_view pattern, std::size_t at, char c, bool caseSensitive,
                    std::size_t& length) {
    length = 1;
    if (pattern[at] == '?')
        return true;
    if (pattern[at] == '`' && at + 1 < pattern.size()) {
        length = 2;
        return folded(pattern[at + 1], caseSensitive) == folded(c, caseSensitive);
    }
    const auto close = pattern[at] == '[' ? pattern.find(']', at + 2) : std::string_view::npos;
    if (close == std::string_view::npos)
        return folded(pattern[at], caseSensitive) == folded(c, caseSensitive);
    length = close - at + 1;
    const auto set = pattern.substr(at + 1, close - at - 1);
    for (std::size_t i = 0; i < set.size(); ++i) {
        const bool isRange = i + 2 < set.size() && set[i + 1] == '-';
        const auto low = static_cast<unsigned char>(folded(set[i], caseSensitive));
        const auto high = static_cast<unsigned char>(folded(isRange ? set[i + 2] : set[i], caseSensitive));
        const auto octet = static_cast<unsigned char>(folded(c, caseSensitive));
        if (low <= octet && octet <= high)
            return true;
        i += isRange ? 2 : 0;
    }
    return false;
}

struct FreeCode {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeMatch {
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

std::string pcreMessage(int code) {
    PCRE2_UCHAR text[200];
    return pcre2_get_error_message(code, text, sizeof text) < 0 ? "error " + std::to_string(code)
                                                                : reinterpret_cast<const char*>(text);
}

} // namespace

bool hasWildcard(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

bool matchesWildcard(std::string_view text, std::string_view pattern, bool caseSensitive) {
    std::size_t t = 0, p = 0;
    std::size_t starPattern = std::string_view::npos, starText = 0;
    while (t < text.size()) {
        std::size_t length = 0;
        if (p < pattern.size() && pattern[p] == '*') {
            starPattern = ++p;
            starText = t;
        } else if (p < pattern.size() && matchesElement(pattern, p, text[t], caseSensitive, length)) {
            p += length;
            ++t;
        } else if (starPattern != std::string_view::npos) {
            p = starPattern; // the last star takes one character more
            t = ++starText;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

Result<bool> matchesPattern(std::string_view text, std::string_view pattern, bool caseSensitive) {
    if (pattern.size() > kMaxPattern)
        return Error{Errc::LimitExceeded,
                     "the pattern is longer than " + std::to_string(kMaxPattern) + " octets"};
    int problem = 0;
    PCRE2_SIZE offset = 0;
    const std::uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | (caseSensitive ? 0U : PCRE2_CASELESS);
    const std::unique_ptr<pcre2_code, FreeCode> code(pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &problem, &offset, nullptr));
    if (!code)
        return Error{Errc::InvalidArgument, "\"" + std::string(pattern) +
                                                "\" is not a regular expression: " + pcreMessage(problem) +
                                                " (at character " + std::to_string(offset + 1) + ")"};
    const std::unique_ptr<pcre2_match_data, FreeMatch> data(
        pcre2_match_data_create_from_pattern(code.get(), nullptr));
    const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(context.get(), kMatchLimit);
    pcre2_set_depth_limit(context.get(), kDepthLimit);
    pcre2_set_heap_limit(context.get(), kHeapLimit);
    const int found = pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                                  data.get(), context.get());
    if (found >= 0)
        return true;
    if (found == PCRE2_ERROR_NOMATCH)
        return false;
    return Error{Errc::LimitExceeded,
                 "\"" + std::string(pattern) + "\" cannot be matched: " + pcreMessage(found)};
}

} // namespace edge
