// Notices peers that have reset their connection while nobody reads from it: an agent is at work, or the
// disk. It asks the system about such connections a few times a second. A standing wait for errors would tell
// at once, but with one pending Asio gives every read an epoll_ctl of its own (docs/performance.md), and most
// sessions are never away from their reads for as long as a tick.
#pragma once

#include <edge/server/net/deadline_watch.h>

#include <boost/asio/execution_context.hpp>
#include <boost/intrusive/list.hpp>

#include <optional>
#include <utility>

namespace boost::asio {
class io_context;
}

namespace edge {

// How late a reset is noticed at most. Agents that take longer than this are what it is for.
inline constexpr Duration kResetTick = std::chrono::milliseconds(250);

// One a loop, and for its thread only.
class ResetWatch final : public boost::asio::execution_context::service {
public:
    using key_type = ResetWatch;
    static boost::asio::execution_context::id id;

    // Something to look at; forgotten when it is destroyed.
    class Watched : public boost::intrusive::list_base_hook<
                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    public:
        virtual ~Watched() = default;
        // Must not add or forget anybody at once: it posts what it has to tell.
        virtual void lookForReset() = 0;
    };

    static ResetWatch& of(boost::asio::io_context& loop, Clock& clock);
    explicit ResetWatch(boost::asio::execution_context& loop);

    // Looks at it with every tick from now on.
    void add(Watched& watched);
    static void forget(Watched& watched) { watched.unlink(); }

private:
    using List = boost::intrusive::list<Watched, boost::intrusive::constant_time_size<false>>;

    void shutdown() noexcept override;
    void tick();

    Clock* clock_ = nullptr;
    std::optional<DeadlineWatch> watch_;
    List watched_;
    bool ticking_ = false;
};

} // namespace edge
