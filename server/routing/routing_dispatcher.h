// The categorizer's view of the routing agents: four events a message, in Exchange's order (platform.md 1.3).
// The server binds the agent pipeline to it; without agents nothing is asked.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/task.h>
#include <edge/mail/mail_item.h>

#include <string>

namespace edge {

// What the agents of one event made of a message; the acts of QueuedMessageEventSource (platform.md 1.3).
struct RoutingVerdict {
    enum class Act {
        Continue, // on to the next event
        Delete,   // dropped silently, no DSN
        Defer,    // back into the queue with its original content, for `delay`
        Fault,    // an agent threw: tried again, a bounded number of times
    };
    Act act = Act::Continue;
    Duration delay{};
    std::string reason; // for people
};

// One message at a time; its events come in order and are awaited one by one. An exception counts as a Fault.
class RoutingDispatcher {
public:
    virtual ~RoutingDispatcher() = default;
    // True where nobody listens: then no event is raised and no attempt is counted.
    virtual bool isEmpty() const = 0;
    virtual Task<RoutingVerdict> onSubmitted(MailItem& item) = 0;
    virtual Task<RoutingVerdict> onResolved(MailItem& item) = 0;
    virtual Task<RoutingVerdict> onRouted(MailItem& item) = 0;
    virtual Task<RoutingVerdict> onCategorized(MailItem& item) = 0;
};

// No routing agents.
class EmptyRoutingDispatcher final : public RoutingDispatcher {
public:
    bool isEmpty() const override { return true; }
    Task<RoutingVerdict> onSubmitted(MailItem&) override { co_return RoutingVerdict{}; }
    Task<RoutingVerdict> onResolved(MailItem&) override { co_return RoutingVerdict{}; }
    Task<RoutingVerdict> onRouted(MailItem&) override { co_return RoutingVerdict{}; }
    Task<RoutingVerdict> onCategorized(MailItem&) override { co_return RoutingVerdict{}; }
};

} // namespace edge
