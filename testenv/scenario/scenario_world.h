// What a scenario is played against: a server and everything round it. The memory twin (memory_world.h) is a
// Lab; a running server reached over sockets is to be another, so the runner knows nothing of either.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/result.h>
#include <edge/decision.h>
#include <edge/testenv/mutation/mutation.h>
#include <edge/testenv/scenario/scenario.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// One connection, seen from the client.
class WorldClient {
public:
    virtual ~WorldClient() = default;
    virtual void send(std::string_view bytes) = 0;
    // The next reply, its lines without line ends. Time runs on while it waits; empty where the server closes
    // instead, or stays silent for longer than any timeout.
    virtual std::vector<std::string> read() = 0;
    // Something was said that was not read yet.
    virtual bool hasUnread() = 0;
    virtual bool closed() = 0;
    virtual void leave(step::Ending how) = 0;
    virtual void setReadSize(std::size_t octets) = 0;
    // Falls silent at the n-th read or write of the server from now.
    virtual void silentAt(std::size_t operation) = 0;
};

struct CmdletAnswer {
    std::string output;
    std::vector<std::string> errors;
};

// A message that was accepted, as published.
struct PublishedMessage {
    std::string name;
    std::string bytes;                                                // the whole file
    std::function<std::vector<std::string>(std::string_view)> header; // values of all fields of that name
    std::string body;
};

struct WorldQuestion {
    std::string name;
    DnsType type;
    DnsOutcome outcome; // of the answer
};

class ScenarioWorld {
public:
    virtual ~ScenarioWorld() = default;

    virtual bool meets(const Condition& condition) = 0;
    virtual CmdletAnswer run(std::string_view script) = 0;
    virtual Result<> addZone(std::string_view text) = 0;
    virtual void setDnsStrict() = 0;
    virtual void setScl(std::optional<int> level) = 0;
    virtual void setScanner(const step::Scanner& scanner) = 0;
    // The faults of disk and agents; those of a peer are the runner's.
    virtual Result<> breakDown(const step::Fault& fault) = 0;

    // What is configured now, and what might be configured otherwise; nothing where the world cannot tell.
    virtual std::vector<ConfiguredSetting> configured() { return {}; }
    virtual std::vector<Mutation> mutations() { return {}; }

    virtual std::unique_ptr<WorldClient> connect(const IpAddress& from) = 0;
    virtual void settle() = 0;
    virtual void advance(Duration span) = 0;
    virtual UtcTime utcNow() = 0;
    virtual SteadyTime steadyNow() = 0;

    // Everything so far; the reference is good until the next call of anything here.
    virtual const std::vector<Decision>& decisions() = 0;
    virtual std::vector<WorldQuestion> questions() = 0;
    virtual std::vector<WorldQuestion> unexpectedQuestions() = 0;
    // How often the virus engine was asked.
    virtual std::uint64_t scans() = 0;
    virtual std::vector<PublishedMessage> replay() = 0;
    // Values of all fields of that name; none where the agent had no message in its hands.
    virtual std::optional<std::vector<std::string>> headerAt(const step::HeaderMoment& moment,
                                                             const std::string& name) = 0;
    virtual std::string file(const std::string& path) = 0;
    virtual std::vector<std::string> agentLog() = 0;
    virtual std::string receiveLog() = 0;
};

} // namespace edge::testenv
