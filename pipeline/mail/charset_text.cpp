#include <edge/base/octet_words.h>
#include <edge/base/text.h>
#include <edge/mail/charset_text.h>
#include <edge/mail/gmime_library.h>

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace edge {
namespace {

constexpr std::size_t kMaxCharsetName = 40;               // longer than any registered name that iconv knows
constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD
constexpr char kFallbackCharset[] = "windows-1252";

// How many octets the UTF-8 sequence at the front has; 0 where it is none.
std::size_t sequenceLength(std::string_view text) {
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto first = at(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((at(i) & 0xC0) != 0x80)
            return 0;
    // The second octet's bounds: no overlong form, no surrogate, nothing above U+10FFFF.
    const auto second = at(1);
    const bool outside = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                         (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return outside ? 0 : length;
}

// A name that iconv may be asked for: its own suffixes ("//IGNORE") and paths stay out.
bool isCharsetName(std::string_view name) {
    return !name.empty() && name.size() <= kMaxCharsetName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= '0' && c <= '9') || (asciiLower(c) >= 'a' && asciiLower(c) <= 'z') || c == '-' ||
                      c == '_' || c == '.' || c == ':' || c == '+';
           });
}

class Converter {
public:
    explicit Converter(const char* charset)
        : handle_(g_mime_iconv_open("UTF-8", charset)) {}
    ~Converter() {
        if (isOpen())
            g_mime_iconv_close(handle_);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    bool isOpen() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

    std::string convert(std::string_view bytes) {
        std::string text;
        std::string input(bytes); // iconv wants it mutable
        char* in = input.data();
        std::size_t left = input.size();
        while (left > 0) {
            std::array<char, 4096> piece;
            char* out = piece.data();
            std::size_t room = piece.size();
            const auto done = g_mime_iconv(handle_, &in, &left, &out, &room);
            const int error = errno;
            text.append(piece.data(), piece.size() - room);
            if (done != static_cast<std::size_t>(-1))
                break;
            if (error == E2BIG)
                continue;
            text += kReplacement;
            if (error != EILSEQ)
                break; // EINVAL: the last character is cut off
            ++in;
            --left;
        }
        return text;
    }

private:
    iconv_t handle_;
};

} // namespace

bool isUtf8(std::string_view bytes) {
    while (!bytes.empty()) {
        if (bytes.size() >= octets::kWord && octets::isAscii(octets::load(bytes.data()))) {
            bytes.remove_prefix(octets::kWord); // mostly there is nothing else
            continue;
        }
        const auto length = sequenceLength(bytes);
        if (length == 0)
            return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::string toUtf8(std::string_view bytes, std::string_view charset) {
    const bool unlabelled = charset.empty() || iequals(charset, "us-ascii") || iequals(charset, "utf-8");
    if (unlabelled && isUtf8(bytes))
        return std::string(bytes);
    requireGmime();
    if (!unlabelled && isCharsetName(charset)) {
        Converter converter(std::string(charset).c_str());
        if (converter.isOpen())
            return converter.convert(bytes);
        if (isUtf8(bytes))
            return std::string(bytes);
    }
    if (iequals(charset, "utf-8")) { // labelled so, and damaged: keep what is good of it
        Converter converter("UTF-8");
        return converter.convert(bytes);
    }
    Converter fallback(kFallbackCharset);
    return fallback.isOpen() ? fallback.convert(bytes) : std::string(bytes);
}

} // namespace edge
