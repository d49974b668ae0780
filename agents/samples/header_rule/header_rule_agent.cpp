// The first sample: a decision from the header, and an edit of it. It refuses what a bulk mailer announces
// itself to be, and marks mail from outside whose From field says it is from inside.
// docs/samples/header-rule.md tells its story.
#include <edge/agent.h>
#include <edge/base/text.h>
#include <edge/mail/header_text.h>

namespace contoso {

using namespace edge;

// Mailers nobody of ours wants to hear from.
constexpr std::string_view kRefusedMailers[] = {"BulkBlaster", "ListCannon"};
constexpr const char* kWarningHeader = "X-Contoso-Warning";

class HeaderRuleAgent final : public SmtpReceiveAgent {
public:
    explicit HeaderRuleAgent(SmtpServer& server)
        : server_(server) {}

    Task<> onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e) override {
        e.headers.remove(kWarningHeader); // what others have written there means nothing
        const auto mailer = e.headers.get("X-Mailer").value_or("");
        source.addInput("X-Mailer", mailer);
        if (isRefused(mailer)) {
            source.rejectMessage({550, "5.7.1", "Bulk mail is not accepted here"}, {"RefusedMailer", mailer});
            co_return;
        }
        if (e.smtpSession.isExternalConnection() && claimsToBeOurs(e.headers)) {
            e.headers.append(kWarningHeader, "From is an address of ours, the message came from outside");
            source.note({"OurNameFromOutside", e.headers.get("From").value_or("")});
        }
    }

private:
    // "BulkBlaster 2.1" is a BulkBlaster.
    static bool isRefused(const std::string& mailer) {
        for (const auto refused : kRefusedMailers)
            if (istartsWith(mailer, refused))
                return true;
        return false;
    }

    bool claimsToBeOurs(const HeaderList& headers) const {
        for (const auto& text : parseMailAddresses(headers.getRaw("From").value_or("")))
            if (const auto address = RoutingAddress::parse(text);
                address && server_.findAcceptedDomain(address->domainPart()) != nullptr)
                return true;
        return false;
    }

    SmtpServer& server_;
};

} // namespace contoso

EDGE_AGENT_PLUGIN(contoso::HeaderRuleAgent)
