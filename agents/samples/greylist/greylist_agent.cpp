// The second sample: state that outlives a session, and time. A stranger's first attempt is put off, because
// real mail servers come back and most spam programs do not. docs/samples/greylist.md tells its story.
#include <edge/agent.h>
#include <edge/base/ip_range.h>
#include <edge/base/text.h>

#include "greylist_table.h"

namespace contoso {

using namespace edge;

// A farm of servers sends its second attempt from a neighbour: the network counts, not the address.
std::string networkOf(const IpAddress& address) {
    return IpRange::parse(address.toString() + (address.isV4() ? "/24" : "/64"))->first.toString();
}

class GreylistAgent final : public SmtpReceiveAgent {
public:
    GreylistAgent(SmtpServer& server, Shared<GreylistTable>& table)
        : server_(server)
        , table_(table) {}

    Task<> onMailCommand(ReceiveCommandEventSource&, MailCommandEventArgs& e) override {
        sender_ = asciiLower(e.fromAddress.toString());
        co_return;
    }

    Task<> onRcptCommand(ReceiveCommandEventSource& source, RcptCommandEventArgs& e) override {
        const auto& session = e.smtpSession;
        if (!session.isExternalConnection() || session.antispamBypass())
            co_return;
        const auto whom = networkOf(session.remoteEndPoint().address) + " " + sender_ + " " +
                          asciiLower(e.recipientAddress.toString());
        const auto now = server_.clock().steadyNow();
        const auto answer = table_.with([&](GreylistTable& table) { return table.meet(whom, now); });
        source.addInput("greylist", word(answer));
        if (answer == GreylistTable::Answer::First || answer == GreylistTable::Answer::TooSoon)
            source.rejectCommand({451, "4.7.1", "Greylisted, please try again in five minutes"},
                                 {"Greylisted", whom});
    }

private:
    static const char* word(GreylistTable::Answer answer) {
        constexpr const char* kWords[] = {"seen for the first time", "came back too soon", "came back",
                                          "known"};
        return kWords[static_cast<std::size_t>(answer)];
    }

    SmtpServer& server_;
    Shared<GreylistTable>& table_;
    std::string sender_; // of the message in progress: this object is the session's own
};

// One for the installed agent, so one table for all sessions on all threads.
class GreylistFactory final : public AgentFactory {
public:
    EventSet events() const override { return handledEvents<GreylistAgent>(); }
    std::unique_ptr<SmtpReceiveAgent> createReceiveAgent(SmtpServer& server) override {
        return std::make_unique<GreylistAgent>(server, table_);
    }

private:
    Shared<GreylistTable> table_;
};

} // namespace contoso

EDGE_AGENT_PLUGIN(contoso::GreylistFactory)
