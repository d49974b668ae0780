// LabClient: an SMTP client inside a Lab. say() sends a line and returns the reply; while it waits, virtual
// time runs on to the next deadline, so a tarpit of five seconds costs nothing and can still be measured.
#pragma once

#include <edge/base/clock.h>
#include <edge/mail/smtp_response.h>
#include <edge/testenv/memory_transport.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

class Lab;

class LabClient {
public:
    LabClient(Lab& lab, std::unique_ptr<MemoryClient> wire)
        : lab_(lab)
        , wire_(std::move(wire)) {}

    // Sends the line with CRLF and waits for the reply; empty where the server closed instead.
    SmtpResponse say(std::string_view line);
    // The next reply, lines of a multi-line one together.
    SmtpResponse read();
    // Banner and EHLO; the lines of the EHLO answer are remembered.
    SmtpResponse hello(std::string_view domain = "mail.fabrikam.com");
    // MAIL, RCPT for each, DATA and `content` (CRLF lines, dots stuffed here); the reply that ended it.
    SmtpResponse send(std::string_view from, const std::vector<std::string>& recipients,
                      std::string_view content);
    // Octets as they are.
    void raw(std::string_view bytes);

    // Virtual time that the last say(), read() or send() took.
    Duration waited() const { return waited_; }
    bool closed();
    MemoryClient& wire() { return *wire_; }
    // Everything the server has said so far.
    const std::string& heard() const { return heard_; }

private:
    bool takeReply(std::string& reply);

    Lab& lab_;
    std::unique_ptr<MemoryClient> wire_;
    std::string pending_;
    std::string heard_;
    Duration waited_{};
    bool greeted_ = false;
};

// "From: ...\r\n" with dots stuffed and CRLF.CRLF behind it: what stands between 354 and the reply.
std::string dotStuffed(std::string_view content);

} // namespace edge::testenv
