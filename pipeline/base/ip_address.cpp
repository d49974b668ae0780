#include <edge/base/ip_address.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace edge {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

Error notAnAddress(std::string_view text) {
    return {Errc::InvalidArgument, "\"" + std::string(text) + "\" is not an IP address"};
}

} // namespace

IpAddress IpAddress::v4(std::uint32_t hostOrder) {
    IpAddress address;
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin());
    for (std::size_t i = 0; i < 4; ++i)
        address.bytes_[12 + i] = static_cast<std::uint8_t>(hostOrder >> (24 - 8 * i));
    return address;
}

IpAddress IpAddress::fromBytes(const std::array<std::uint8_t, 16>& bytes) {
    IpAddress address;
    address.bytes_ = bytes;
    return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string terminated(text);
    if (terminated.find('\0') != std::string::npos)
        return notAnAddress(text); // C would stop reading there
    if (in_addr four{}; inet_pton(AF_INET, terminated.c_str(), &four) == 1)
        return v4(ntohl(four.s_addr));
    IpAddress six;
    if (inet_pton(AF_INET6, terminated.c_str(), six.bytes_.data()) == 1)
        return six;
    return notAnAddress(text);
}

bool IpAddress::isV4() const {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

bool IpAddress::isUnspecified() const {
    return *this == IpAddress{} || *this == v4(0);
}

bool IpAddress::isLoopback() const {
    if (isV4())
        return bytes_[12] == 127;
    IpAddress one;
    one.bytes_[15] = 1;
    return *this == one;
}

std::string IpAddress::toString() const {
    if (isV4()) { // written for every message several times: without the formatting machinery of inet_ntop
        std::string text = std::to_string(bytes_[12]);
        for (std::size_t i = 13; i < bytes_.size(); ++i)
            (text += '.') += std::to_string(bytes_[i]);
        return text;
    }
    char text[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
    return text;
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
    const Error wrong{Errc::InvalidArgument, "\"" + std::string(text) + "\" is not ADDRESS:PORT"};
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return wrong;
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return wrong; // an IPv6 address needs its brackets
    const auto address = IpAddress::parse(host);
    Endpoint endpoint;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
    if (!address || digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
        return wrong;
    endpoint.address = *address;
    return endpoint;
}

std::string Endpoint::toString() const {
    const auto host = address.toString();
    return (address.isV4() ? host : "[" + host + "]") + ":" + std::to_string(port);
}

} // namespace edge
