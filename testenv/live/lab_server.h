// `edgesim serve --lab SOCKET`: a whole server on scripted worlds that real clients reach over TCP, and that
// a controller moves over a Unix socket (docs/live-mode.md). One thread does everything, so that what happens
// has one order: while the lab is held, nothing moves but by command; while it runs free, it serves whoever
// comes, and its clock goes as fast as ours.
#pragma once

#include <edge/base/result.h>
#include <edge/server/net/owned_fd.h>
#include <edge/server/net/system_clock.h>
#include <edge/testenv/live/control_socket.h>
#include <edge/testenv/live/lab_transport.h>
#include <edge/testenv/live/real_disk.h>
#include <edge/testenv/scenario/memory_world.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace edge::testenv {

struct LabServerOptions {
    std::string socket;                      // where it is controlled
    Endpoint listen;                         // port 0: any free one
    std::optional<std::string> directory;    // for real files; none: the disk is memory
    ProfileId profile = kDefaultProfile;     //
    std::string script;                      // run at each start, in place of the Lab's accepted domain
    std::string scriptName;                  // in its errors
    std::vector<DecisionSink*> readers = {}; // of decisions
    std::vector<IpRange> xclientPeers = {};  // who may say XCLIENT
};

// How a life of the server begins.
struct LabLife {
    std::uint64_t seed = 1;
    ProfileId profile = kDefaultProfile;
    bool bare = false;
    bool keepsHeaders = false;     // around each call of an agent
    std::string agentFolder = "."; // where Install-TransportAgent looks for a relative path first
};

// What a controller says it has sent: the lab waits until that has arrived.
struct SentSoFar {
    std::uint16_t port = 0; // the client's own
    std::uint64_t octets = 0;
    bool ended = false;
    bool reset = false;
};

class LabServer {
public:
    // Listens, and begins the first life. The directory is made, or was a lab's before; what such a lab left
    // there is removed. Errors are sentences for the operator.
    static Result<std::unique_ptr<LabServer>> open(LabServerOptions options);
    ~LabServer();
    LabServer(const LabServer&) = delete;
    LabServer& operator=(const LabServer&) = delete;

    // Where clients connect.
    const Endpoint& endpoint() const { return endpoint_; }
    // Serves until stop() or until its owner has gone.
    void run();
    // Callable from every thread.
    void stop();

    // ---- For commands (lab_commands.h), on the lab's thread.

    // Ends the server and everything it has, and begins another.
    Result<> begin(const LabLife& life);
    LabWorld& world() { return *world_; }
    Lab& lab() { return world_->lab(); }
    const LabServerOptions& options() const { return options_; }

    void hold(bool held) { held_ = held; }
    bool isHeld() const { return held_; }
    // Whether the clock goes by itself while the lab is not held.
    void setPace(bool real);
    // When that controller goes, so does the lab.
    void own(std::uint64_t controller) { owner_ = controller; }

    // The next connection from that port of ours comes from there; port 0: the next of any port.
    void announce(std::uint16_t port, const IpAddress& from);
    // Connections that were announced by port, since the life began.
    const std::map<std::uint16_t, std::shared_ptr<LabWire>>& wires() const { return wires_; }
    // Waits until everything that was sent is here, and the connections it was sent on are accepted; Timeout
    // where it does not arrive.
    Result<> await(const std::vector<SentSoFar>& sent);
    // Lets time pass, deadline by deadline, until the server has sent more than `said` octets on that
    // connection or has ended it; with `untilRead`, also until it has taken everything that lies there.
    // False: it never will.
    bool hear(const LabWire& wire, std::uint64_t said, bool untilRead);

private:
    class Doorbell;

    LabServer(LabServerOptions options, OwnedFd listening);
    bool answerOne();
    void liveOn();
    void followTime();
    void acceptPeers();
    void acceptPeer(OwnedFd peer);
    void noticeResets();
    bool hasArrived(const SentSoFar& sent) const;
    Result<> clearDirectory();
    Result<> setUp();

    const LabServerOptions options_;
    OwnedFd listening_;
    Endpoint endpoint_;
    SystemClock realClock_;
    std::optional<RealDisk> disk_;
    std::unique_ptr<LabWorld> world_;
    std::unique_ptr<Doorbell> doorbell_; // before the world, whose loop it uses, goes
    std::map<std::uint16_t, std::shared_ptr<LabWire>> wires_;
    std::vector<std::shared_ptr<LabWire>> open_; // of all connections, also those that nobody announced
    std::map<std::uint16_t, IpAddress> announced_;
    std::deque<IpAddress> nextPeers_;
    bool held_ = false;
    bool realPace_ = true;
    SteadyTime lastLook_{}; // of the real clock
    std::optional<std::uint64_t> owner_;
    std::atomic<bool> stopping_{false};
    ControlMailbox mailbox_;
    std::unique_ptr<ControlSocket> control_;
};

} // namespace edge::testenv
