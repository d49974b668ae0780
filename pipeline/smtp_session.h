// SmtpSession: what an agent may know of the connection it serves (platform.md 1.6).
#pragma once

#include <edge/base/ip_address.h>
#include <edge/mail/property_bag.h>

#include <cstdint>
#include <string>

namespace edge {

// How the peer proved who it is.
enum class AuthenticationSource { Anonymous, Partner, Organization };

// Lives from connect to OnDisconnect, on one thread. The server writes it, agents read it; Properties is
// theirs.
class SmtpSession {
public:
    std::uint64_t sessionId() const { return sessionId_; }
    const Endpoint& localEndPoint() const { return localEndPoint_; }
    const Endpoint& remoteEndPoint() const { return remoteEndPoint_; }
    // HELO or EHLO argument; empty before.
    const std::string& helloDomain() const { return helloDomain_; }
    bool isConnected() const { return isConnected_; }
    bool isTls() const { return isTls_; }
    // The peer is outside the organization; agents may overrule it, as in the SDK.
    bool isExternalConnection() const { return isExternalConnection_; }
    void setExternalConnection(bool external) { isExternalConnection_ = external; }
    // The server that handed the message to our organization: the peer itself on a directly connected Edge.
    // Behind our InternalSMTPServers it is unspecified until the header tells it, and stays so where no
    // Received field does.
    const IpAddress& lastExternalIpAddress() const { return lastExternalIpAddress_; }
    AuthenticationSource authenticationSource() const { return authenticationSource_; }
    // The peer holds Bypass-Anti-Spam, or a filter exempted it: antispam agents return at once
    // (agents.md 1.8, 2.3).
    bool antispamBypass() const { return !antispamBypassReason_.empty(); }
    const std::string& antispamBypassReason() const { return antispamBypassReason_; }
    // `reason` is the token of the Antispam-Report, "IPOnAllowList" (agents.md 6.8).
    void grantAntispamBypass(std::string reason) { antispamBypassReason_ = std::move(reason); }
    // Ends an exemption that was meant for one message.
    void revokeAntispamBypass() { antispamBypassReason_.clear(); }
    // The connection ends once the client goes on after recipients of which every one was refused
    // (agents.md 2.3).
    bool closesAfterRefusedRecipients() const { return closesAfterRefusedRecipients_; }
    void closeAfterRefusedRecipients() { closesAfterRefusedRecipients_ = true; }
    // The Receive connector that serves this session.
    const std::string& connectorName() const { return connectorName_; }

    PropertyBag properties;

protected:
    std::uint64_t sessionId_ = 0;
    Endpoint localEndPoint_;
    Endpoint remoteEndPoint_;
    std::string helloDomain_;
    std::string connectorName_;
    std::string antispamBypassReason_;
    IpAddress lastExternalIpAddress_;
    AuthenticationSource authenticationSource_ = AuthenticationSource::Anonymous;
    bool isConnected_ = true;
    bool isTls_ = false;
    bool isExternalConnection_ = true;
    bool closesAfterRefusedRecipients_ = false;
};

} // namespace edge
