// One --listen of `edgesim serve`: where the socket is, and which endpoint of the real edge it stands for
// (docs/decisions/0005-what-serve-listens-on.md).
#pragma once

#include <edge/base/ip_address.h>
#include <edge/base/result.h>

#include <string_view>

namespace edge {

struct ListenSpec {
    Endpoint bind;
    Endpoint standsFor; // an unspecified address: whichever the peer connected to

    // "127.0.0.1:2525", "127.0.0.1:0=587", "[::1]:2525=192.168.2.20:25".
    static Result<ListenSpec> parse(std::string_view text);
    // The endpoint that connector selection compares, for a peer that connected to `local`.
    Endpoint selectionEndpoint(const Endpoint& local) const;
};

} // namespace edge
