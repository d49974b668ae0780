#include <edge/server/net/socket_address.h>
#include <edge/server/net/tcp_transport.h>
#include <edge/server/shell/shell_result.h>
#include <edge/testenv/live/lab_commands.h>
#include <edge/testenv/live/lab_server.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

namespace edge::testenv {

namespace asio = boost::asio;

namespace {

// On the loopback what was sent is there at once; this long only where the machine is drowning.
constexpr Duration kArrivalBound = std::chrono::seconds(20);
// How long to rest between two looks at what has not arrived, once a few looks were in vain.
constexpr int kBusyLooks = 64;
constexpr int kRestMilliseconds = 1;
// A free lab looks round at least so often.
constexpr Duration kBeat = std::chrono::seconds(1);
// No timeout of a server is longer, so who waits longer waits for ever.
constexpr Duration kLongestWait = std::chrono::hours(48);
// Tells a directory that a lab may clear from one that it must not touch.
constexpr const char* kMarker = "edgesim-lab";

Result<OwnedFd> listenAt(const Endpoint& where) {
    const auto address = toSocketAddress(where);
    OwnedFd socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    const bool listening =
        socket.valid() && ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        ::bind(socket.get(), address.get(), address.length) == 0 && ::listen(socket.get(), SOMAXCONN) == 0;
    if (!listening)
        return Error{Errc::Unavailable, "cannot listen on " + where.toString() + ": " + std::strerror(errno)};
    return socket;
}

} // namespace

// Wakes the loop of a free lab when somebody connects: once, because a peer that waits would ring without end
// while the loop settles.
class LabServer::Doorbell {
public:
    Doorbell(asio::io_context& loop, int listening)
        : descriptor_(loop, ::fcntl(listening, F_DUPFD_CLOEXEC, 0)) {}

    void arm() {
        if (std::exchange(armed_, true))
            return;
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                               [this](const boost::system::error_code& error) {
                                   if (!error)
                                       armed_ = false;
                               });
    }

private:
    asio::posix::stream_descriptor descriptor_;
    bool armed_ = false;
};

Result<std::unique_ptr<LabServer>> LabServer::open(LabServerOptions options) {
    auto listening = listenAt(options.listen);
    if (!listening)
        return listening.error();
    const auto profile = options.profile;
    std::unique_ptr<LabServer> server(new LabServer(std::move(options), std::move(*listening)));
    if (auto begun = server->begin({.profile = profile}); !begun)
        return begun.error();
    auto control = ControlSocket::open(server->options_.socket, server->mailbox_);
    if (!control)
        return control.error();
    server->control_ = std::move(*control);
    return server;
}

LabServer::LabServer(LabServerOptions options, OwnedFd listening)
    : options_(std::move(options))
    , listening_(std::move(listening)) {
    SocketAddress address;
    ::getsockname(listening_.get(), address.get(), &address.length);
    endpoint_ = toEndpoint(address);
    lastLook_ = realClock_.steadyNow();
}

LabServer::~LabServer() {
    mailbox_.close();
    control_.reset();
    doorbell_.reset();
    world_.reset();
}

void LabServer::stop() {
    stopping_ = true;
    mailbox_.close();
}

// ---- its lives

Result<> LabServer::begin(const LabLife& life) {
    doorbell_.reset();
    world_.reset();
    wires_.clear();
    open_.clear();
    announced_.clear();
    nextPeers_.clear();
    disk_.reset();
    if (options_.directory) {
        if (auto cleared = clearDirectory(); !cleared)
            return cleared;
        disk_.emplace(*options_.directory, kLabDirectory);
    }
    try {
        world_ = makeLabWorld({.seed = life.seed,
                               .profile = life.profile,
                               .bare = life.bare || !options_.script.empty(),
                               .disk = disk_ ? &*disk_ : nullptr,
                               .readers = options_.readers,
                               .xclientPeers = options_.xclientPeers,
                               .agentFolders = {life.agentFolder}},
                              life.keepsHeaders);
    } catch (const std::exception& error) {
        return Error{Errc::Unavailable, error.what()};
    }
    if (disk_)
        disk_->setClock(&lab().clock());
    doorbell_ = std::make_unique<Doorbell>(lab().loop(), listening_.get());
    return setUp();
}

Result<> LabServer::setUp() {
    if (options_.script.empty())
        return {};
    const auto result = lab().runCmdlets(options_.script);
    const auto errors = result.texts(ShellMessage::Kind::Error);
    if (!errors.empty())
        return Error{Errc::InvalidArgument, options_.scriptName + ": " + errors.front()};
    return {};
}

// The directory of a lab is as fresh as its memory would be. One that is not a lab's is left alone.
Result<> LabServer::clearDirectory() {
    namespace fs = std::filesystem;
    const fs::path directory(*options_.directory);
    std::error_code error;
    fs::create_directories(directory, error);
    if (!error && !fs::exists(directory / kMarker, error) && !fs::is_empty(directory, error))
        return Error{Errc::AlreadyExists, directory.string() +
                                              " is not empty, and no lab has been there; a lab "
                                              "clears its data directory when it begins"};
    if (!error)
        for (const auto& entry : fs::directory_iterator(directory, error))
            if (entry.path().filename() != kMarker && !error)
                fs::remove_all(entry.path(), error);
    if (error || !std::ofstream(directory / kMarker).good())
        return Error{Errc::Io, "cannot prepare " + directory.string() + ": " +
                                   (error ? error.message() : std::string("no file can be written"))};
    return {};
}

// ---- how it lives

void LabServer::run() {
    while (!stopping_) {
        if (answerOne())
            continue;
        if (held_)
            mailbox_.wait();
        else
            liveOn();
    }
}

bool LabServer::answerOne() {
    auto request = mailbox_.take();
    if (!request)
        return false;
    if (request->line)
        request->answer.set_value(answerCommand(*this, request->controller, *request->line));
    else if (owner_ == request->controller)
        stop();
    if (held_)
        lastLook_ = realClock_.steadyNow(); // no time passes meanwhile
    return true;
}

// Serves whoever comes until something happens that is not theirs, or for a beat.
void LabServer::liveOn() {
    auto& loop = lab().loop();
    auto rest = kBeat;
    if (const auto next = lab().clock().nextDeadline(); realPace_ && next != kNever)
        rest = std::clamp<Duration>(next - lab().clock().steadyNow(), Duration::zero(), kBeat);
    mailbox_.setBell([&loop] { asio::post(loop, [] {}); });
    doorbell_->arm();
    if (loop.stopped())
        loop.restart();
    loop.run_one_for(rest);
    mailbox_.setBell({});
    acceptPeers();
    noticeResets();
    lab().settle();
    followTime();
}

void LabServer::followTime() {
    const auto now = realClock_.steadyNow();
    const auto passed = now - std::exchange(lastLook_, now);
    if (realPace_)
        lab().advance(passed);
}

void LabServer::setPace(bool real) {
    realPace_ = real;
    lastLook_ = realClock_.steadyNow();
}

// ---- its peers

void LabServer::announce(std::uint16_t port, const IpAddress& from) {
    if (port == 0)
        nextPeers_.push_back(from);
    else
        announced_[port] = from;
}

void LabServer::acceptPeers() {
    for (;;) {
        OwnedFd peer(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!peer.valid() && errno != ECONNABORTED && errno != EINTR)
            return;
        if (peer.valid())
            acceptPeer(std::move(peer));
    }
}

void LabServer::acceptPeer(OwnedFd peer) {
    const auto wire = std::make_shared<LabWire>();
    wire->socket = peer.get();
    auto inner = makeTcpTransport(lab().loop(), peer.release(), lab().clock());
    if (!inner)
        return;
    open_.push_back(wire);
    const auto really = (*inner)->remoteEndpoint();
    auto remote = really;
    if (const auto announced = announced_.extract(really.port); !announced.empty()) {
        remote = lab().peerAt(announced.mapped());
        wires_[really.port] = wire;
    } else if (!nextPeers_.empty()) {
        remote = lab().peerAt(nextPeers_.front());
        nextPeers_.pop_front();
    }
    lab().accept(makeLabTransport(std::move(*inner), wire, lab().serverEndpoint(), remote));
}

// Posts to the loop what sessions must hear that neither read nor write.
void LabServer::noticeResets() {
    std::erase_if(open_, [](const auto& wire) { return wire->over; });
    for (const auto& wire : open_)
        asio::post(lab().loop(), [wire] { wire->noticeReset(); });
}

bool LabServer::hasArrived(const SentSoFar& sent) const {
    const auto wire = wires_.find(sent.port);
    if (wire == wires_.end())
        return false;
    return sent.reset ? wire->second->wasReset() : wire->second->hasArrived(sent.octets, sent.ended);
}

Result<> LabServer::await(const std::vector<SentSoFar>& sent) {
    const auto bound = realClock_.steadyNow() + kArrivalBound;
    const auto arrived = [this](const SentSoFar& each) { return hasArrived(each); };
    for (int looks = 0;; ++looks) {
        acceptPeers();
        if (std::all_of(sent.begin(), sent.end(), arrived))
            break;
        if (looks < kBusyLooks)
            continue;
        if (realClock_.steadyNow() > bound)
            return Error{Errc::Timeout, "what was sent does not arrive"};
        ::poll(nullptr, 0, kRestMilliseconds);
    }
    if (std::any_of(sent.begin(), sent.end(), [](const SentSoFar& each) { return each.reset; }))
        noticeResets();
    return {};
}

bool LabServer::hear(const LabWire& wire, std::uint64_t said, bool untilRead) {
    const auto end = lab().clock().steadyNow() + kLongestWait;
    for (;;) {
        lab().settle();
        if (wire.said > said || wire.over || (untilRead && wire.unread() == 0))
            return true;
        if (lab().clock().nextDeadline() > end)
            return false;
        lab().clock().advanceToNext();
    }
}

} // namespace edge::testenv
