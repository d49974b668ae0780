// RoutingAddress: the address of the envelope (P1). The parser takes exactly what RFC 5321 4.1.2 calls a
// Mailbox and nothing of RFC 5322's comments or folding; header addresses are another matter
// (mail/mail_addresses). Lengths are the connector's business, so they come as limits.
#pragma once

#include <edge/base/result.h>

#include <compare>
#include <string>
#include <string_view>

namespace edge {

// What is let through beside plain ASCII, and how long. The defaults are Exchange's: a full address of up to
// 571 octets (platform.md 2.3), that is 315 of local part, the '@' and 255 of domain.
struct AddressLimits {
    std::size_t maxAddress = 571;
    std::size_t maxLocalPart = 315;
    bool smtpUtf8 = false; // RFC 6531
};
// Exactly RFC 5321 4.5.3.1: local part 64; a path of 256 less its angle brackets.
inline constexpr AddressLimits kRfc5321AddressLimits{254, 64, false};
// LongAddressesEnabled (platform.md 2.3): encapsulated X.400 and the like, with all the length in the local
// part.
inline constexpr AddressLimits kLongAddressLimits{1860, 1860, false};

// local@domain, or the null reverse path. The text is kept as given; comparison ignores ASCII case, as the
// filters do (agents.md 3.2).
class RoutingAddress {
public:
    RoutingAddress() = default; // empty: not an address at all
    // Reads a mailbox without angle brackets: "user@example.com", "\"a b\"@example.com", "user@[192.0.2.1]",
    // "postmaster" alone (RFC 5321 4.1.1.3). "<>" is the null reverse path.
    static Result<RoutingAddress> parse(std::string_view text, const AddressLimits& limits = {});
    static const RoutingAddress& nullReversePath();
    // The SDK's IsValidAddress.
    static bool isValidAddress(std::string_view text) { return parse(text).has_value(); }

    bool isEmpty() const { return text_.empty(); }
    bool isNullReversePath() const { return text_ == "<>"; }
    bool isValid() const { return !isEmpty(); }
    std::string_view localPart() const;  // as written, with quotes; empty for <>
    std::string_view domainPart() const; // as written; empty for postmaster and <>
    // As Exchange logs it: "user@example.com", "<>" for the null reverse path.
    const std::string& toString() const { return text_; }
    // As in SMTP commands and X-Sender: "<user@example.com>", "<>".
    std::string toPath() const;

    friend bool operator==(const RoutingAddress& a, const RoutingAddress& b) { return a.compare(b) == 0; }
    friend bool operator<(const RoutingAddress& a, const RoutingAddress& b) { return a.compare(b) < 0; }

private:
    int compare(const RoutingAddress& other) const;

    std::string text_;
    std::size_t at_ = std::string::npos; // place of the '@' that parts local part and domain
};

// RFC 5321 4.1.2 Domain: labels of letters, digits and inner hyphens (or UTF-8 where allowed), or an address
// literal.
bool isDomain(std::string_view text, bool smtpUtf8 = false);
// RFC 5321 4.1.3: "[192.0.2.1]" or "[IPv6:2001:db8::1]". No other tag has been registered, so none is taken.
bool isAddressLiteral(std::string_view text);

} // namespace edge
