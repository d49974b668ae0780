#include <edge/server/connector_selection.h>

#include <algorithm>
#include <optional>

namespace edge {
namespace {

// How well a connector fits; the lesser the better.
struct Fit {
    bool wildcardBinding;
    IpRange range; // the narrowest around the peer

    bool betterThan(const Fit& other) const {
        if (wildcardBinding != other.wildcardBinding)
            return other.wildcardBinding;
        return range.narrowerThan(other.range);
    }
};

Endpoint actualEndpoint(const Endpoint& binding, std::span<const BoundEndpoint> bound) {
    const auto opened = std::find_if(bound.begin(), bound.end(),
                                     [&](const BoundEndpoint& one) { return one.configured == binding; });
    return opened == bound.end() ? binding : opened->actual;
}

// 0.0.0.0:25 takes every IPv4 address on port 25, [::]:25 every IPv6 one.
bool covers(const Endpoint& binding, const Endpoint& local) {
    return binding.port == local.port && binding.address.isV4() == local.address.isV4() &&
           (binding.address == local.address || binding.address.isUnspecified());
}

// Whether the best of the connector's bindings for `local` is a wildcard; empty when none fits.
std::optional<bool> wildcardBinding(const ReceiveConnector& connector, const Endpoint& local,
                                    std::span<const BoundEndpoint> bound) {
    std::optional<bool> wildcard;
    for (const auto& binding : connector.bindings) {
        const auto actual = actualEndpoint(binding, bound);
        if (covers(actual, local))
            wildcard = wildcard.value_or(true) && actual.address.isUnspecified();
    }
    return wildcard;
}

std::optional<IpRange> narrowestRange(const ReceiveConnector& connector, const IpAddress& remote) {
    std::optional<IpRange> narrowest;
    for (const auto& range : connector.remoteIpRanges) {
        if (range.contains(remote) && (!narrowest || range.narrowerThan(*narrowest)))
            narrowest = range;
    }
    return narrowest;
}

std::optional<Fit> fitOf(const ReceiveConnector& connector, const Endpoint& local, const IpAddress& remote,
                         std::span<const BoundEndpoint> bound) {
    if (!connector.enabled)
        return std::nullopt;
    const auto wildcard = wildcardBinding(connector, local, bound);
    const auto range = narrowestRange(connector, remote);
    if (!wildcard || !range)
        return std::nullopt;
    return Fit{*wildcard, *range};
}

} // namespace

std::shared_ptr<const ReceiveConnector>
selectConnector(std::span<const std::shared_ptr<const ReceiveConnector>> connectors, const Endpoint& local,
                const IpAddress& remote, std::span<const BoundEndpoint> bound) {
    std::shared_ptr<const ReceiveConnector> best;
    std::optional<Fit> bestFit;
    for (const auto& connector : connectors) {
        const auto fit = fitOf(*connector, local, remote, bound);
        if (!fit || (bestFit && !fit->betterThan(*bestFit)))
            continue;
        best = connector;
        bestFit = fit;
    }
    return best;
}

std::vector<Endpoint> listenEndpoints(std::span<const std::shared_ptr<const ReceiveConnector>> connectors) {
    std::vector<Endpoint> all;
    for (const auto& connector : connectors) {
        if (connector->enabled)
            all.insert(all.end(), connector->bindings.begin(), connector->bindings.end());
    }
    std::vector<Endpoint> needed;
    for (const auto& endpoint : all) {
        const auto coveredByOther = [&](const Endpoint& other) {
            return endpoint.port != 0 && other != endpoint && covers(other, endpoint);
        };
        const bool known = std::find(needed.begin(), needed.end(), endpoint) != needed.end();
        if (!known && std::none_of(all.begin(), all.end(), coveredByOther))
            needed.push_back(endpoint);
    }
    return needed;
}

} // namespace edge
