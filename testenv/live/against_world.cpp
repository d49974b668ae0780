#include <edge/base/assert.h>
#include <edge/server/net/socket_address.h>
#include <edge/server/net/system_clock.h>
#include <edge/testenv/live/against_world.h>
#include <edge/testenv/live/smtp_socket.h>

#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>
#include <variant>

namespace edge::testenv {
namespace {

constexpr std::chrono::seconds kConnectBound(30);
// How long a reply may take: a tarpit and a slow disk are in it, an idle timeout is not.
constexpr std::chrono::seconds kReplyBound(60);
// Time that a scenario may ask for: it is real here.
constexpr Duration kLongestSilence = std::chrono::seconds(10);

// Whether a step is about nothing but the wire.
struct NeedsOnlyTheWire {
    bool operator()(const step::Client&) const { return true; }
    bool operator()(const step::Send&) const { return true; }
    bool operator()(const step::Hello&) const { return true; }
    bool operator()(const step::Envelope&) const { return true; }
    bool operator()(const step::Wait&) const { return true; }
    bool operator()(const step::Reply& reply) const { return !reply.after; }
    bool operator()(const step::Silence& silence) const { return silence.span <= kLongestSilence; }
    bool operator()(const step::Leave& leave) const { return !leave.after; }
    template <class Other>
    bool operator()(const Other&) const {
        return false;
    }
};

// What is asked of the server must not have been asked: such scenarios are not played.
[[noreturn]] void notHere() {
    EDGE_ASSERT(false, "a scenario that needs more than the wire is played against a foreign server");
    std::abort();
}

class AgainstClient final : public WorldClient {
public:
    explicit AgainstClient(SmtpSocket socket)
        : socket_(std::move(socket)) {}

    void send(std::string_view bytes) override {
        while (!bytes.empty() && !socket_.ended()) {
            const auto sent = socket_.send(bytes);
            bytes.remove_prefix(sent);
            if (sent == 0)
                socket_.receive(heard_, kPatience); // its buffers are full, or it has gone
        }
    }
    std::vector<std::string> read() override {
        for (;;) {
            if (auto reply = takeReply(heard_); !reply.empty())
                return reply;
            if (!socket_.receive(heard_, kReplyBound))
                return {};
        }
    }
    bool hasUnread() override {
        socket_.receive(heard_, std::chrono::milliseconds(0));
        return !heard_.empty();
    }
    bool closed() override {
        socket_.receive(heard_, std::chrono::milliseconds(0));
        return socket_.ended();
    }
    void leave(step::Ending how) override { socket_.leave(how); }
    void setReadSize(std::size_t) override { notHere(); }
    void silentAt(std::size_t) override { notHere(); }

private:
    static constexpr std::chrono::milliseconds kPatience{10};
    SmtpSocket socket_;
    std::string heard_;
};

class AgainstWorld final : public ScenarioWorld {
public:
    explicit AgainstWorld(const Endpoint& server)
        : server_(server) {}

    bool meets(const Condition&) override { return false; } // nobody can know
    CmdletAnswer run(std::string_view) override { notHere(); }
    Result<> addZone(std::string_view) override { notHere(); }
    void setDnsStrict() override { notHere(); }
    void setScl(std::optional<int>) override { notHere(); }
    void setScanner(const step::Scanner&) override { notHere(); }
    Result<> breakDown(const step::Fault&) override { notHere(); }

    std::unique_ptr<WorldClient> connect(const IpAddress&) override {
        auto socket = SmtpSocket::connect(server_, kConnectBound);
        if (!socket)
            throw std::runtime_error(socket.error().message);
        return std::make_unique<AgainstClient>(std::move(*socket));
    }
    void settle() override {}
    void advance(Duration span) override {
        ::poll(nullptr, 0,
               static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(span).count()));
    }
    UtcTime utcNow() override { return clock_.utcNow(); }
    SteadyTime steadyNow() override { return clock_.steadyNow(); }

    const std::vector<Decision>& decisions() override { return none_; }
    std::vector<WorldQuestion> questions() override { return {}; }
    std::vector<WorldQuestion> unexpectedQuestions() override { return {}; }
    std::uint64_t scans() override { notHere(); }
    std::vector<PublishedMessage> replay() override { return {}; }
    std::optional<std::vector<std::string>> headerAt(const step::HeaderMoment&, const std::string&) override {
        notHere();
    }
    std::string file(const std::string&) override { notHere(); }
    std::vector<std::string> agentLog() override { notHere(); }
    std::string receiveLog() override { notHere(); }

private:
    const Endpoint server_;
    SystemClock clock_;
    const std::vector<Decision> none_;
};

} // namespace

Result<Endpoint> serverToPlayAgainst(std::string_view text) {
    if (auto endpoint = Endpoint::parse(text))
        return *endpoint;
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size())
        return Error{Errc::InvalidArgument, "\"" + std::string(text) + "\" is no HOST:PORT"};
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string host(text.substr(0, colon));
    const std::string port(text.substr(colon + 1));
    if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
        return Error{Errc::InvalidArgument, std::string(text) + ": " + ::gai_strerror(error)};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, &::freeaddrinfo);
    SocketAddress address;
    std::copy_n(reinterpret_cast<const char*>(found->ai_addr), found->ai_addrlen,
                reinterpret_cast<char*>(&address.storage));
    address.length = found->ai_addrlen;
    return toEndpoint(address);
}

std::optional<std::string> whyNotAgainst(const Scenario& scenario) {
    if (scenario.bare)
        return "it needs a server as it is after setup";
    if (scenario.profile != kDefaultProfile)
        return "it needs profile " + std::string(profile(scenario.profile).name);
    for (const auto& step : scenario.steps)
        if (!std::visit(NeedsOnlyTheWire{}, step.action))
            return "line " + std::to_string(step.place.line) + " needs more than a connection: " + step.text;
    return std::nullopt;
}

WorldFactory worldsAgainst(const Endpoint& server) {
    return [server](const Scenario& scenario, std::uint64_t) -> std::unique_ptr<ScenarioWorld> {
        if (const auto why = whyNotAgainst(scenario))
            throw CannotPlay(*why);
        return std::make_unique<AgainstWorld>(server);
    };
}

} // namespace edge::testenv
