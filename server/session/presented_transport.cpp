#include <edge/server/session/presented_transport.h>

namespace edge {

std::unique_ptr<Transport> PresentedTransport::over(std::unique_ptr<Transport> wire, const Endpoint& local,
                                                    const Endpoint& remote, std::string unread) {
    if (auto* presented = dynamic_cast<PresentedTransport*>(wire.get())) {
        unread += presented->unread_;
        wire = std::move(presented->wire_);
    }
    return std::unique_ptr<Transport>(
        new PresentedTransport(std::move(wire), local, remote, std::move(unread)));
}

Task<Result<std::string_view>> PresentedTransport::read(SteadyTime deadline) {
    handedOut_ = std::exchange(unread_, {});
    if (!handedOut_.empty())
        co_return std::string_view(handedOut_);
    auto reading = wire_->read(deadline);
    co_return co_await std::move(reading);
}

void PresentedTransport::interruptRead() {
    unread_.clear(); // later reads fail, with what lies ready
    wire_->interruptRead();
}

} // namespace edge
