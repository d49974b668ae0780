#include <edge/base/assert.h>
#include <edge/base/text.h>
#include <edge/mail/smtp_response.h>

#include <algorithm>

namespace edge {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// RFC 3463 2: class.subject.detail, each one to three digits.
bool isEnhancedStatusCode(std::string_view word) {
    const auto pieces = split(word, '.');
    return pieces.size() == 3 && std::all_of(pieces.begin(), pieces.end(), [](std::string_view piece) {
               return !piece.empty() && piece.size() <= 3 && std::all_of(piece.begin(), piece.end(), isDigit);
           });
}

// A reply's line must not break into two, whatever an agent put into it.
void appendOnOneLine(std::string& line, std::string_view text) {
    const auto before = static_cast<std::ptrdiff_t>(line.size());
    line += text;
    std::replace_if(
        line.begin() + before, line.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
}

// Code, separators and line end are eight octets.
std::size_t longestWire(const std::vector<std::string>& lines, std::string_view enhancedStatusCode) {
    std::size_t size = 0;
    for (const auto& line : lines)
        size += line.size() + enhancedStatusCode.size() + 8;
    return size;
}

} // namespace

SmtpResponse::SmtpResponse(int statusCode, std::string enhancedStatusCode, std::string statusText)
    : SmtpResponse(statusCode, std::move(enhancedStatusCode), std::vector{std::move(statusText)}) {}

SmtpResponse::SmtpResponse(int statusCode, std::string enhancedStatusCode,
                           std::vector<std::string> statusText)
    : statusCode_(statusCode)
    , enhancedStatusCode_(std::move(enhancedStatusCode))
    , statusText_(std::move(statusText)) {
    EDGE_ASSERT(statusCode_ >= 200 && statusCode_ <= 599, "an SMTP reply code is 2xx to 5xx");
}

SmtpResponseType SmtpResponse::smtpResponseType() const {
    switch (statusCode_ / 100) {
    case 2:
        return SmtpResponseType::Success;
    case 3:
        return SmtpResponseType::IntermediateSuccess;
    case 4:
        return SmtpResponseType::TransientError;
    case 5:
        return SmtpResponseType::PermanentError;
    default:
        return SmtpResponseType::Unknown;
    }
}

std::string SmtpResponse::toString() const {
    if (isEmpty())
        return {};
    std::string text = std::to_string(statusCode_);
    if (!enhancedStatusCode_.empty())
        text += " " + enhancedStatusCode_;
    for (const auto& line : statusText_)
        if (!line.empty())
            appendOnOneLine(text += ' ', line);
    return text;
}

std::string SmtpResponse::toWire() const {
    EDGE_ASSERT(!isEmpty(), "only a reply can be sent");
    static const std::vector<std::string> none{std::string{}};
    const auto& lines = statusText_.empty() ? none : statusText_;
    const auto code = std::to_string(statusCode_);
    std::string wire;
    wire.reserve(longestWire(lines, enhancedStatusCode_));
    for (const auto& line : lines) {
        wire += code;
        wire += &line == &lines.back() ? ' ' : '-';
        if (!enhancedStatusCode_.empty())
            appendOnOneLine(wire, enhancedStatusCode_);
        if (!enhancedStatusCode_.empty() && !line.empty())
            wire += ' ';
        appendOnOneLine(wire, line);
        wire += "\r\n";
    }
    return wire;
}

SmtpResponse SmtpResponse::parse(std::string_view text) {
    SmtpResponse response;
    for (auto line : split(trim(text), '\n')) {
        line = trim(line);
        if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, isDigit) || line[0] < '2' ||
            line[0] > '5')
            return {};
        response.statusCode_ = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        line.remove_prefix(std::min<std::size_t>(4, line.size()));
        const auto word = line.substr(0, line.find(' '));
        if (isEnhancedStatusCode(word)) {
            response.enhancedStatusCode_ = std::string(word);
            line = trim(line.substr(word.size()));
        }
        response.statusText_.emplace_back(line);
    }
    return response;
}

#define EDGE_PREDEFINED(name, ...)                                                                           \
    const SmtpResponse& SmtpResponse::name() {                                                               \
        static const SmtpResponse response{__VA_ARGS__};                                                     \
        return response;                                                                                     \
    }

EDGE_PREDEFINED(anonymousSendAsDenied, 550, "5.7.1",
                "Anonymous client does not have permissions to send as this sender")
EDGE_PREDEFINED(badCommandSequence, 503, "5.5.1", "Bad sequence of commands")
EDGE_PREDEFINED(connectionDroppedByAgentError, 421, "4.3.2", "System not accepting network messages")
EDGE_PREDEFINED(connectionTimedOut, 421, "4.4.1", "Connection timed out")
EDGE_PREDEFINED(dataTransactionFailed, 451, "4.3.2", "System not accepting network messages")
EDGE_PREDEFINED(insufficientResource, 452, "4.3.1", "Insufficient system resources")
EDGE_PREDEFINED(invalidContent, 554, "5.6.0", "Invalid message content")
EDGE_PREDEFINED(rcptToOk, 250, "2.1.5", "Recipient OK")
EDGE_PREDEFINED(serviceUnavailable, 421, "4.3.2", "Service not available, closing transmission channel")
EDGE_PREDEFINED(unsupportedCommand, 550, "5.7.1", "Command not allowed")
#undef EDGE_PREDEFINED

} // namespace edge
