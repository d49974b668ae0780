#include <edge/base/text.h>
#include <edge/server/logs/visible_text.h>
#include <edge/testenv/lab_client.h>
#include <edge/testenv/send/send_dialogue.h>

#include <algorithm>
#include <cctype>

namespace edge::testenv {
namespace {

constexpr std::size_t kMaxReplyLines = 200; // no EHLO answer is longer

struct Reply {
    int code = 0; // 0: the connection is gone, or that was no reply
    std::vector<std::string> lines;

    bool isDone() const { return code >= 200 && code < 300; }
    bool isContinue() const { return code >= 300 && code < 400; }
};

// "250-SIZE 10" is 250; 0 where there is no code.
int codeOf(std::string_view line) {
    const auto isDigit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, isDigit))
        return 0;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-')
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

class Dialogue {
public:
    Dialogue(ClientWire& wire, const SendOptions& options, const TranscriptPrinter& print)
        : wire_(wire)
        , options_(options)
        , print_(print) {}

    int run(std::string_view content) {
        if (!read().isDone())
            return leave(kSendBanner);
        if (!sayHello())
            return leave(kSendHello);
        if (options_.tls)
            if (const int code = startTls(); code != kSendDone)
                return leave(code);
        if (options_.as)
            if (const int code = present(*options_.as); code != kSendDone)
                return leave(code);
        return leave(transact(content));
    }

private:
    void note(const char* mark, const std::string& text) { print_(std::string(mark) + visibleText(text)); }
    void said(std::string_view line) { note(secure_ ? " ~> " : " -> ", std::string(line)); }
    void heard(const std::string& line, bool refused) {
        const char* marks[2][2] = {{"<-  ", "<** "}, {"<~  ", "<~* "}};
        note(marks[secure_ ? 1 : 0][refused ? 1 : 0], line);
    }
    void trouble(const Error& error) {
        lost_ = true;
        if (error.code == Errc::EndOfStream || error.code == Errc::Reset)
            note("*** ", "Remote host closed connection unexpectedly.");
        else
            note("*** ", error.message);
    }

    // Lines up to the one whose code is followed by a blank.
    Reply read() {
        Reply reply;
        while (!lost_) {
            auto line = wire_.readLine();
            if (!line) {
                trouble(line.error());
                return {};
            }
            reply.code = codeOf(*line);
            heard(*line, reply.code == 0 || reply.code >= 400);
            const bool last = line->size() < 4 || (*line)[3] != '-';
            reply.lines.push_back(std::move(*line));
            if (reply.code != 0 && last)
                return reply;
            if (reply.code == 0 || reply.lines.size() == kMaxReplyLines) {
                trouble({Errc::Malformed, "That is no SMTP reply."});
                return {};
            }
        }
        return {};
    }

    bool write(std::string_view bytes) {
        if (lost_)
            return false;
        auto written = wire_.write(bytes);
        if (!written)
            trouble(written.error());
        return written.has_value();
    }

    Reply say(const std::string& command) {
        said(command);
        return write(command + "\r\n") ? read() : Reply{};
    }

    bool sayHello() {
        extensions_.clear();
        const auto ehlo = say("EHLO " + options_.helo);
        if (ehlo.isDone()) {
            for (std::size_t i = 1; i < ehlo.lines.size(); ++i)
                extensions_.push_back(ehlo.lines[i].substr(std::min<std::size_t>(4, ehlo.lines[i].size())));
            return true;
        }
        return !lost_ && say("HELO " + options_.helo).isDone(); // RFC 5321 3.2
    }

    bool offers(std::string_view keyword) const {
        return std::any_of(extensions_.begin(), extensions_.end(), [keyword](const std::string& line) {
            return iequals(std::string_view(line).substr(0, line.find(' ')), keyword);
        });
    }

    int startTls() {
        if (!offers("STARTTLS")) {
            note("*** ", "The server does not offer STARTTLS; nothing was sent.");
            return kSendTls;
        }
        if (!say("STARTTLS").isDone())
            return kSendTls;
        auto agreed = wire_.startTls();
        if (!agreed) {
            note("*** ", "TLS startup failed: " + agreed.error().message);
            lost_ = true; // neither side knows where the other stands
            failedTls_ = true;
            return kSendTls;
        }
        note("=== ", *agreed);
        secure_ = true;
        return sayHello() ? kSendDone : kSendHelloAfterTls; // RFC 3207 4.2
    }

    int present(const IpAddress& address) {
        if (!offers("XCLIENT")) {
            note("*** ", "The server does not offer XCLIENT to this client; edgesim does with "
                         "--trust-xclient 127.0.0.1.");
            return kSendXclient;
        }
        const auto text = (address.isV4() ? "" : "IPV6:") + address.toString();
        if (!say("XCLIENT ADDR=" + text).isDone())
            return kSendXclient;
        return sayHello() ? kSendDone : kSendHelloAfterXclient;
    }

    int transact(std::string_view content) {
        if (!say("MAIL FROM:<" + options_.from + ">").isDone())
            return kSendMail;
        std::size_t taken = 0;
        for (const auto& recipient : options_.to)
            taken += say("RCPT TO:<" + recipient + ">").isDone() ? 1 : 0;
        if (taken == 0)
            return kSendNoRecipient;
        if (!say("DATA").isContinue())
            return kSendData;
        const auto stuffed = dotStuffed(content);
        show(stuffed);
        return write(stuffed) && read().isDone() ? kSendDone : kSendMessage;
    }

    void show(std::string_view stuffed) {
        if (options_.hidesData) {
            said("(" + std::to_string(stuffed.size()) + " octets with the dot)");
            return;
        }
        stuffed.remove_suffix(2);
        for (auto line : split(stuffed, '\n')) {
            if (line.ends_with('\r'))
                line.remove_suffix(1);
            said(line);
        }
    }

    // A session ends with QUIT, whatever came of it; a lost connection is told by its own code.
    int leave(int code) {
        if (lost_ && !failedTls_)
            code = kSendConnectionLost;
        if (!lost_) {
            const bool goodbye = say("QUIT").isDone();
            if (!goodbye && code == kSendDone)
                code = kSendQuit;
        }
        note("=== ", "Connection closed with remote host.");
        return code;
    }

    ClientWire& wire_;
    const SendOptions& options_;
    const TranscriptPrinter& print_;
    std::vector<std::string> extensions_;
    bool secure_ = false;
    bool lost_ = false;
    bool failedTls_ = false;
};

} // namespace

int sendMail(ClientWire& wire, const SendOptions& options, std::string_view content,
             const TranscriptPrinter& print) {
    return Dialogue(wire, options, print).run(content);
}

} // namespace edge::testenv
