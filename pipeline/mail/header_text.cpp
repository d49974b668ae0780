#include <edge/base/text.h>
#include <edge/mail/gmime_library.h>
#include <edge/mail/header_text.h>

#include <gmime/gmime.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace edge {
namespace {

// C text of a header value: what stands behind a NUL must not be hidden from whoever compares.
std::string withoutNul(std::string_view raw) {
    std::string text(raw);
    std::replace(text.begin(), text.end(), '\0', ' ');
    return text;
}

struct GFree {
    void operator()(char* text) const { g_free(text); }
};
using GString = std::unique_ptr<char, GFree>;

struct Unref {
    void operator()(InternetAddressList* list) const { g_object_unref(list); }
};

void collect(InternetAddressList* list, std::size_t limit, std::vector<std::string>& into) {
    const int count = internet_address_list_length(list);
    for (int i = 0; i < count && into.size() < limit; ++i) {
        auto* address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_MAILBOX(address)) {
            if (const char* spec = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)))
                into.emplace_back(spec);
        } else if (INTERNET_ADDRESS_IS_GROUP(address)) {
            if (auto* members = internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)))
                collect(members, limit, into);
        }
    }
}

bool isAtomText(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' &&
            std::strchr("!#$%&'*+-/^_`{|}~", c) != nullptr); // RFC 5322 3.2.3, without "=" and "?"
}

bool isDotAtom(std::string_view text) {
    char last = '.';
    for (const char c : text) {
        if (!isAtomText(c) && (c != '.' || last == '.'))
            return false;
        last = c;
    }
    return last != '.';
}

// The address where the value is one, plainly written: "a@b" or "Some Words <a@b>". Most are, and for them
// the parser's objects cost more than all the rest of an ordinary message's header.
std::optional<std::string_view> plainAddress(std::string_view raw) {
    auto spec = trim(raw);
    if (const auto open = spec.find('<'); open != std::string_view::npos) {
        const auto isWord = [](char c) { return isAtomText(c) || c == ' '; };
        if (spec.back() != '>' || !std::all_of(spec.begin(), spec.begin() + static_cast<long>(open), isWord))
            return std::nullopt;
        spec = spec.substr(open + 1, spec.size() - open - 2);
    }
    const auto at = spec.find('@');
    if (at == std::string_view::npos || !isDotAtom(spec.substr(0, at)) || !isDotAtom(spec.substr(at + 1)))
        return std::nullopt;
    return spec;
}

} // namespace

std::string decodeHeaderText(std::string_view raw) {
    const bool plain = raw.find_first_of("\r\n=") == std::string_view::npos &&
                       std::string_view::npos == raw.find_first_of(std::string_view("\0", 1));
    bool ascii = plain;
    for (const char c : raw)
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    if (ascii)
        return std::string(trim(raw)); // nothing to decode: most headers
    requireGmime();
    const auto terminated = withoutNul(raw);
    const GString unfolded(g_mime_utils_header_unfold(terminated.c_str()));
    const GString decoded(g_mime_utils_header_decode_text(nullptr, unfolded.get()));
    return std::string(trim(decoded.get()));
}

std::vector<std::string> parseMailAddresses(std::string_view raw, std::size_t limit) {
    if (const auto plain = plainAddress(raw); plain && limit > 0)
        return {std::string(*plain)};
    requireGmime();
    const auto terminated = withoutNul(raw);
    std::vector<std::string> addresses;
    const std::unique_ptr<InternetAddressList, Unref> list(
        internet_address_list_parse(nullptr, terminated.c_str()));
    if (list)
        collect(list.get(), limit, addresses);
    return addresses;
}

} // namespace edge
