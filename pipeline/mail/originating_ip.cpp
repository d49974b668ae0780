#include <edge/base/text.h>
#include <edge/mail/originating_ip.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// The next word, or the next comment with its parentheses; empty at the end.
std::string_view takePiece(std::string_view& text) {
    const auto start = std::min(text.find_first_not_of(kBlanks), text.size());
    text.remove_prefix(start);
    int depth = 0;
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        const char c = text[end];
        if (depth == 0 && end > 0 && (c == '(' || kBlanks.find(c) != std::string_view::npos))
            break;
        depth += c == '(' ? 1 : 0;
        depth -= c == ')' && depth > 0 ? 1 : 0;
        if (c == ')' && depth == 0) {
            ++end;
            break;
        }
    }
    const auto piece = text.substr(0, end);
    text.remove_prefix(end);
    return piece;
}

// An address without brackets; "fe80::1%12" without its zone.
std::optional<IpAddress> plainAddress(std::string_view text) {
    if (istartsWith(text, "IPv6:"))
        text.remove_prefix(5);
    const auto address = IpAddress::parse(text.substr(0, text.find('%')));
    return address ? std::optional(*address) : std::nullopt;
}

// "[192.0.2.1]", also with something behind it ("[192.0.2.1]:25").
std::optional<IpAddress> literal(std::string_view word) {
    const auto end = word.find(']');
    if (!word.starts_with('[') || end == std::string_view::npos)
        return std::nullopt;
    return plainAddress(word.substr(1, end - 1));
}

// What a server noted about its peer: "(192.0.2.1)", "(name [192.0.2.1])", "([192.0.2.1]:25 helo=x)". What
// the peer said of itself there ("helo=[…]", "HELO […]") is no address.
std::optional<IpAddress> addressInComment(std::string_view comment) {
    auto inner = comment.substr(1);
    if (inner.ends_with(')'))
        inner.remove_suffix(1);
    inner = trim(inner);
    if (const auto alone = plainAddress(inner))
        return alone;
    std::optional<IpAddress> found;
    bool said = false;
    for (auto word = takePiece(inner); !word.empty(); word = takePiece(inner)) {
        if (const auto address = literal(word); address && !said)
            found = address;
        said = iequals(word, "HELO") || iequals(word, "EHLO");
    }
    return found;
}

} // namespace

std::optional<IpAddress> receivedFromAddress(std::string_view value) {
    if (!iequals(takePiece(value), "from"))
        return std::nullopt;
    std::optional<IpAddress> given; // what the peer called itself
    std::optional<IpAddress> noted;
    for (auto piece = takePiece(value); !piece.empty(); piece = takePiece(value)) {
        if (iequals(piece, "by") || piece.starts_with(';'))
            break;
        if (!piece.starts_with('(')) {
            given = given ? given : literal(piece);
        } else if (const auto address = addressInComment(piece)) {
            noted = address; // the last: it stands behind whatever the peer could have put in front
        }
    }
    return noted ? noted : given;
}

bool isInternalServer(const IpAddress& address, const std::vector<IpRange>& internalServers) {
    return std::any_of(internalServers.begin(), internalServers.end(),
                       [&address](const IpRange& range) { return range.contains(address); });
}

std::optional<IpAddress> findOriginatingIp(const HeaderList& headers,
                                           const std::vector<IpRange>& internalServers) {
    for (const auto& header : headers) {
        if (!iequals(header.name(), "Received"))
            continue;
        const auto address = receivedFromAddress(header.rawValue());
        if (address && !isInternalServer(*address, internalServers))
            return address;
    }
    return std::nullopt;
}

} // namespace edge
