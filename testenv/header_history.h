// HeaderHistory: what each agent call did to the message in its hands. A window into the pipeline that keeps
// the message before and after every call, so that "which agent changed the subject?" has an answer; states
// that are equal are kept once, and what is kept is bounded.
#pragma once

#include <edge/decision.h>
#include <edge/dispatch_observer.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace edge::testenv {

// A message at one moment, as far as agents change it. Of the body there are size and number of edits only:
// nobody copies a body to look at it.
struct MessageState {
    HeaderList headers;
    std::vector<std::string> recipients;
    std::uint64_t bodySize = 0;
    std::uint32_t contentRevision = 0;
};
using MessageStatePtr = std::shared_ptr<const MessageState>;

// One agent call that had a message.
struct MessageCall {
    std::uint64_t sessionId = 0; // 0: a routing agent's
    std::uint32_t messageOrdinal = 0;
    AgentEvent event = AgentEvent::OnConnect;
    std::string agent;
    std::uint32_t revisionBefore = 0; // those of the Decision
    std::uint32_t revision = 0;
    MessageStatePtr before;
    MessageStatePtr after; // the same state where the agent changed nothing

    bool changed() const { return before != after; }
    bool bodyChanged() const { return before->contentRevision != after->contentRevision; }
};

// For worlds of one thread, such as the Lab.
class HeaderHistory final : public DispatchObserver {
public:
    // Calls and octets of header that are kept; what comes later is not.
    static constexpr std::size_t kMaxCalls = 100'000;
    static constexpr std::size_t kMaxOctets = 64 * 1024 * 1024;

    Task<> beforeAgent(const AgentCall& call) override;
    void afterAgent(const AgentCall& call, const Decision& decision) override;

    // In the order in which the calls ended.
    const std::vector<MessageCall>& calls() const { return calls_; }
    // The call behind that decision; nullptr where there was no message yet.
    const MessageCall* callOf(const Decision& decision) const;
    // Something was not kept.
    bool isTruncated() const { return truncated_; }
    void clear();

private:
    MessageStatePtr stateOf(const MailItem& item);

    std::vector<MessageCall> calls_;
    std::unordered_map<const MailItem*, MessageStatePtr> begun_; // calls that have not ended
    MessageStatePtr last_;
    std::size_t octets_ = 0;
    bool truncated_ = false;
};

} // namespace edge::testenv
