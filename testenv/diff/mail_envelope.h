// Who sends a stored message to whom, from where. The file does not say: what SMTP knew is gone. So it is the
// same made-up sender for all of them, what the command line says, or the traces in the header.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

inline constexpr const char* kDefaultSender = "ann@fabrikam.com";
inline constexpr const char* kDefaultClientIp = "203.0.113.9";
inline constexpr const char* kDefaultHelo = "mail.fabrikam.com";

struct MailEnvelope {
    std::string from; // empty: the null reverse path
    std::vector<std::string> to;
    std::string ip;
    std::string helo;
};

// What was asked for. Each part that was named holds for every message; for the others the header is read,
// where that was asked for, and the defaults are taken where it says nothing.
struct EnvelopeChoice {
    std::optional<std::string> from; // "" and "<>": the null reverse path
    std::vector<std::string> to;
    std::optional<std::string> ip;
    std::optional<std::string> helo;
    bool fromHeaders = false;
};

// From the header: the sender of Return-Path, else the first address of From; the recipients of Delivered-To,
// X-Original-To and Envelope-To, else of To and Cc; client and HELO of the topmost Received field that came
// from a public address. `recipient` is the default.
MailEnvelope envelopeFor(const EnvelopeChoice& choice, const std::string& recipient,
                         std::string_view content);

} // namespace edge::testenv
