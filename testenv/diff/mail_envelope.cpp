#include <edge/base/text.h>
#include <edge/mail/header_list.h>
#include <edge/mail/header_text.h>
#include <edge/mail/originating_ip.h>
#include <edge/mail/routing_address.h>
#include <edge/testenv/diff/mail_envelope.h>

#include <algorithm>
#include <cctype>

namespace edge::testenv {
namespace {

constexpr std::size_t kMaxHeader = 256UL * 1024; // octets that are looked at
constexpr std::size_t kMaxRecipients = 20;       // of a To field; a list of hundreds is no envelope
constexpr std::size_t kMaxHelo = 255;

HeaderList headerOf(std::string_view content) {
    const auto end = content.starts_with("\r\n") ? 0 : content.find("\r\n\r\n");
    auto block = content.substr(0, end == std::string_view::npos ? end : end + 2);
    return HeaderList::parse(block.substr(0, kMaxHeader));
}

// Addresses of all fields of that name that could stand in MAIL or RCPT.
std::vector<std::string> addressesIn(const HeaderList& headers, std::string_view name) {
    std::vector<std::string> found;
    for (const auto& header : headers) {
        if (!iequals(header.name(), name))
            continue;
        for (auto& address : parseMailAddresses(header.rawValue(), kMaxRecipients))
            if (found.size() < kMaxRecipients && RoutingAddress::isValidAddress(address) &&
                std::find(found.begin(), found.end(), address) == found.end())
                found.push_back(std::move(address));
    }
    return found;
}

std::optional<std::string> senderIn(const HeaderList& headers) {
    if (const auto path = headers.getRaw("Return-Path"); path && trim(*path) == "<>")
        return std::string{};
    for (const std::string_view name : {"Return-Path", "From"})
        if (auto found = addressesIn(headers, name); !found.empty())
            return std::move(found.front());
    return std::nullopt;
}

std::vector<std::string> recipientsIn(const HeaderList& headers) {
    for (const auto& names : {std::vector<std::string_view>{"Delivered-To", "X-Original-To", "Envelope-To"},
                              std::vector<std::string_view>{"To", "Cc"}}) {
        std::vector<std::string> found;
        for (const auto name : names)
            for (auto& address : addressesIn(headers, name))
                if (std::find(found.begin(), found.end(), address) == found.end())
                    found.push_back(std::move(address));
        if (!found.empty())
            return found;
    }
    return {};
}

// Hops within somebody's own network say nothing of the client that an edge would have seen.
const std::vector<IpRange>& privateNetworks() {
    static const std::vector<IpRange> networks{
        *IpRange::parse("10.0.0.0/8"),     *IpRange::parse("172.16.0.0/12"),
        *IpRange::parse("192.168.0.0/16"), *IpRange::parse("169.254.0.0/16"),
        *IpRange::parse("127.0.0.0/8"),    *IpRange::parse("::1/128"),
        *IpRange::parse("fc00::/7"),       *IpRange::parse("fe80::/10")};
    return networks;
}

bool isHelo(std::string_view word) {
    return !word.empty() && word.size() <= kMaxHelo && std::all_of(word.begin(), word.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("-._[]:").find(c) != std::string_view::npos;
    });
}

struct Hop {
    std::string ip;
    std::string helo; // empty: not written down
};

std::optional<Hop> publicHop(const HeaderList& headers) {
    for (const auto& header : headers) {
        if (!iequals(header.name(), "Received"))
            continue;
        const auto address = receivedFromAddress(header.rawValue());
        if (!address || isInternalServer(*address, privateNetworks()))
            continue;
        const auto words = split(trim(header.rawValue()), ' ');
        const bool named = words.size() > 1 && isHelo(words[1]);
        return Hop{address->toString(), named ? std::string(words[1]) : std::string{}};
    }
    return std::nullopt;
}

} // namespace

MailEnvelope envelopeFor(const EnvelopeChoice& choice, const std::string& recipient,
                         std::string_view content) {
    MailEnvelope envelope{kDefaultSender, {recipient}, kDefaultClientIp, kDefaultHelo};
    if (choice.fromHeaders) {
        const auto headers = headerOf(content);
        if (auto sender = senderIn(headers))
            envelope.from = std::move(*sender);
        if (auto recipients = recipientsIn(headers); !recipients.empty())
            envelope.to = std::move(recipients);
        if (const auto hop = publicHop(headers)) {
            envelope.ip = hop->ip;
            envelope.helo = hop->helo.empty() ? envelope.helo : hop->helo;
        }
    }
    if (choice.from)
        envelope.from = *choice.from == "<>" ? std::string{} : *choice.from;
    if (!choice.to.empty())
        envelope.to = choice.to;
    envelope.ip = choice.ip.value_or(envelope.ip);
    envelope.helo = choice.helo.value_or(envelope.helo);
    return envelope;
}

} // namespace edge::testenv
