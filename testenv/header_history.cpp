#include <edge/testenv/header_history.h>

#include <algorithm>

namespace edge::testenv {
namespace {

bool isStateOf(const MessageState& state, const MailItem& item) {
    if (state.bodySize != item.body.size() || state.contentRevision != item.contentRevision ||
        state.headers.size() != item.headers.size() || state.recipients.size() != item.recipients.size())
        return false;
    return std::equal(state.headers.begin(), state.headers.end(), item.headers.begin(),
                      [](const Header& one, const Header& other) { return one.raw() == other.raw(); }) &&
           std::equal(state.recipients.begin(), state.recipients.end(), item.recipients.begin(),
                      [](const std::string& one, const EnvelopeRecipient& other) {
                          return one == other.address.toString();
                      });
}

} // namespace

MessageStatePtr HeaderHistory::stateOf(const MailItem& item) {
    if (last_ && isStateOf(*last_, item))
        return last_;
    MessageState state{item.headers, {}, item.body.size(), item.contentRevision};
    for (const auto& recipient : item.recipients)
        state.recipients.push_back(recipient.address.toString());
    octets_ += state.headers.byteCount();
    last_ = std::make_shared<const MessageState>(std::move(state));
    return last_;
}

Task<> HeaderHistory::beforeAgent(const AgentCall& call) {
    truncated_ = truncated_ || calls_.size() >= kMaxCalls || octets_ > kMaxOctets;
    begun_.erase(call.mailItem); // of a call that was cancelled
    if (call.mailItem && !truncated_)
        begun_[call.mailItem] = stateOf(*call.mailItem);
    co_return;
}

void HeaderHistory::afterAgent(const AgentCall& call, const Decision& decision) {
    const auto begun = call.mailItem ? begun_.find(call.mailItem) : begun_.end();
    if (begun == begun_.end())
        return;
    const auto before = begun->second;
    begun_.erase(begun);
    const bool unchanged = decision.revisionBefore == decision.revision;
    calls_.push_back({call.step.sessionId, call.step.messageOrdinal, call.event, std::string(call.agent),
                      decision.revisionBefore, decision.revision, before,
                      unchanged ? before : stateOf(*call.mailItem)});
}

const MessageCall* HeaderHistory::callOf(const Decision& decision) const {
    const auto found = std::find_if(calls_.rbegin(), calls_.rend(), [&decision](const MessageCall& call) {
        return call.event == decision.event && call.agent == decision.agent &&
               call.revisionBefore == decision.revisionBefore && call.revision == decision.revision &&
               call.sessionId == decision.step->sessionId &&
               call.messageOrdinal == decision.step->messageOrdinal;
    });
    return found == calls_.rend() ? nullptr : &*found;
}

void HeaderHistory::clear() {
    *this = HeaderHistory();
}

} // namespace edge::testenv
