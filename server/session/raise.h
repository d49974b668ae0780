// SmtpInSession::raise, for the driver's two source files.
#pragma once

#include <edge/server/session/session_state.h>

namespace edge {

template <class Source, class Args>
Task<EventOutcome> SmtpInSession::raise(AgentEvent event, Task<> (SmtpReceiveAgent::*handler)(Source&, Args&),
                                        std::remove_const_t<Args>& args) {
    if (!dispatcher_->handles(event))
        co_return EventOutcome{};
    const MailItem* item = transaction_ ? transaction_->item.get() : nullptr;
    auto raising = dispatcher_->raise(event, handler, args, step(), item);
    co_return co_await std::move(raising);
}

} // namespace edge
