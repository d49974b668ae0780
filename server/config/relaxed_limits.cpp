#include <edge/server/config/relaxed_limits.h>

#include <array>

namespace edge {
namespace {

constexpr std::array<RelaxedLimit, 8> kLimits{{
    {"ReceiveConnector", "TarpitInterval", "00:00:00"},
    {"ReceiveConnector", "ConnectionTimeout", "1.00:00:00"},
    {"ReceiveConnector", "ConnectionInactivityTimeout", "01:00:00"},
    {"ReceiveConnector", "MaxInboundConnection", "Unlimited"},
    {"ReceiveConnector", "MaxInboundConnectionPerSource", "Unlimited"},
    {"ReceiveConnector", "MaxInboundConnectionPercentagePerSource", "100"},
    {"ReceiveConnector", "MessageRateLimit", "Unlimited"},
    {"TransportServer", "MaxConnectionRatePerMinute", "2147483647"},
}};

// Calls `act` for each object of each noun with the limits that concern it.
template <class Act>
Result<> forEachObject(ConfigurationDraft& draft, Act act) {
    for (const auto* schema : draft.nouns()) {
        std::vector<RelaxedLimit> concerned;
        for (const auto& limit : kLimits)
            if (limit.noun == schema->noun())
                concerned.push_back(limit);
        if (concerned.empty())
            continue;
        for (const auto& object : schema->objects(draft.configuration()))
            if (auto done = act(*schema, schema->nameOf(object.get()), concerned); !done)
                return done;
    }
    return {};
}

} // namespace

std::span<const RelaxedLimit> relaxedLimits() {
    return kLimits;
}

Result<> enableRelaxedLimits(ConfigurationDraft& draft) {
    return forEachObject(draft, [&](const NounSchema& schema, const std::string& name, const auto& limits) {
        std::vector<Assignment> assignments;
        for (const auto& limit : limits)
            assignments.push_back({std::string(limit.parameter), std::string(limit.value)});
        return draft.set(schema, name, assignments);
    });
}

Result<> disableRelaxedLimits(ConfigurationDraft& draft) {
    return forEachObject(draft, [&](const NounSchema& schema, const std::string& name, const auto& limits) {
        std::vector<std::string> parameters;
        for (const auto& limit : limits)
            parameters.emplace_back(limit.parameter);
        return draft.reset(schema, name, parameters);
    });
}

} // namespace edge
