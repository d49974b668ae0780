#include <edge/server/session_limits.h>
#include <edge/server/sliding_minute.h>

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace edge;
using namespace std::chrono_literals;

namespace {

constexpr SteadyTime kStart{24h};
constexpr int kNoRate = 1'000'000;
const IpAddress kPeer = IpAddress::v4(0xC0000201);  // 192.0.2.1
const IpAddress kOther = IpAddress::v4(0xC6336402); // 198.51.100.2

// No limit but those that the test sets.
ReceiveConnector unlimited() {
    ReceiveConnector connector;
    connector.name = "Internet";
    connector.maxInboundConnection.reset();
    connector.maxInboundConnectionPerSource.reset();
    connector.maxInboundConnectionPercentagePerSource = 100;
    connector.messageRateLimit.reset();
    return connector;
}

struct World {
    SessionLimits limits;
    std::vector<SessionLimits::Ticket> open;
    SteadyTime now = kStart;

    std::optional<SessionLimits::Refusal> connect(const ReceiveConnector& connector, const IpAddress& source,
                                                  int ratePerMinute = kNoRate) {
        auto answer = limits.open(connector, ProfileId::E2019, ratePerMinute, source, now);
        if (auto* refusal = std::get_if<SessionLimits::Refusal>(&answer))
            return std::move(*refusal);
        open.push_back(std::get<SessionLimits::Ticket>(answer));
        return std::nullopt;
    }
    int connectUntilRefused(const ReceiveConnector& connector, const IpAddress& source) {
        int admitted = 0;
        while (!connect(connector, source))
            ++admitted;
        return admitted;
    }
    bool message(const ReceiveConnector& connector, const IpAddress& source) {
        return !limits.beginMessage(connector, ProfileId::E2019, source, now);
    }
};

std::string firstLine(const SmtpResponse& response) {
    return response.toString();
}

} // namespace

TEST_CASE("MaxInboundConnectionPerSource: the next session of that source is refused with its remedy") {
    World world;
    auto connector = unlimited();
    connector.maxInboundConnectionPerSource = 20;
    CHECK(world.connectUntilRefused(connector, kPeer) == 20);
    const auto refusal = world.connect(connector, kPeer);
    REQUIRE(refusal);
    CHECK(firstLine(refusal->response) ==
          "421 4.3.2 The maximum number of concurrent connections has exceeded a "
          "limit, closing transmission channel");
    CHECK(refusal->explanation == "20 sessions from 192.0.2.1, MaxInboundConnectionPerSource is 20");
    CHECK(refusal->remedy == "Set-ReceiveConnector 'Internet' -MaxInboundConnectionPerSource Unlimited");
    CHECK_FALSE(world.connect(connector, kOther));
}

TEST_CASE("A session that ends frees its place") {
    World world;
    auto connector = unlimited();
    connector.maxInboundConnectionPerSource = 1;
    CHECK_FALSE(world.connect(connector, kPeer));
    CHECK(world.connect(connector, kPeer));
    world.open.clear();
    CHECK_FALSE(world.connect(connector, kPeer));
}

TEST_CASE("MaxInboundConnection counts all sources of one connector, and no other connector") {
    World world;
    auto connector = unlimited();
    connector.maxInboundConnection = 2;
    CHECK_FALSE(world.connect(connector, kPeer));
    CHECK_FALSE(world.connect(connector, kOther));
    const auto refusal = world.connect(connector, kOther);
    REQUIRE(refusal);
    CHECK(refusal->explanation == "2 sessions, MaxInboundConnection is 2");
    CHECK(refusal->remedy == "Set-ReceiveConnector 'Internet' -MaxInboundConnection Unlimited");
    auto another = connector;
    another.name = "Client";
    CHECK_FALSE(world.connect(another, kOther));
}

TEST_CASE("MaxInboundConnectionPercentagePerSource: percent of the connections left to the source") {
    struct Row {
        int maximum;
        int percent;
        int byOthers; // from other sources, one each
        int admitted;
    };
    const Row rows[] = {
        {5000, 2, 0, 100},                       // the documented defaults
        {5000, 2, 2500, 50}, {5000, 2, 4990, 1}, // 0.2 rounds to nothing, but one is always allowed
        {100, 100, 40, 60},                      // 100 percent: whatever is left
        {10, 2, 0, 1},       {1000, 50, 0, 500},
    };
    for (const auto& row : rows) {
        CAPTURE(row.maximum);
        CAPTURE(row.percent);
        CAPTURE(row.byOthers);
        World world;
        auto connector = unlimited();
        connector.maxInboundConnection = row.maximum;
        for (int i = 0; i < row.byOthers; ++i)
            REQUIRE_FALSE(
                world.connect(connector, IpAddress::v4(0x0A000000U + static_cast<std::uint32_t>(i))));
        connector.maxInboundConnectionPercentagePerSource = row.percent;
        CHECK(world.connectUntilRefused(connector, kPeer) == row.admitted);
    }
}

TEST_CASE("The percentage rule names its numbers and its remedy") {
    World world;
    auto connector = unlimited();
    connector.maxInboundConnection = 100;
    connector.maxInboundConnectionPercentagePerSource = 2;
    CHECK(world.connectUntilRefused(connector, kPeer) == 2);
    const auto refusal = world.connect(connector, kPeer);
    REQUIRE(refusal);
    CHECK(refusal->explanation ==
          "2 sessions from 192.0.2.1 of 100 left to it, MaxInboundConnectionPercentagePerSource is 2");
    CHECK(refusal->remedy == "Set-ReceiveConnector 'Internet' -MaxInboundConnectionPercentagePerSource 100");
}

TEST_CASE("MaxConnectionRatePerMinute slides, over all connectors, and counts admitted connections only") {
    World world;
    auto connector = unlimited();
    auto another = unlimited();
    another.name = "Client";
    CHECK_FALSE(world.connect(connector, kPeer, 3));
    world.now += 30s;
    CHECK_FALSE(world.connect(another, kOther, 3));
    CHECK_FALSE(world.connect(connector, kPeer, 3));
    for (int i = 0; i < 5; ++i)
        CHECK(world.connect(connector, kPeer, 3));
    const auto refusal = world.connect(connector, kPeer, 3);
    REQUIRE(refusal);
    CHECK(refusal->explanation == "3 connections in the last minute, MaxConnectionRatePerMinute is 3");
    CHECK(refusal->remedy == "Set-TransportService -MaxConnectionRatePerMinute 2147483647");
    world.now += 30s; // the first has left the minute
    CHECK_FALSE(world.connect(connector, kPeer, 3));
    CHECK(world.connect(connector, kPeer, 3));
    world.now += 30s; // and now the two after it
    CHECK_FALSE(world.connect(connector, kPeer, 3));
    CHECK_FALSE(world.connect(connector, kPeer, 3));
    CHECK(world.connect(connector, kPeer, 3));
}

TEST_CASE("Up to 2010 the rate's remedy names Set-TransportServer") {
    SessionLimits limits;
    const auto answer = limits.open(unlimited(), ProfileId::E2007, 0, kPeer, kStart);
    REQUIRE(std::holds_alternative<SessionLimits::Refusal>(answer));
    CHECK(std::get<SessionLimits::Refusal>(answer).remedy ==
          "Set-TransportServer -MaxConnectionRatePerMinute 2147483647");
}

TEST_CASE("MessageRateLimit: so many messages of a source in a sliding minute") {
    World world;
    auto connector = unlimited();
    connector.messageRateLimit = 5;
    for (int i = 0; i < 5; ++i) {
        CHECK(world.message(connector, kPeer));
        world.now += 1s;
    }
    CHECK_FALSE(world.message(connector, kPeer));
    CHECK(world.message(connector, kOther));
    world.now = kStart + 59s;
    CHECK_FALSE(world.message(connector, kPeer));
    world.now = kStart + 60s;
    CHECK(world.message(connector, kPeer));
    CHECK_FALSE(world.message(connector, kPeer)); // the second to fifth are still inside

    const auto refusal = world.limits.beginMessage(connector, ProfileId::E2019, kPeer, world.now);
    REQUIRE(refusal);
    CHECK(firstLine(refusal->response) ==
          "421 4.4.2 Message submission rate for this client has exceeded the configured limit");
    CHECK(refusal->explanation == "5 messages from 192.0.2.1 in the last minute, MessageRateLimit is 5");
    CHECK(refusal->remedy == "Set-ReceiveConnector 'Internet' -MessageRateLimit Unlimited");
}

TEST_CASE("MessageRateSource decides whether addresses are counted") {
    World world;
    auto connector = unlimited();
    connector.messageRateLimit = 1;
    struct Row {
        MessageRateSource source;
        bool secondAllowed;
    };
    const Row rows[] = {{MessageRateSource::None, true},
                        {MessageRateSource::User, true}, // nobody authenticates
                        {MessageRateSource::IPAddress, false},
                        {MessageRateSource::All, false}};
    for (const auto& row : rows) {
        world.now += 2min;
        connector.messageRateSource = row.source;
        CHECK(world.message(connector, kPeer));
        CHECK(world.message(connector, kPeer) == row.secondAllowed);
    }
}

TEST_CASE("A flood of sources does not make one of them exceed its limit") {
    World world;
    auto connector = unlimited();
    connector.messageRateLimit = 1;
    for (std::uint32_t i = 0; i < 100'000; ++i) {
        if (i % 100 == 0)
            world.now += 100ms;
        REQUIRE(world.message(connector, IpAddress::v4(0x0B000000U + i)));
    }
    CHECK_FALSE(world.message(connector, IpAddress::v4(0x0B000000U + 99'999)));
}

TEST_CASE("Tickets may outlive the limits") {
    auto limits = std::make_unique<SessionLimits>();
    auto answer = limits->open(unlimited(), ProfileId::E2019, kNoRate, kPeer, kStart);
    const auto ticket = std::get<SessionLimits::Ticket>(std::move(answer));
    limits.reset();
    CHECK(ticket);
}

TEST_CASE("Several loops count together") {
    SessionLimits limits;
    auto connector = unlimited();
    connector.maxInboundConnection = 1000;
    // Opens two thousand times; every second session ends at once, as far as any may begin.
    const auto work = [&] {
        std::vector<SessionLimits::Ticket> kept;
        for (int i = 0; i < 2000; ++i) {
            auto answer = limits.open(connector, ProfileId::E2019, kNoRate, kPeer, kStart);
            auto* ticket = std::get_if<SessionLimits::Ticket>(&answer);
            if (ticket && i % 2 == 0)
                kept.push_back(*ticket);
        }
        return kept;
    };
    std::vector<SessionLimits::Ticket> one;
    std::vector<SessionLimits::Ticket> two;
    std::thread first([&] { one = work(); });
    std::thread second([&] { two = work(); });
    first.join();
    second.join();
    CHECK(one.size() + two.size() >= 999); // full, but for a session that was just ending
    CHECK(one.size() + two.size() <= 1000);
    one.clear();
    two.clear();
    int free = 0;
    std::vector<SessionLimits::Ticket> all;
    for (;; ++free) {
        auto answer = limits.open(connector, ProfileId::E2019, kNoRate, kPeer, kStart);
        if (!std::holds_alternative<SessionLimits::Ticket>(answer))
            break;
        all.push_back(std::get<SessionLimits::Ticket>(answer));
    }
    CHECK(free == 1000); // nothing was lost or counted twice
}

TEST_CASE("The sliding minute forgets by the second, also after a long silence") {
    SlidingMinute minute;
    minute.add(kStart);
    minute.add(kStart + 500ms);
    minute.add(kStart + 59s);
    CHECK(minute.count(kStart + 59s) == 3);
    CHECK(minute.count(kStart + 60s) == 1);
    CHECK(minute.count(kStart + 118s) == 1);
    CHECK(minute.count(kStart + 119s) == 0);
    minute.add(kStart + 119s);
    CHECK(minute.count(kStart + 24h) == 0);
}
