#include <edge/server/net/socket_address.h>

#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace edge {

SocketAddress toSocketAddress(const Endpoint& endpoint) {
    SocketAddress address;
    const auto& bytes = endpoint.address.bytes();
    if (endpoint.address.isV4()) {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = htons(endpoint.port);
        std::memcpy(&four.sin_addr, bytes.data() + 12, sizeof four.sin_addr);
        std::memcpy(&address.storage, &four, sizeof four);
        address.length = sizeof four;
        return address;
    }
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(endpoint.port);
    std::memcpy(&six.sin6_addr, bytes.data(), sizeof six.sin6_addr);
    std::memcpy(&address.storage, &six, sizeof six);
    address.length = sizeof six;
    return address;
}

Endpoint toEndpoint(const SocketAddress& address) {
    if (address.storage.ss_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address.storage, sizeof four);
        return {IpAddress::v4(ntohl(four.sin_addr.s_addr)), ntohs(four.sin_port)};
    }
    sockaddr_in6 six{};
    std::memcpy(&six, &address.storage, sizeof six);
    std::array<std::uint8_t, 16> bytes{};
    std::copy(std::begin(six.sin6_addr.s6_addr), std::end(six.sin6_addr.s6_addr), bytes.begin());
    return {IpAddress::fromBytes(bytes), ntohs(six.sin6_port)};
}

} // namespace edge
