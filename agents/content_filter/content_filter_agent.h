// Content Filter Agent (agents.md 6): gives a message its spam confidence level, stamps it, and refuses,
// deletes or quarantines what reaches a threshold. The score itself comes from the server's ContentClassifier
// and the rules of scl_score.h; the agent is the order of questions in agents.md 6.3.
#pragma once

#include <edge/agent.h>
#include <edge/agent_factory.h>
#include <edge/agents/content_filter/antispam_report.h>
#include <edge/agents/content_filter/content_filter_config.h>
#include <edge/agents/content_filter/content_verdict.h>
#include <edge/agents/content_filter/phrase_matcher.h>
#include <edge/agents/content_filter/scl_score.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace edge {

// The matcher of the phrases in force: made when they change, kept for all sessions. Callable from several
// threads at once.
class PhraseCache {
public:
    std::shared_ptr<const PhraseMatcher> matcher(const PhraseMatcher::Phrases& phrases);

private:
    std::mutex mutex_;
    PhraseMatcher::Phrases phrases_; // what matcher_ was made of
    std::shared_ptr<const PhraseMatcher> matcher_;
};

class ContentFilterAgent final : public SmtpReceiveAgent {
public:
    // More than that, body with attachments, is not scanned (agents.md 6.3).
    static constexpr std::uint64_t kMaxScannedSize = 11 * 1024 * 1024;
    // A number from 0 to 9 that stands in for the classifier's, where Set-EdgeSimContentFilter lets it.
    static constexpr char kLabSclHeader[] = "X-EdgeSim-SCL";

    ContentFilterAgent(SmtpServer& server, PhraseCache& phrases);

    Task<> onEndOfData(ReceiveMessageEventSource& source, const EndOfDataEventArgs& e) override;

private:
    // Score and report of an examined message.
    struct Examined {
        int scl = 0;
        std::optional<int> pcl;
        std::string report;
    };

    bool isExemptByStamp(ReceiveMessageEventSource& source, const MailItem& item) const;
    bool isBypassedSender(ReceiveMessageEventSource& source, const MailItem& item) const;
    Task<std::vector<RoutingAddress>> examinedRecipients(ReceiveMessageEventSource& source,
                                                         const MailItem& item) const;
    Task<bool> isBypassedRecipient(ReceiveMessageEventSource& source, const RoutingAddress& address) const;
    Task<Examined> examine(ReceiveMessageEventSource& source, const EndOfDataEventArgs& e);
    Task<Classification> classify(ReceiveMessageEventSource& source, const MailItem& item,
                                  const MessageText& text) const;
    PhraseMatches findPhrases(const MessageText& text);
    std::optional<int> labHeader(ReceiveMessageEventSource& source, const MailItem& item) const;
    void act(ReceiveMessageEventSource& source, const MailItem& item, const Examined& examined,
             const std::vector<RoutingAddress>& recipients) const;

    SmtpServer& server_;
    PhraseCache& phrases_;
    const ContentFilterConfig& config_;            // of the session's snapshot
    std::shared_ptr<const PhraseMatcher> matcher_; // the same; none until a message asks for it
};

// Shares the phrases between sessions.
class ContentFilterAgentFactory final : public AgentFactory {
public:
    EventSet events() const override { return handledEvents<ContentFilterAgent>(); }
    std::unique_ptr<SmtpReceiveAgent> createReceiveAgent(SmtpServer& server) override {
        return std::make_unique<ContentFilterAgent>(server, phrases_);
    }

private:
    PhraseCache phrases_;
};

} // namespace edge
