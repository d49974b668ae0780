// A window into the pipeline: something that looks before and after each agent call. Explanations, header
// revisions and step mode (which simply does not return from beforeAgent yet) are built on it.
#pragma once

#include <edge/base/task.h>
#include <edge/decision.h>
#include <edge/mail/mail_item.h>

#include <string_view>

namespace edge {

struct AgentCall {
    AgentEvent event;
    std::string_view agent;
    const StepSnapshot& step;
    const MailItem* mailItem; // nullptr where there is no message yet
};

class DispatchObserver {
public:
    virtual ~DispatchObserver() = default;
    // Awaited before the call: waiting here holds this session only.
    virtual Task<> beforeAgent(const AgentCall& call) = 0;
    // At the beginning of the call, inside it: what this throws is taken for the agent's own exception
    // (scripted faults).
    virtual void enterAgent(const AgentCall&) {}
    // After the call; `decision` has been recorded.
    virtual void afterAgent(const AgentCall& call, const Decision& decision) = 0;
};

} // namespace edge
