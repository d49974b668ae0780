// The client's half of one SMTP session, with a transcript whose marks are swaks', because every tutorial
// shows those: "===" a note, " ->" said, "<-" heard, "<**" a refusal, "***" trouble; "~" in them under TLS.
// What the wire is made of is another's business, so the whole dialogue can be tried without a network.
#pragma once

#include <edge/base/ip_address.h>
#include <edge/base/result.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// A connection to a server. Every call waits, at most as long as the wire allows.
class ClientWire {
public:
    virtual ~ClientWire() = default;
    virtual Result<> write(std::string_view bytes) = 0;
    // Without its line end. Errors: Timeout, EndOfStream, Reset, and Malformed for a line that is too
    // long.
    virtual Result<std::string> readLine() = 0;
    // Negotiates TLS; returns what was agreed, in words.
    virtual Result<std::string> startTls() = 0;
};

struct SendOptions {
    std::string from; // empty: the null reverse path
    std::vector<std::string> to;
    std::string helo;
    std::optional<IpAddress> as; // present this client by XCLIENT
    bool tls = false;            // STARTTLS, or no mail
    bool hidesData = false;      // the transcript counts the message's octets instead of showing them
};

// swaks' exit codes, where they say more than edgesim's own (docs/send.md).
enum SendCode : int {
    kSendDone = 0,
    kSendConnectionLost = 6,
    kSendBanner = 21,
    kSendHello = 22,
    kSendMail = 23,
    kSendNoRecipient = 24,
    kSendData = 25,
    kSendMessage = 26,
    kSendQuit = 27,
    kSendTls = 29,
    kSendHelloAfterTls = 32,
    kSendXclient = 33,
    kSendHelloAfterXclient = 34,
};

// Gets one line of the transcript, without line end; nothing in it steers a terminal.
using TranscriptPrinter = std::function<void(const std::string& line)>;

// From the banner to the goodbye; `content` in CRLF lines. Returns a SendCode.
int sendMail(ClientWire& wire, const SendOptions& options, std::string_view content,
             const TranscriptPrinter& print);

} // namespace edge::testenv
