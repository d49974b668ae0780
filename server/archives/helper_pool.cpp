#include <edge/base/assert.h>
#include <edge/server/archives/helper_pool.h>
#include <edge/server/archives/helper_process.h>
#include <edge/server/archives/helper_protocol.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <list>
#include <optional>

namespace edge {

namespace asio = boost::asio;

struct ArchiveHelperPool::Helper {
    Helper(asio::io_context& loop, HelperProcess started)
        : process(std::move(started))
        , socket(loop, asio::local::stream_protocol(), process.takeSocket().release()) {}

    HelperProcess process;
    asio::local::stream_protocol::socket socket;
    bool ready = false; // its first answer was read
    std::size_t served = 0;
};

// One archive on its way.
struct ArchiveHelperPool::Job {
    OwnedFd archive;
    ArchiveLimits limits;
    bool atWork = false; // a helper has it
    std::optional<Result<ArchiveListing>> result;
};

// Coroutines that wait for a helper, in order: each sleeps on a timer that never fires and is woken by its
// cancelling.
struct ArchiveHelperPool::Waiters {
    std::list<asio::steady_timer> sleeping;
};

// A place among the helpers, and the helper once there is one. Whatever ends the lease, the place becomes
// free; the helper goes back only when it was declared good.
class ArchiveHelperPool::Lease {
public:
    explicit Lease(ArchiveHelperPool& pool)
        : pool_(pool) {
        ++pool_.inUse_;
    }
    ~Lease() {
        if (atWork_)
            --pool_.working_;
        if (helper)
            std::erase(pool_.busy_, helper.get());
        if (helper && good)
            pool_.idle_.push_back(std::move(helper));
        --pool_.inUse_;
        pool_.wakeFirst();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    void take(std::unique_ptr<Helper> taken) {
        helper = std::move(taken);
        pool_.busy_.push_back(helper.get());
    }

    void beginWork() {
        atWork_ = true;
        ++pool_.working_;
    }

    std::unique_ptr<Helper> helper;
    bool good = false;

private:
    ArchiveHelperPool& pool_;
    bool atWork_ = false;
};

// A place in the queue; leaves it in whatever way the waiting ends, and passes on a waking that came too late
// for it.
class ArchiveHelperPool::Queueing {
public:
    explicit Queueing(ArchiveHelperPool& pool)
        : pool_(pool)
        , place_(pool.waiters_->sleeping.emplace(pool.waiters_->sleeping.end(), pool.loop_,
                                                 asio::steady_timer::time_point::max())) {}
    ~Queueing() {
        pool_.waiters_->sleeping.erase(place_);
        pool_.wakeFirst();
    }
    Queueing(const Queueing&) = delete;
    Queueing& operator=(const Queueing&) = delete;

    asio::steady_timer& timer() { return *place_; }

private:
    ArchiveHelperPool& pool_;
    std::list<asio::steady_timer>::iterator place_;
};

ArchiveHelperPool::ArchiveHelperPool(asio::io_context& loop, Clock& clock, ArchiveHelperSettings settings)
    : loop_(loop)
    , clock_(clock)
    , settings_(std::move(settings))
    , waiters_(std::make_unique<Waiters>()) {
    EDGE_ASSERT(!settings_.command.empty() && settings_.helpers > 0, "helpers can be started");
}

ArchiveHelperPool::~ArchiveHelperPool() = default;

void ArchiveHelperPool::wakeFirst() {
    if (inUse_ < settings_.helpers && !waiters_->sleeping.empty())
        waiters_->sleeping.front().cancel();
}

void ArchiveHelperPool::abandon() {
    stopped_ = true;
    idle_.clear();
    for (auto* helper : busy_)
        helper->socket.close();
    for (auto& timer : waiters_->sleeping)
        timer.cancel();
}

std::vector<pid_t> ArchiveHelperPool::processes() const {
    std::vector<pid_t> pids;
    for (const auto& helper : idle_)
        pids.push_back(helper->process.pid());
    for (const auto* helper : busy_)
        pids.push_back(helper->process.pid());
    return pids;
}

Task<Result<ArchiveListing>> ArchiveHelperPool::list(OwnedFd archive, ArchiveLimits limits) {
    if (waiters_->sleeping.size() >= settings_.maxWaiting)
        co_return Error{Errc::LimitExceeded, "too many archives wait to be read"};
    Job job{std::move(archive), limits, false, std::nullopt};
    auto serving = serve(job);
    auto withinLimit = clock_.within(clock_.steadyNow() + settings_.timeLimit, std::move(serving));
    const bool inTime = co_await std::move(withinLimit);
    if (inTime)
        co_return std::move(*job.result);
    if (!job.atWork)
        co_return Error{Errc::Timeout, "no archive helper became free in time"};
    ArchiveListing slow;
    slow.isArchive = true;
    slow.trouble = "reading it took too long";
    co_return slow;
}

Task<> ArchiveHelperPool::serve(Job& job) {
    co_await freeHelper();
    if (stopped_) {
        job.result = Error{Errc::Unavailable, "the server stops"};
        co_return;
    }
    Lease lease(*this);
    auto preparing = prepare(lease);
    const auto prepared = co_await std::move(preparing);
    if (!prepared) {
        job.result = prepared.error();
        co_return;
    }
    job.atWork = true;
    lease.beginWork();
    auto asking = askHelper(lease, job);
    auto listing = co_await std::move(asking);
    job.result = std::move(listing);
}

// What goes wrong from here on is the archive's fault until somebody proves otherwise.
Task<ArchiveListing> ArchiveHelperPool::askHelper(Lease& lease, const Job& job) {
    auto& helper = *lease.helper;
    ArchiveListing listing;
    listing.isArchive = true;
    if (!send(helper, job)) {
        listing.trouble = "the archive helper ended with " + helper.process.finish();
        co_return listing;
    }
    auto reading = readAnswer(helper);
    const auto answer = co_await std::move(reading);
    auto decoded = answer ? decodeListing(*answer) : Result<ArchiveListing>(answer.error());
    if (!decoded) {
        listing.trouble = decoded.error().code == Errc::Malformed
                              ? decoded.error().message
                              : "the archive helper ended with " + helper.process.finish();
        co_return listing;
    }
    ++helper.served;
    lease.good = !stopped_ && decoded->trouble.empty() && helper.served < settings_.requestsPerHelper;
    co_return std::move(*decoded);
}

// Returns when a lease may be taken, in the order of asking.
Task<> ArchiveHelperPool::freeHelper() {
    if (waiters_->sleeping.empty() && inUse_ < settings_.helpers)
        co_return;
    Queueing place(*this);
    do {
        auto sleeping = place.timer().async_wait(asio::as_tuple(asio::use_awaitable));
        co_await std::move(sleeping);
    } while (!stopped_ && inUse_ >= settings_.helpers);
}

// Gives the lease a helper that is alive and ready.
Task<Result<>> ArchiveHelperPool::prepare(Lease& lease) {
    while (!lease.helper && !idle_.empty()) {
        auto helper = std::move(idle_.back());
        idle_.pop_back();
        if (!helper->process.ended()) // else somebody killed it meanwhile
            lease.take(std::move(helper));
    }
    if (!lease.helper) {
        auto started = HelperProcess::start(settings_.command);
        if (!started)
            co_return started.error();
        lease.take(std::make_unique<Helper>(loop_, std::move(*started)));
    }
    if (lease.helper->ready)
        co_return Result<>{};
    auto reading = readAnswer(*lease.helper);
    const auto greeting = co_await std::move(reading);
    if (!greeting)
        co_return Error{Errc::Unavailable,
                        "an archive helper does not start: " + lease.helper->process.finish()};
    if (!greeting->empty() && settings_.warning && !std::exchange(warned_, true))
        settings_.warning("The archive helper is less confined than it should be: " + *greeting);
    lease.helper->ready = true;
    co_return Result<>{};
}

// Forty octets and a descriptor: they fit into any socket that has nothing in it yet.
bool ArchiveHelperPool::send(Helper& helper, const Job& job) const {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(settings_.timeLimit).count();
    auto request = helperRequest(job.limits, static_cast<std::uint64_t>(seconds));
    iovec part{&request, sizeof request};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    auto* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int fd = job.archive.get();
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return sendmsg(helper.socket.native_handle(), &message, MSG_NOSIGNAL) == sizeof request;
}

Task<Result<std::string>> ArchiveHelperPool::readAnswer(Helper& helper) {
    AnswerLength length = 0;
    auto readingLength = asio::async_read(helper.socket, asio::buffer(&length, sizeof length),
                                          asio::as_tuple(asio::use_awaitable));
    const auto [lengthError, lengthSize] = co_await std::move(readingLength);
    if (lengthError)
        co_return Error{Errc::Reset, lengthError.message()};
    if (length > kMaxAnswer)
        co_return Error{Errc::Malformed, "the archive helper's answer makes no sense"};
    std::string answer(length, '\0');
    auto reading = asio::async_read(helper.socket, asio::buffer(answer), asio::as_tuple(asio::use_awaitable));
    const auto [error, size] = co_await std::move(reading);
    if (error)
        co_return Error{Errc::Reset, error.message()};
    co_return answer;
}

} // namespace edge
