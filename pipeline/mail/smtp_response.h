// SmtpResponse: what a client is told. A value, as in the SDK (platform.md 1.10), with the predefined ones
// that agents and server share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edge {

// The first digit's meaning (RFC 5321 4.2.1), under the SDK's names.
enum class SmtpResponseType { Unknown, Success, IntermediateSuccess, TransientError, PermanentError };

// A reply: three digits, an RFC 3463 code or none, and one or more lines of text.
class SmtpResponse {
public:
    SmtpResponse() = default; // "none": isEmpty()
    // `statusCode` 200..599. An empty enhanced code is left out on the wire.
    SmtpResponse(int statusCode, std::string enhancedStatusCode, std::string statusText);
    SmtpResponse(int statusCode, std::string enhancedStatusCode, std::vector<std::string> statusText);

    int statusCode() const { return statusCode_; }
    const std::string& enhancedStatusCode() const { return enhancedStatusCode_; }
    const std::vector<std::string>& statusText() const { return statusText_; }
    SmtpResponseType smtpResponseType() const;
    bool isEmpty() const { return statusCode_ == 0; }
    // 4xx or 5xx: the only kind a reject may carry (platform.md 1.4).
    bool isRefusal() const { return statusCode_ >= 400; }

    // One line, "550 5.1.1 User unknown", lines of a multi-line text joined by a blank: logs and tests.
    std::string toString() const;
    // As sent: every line with CRLF, all but the last with '-' after the code (RFC 5321 4.2.1). The enhanced
    // code stands on each line (RFC 2034 4). CR and LF inside the text are replaced by blanks: no reply
    // injection.
    std::string toWire() const;
    // Reads "550 5.7.1 text" or the wire form; an empty response where the text is none.
    static SmtpResponse parse(std::string_view text);

    bool operator==(const SmtpResponse&) const = default;

    // The SDK's predefined replies (platform.md 1.10).
    static const SmtpResponse& anonymousSendAsDenied();
    static const SmtpResponse& badCommandSequence();
    static const SmtpResponse& connectionDroppedByAgentError();
    static const SmtpResponse& connectionTimedOut();
    static const SmtpResponse& dataTransactionFailed();
    static const SmtpResponse& insufficientResource();
    static const SmtpResponse& invalidContent();
    static const SmtpResponse& rcptToOk();
    static const SmtpResponse& serviceUnavailable();
    static const SmtpResponse& unsupportedCommand();

private:
    int statusCode_ = 0;
    std::string enhancedStatusCode_;
    std::vector<std::string> statusText_;
};

} // namespace edge
