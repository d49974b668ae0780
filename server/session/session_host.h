// SessionHost: the sessions of one loop. It picks the connector for a new peer, asks the limits, starts the
// session's coroutine, and is how the server ends them all.
#pragma once

#include <edge/server/session/session_services.h>
#include <edge/server/session/smtp_in_session.h>
#include <edge/server/transport.h>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <list>
#include <memory>

namespace edge {

// What new sessions run; replaced as a whole when administrators change something.
struct LiveState {
    ConfigurationPtr configuration;
    PipelineSnapshotPtr pipeline;
    AgentTimeLimits agentTimeLimits;
};
using LiveStatePtr = std::shared_ptr<const LiveState>;

// Lives on one loop; every member is called there.
class SessionHost {
public:
    // `current` gives the state a new session begins with.
    SessionHost(boost::asio::any_io_executor executor, const SessionServices& services,
                std::function<LiveStatePtr()> current);
    ~SessionHost();

    // Serves the peer to the end of its session. `selection` is the endpoint that connectors' bindings are
    // compared with. Without a connector for it the peer gets 421 and is closed (platform.md 2.2).
    void accept(std::unique_ptr<Transport> transport, const Endpoint& selection);
    // New peers are turned away with 421; idle sessions are told 421, those inside DATA may finish.
    void requestShutdown();
    // Ends whatever is left: the shutdown bound has passed.
    void cancelAll();
    std::size_t size() const { return sessions_.size(); }
    // Called whenever the last session has ended.
    void onEmpty(std::function<void()> empty) { empty_ = std::move(empty); }

private:
    struct Live;
    using Sessions = std::list<std::unique_ptr<Live>>;

    void ended(Sessions::iterator entry);

    boost::asio::any_io_executor executor_;
    const SessionServices& services_;
    std::function<LiveStatePtr()> current_;
    std::function<void()> empty_;
    Sessions sessions_;
    bool shuttingDown_ = false;
};

} // namespace edge
