#include <edge/testenv/lab.h>
#include <edge/testenv/lab_client.h>

namespace edge::testenv {

std::string dotStuffed(std::string_view content) {
    std::string stuffed;
    bool lineStart = true;
    for (const char c : content) {
        if (lineStart && c == '.')
            stuffed += '.';
        stuffed += c;
        lineStart = c == '\n' && stuffed.ends_with("\r\n");
    }
    if (!stuffed.empty() && !stuffed.ends_with("\r\n"))
        stuffed += "\r\n";
    return stuffed + ".\r\n";
}

// Takes a whole reply off what has arrived: up to the line whose code is followed by a blank.
bool LabClient::takeReply(std::string& reply) {
    const auto output = wire_->take();
    pending_ += output;
    heard_ += output;
    for (std::size_t at = 0; at < pending_.size();) {
        const auto end = pending_.find("\r\n", at);
        if (end == std::string::npos)
            return false;
        if (end - at < 4 || pending_[at + 3] != '-') {
            reply = pending_.substr(0, end + 2);
            pending_.erase(0, end + 2);
            return true;
        }
        at = end + 2;
    }
    return false;
}

SmtpResponse LabClient::read() {
    greeted_ = true;
    const auto begin = lab_.clock().steadyNow();
    std::string reply;
    for (;;) {
        lab_.settle();
        const bool taken = takeReply(reply);
        waited_ = lab_.clock().steadyNow() - begin;
        if (taken)
            return SmtpResponse::parse(reply);
        if (wire_->closed() || wire_->wasReset() || !lab_.clock().advanceToNext())
            return {};
    }
}

SmtpResponse LabClient::say(std::string_view line) {
    raw(std::string(line) + "\r\n");
    return read();
}

SmtpResponse LabClient::hello(std::string_view domain) {
    if (!greeted_)
        if (auto banner = read(); banner.statusCode() != 220)
            return banner;
    return say("EHLO " + std::string(domain));
}

SmtpResponse LabClient::send(std::string_view from, const std::vector<std::string>& recipients,
                             std::string_view content) {
    if (auto reply = say("MAIL FROM:<" + std::string(from) + ">"); reply.statusCode() != 250)
        return reply;
    SmtpResponse last;
    bool any = false;
    for (const auto& recipient : recipients) {
        last = say("RCPT TO:<" + recipient + ">");
        any = any || last.statusCode() == 250;
    }
    if (!any)
        return last;
    if (auto reply = say("DATA"); reply.statusCode() != 354)
        return reply;
    raw(dotStuffed(content));
    return read();
}

void LabClient::raw(std::string_view bytes) {
    if (!greeted_)
        static_cast<void>(read()); // the banner
    wire_->send(bytes);
}

bool LabClient::closed() {
    lab_.settle();
    return wire_->closed() || wire_->wasReset();
}

} // namespace edge::testenv
