// RoutingAddress: the address of the envelope (P1). The parser takes exactly what RFC 5321 4.1.2 calls a
// Mailbox and nothing of RFC 5322's comments or folding; header addresses are another matter
// (mail/mail_addresses).
#pragma once

#include <edge/base/result.h>

#include <compare>
#include <string>
#include <string_view>

namespace edge {

// What the connector lets through beside plain ASCII of the usual length (platform.md 2.3).
struct AddressLimits {
    std::size_t maxAddress = 571; // LongAddressesEnabled: 1860
    bool smtpUtf8 = false;        // RFC 6531
};

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
    std::string_view localPart() const;  // as written, with quotes
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
bool isAddressLiteral(std::string_view text);

} // namespace edge
