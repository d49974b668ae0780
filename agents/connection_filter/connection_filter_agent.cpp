#include <edge/agents/connection_filter/connection_filter_agent.h>
#include <edge/agents/reasons.h>
#include <edge/base/text.h>

namespace edge {
namespace {

constexpr char kAllowList[] = "IP Allow list";
constexpr char kBlockList[] = "IP Block list";
constexpr char kOriginatingIp[] = "Originating IP";
constexpr char kBypassReason[] = "IPOnAllowList"; // the token of the Antispam-Report (agents.md 6.8)

// "entry 12: 192.0.2.0-192.0.2.255, machine-generated (open relay)"
std::string described(const IpListEntry& entry) {
    auto text = "entry " + std::to_string(entry.identity) + ": " + entry.range.toString();
    if (entry.isMachineGenerated)
        text += ", machine-generated";
    return entry.comment.empty() ? text : text + " (" + entry.comment + ")";
}

Because allowedBy(const IpListEntry& entry) {
    return {reasons::kLocalAllowList, entry.range.toString()};
}

Because blockedBy(const IpListEntry& entry) {
    return {reasons::kLocalBlockList, entry.range.toString()};
}

} // namespace

ConnectionFilterAgent::ConnectionFilterAgent(SmtpServer& server)
    : server_(server)
    , allowConfig_(server.configuration().get<IpAllowListConfig>())
    , blockConfig_(server.configuration().get<IpBlockListConfig>()) {}

ConnectionFilterAgent::Findings ConnectionFilterAgent::look(const IpAddress& address) const {
    const auto now = server_.clock().utcNow();
    const auto& lists = server_.ipLists();
    return {lists.find(IpListKind::Allow, address, now), lists.find(IpListKind::Block, address, now)};
}

bool ConnectionFilterAgent::uses(const MailScope& scope, EventSource& source, const char* list,
                                 const SmtpSession& session, const RoutingAddress& sender) const {
    const auto verdict = scopeVerdict(scope, session, server_, sender);
    if (verdict != ScopeVerdict::Examine)
        source.addInput(list, "not examined: " + std::string(toString(verdict)));
    return verdict == ScopeVerdict::Examine;
}

// Whether the allow list exempts the sender from all antispam agents, from now on.
bool ConnectionFilterAgent::exempts(EventSource& source, const Findings& findings, SmtpSession& session,
                                    const RoutingAddress& sender) const {
    if (!findings.allowed || !uses(allowConfig_.scope, source, kAllowList, session, sender))
        return false;
    source.addInput(kAllowList, described(*findings.allowed));
    source.note(allowedBy(*findings.allowed));
    session.grantAntispamBypass(kBypassReason);
    return true;
}

bool ConnectionFilterAgent::blocks(EventSource& source, const Findings& findings, const SmtpSession& session,
                                   const RoutingAddress& sender) const {
    if (!findings.blocked || !uses(blockConfig_.scope, source, kBlockList, session, sender))
        return false;
    source.addInput(kBlockList, described(*findings.blocked));
    source.addInput("BlockStage", std::string(wordOf(blockConfig_.blockStage)));
    source.note(blockedBy(*findings.blocked));
    return true;
}

SmtpResponse ConnectionFilterAgent::response(const IpListEntry& entry, const IpAddress& client) const {
    static const auto defaults = defaultIpBlockListConfig(kDefaultProfile);
    const auto member = entry.isMachineGenerated ? &IpBlockListConfig::machineEntryRejectionResponse
                                                 : &IpBlockListConfig::staticEntryRejectionResponse;
    const auto& text = (blockConfig_.*member).empty() ? defaults.*member : blockConfig_.*member;
    return {550, "5.7.1", replaceAll(text, "{0}", client.toString())}; // agents.md 2.4
}

Task<> ConnectionFilterAgent::onConnect(ConnectEventSource& source, const ConnectEventArgs& e) {
    auto& session = e.smtpSession;
    const auto& client = session.lastExternalIpAddress();
    if (client.isUnspecified()) {
        source.addInput(kOriginatingIp, "unknown before the header: the peer is one of InternalSMTPServers");
        co_return;
    }
    peer_ = look(client);
    const auto& nobody = RoutingAddress::nullReversePath(); // no sender yet: the peer alone counts
    peerIsExempt_ = exempts(source, peer_, session, nobody);
    if (peerIsExempt_ || !blocks(source, peer_, session, nobody))
        co_return;
    if (blockConfig_.blockStage == BlockStage::Connect)
        source.rejectConnection(response(*peer_.blocked, client), blockedBy(*peer_.blocked));
}

Task<> ConnectionFilterAgent::onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs& e) {
    auto& session = e.smtpSession;
    if (bypassesOnce_) { // it was for the message before this one
        session.revokeAntispamBypass();
        bypassesOnce_ = false;
    }
    // Who it is may have been proved since OnConnect.
    peerIsExempt_ = peerIsExempt_ || exempts(source, peer_, session, e.fromAddress);
    if (peerIsExempt_ || !blocks(source, peer_, session, e.fromAddress))
        co_return;
    if (blockConfig_.blockStage == BlockStage::Rcpt)
        co_return;
    source.rejectCommand(response(*peer_.blocked, session.lastExternalIpAddress()),
                         blockedBy(*peer_.blocked));
    source.disconnect();
}

// List providers will be asked here, at the first recipient (agents.md 2.3).
Task<> ConnectionFilterAgent::onRcptCommand(ReceiveCommandEventSource& source, RcptCommandEventArgs& e) {
    auto& session = e.smtpSession;
    if (peerIsExempt_ || !blocks(source, peer_, session, e.mailItem.fromAddress))
        co_return;
    source.rejectCommand(response(*peer_.blocked, session.lastExternalIpAddress()),
                         blockedBy(*peer_.blocked));
    session.closeAfterRefusedRecipients(); // docs/decisions/0802
}

Task<> ConnectionFilterAgent::onEndOfHeaders(ReceiveMessageEventSource& source,
                                             const EndOfHeadersEventArgs& e) {
    auto& session = e.smtpSession;
    if (peerIsExempt_) {
        source.addInput(kAllowList, described(*peer_.allowed));
        source.acceptMessage(allowedBy(*peer_.allowed)); // docs/decisions/0803
        co_return;
    }
    const auto& client = session.lastExternalIpAddress();
    if (client == session.remoteEndPoint().address)
        co_return; // the peer itself: it was judged before
    if (client.isUnspecified()) {
        source.addInput(kOriginatingIp,
                        "unknown: no Received field names a server outside InternalSMTPServers");
        co_return;
    }
    source.addInput(kOriginatingIp, client.toString());
    const auto findings = look(client);
    if (exempts(source, findings, session, e.mailItem.fromAddress)) {
        bypassesOnce_ = true;
        source.acceptMessage(allowedBy(*findings.allowed));
    } else if (blocks(source, findings, session, e.mailItem.fromAddress)) {
        source.rejectMessage(response(*findings.blocked, client), blockedBy(*findings.blocked));
    }
}

} // namespace edge
