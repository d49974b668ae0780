// A connection that goes on under other addresses: behind a proxy that said XCLIENT, the next session sees
// the client the proxy stands for. Input that the session before has read, but not looked at, comes first.
#pragma once

#include <edge/server/transport.h>

#include <memory>
#include <string>
#include <utility>

namespace edge {

class PresentedTransport final : public Transport {
public:
    // A connection that was presented before is presented anew: however often that happens, there is one
    // PresentedTransport round it.
    static std::unique_ptr<Transport> over(std::unique_ptr<Transport> wire, const Endpoint& local,
                                           const Endpoint& remote, std::string unread);

    Endpoint localEndpoint() const override { return local_; }
    Endpoint remoteEndpoint() const override { return remote_; }
    Task<Result<std::string_view>> read(SteadyTime deadline) override;
    Task<Result<>> write(std::string bytes, SteadyTime deadline) override {
        return wire_->write(std::move(bytes), deadline);
    }
    void interruptRead() override;
    void close(PeerState peer) override { wire_->close(peer); }
    void onReset(std::function<void()> reset) override { wire_->onReset(std::move(reset)); }

private:
    PresentedTransport(std::unique_ptr<Transport> wire, const Endpoint& local, const Endpoint& remote,
                       std::string unread)
        : wire_(std::move(wire))
        , local_(local)
        , remote_(remote)
        , unread_(std::move(unread)) {}

    std::unique_ptr<Transport> wire_;
    const Endpoint local_;
    const Endpoint remote_;
    std::string unread_;
    std::string handedOut_; // what the last read returned a view of
};

} // namespace edge
