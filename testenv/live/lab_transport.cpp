#include <edge/testenv/live/lab_transport.h>

#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <string>
#include <utility>

namespace edge::testenv {
namespace {

bool shows(int socket, short events) {
    pollfd state{socket, events, 0};
    return ::poll(&state, 1, 0) == 1 && (state.revents & events) != 0;
}

class LabTransport final : public Transport {
public:
    LabTransport(std::unique_ptr<Transport> inner, std::shared_ptr<LabWire> wire, const Endpoint& local,
                 const Endpoint& remote)
        : inner_(std::move(inner))
        , wire_(std::move(wire))
        , local_(local)
        , remote_(remote) {}
    ~LabTransport() override {
        wire_->over = true;
        wire_->onReset = nullptr;
    }

    Endpoint localEndpoint() const override { return local_; }
    Endpoint remoteEndpoint() const override { return remote_; }

    Task<Result<std::string_view>> read(SteadyTime deadline) override {
        const Operation operation(*this);
        if (interrupted_)
            co_return Error{Errc::Cancelled, "reading was interrupted"};
        if (!rest_.empty() && !wire_->silent)
            co_return piece();
        for (;;) {
            auto reading = inner_->read(deadline);
            const auto got = co_await std::move(reading);
            if (!got)
                co_return got.error();
            wire_->heard += got->size();
            if (wire_->silent)
                continue; // lost on its way
            if (got->size() <= wire_->readSize)
                co_return *got;
            rest_ = *got;
            co_return piece();
        }
    }

    Task<Result<>> write(std::string bytes, SteadyTime deadline) override {
        const Operation operation(*this);
        if (wire_->silent)
            co_return Result<>(); // a network that swallows everything
        const auto octets = bytes.size();
        auto writing = inner_->write(std::move(bytes), deadline);
        const auto written = co_await std::move(writing);
        if (written)
            wire_->said += octets;
        co_return written;
    }

    void interruptRead() override {
        interrupted_ = true;
        rest_.clear();
        inner_->interruptRead();
    }
    void close(PeerState peer) override {
        wire_->over = true;
        wire_->onReset = nullptr;
        inner_->close(peer);
    }
    void onReset(std::function<void()> reset) override { wire_->onReset = std::move(reset); }

private:
    // One read or write, for as long as it takes.
    class Operation {
    public:
        explicit Operation(LabTransport& transport)
            : wire_(*transport.wire_) {
            transport.beginOperation();
            wire_.busy = true;
        }
        ~Operation() { wire_.busy = false; }
        Operation(const Operation&) = delete;
        Operation& operator=(const Operation&) = delete;

    private:
        LabWire& wire_;
    };

    void beginOperation() {
        if (++wire_->operations != wire_->silentAt)
            return;
        wire_->silent = true;
        rest_.clear();
    }

    std::string_view piece() {
        piece_ = rest_.substr(0, wire_->readSize);
        rest_.erase(0, piece_.size());
        return piece_;
    }

    const std::unique_ptr<Transport> inner_;
    const std::shared_ptr<LabWire> wire_;
    const Endpoint local_;
    const Endpoint remote_;
    std::string rest_;  // read, but more than one read may give
    std::string piece_; // what the last view points into
    bool interrupted_ = false;
};

} // namespace

std::uint64_t LabWire::unread() const {
    int octets = 0;
    const bool known = !over && ::ioctl(socket, FIONREAD, &octets) == 0;
    return known ? static_cast<std::uint64_t>(octets) : 0;
}

bool LabWire::hasArrived(std::uint64_t octets, bool ended) const {
    return over || (heard + unread() >= octets && (!ended || shows(socket, POLLRDHUP)));
}

bool LabWire::wasReset() const {
    return over || shows(socket, POLLERR | POLLHUP);
}

void LabWire::noticeReset() {
    if (over || busy || silent || !onReset || !wasReset())
        return;
    const auto tell = std::exchange(onReset, nullptr);
    tell();
}

std::unique_ptr<Transport> makeLabTransport(std::unique_ptr<Transport> inner, std::shared_ptr<LabWire> wire,
                                            const Endpoint& local, const Endpoint& remote) {
    return std::make_unique<LabTransport>(std::move(inner), std::move(wire), local, remote);
}

} // namespace edge::testenv
