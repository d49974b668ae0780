#include <edge/agents/content_filter/antispam_report.h>
#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/session/header_firewall.h>
#include <edge/server/session/quarantine_report.h>
#include <edge/server/session/trace_headers.h>

#include <algorithm>

namespace edge {
namespace {

constexpr char kSourceName[] = "DSN"; // how the message came, beside "SMTP:<connector>"

// Nothing that a client sent may end a line.
std::string oneLine(std::string_view text) {
    std::string safe(trim(text));
    for (auto& c : safe)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            c = ' ';
    return safe;
}

// xtext (RFC 3461 4); what is none stays as it is.
std::string fromXtext(std::string_view text) {
    const auto hex = [](char c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool encoded =
            text[i] == '+' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
        plain += encoded ? static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i];
        i += encoded ? 2 : 0;
    }
    return plain;
}

class Report {
public:
    Report(const MailItem& original, const QuarantinedRecipients& quarantined, const QuarantineFacts& facts,
           Random& random, const SpoolPlace& place)
        : original_(original)
        , quarantined_(quarantined)
        , facts_(facts)
        , boundary_("=_" + Guid::make(random).toString())
        , report_(std::make_shared<MailItem>(place))
        , header_(original.headers) {
        applyHeaderFirewall(header_, {}); // agents.md 12.3: organization and routing headers, inside a DSN
        report_->networkMessageId = original.networkMessageId.isEmpty() ? Guid{} : Guid::make(random);
    }

    Result<std::shared_ptr<MailItem>> make() {
        auto eight = hasEightBit();
        if (!eight)
            return eight.error();
        eightBit_ = *eight;
        writeEnvelope();
        writeHeader();
        if (auto written = writeBody(); !written)
            return written.error();
        return report_;
    }

private:
    Result<bool> hasEightBit() const {
        const auto isEight = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
        const auto header = header_.toBytes();
        bool found = std::any_of(header.begin(), header.end(), isEight);
        const auto read = original_.body.forEachChunk([&](std::string_view bytes) -> Result<> {
            found = found || std::any_of(bytes.begin(), bytes.end(), isEight);
            return {};
        });
        if (!read)
            return read.error();
        return found;
    }

    void writeEnvelope() {
        report_->fromAddress = RoutingAddress::nullReversePath();
        report_->recipients.add({facts_.mailbox, {}, {}, {}});
        report_->bodyType = eightBit_ ? BodyType::EightBitMime : original_.bodyType;
        report_->dateTimeReceived = facts_.now;
        report_->heloDomain = facts_.fqdn;
        report_->sourceIpAddress = original_.sourceIpAddress;
        report_->sourceName = kSourceName;
    }

    void writeHeader() {
        auto& headers = report_->headers;
        headers.append("From", "postmaster@" + facts_.postmasterDomain);
        headers.append("To", facts_.mailbox.toString());
        headers.append("Subject",
                       "Undeliverable: " + oneLine(original_.headers.getRaw("Subject").value_or("")));
        if (const auto id = original_.headers.get("Message-ID"))
            headers.append("In-Reply-To", oneLine(*id));
        headers.append("MIME-Version", "1.0");
        headers.append("Content-Type",
                       "multipart/report; report-type=delivery-status; boundary=\"" + boundary_ + "\"");
        headers.append("Content-Transfer-Encoding", encoding());
        headers.append(kQuarantineHeader, "true");
        if (const auto scl = stampedScl(original_.headers))
            headers.append(kOriginalSclHeader, std::to_string(*scl));
        headers.append(kOriginalSenderHeader, original_.fromAddress.toString());
        headers.append(kOriginalSizeHeader, std::to_string(original_.mimeStreamLength()));
        headers.append(kAuthSourceHeader, facts_.fqdn);
        headers.append(kAuthAsHeader, "Internal"); // the server's own message
        if (!report_->networkMessageId.isEmpty())
            headers.append(kNetworkMessageIdHeader, report_->networkMessageId.toString());
    }

    Result<> writeBody() {
        auto& body = report_->body;
        if (auto written = body.append(part("text/plain; charset=us-ascii", "7bit") + explanation());
            !written)
            return written;
        if (auto written = body.append("\r\n" + part("message/delivery-status", "7bit") + status()); !written)
            return written;
        const auto opening = "\r\n" + part("message/rfc822", encoding()) + header_.toBytes() +
                             (original_.hasBlankLine ? "\r\n" : "");
        if (auto written = body.append(opening); !written)
            return written;
        const auto copy = [&body](std::string_view bytes) { return body.append(bytes); };
        if (auto written = original_.body.forEachChunk(copy); !written)
            return written;
        return body.append("\r\n--" + boundary_ + "--\r\n");
    }

    std::string part(const std::string& type, const std::string& encoding) const {
        return "--" + boundary_ + "\r\nContent-Type: " + type + "\r\nContent-Transfer-Encoding: " + encoding +
               "\r\n\r\n";
    }
    std::string encoding() const { return eightBit_ ? "8bit" : "7bit"; }

    std::string explanation() const {
        std::string text = "This message was quarantined and not delivered to its recipients.\r\n\r\nFrom: " +
                           original_.fromAddress.toString() + "\r\n";
        for (const auto& recipient : quarantined_.recipients)
            text += "To: " + recipient.address.toString() + "\r\n";
        text += "Reason: " + diagnostic() + "\r\n";
        if (const auto scl = stampedScl(original_.headers))
            text += "Spam confidence level: " + std::to_string(*scl) + "\r\n";
        return text +
               "\r\nThe message itself is attached. To release it, send it again from this mailbox.\r\n";
    }

    std::string diagnostic() const { return oneLine(quarantined_.diagnostic.toString()); }

    // RFC 3464 2.2, 2.3.
    std::string status() const {
        std::string text = "Reporting-MTA: dns;" + facts_.fqdn + "\r\n";
        if (!original_.envelopeId.empty())
            text += "Original-Envelope-Id: " + oneLine(fromXtext(original_.envelopeId)) + "\r\n";
        if (!original_.heloDomain.empty())
            text += "Received-From-MTA: dns;" + oneLine(original_.heloDomain) + " (" +
                    original_.sourceIpAddress + ")\r\n";
        text += "Arrival-Date: " + mailDate(original_.dateTimeReceived, facts_.utcOffset) + "\r\n";
        for (const auto& recipient : quarantined_.recipients) {
            text += "\r\n";
            if (!recipient.originalRecipient.empty())
                text += "Original-Recipient: " + oneLine(fromXtext(recipient.originalRecipient)) + "\r\n";
            text += "Final-Recipient: rfc822;" + recipient.address.toString() +
                    "\r\nAction: failed\r\nStatus: " + quarantined_.diagnostic.enhancedStatusCode() +
                    "\r\nDiagnostic-Code: smtp;" + diagnostic() + "\r\n";
        }
        return text;
    }

    const MailItem& original_;
    const QuarantinedRecipients& quarantined_;
    const QuarantineFacts& facts_;
    std::string boundary_;
    std::shared_ptr<MailItem> report_;
    HeaderList header_; // the original's, as it goes into the report
    bool eightBit_ = false;
};

} // namespace

Result<std::shared_ptr<MailItem>> makeQuarantineReport(const MailItem& original,
                                                       const QuarantinedRecipients& quarantined,
                                                       const QuarantineFacts& facts, Random& random,
                                                       const SpoolPlace& place) {
    return Report(original, quarantined, facts, random, place).make();
}

} // namespace edge
