#include <edge/base/text.h>
#include <edge/mail/charset_text.h>
#include <edge/mail/inline_files.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace edge {
namespace {

constexpr std::string_view kBinHexAnnouncement = "(This file must be converted with BinHex"; // RFC 1741 4
constexpr std::size_t kMaxBinHexName = 63; // RFC 1741 app. A

// "begin 644 name", "begin-base64 644 name" (POSIX uuencode): the name, or nothing.
std::string_view uuencodedName(std::string_view line) {
    constexpr std::string_view kBegin = "begin";
    constexpr std::string_view kBase64 = "-base64";
    if (!line.starts_with(kBegin))
        return {};
    line.remove_prefix(kBegin.size());
    if (line.starts_with(kBase64))
        line.remove_prefix(kBase64.size());
    const auto mode = line.find_first_not_of(" \t");
    if (mode == 0 || mode == std::string_view::npos)
        return {};
    line.remove_prefix(mode);
    const auto digits = std::min(line.find_first_not_of("01234567"), line.size());
    if (digits < 3 || digits > 6)
        return {};
    line.remove_prefix(digits);
    const auto name = line.find_first_not_of(" \t");
    return name == 0 || name == std::string_view::npos ? std::string_view() : trim(line.substr(name));
}

// "=ybegin line=128 size=123456 name=x.exe" (yEnc draft 1.3): name is the last keyword.
std::string_view yEncodedName(std::string_view line) {
    constexpr std::string_view kBegin = "=ybegin ";
    constexpr std::string_view kName = " name=";
    if (!line.starts_with(kBegin))
        return {};
    const auto at = line.find(kName);
    return at == std::string_view::npos ? std::string_view() : trim(line.substr(at + kName.size()));
}

// The name in a line that begins a BinHex 4.0 stream: ':' and six bits a character; then a length octet and
// the name (RFC 1741 app. A). Runs are not unpacked: a name with three equal letters in a row is none that
// needs it.
std::string binHexName(std::string_view line) {
    constexpr std::string_view kAlphabet =
        "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
    if (!line.starts_with(':'))
        return {};
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : trim(line.substr(1))) {
        const auto value = kAlphabet.find(c);
        if (value == std::string_view::npos)
            break;
        bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFFF;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 0xFF);
        }
    }
    const auto length = bytes.empty() ? 0U : static_cast<unsigned char>(bytes.front());
    if (length == 0 || length > kMaxBinHexName)
        return {};
    return bytes.substr(1, length);
}

} // namespace

void InlineFileScanner::add(std::string_view name) {
    auto text = toUtf8(name, "");
    if (text.empty() || std::find(names_.begin(), names_.end(), text) != names_.end())
        return;
    names_.push_back(std::move(text));
}

void InlineFileScanner::line(std::string_view text) {
    if (text.empty())
        return;
    switch (text.front()) { // a glance, since every line of every text comes by
    case 'b':
        add(uuencodedName(text));
        break;
    case '=':
        add(yEncodedName(text));
        break;
    case '(':
        binHexAnnounced_ = binHexAnnounced_ || text.starts_with(kBinHexAnnouncement);
        break;
    case ':':
        if (binHexAnnounced_)
            add(binHexName(text));
        binHexAnnounced_ = false;
        break;
    default:
        break;
    }
}

} // namespace edge
