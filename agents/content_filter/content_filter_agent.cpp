#include <edge/agents/content_filter/comparable_text.h>
#include <edge/agents/content_filter/content_filter_agent.h>
#include <edge/agents/content_filter/html_text.h>
#include <edge/agents/mail_scope.h>
#include <edge/agents/message_notes.h>
#include <edge/agents/reasons.h>

#include <algorithm>

namespace edge {
namespace {

constexpr char kSenderBypassed[] = "SenderBypassed";
constexpr char kAllRecipientsBypassed[] = "AllRecipientsBypassed";
// In the delivery report around a quarantined message, behind 550 5.2.1 (agents.md 6.4, observed).
constexpr char kQuarantined[] = "Content Filter agent quarantined this message";

// Logged as accepted without a score.
void acceptUnexamined(ReceiveMessageEventSource& source) {
    source.acceptMessage({reasons::kScl, reasons::kContentFilteringBypassed});
}

void exempt(ReceiveMessageEventSource& source, MailItem& item, const std::string& token) {
    source.addInput("SCL", std::to_string(kExemptScl) + ": " + token);
    source.setDiagnostics(token);
    stampExempt(item.headers, token);
    acceptUnexamined(source);
}

std::string signedText(int points) {
    return (points < 0 ? "" : "+") + std::to_string(points);
}

void explain(ReceiveMessageEventSource& source, const std::vector<ScoreLine>& lines) {
    for (const auto& line : lines)
        source.addInput(line.rule, signedText(line.points) + (line.what.empty() ? "" : ": " + line.what));
}

} // namespace

std::shared_ptr<const PhraseMatcher> PhraseCache::matcher(const PhraseMatcher::Phrases& phrases) {
    const std::lock_guard lock(mutex_);
    if (!matcher_ || phrases_ != phrases) {
        phrases_ = phrases;
        matcher_ = std::make_shared<const PhraseMatcher>(phrases_);
    }
    return matcher_;
}

ContentFilterAgent::ContentFilterAgent(SmtpServer& server, PhraseCache& phrases)
    : server_(server)
    , phrases_(phrases)
    , config_(server.configuration().get<ContentFilterConfig>()) {}

// The steps of agents.md 6.3.
Task<> ContentFilterAgent::onEndOfData(ReceiveMessageEventSource& source, const EndOfDataEventArgs& e) {
    auto& item = e.mailItem;
    if (item.recipients.empty())
        co_return; // other agents took them all: nobody will get it
    const auto verdict = scopeVerdict(config_.scope, e.smtpSession, server_, item.fromAddress);
    if (verdict == ScopeVerdict::AntispamBypass) {
        exempt(source, item, e.smtpSession.antispamBypassReason());
        co_return;
    }
    if (verdict != ScopeVerdict::Examine) {
        source.addInput("Not examined", std::string(toString(verdict)));
        co_return;
    }
    if (isExemptByStamp(source, item)) {
        acceptUnexamined(source);
        co_return;
    }
    if (isBypassedSender(source, item)) {
        exempt(source, item, kSenderBypassed);
        co_return;
    }
    const auto recipients = co_await examinedRecipients(source, item);
    if (recipients.empty()) {
        exempt(source, item, kAllRecipientsBypassed);
        co_return;
    }
    if (item.body.size() > kMaxScannedSize) {
        source.addInput("Not examined", std::to_string(item.body.size()) + " octets; more than " +
                                            std::to_string(kMaxScannedSize) + " are not scanned");
        acceptUnexamined(source);
        co_return;
    }
    const auto examined = co_await examine(source, e);
    source.addInput("SCL", std::to_string(examined.scl));
    source.setDiagnostics(examined.report);
    stamp(item.headers, examined.scl, examined.pcl, examined.report);
    act(source, item, examined, recipients);
}

// A stamp that is still there came from a rule of ours or from a server that may bring it: the header
// firewall removes all others. A report beside it means that a filter judged already (docs/decisions/0822).
bool ContentFilterAgent::isExemptByStamp(ReceiveMessageEventSource& source, const MailItem& item) const {
    const auto scl = stampedScl(item.headers);
    if (!scl || (*scl != kExemptScl && !item.headers.contains(kAntispamReportHeader)))
        return false;
    source.addInput("Stamped SCL", std::to_string(*scl));
    return true;
}

bool ContentFilterAgent::isBypassedSender(ReceiveMessageEventSource& source, const MailItem& item) const {
    if (config_.bypassedSenders.contains(item.fromAddress)) {
        source.addInput("BypassedSenders", item.fromAddress.toString());
        return true;
    }
    if (isBypassedDomain(config_, item.fromAddress.domainPart())) {
        source.addInput("BypassedSenderDomains", std::string(item.fromAddress.domainPart()));
        return true;
    }
    return false;
}

// The recipients that no list spares.
Task<std::vector<RoutingAddress>> ContentFilterAgent::examinedRecipients(ReceiveMessageEventSource& source,
                                                                         const MailItem& item) const {
    std::vector<RoutingAddress> examined;
    for (const auto& recipient : item.recipients) {
        const bool bypassed = co_await isBypassedRecipient(source, recipient.address);
        if (!bypassed)
            examined.push_back(recipient.address);
    }
    co_return examined;
}

Task<bool> ContentFilterAgent::isBypassedRecipient(ReceiveMessageEventSource& source,
                                                   const RoutingAddress& address) const {
    if (config_.bypassedRecipients.contains(address)) {
        source.addInput("BypassedRecipients", address.toString());
        co_return true;
    }
    auto asking = server_.addressBook().find(address);
    const auto entry = co_await std::move(asking);
    if (!entry) // who cannot be looked up is filtered like everybody else
        source.addInput("AddressBook", address.toString() + ": " + entry.error().message);
    const bool bypassed = entry && *entry && (*entry)->antispamBypass;
    if (bypassed)
        source.addInput("AntispamBypassEnabled", address.toString());
    co_return bypassed;
}

Task<Classification> ContentFilterAgent::classify(ReceiveMessageEventSource& source, const MailItem& item,
                                                  const MessageText& text) const {
    auto asking = server_.contentClassifier().classify(item, text);
    auto answer = co_await std::move(asking);
    if (answer)
        co_return std::move(*answer);
    source.addInput("Classifier", answer.error().message); // docs/decisions/0823
    co_return Classification{};
}

PhraseMatches ContentFilterAgent::findPhrases(const MessageText& text) {
    if (!matcher_)
        matcher_ = phrases_.matcher(server_.configuration().all<ContentFilterPhrase>());
    if (matcher_->empty())
        return {};
    auto searched = comparable(text.subject);
    for (const auto& part : text.parts) {
        searched += '\n'; // no phrase reaches from one part into the next
        appendComparable(searched, part.html ? htmlText(part.text) : part.text);
    }
    return matcher_->search(searched);
}

std::optional<int> ContentFilterAgent::labHeader(ReceiveMessageEventSource& source,
                                                 const MailItem& item) const {
    if (!config_.sclHeaderEnabled)
        return std::nullopt;
    const auto value = item.headers.get(kLabSclHeader);
    if (!value)
        return std::nullopt;
    if (value->size() == 1 && value->front() >= '0' && value->front() <= '9')
        return value->front() - '0';
    source.addInput(kLabSclHeader, *value + ": not a number from 0 to 9");
    return std::nullopt;
}

// A score that was stamped without a report is a rule's: it stands, and nothing is scanned.
Task<ContentFilterAgent::Examined> ContentFilterAgent::examine(ReceiveMessageEventSource& source,
                                                               const EndOfDataEventArgs& e) {
    const auto& item = e.mailItem;
    AntispamReport report;
    report.senderIdResult = item.headers.get(kSenderIdResultHeader).value_or("");
    report.originatingIp = e.smtpSession.lastExternalIpAddress();
    if (const auto stamped = stampedScl(item.headers)) {
        source.addInput("Stamped SCL", std::to_string(*stamped));
        co_return Examined{*stamped, std::nullopt, report.toString()};
    }
    const auto text = readMessageText(item);
    const auto classification = co_await classify(source, item, text);
    const auto phrases = findPhrases(text);
    const auto* blocked = item.properties.get<bool>(message_notes::kSenderBlocked);
    const auto score = scoreOf({.base = classification.scl,
                                .header = labHeader(source, item),
                                .senderIdResult = report.senderIdResult,
                                .senderBlocked = blocked && *blocked,
                                .mimeDefect = text.defects.empty() ? "" : text.defects.front(),
                                .badPhrase = phrases.bad,
                                .goodPhrase = phrases.good});
    explain(source, classification.lines);
    explain(source, score.lines);
    report.definitionVersion = classification.version;
    report.pcl = classification.pcl;
    report.customList = score.byPhrase;
    report.mimeErrors = !text.defects.empty();
    co_return Examined{score.scl, classification.pcl, report.toString()};
}

void ContentFilterAgent::act(ReceiveMessageEventSource& source, const MailItem& item,
                             const Examined& examined, const std::vector<RoutingAddress>& recipients) const {
    const auto scl = std::to_string(examined.scl);
    const bool all = recipients.size() == item.recipients.size();
    auto verdict = verdictOf(config_, examined.scl);
    const char* reason = verdict == ContentVerdict::Delete       ? reasons::kSclAtOrAboveDeleteThreshold
                         : verdict == ContentVerdict::Reject     ? reasons::kSclAtOrAboveRejectThreshold
                         : verdict == ContentVerdict::Quarantine ? reasons::kSclAtOrAboveQuarantineThreshold
                                                                 : reasons::kScl;
    if (verdict == ContentVerdict::Quarantine && item.headers.contains(kQuarantineHeader)) {
        source.addInput(kQuarantineHeader, "released: not quarantined again");
        verdict = ContentVerdict::Deliver;
    }
    if (verdict == ContentVerdict::Quarantine && isDeliveryReport(item)) {
        source.addInput("Delivery report", "deleted, not quarantined");
        verdict = ContentVerdict::Delete;
    }
    const Because because{reason, scl};
    switch (verdict) {
    case ContentVerdict::Deliver:
        source.acceptMessage({reasons::kScl, scl});
        return;
    case ContentVerdict::Delete:
        all ? source.discardMessage(because) : source.deleteRecipients(recipients, because);
        return;
    case ContentVerdict::Reject: {
        const SmtpResponse response{550, "5.7.1", config_.rejectionResponse};
        all ? source.rejectMessage(response, because)
            : source.rejectRecipients(recipients, response, because);
        return;
    }
    case ContentVerdict::Quarantine:
        source.quarantine(recipients, kQuarantined, because);
        return;
    }
}

} // namespace edge
