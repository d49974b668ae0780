#include <edge/base/text.h>
#include <edge/config/value.h>
#include <edge/server/session_limits.h>
#include <edge/server/sliding_minute.h>
#include <edge/server/smtp/replies.h>

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <utility>

namespace edge {
namespace {

using Source = std::pair<std::string, IpAddress>; // connector and peer

// Peers whose message rate is remembered, the most recent ones; about 400 octets each. An idle one is
// forgotten after a minute anyway, so this bounds only floods from more addresses than that.
constexpr std::size_t kMaxRatedSources = 65'536;
// Idle peers forgotten per message at most: more than one comes in with it, so the table shrinks.
constexpr int kForgetAtOnce = 2;
constexpr Duration kMinute = std::chrono::minutes(1);

// Open connections of one connector.
struct Occupancy {
    int total = 0;
    std::map<IpAddress, int> bySource;

    int of(const IpAddress& source) const {
        const auto found = bySource.find(source);
        return found == bySource.end() ? 0 : found->second;
    }
};

// The message rates of the peers, the one seen last in front.
class MessageRates {
public:
    // Where a message may begin, counts it.
    bool begin(const Source& source, int limit, SteadyTime now) {
        forgetIdle(now);
        auto& rate = touch(source, now);
        if (rate.count(now) >= static_cast<std::uint32_t>(limit))
            return false;
        rate.add(now);
        return true;
    }

private:
    struct Entry {
        Source source;
        SteadyTime lastSeen;
        SlidingMinute rate;
    };

    SlidingMinute& touch(const Source& source, SteadyTime now) {
        const auto found = bySource_.find(source);
        if (found == bySource_.end()) {
            recent_.push_front({source, now, {}});
            bySource_.emplace(source, recent_.begin());
        } else {
            recent_.splice(recent_.begin(), recent_, found->second);
        }
        recent_.front().lastSeen = now;
        return recent_.front().rate;
    }

    void forgetIdle(SteadyTime now) {
        for (int i = 0; i < kForgetAtOnce && !recent_.empty(); ++i) {
            const bool idle = recent_.back().lastSeen + kMinute < now;
            if (!idle && recent_.size() < kMaxRatedSources)
                return;
            bySource_.erase(recent_.back().source);
            recent_.pop_back();
        }
    }

    std::list<Entry> recent_;
    std::map<Source, std::list<Entry>::iterator> bySource_;
};

// Of the connections that are left to this source (all but those of others), its share in percent; at least
// one, or a small connector would serve nobody (docs/decisions/0601-connection-and-message-limits.md).
int percentageLimit(int maximum, int percent, int ofOthers) {
    const auto left = static_cast<std::int64_t>(std::max(maximum - ofOthers, 0));
    return std::max(1, static_cast<int>(left * percent / 100));
}

std::string setConnector(const ReceiveConnector& connector, std::string_view parameter,
                         std::string_view value) {
    return "Set-ReceiveConnector " + quotedLiteral(connector.name) + " -" + std::string(parameter) + " " +
           std::string(value);
}

std::string sessions(int count) {
    return std::to_string(count) + (count == 1 ? " session" : " sessions");
}

// A limit that does not allow one more connection, or nothing.
std::optional<SessionLimits::Refusal> connectionRefusal(const ReceiveConnector& connector,
                                                        const Occupancy& open, const IpAddress& source,
                                                        const SmtpResponse& response) {
    const auto refusal = [&](std::string found, std::string_view parameter, int limit,
                             std::string_view remedy) {
        return SessionLimits::Refusal{
            response, std::move(found) + ", " + std::string(parameter) + " is " + std::to_string(limit),
            setConnector(connector, parameter, remedy)};
    };
    const int ofSource = open.of(source);
    const auto fromSource = [&] { return sessions(ofSource) + " from " + source.toString(); };
    if (connector.maxInboundConnection && open.total >= *connector.maxInboundConnection)
        return refusal(sessions(open.total), "MaxInboundConnection", *connector.maxInboundConnection,
                       "Unlimited");
    if (connector.maxInboundConnectionPerSource && ofSource >= *connector.maxInboundConnectionPerSource)
        return refusal(fromSource(), "MaxInboundConnectionPerSource",
                       *connector.maxInboundConnectionPerSource, "Unlimited");
    if (!connector.maxInboundConnection)
        return std::nullopt; // a share of infinitely many is no limit
    const int percent = connector.maxInboundConnectionPercentagePerSource;
    const int ofOthers = open.total - ofSource;
    if (ofSource < percentageLimit(*connector.maxInboundConnection, percent, ofOthers))
        return std::nullopt;
    return refusal(fromSource() + " of " + std::to_string(*connector.maxInboundConnection - ofOthers) +
                       " left to it",
                   "MaxInboundConnectionPercentagePerSource", percent, "100");
}

} // namespace

struct SessionLimits::State {
    std::mutex mutex;
    SlidingMinute opened; // by all connectors
    std::map<std::string, Occupancy, ILess> byConnector;
    MessageRates messages;

    void enter(const std::string& connector, const IpAddress& source, SteadyTime now) {
        opened.add(now);
        auto& occupancy = byConnector[connector];
        ++occupancy.total;
        ++occupancy.bySource[source];
    }

    void leave(const std::string& connector, const IpAddress& source) {
        const std::lock_guard lock(mutex);
        const auto occupancy = byConnector.find(connector);
        const auto ofSource = occupancy->second.bySource.find(source);
        if (--ofSource->second == 0)
            occupancy->second.bySource.erase(ofSource);
        if (--occupancy->second.total == 0)
            byConnector.erase(occupancy);
    }
};

SessionLimits::SessionLimits()
    : state_(std::make_shared<State>()) {}

SessionLimits::~SessionLimits() = default;

std::variant<SessionLimits::Ticket, SessionLimits::Refusal>
SessionLimits::open(const ReceiveConnector& connector, ProfileId profileId, int ratePerMinute,
                    const IpAddress& source, SteadyTime now) {
    const auto& response = smtp::reply(smtp::Reply::TooManyConnections, profileId);
    const std::lock_guard lock(state_->mutex);
    if (const auto opened = state_->opened.count(now); opened >= static_cast<std::uint32_t>(ratePerMinute)) {
        const std::string cmdlet =
            profile(profileId).serviceNoun ? "Set-TransportService" : "Set-TransportServer";
        return Refusal{response,
                       std::to_string(opened) +
                           " connections in the last minute, MaxConnectionRatePerMinute is " +
                           std::to_string(ratePerMinute),
                       cmdlet + " -MaxConnectionRatePerMinute 2147483647"};
    }
    if (auto refusal = connectionRefusal(connector, state_->byConnector[connector.name], source, response))
        return std::move(*refusal);
    state_->enter(connector.name, source, now);
    const auto leave = [state = state_, name = connector.name, source](void*) { state->leave(name, source); };
    return Ticket(state_.get(), leave);
}

std::optional<SessionLimits::Refusal> SessionLimits::beginMessage(const ReceiveConnector& connector,
                                                                  ProfileId profileId,
                                                                  const IpAddress& source, SteadyTime now) {
    const bool byAddress = connector.messageRateSource == MessageRateSource::IPAddress ||
                           connector.messageRateSource == MessageRateSource::All;
    if (!connector.messageRateLimit || !byAddress)
        return std::nullopt;
    const std::lock_guard lock(state_->mutex);
    if (state_->messages.begin({connector.name, source}, *connector.messageRateLimit, now))
        return std::nullopt;
    return Refusal{smtp::reply(smtp::Reply::MessageRateExceeded, profileId),
                   std::to_string(*connector.messageRateLimit) + " messages from " + source.toString() +
                       " in the last minute, MessageRateLimit is " +
                       std::to_string(*connector.messageRateLimit),
                   setConnector(connector, "MessageRateLimit", "Unlimited")};
}

} // namespace edge
