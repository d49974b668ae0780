#include <edge/server/connector_selection.h>

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

// 0.0.0.0:25 takes every IPv4 address on port 25, [::]:25 every IPv6 one.
bool covers(const Endpoint& binding, const Endpoint& local) {
    return binding.port == local.port && binding.address.isV4() == local.address.isV4() &&
           (binding.address == local.address || binding.address.isUnspecified());
}

// Whether the best of the connector's bindings for `local` is a wildcard; empty when none fits.
std::optional<bool> wildcardBinding(const ReceiveConnector& connector, const Endpoint& local) {
    std::optional<bool> wildcard;
    for (const auto& binding : connector.bindings) {
        if (covers(binding, local))
            wildcard = wildcard.value_or(true) && binding.address.isUnspecified();
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

std::optional<Fit> fitOf(const ReceiveConnector& connector, const Endpoint& local, const IpAddress& remote) {
    if (!connector.enabled)
        return std::nullopt;
    const auto wildcard = wildcardBinding(connector, local);
    const auto range = narrowestRange(connector, remote);
    if (!wildcard || !range)
        return std::nullopt;
    return Fit{*wildcard, *range};
}

} // namespace

std::shared_ptr<const ReceiveConnector>
selectConnector(std::span<const std::shared_ptr<const ReceiveConnector>> connectors, const Endpoint& local,
                const IpAddress& remote) {
    std::shared_ptr<const ReceiveConnector> best;
    std::optional<Fit> bestFit;
    for (const auto& connector : connectors) {
        const auto fit = fitOf(*connector, local, remote);
        if (!fit || (bestFit && !fit->betterThan(*bestFit)))
            continue;
        best = connector;
        bestFit = fit;
    }
    return best;
}

} // namespace edge
