#include <edge/base/text.h>
#include <edge/mail/routing_address.h>

#include <glib.h>

#include <algorithm>
#include <optional>

namespace edge {
namespace {

constexpr std::size_t kMaxDomain = 255;        // RFC 5321 4.5.3.1.2
constexpr std::size_t kMaxLabel = 63;          // RFC 1035 2.3.4
constexpr std::size_t kMaxIpv4Digits = 3;      // RFC 5321 4.1.3 Snum
constexpr std::size_t kMaxIpv6GroupDigits = 4; // RFC 5321 4.1.3 IPv6-hex
constexpr std::size_t kIpv6Groups = 8;
// RFC 5321 4.1.3: "::" stands for at least two groups of zeros.
constexpr std::size_t kMaxCompressedIpv6Groups = 6;
constexpr std::size_t kIpv4InIpv6Groups = 2;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isLetterOrDigit(char c) {
    return isDigit(c) || (asciiLower(c) >= 'a' && asciiLower(c) <= 'z');
}

bool isHexDigit(char c) {
    return isDigit(c) || (asciiLower(c) >= 'a' && asciiLower(c) <= 'f');
}

bool isNonAscii(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

bool isPrintable(char c) {
    return c >= ' ' && c <= '~';
}

// RFC 5322 3.2.3, with RFC 6531 3.3's UTF-8.
bool isAtomText(char c, bool smtpUtf8) {
    constexpr std::string_view kSpecials = "!#$%&'*+-/=?^_`{|}~";
    return isLetterOrDigit(c) || kSpecials.find(c) != std::string_view::npos || (smtpUtf8 && isNonAscii(c));
}

// Where the quoted string that `text` begins with ends (RFC 5321 4.1.2), or nothing.
std::optional<std::size_t> quotedStringEnd(std::string_view text, bool smtpUtf8) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"')
            return i + 1;
        if (text[i] == '\\') {
            if (++i == text.size() || !isPrintable(text[i]))
                return std::nullopt;
        } else if (!isPrintable(text[i]) && !(smtpUtf8 && isNonAscii(text[i]))) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

// Where the dot-string that `text` begins with ends (RFC 5321 4.1.2), or nothing.
std::optional<std::size_t> dotStringEnd(std::string_view text, bool smtpUtf8) {
    std::size_t end = 0;
    for (;;) {
        const auto atom = end;
        while (end < text.size() && isAtomText(text[end], smtpUtf8))
            ++end;
        if (end == atom)
            return std::nullopt;
        if (end == text.size() || text[end] != '.')
            return end;
        ++end;
    }
}

std::optional<std::size_t> localPartEnd(std::string_view text, bool smtpUtf8) {
    return text.starts_with('"') ? quotedStringEnd(text, smtpUtf8) : dotStringEnd(text, smtpUtf8);
}

bool isLabel(std::string_view label, bool smtpUtf8) {
    const auto allowed = [smtpUtf8](char c) {
        return isLetterOrDigit(c) || c == '-' || (smtpUtf8 && isNonAscii(c));
    };
    return !label.empty() && label.size() <= kMaxLabel && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), allowed);
}

bool isIpv4(std::string_view text) {
    const auto numbers = split(text, '.');
    return numbers.size() == 4 && std::all_of(numbers.begin(), numbers.end(), [](std::string_view number) {
               if (number.empty() || number.size() > kMaxIpv4Digits ||
                   !std::all_of(number.begin(), number.end(), isDigit))
                   return false;
               return std::stoi(std::string(number)) <= 255;
           });
}

bool isIpv6Group(std::string_view group) {
    return !group.empty() && group.size() <= kMaxIpv6GroupDigits &&
           std::all_of(group.begin(), group.end(), isHexDigit);
}

// How many of the eight groups `text` spells; an IPv4 tail counts as two. Nothing where it is malformed.
std::optional<std::size_t> ipv6GroupCount(std::string_view text, bool ipv4TailAllowed) {
    if (text.empty())
        return 0;
    const auto groups = split(text, ':');
    std::size_t count = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (isIpv6Group(groups[i]))
            count += 1;
        else if (ipv4TailAllowed && i + 1 == groups.size() && isIpv4(groups[i]))
            count += kIpv4InIpv6Groups;
        else
            return std::nullopt;
    }
    return count;
}

// RFC 5321 4.1.3 IPv6-addr, which is narrower than RFC 4291's text.
bool isIpv6(std::string_view text) {
    const auto gap = text.find("::");
    if (gap == std::string_view::npos)
        return ipv6GroupCount(text, true) == kIpv6Groups;
    const auto left = ipv6GroupCount(text.substr(0, gap), false);
    const auto right = ipv6GroupCount(text.substr(gap + 2), true);
    return left && right && *left + *right <= kMaxCompressedIpv6Groups;
}

bool isWellFormedUtf8(std::string_view text) {
    return g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr);
}

} // namespace

bool isAddressLiteral(std::string_view text) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']')
        return false;
    const auto inside = text.substr(1, text.size() - 2);
    constexpr std::string_view kTag = "IPv6:";
    return istartsWith(inside, kTag) ? isIpv6(inside.substr(kTag.size())) : isIpv4(inside);
}

bool isDomain(std::string_view text, bool smtpUtf8) {
    if (text.starts_with('['))
        return isAddressLiteral(text);
    if (text.empty() || text.size() > kMaxDomain || (smtpUtf8 && !isWellFormedUtf8(text)))
        return false;
    const auto labels = split(text, '.');
    return std::all_of(labels.begin(), labels.end(),
                       [smtpUtf8](std::string_view label) { return isLabel(label, smtpUtf8); });
}

Result<RoutingAddress> RoutingAddress::parse(std::string_view text, const AddressLimits& limits) {
    if (text == "<>")
        return nullReversePath();
    if (text.size() > limits.maxAddress)
        return Error{Errc::LimitExceeded,
                     "the address is longer than " + std::to_string(limits.maxAddress) + " octets"};
    if (limits.smtpUtf8 && !isWellFormedUtf8(text))
        return Error{Errc::Malformed, "the address is not well-formed UTF-8"};
    const auto localEnd = localPartEnd(text, limits.smtpUtf8);
    if (!localEnd)
        return Error{Errc::Malformed, "the local part is neither a dot-string nor a quoted string"};
    if (*localEnd > limits.maxLocalPart)
        return Error{Errc::LimitExceeded,
                     "the local part is longer than " + std::to_string(limits.maxLocalPart) + " octets"};

    RoutingAddress address;
    if (*localEnd == text.size()) {
        if (!iequals(text, "postmaster")) // RFC 5321 4.1.1.3
            return Error{Errc::Malformed, "the address has no domain"};
        address.text_ = text;
        return address;
    }
    if (text[*localEnd] != '@')
        return Error{Errc::Malformed, "the local part holds a character that it must not"};
    if (!isDomain(text.substr(*localEnd + 1), limits.smtpUtf8))
        return Error{Errc::Malformed, "the domain is neither a name nor an address literal"};
    address.text_ = text;
    address.at_ = *localEnd;
    return address;
}

const RoutingAddress& RoutingAddress::nullReversePath() {
    static const RoutingAddress address = [] {
        RoutingAddress null;
        null.text_ = "<>";
        return null;
    }();
    return address;
}

std::string_view RoutingAddress::localPart() const {
    return isNullReversePath() ? std::string_view{} : std::string_view(text_).substr(0, at_);
}

std::string_view RoutingAddress::domainPart() const {
    return at_ == std::string::npos ? std::string_view{} : std::string_view(text_).substr(at_ + 1);
}

std::string RoutingAddress::toPath() const {
    return isNullReversePath() ? text_ : "<" + text_ + ">";
}

int RoutingAddress::compare(const RoutingAddress& other) const {
    if (iequals(text_, other.text_))
        return 0;
    return ILess{}(text_, other.text_) ? -1 : 1;
}

} // namespace edge
