// The third sample: asking somebody who may be slow, or may not answer. At MAIL it looks the client up in a
// block list that lives in the DNS, waits three seconds at most, and lets everybody pass about whom it learns
// nothing. docs/samples/dns-list.md tells its story.
#include <edge/agent.h>

namespace contoso {

using namespace edge;

constexpr const char* kZone = "bl.contoso.example";
constexpr Duration kPatience =
    std::chrono::seconds(3); // an honest client waits for minutes, a person does not

// "9.113.0.203.bl.contoso.example" (RFC 5782 2.1); empty for IPv6, which this list does not know.
std::string questionFor(const IpAddress& address) {
    if (!address.isV4())
        return {};
    std::string name;
    for (std::size_t i = address.bytes().size(); i-- > address.bytes().size() - 4;)
        name += std::to_string(address.bytes()[i]) + ".";
    return name + kZone;
}

class DnsListAgent final : public SmtpReceiveAgent {
public:
    explicit DnsListAgent(SmtpServer& server)
        : server_(server) {}

    Task<> onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs& e) override {
        const auto name = questionFor(e.smtpSession.remoteEndPoint().address);
        if (name.empty() || e.smtpSession.antispamBypass())
            co_return;
        DnsAnswer answer;
        const auto deadline = server_.clock().steadyNow() + kPatience;
        auto question = ask(name, answer);
        auto asking = server_.clock().within(deadline, std::move(question));
        const bool inTime = co_await std::move(asking);
        source.addInput(name, inTime ? word(answer) : "no answer in three seconds");
        if (inTime && answer.outcome == DnsOutcome::Answered)
            source.rejectCommand({550, "5.7.1", "Your address is on a list of ours"},
                                 {"DnsList", answer.records.front().address.toString()});
        else if (!inTime || answer.outcome == DnsOutcome::ServFail || answer.outcome == DnsOutcome::Timeout)
            source.note({"DnsListSilent", name}); // let pass, but say that nobody knows
    }

private:
    Task<> ask(std::string name, DnsAnswer& answer) {
        auto query = server_.resolver().query(name, DnsType::A);
        answer = co_await std::move(query);
    }

    static std::string word(const DnsAnswer& answer) {
        switch (answer.outcome) {
        case DnsOutcome::Answered:
            return answer.records.front().address.toString();
        case DnsOutcome::NoData:
        case DnsOutcome::NxDomain:
            return "not listed";
        case DnsOutcome::ServFail:
            return "SERVFAIL";
        case DnsOutcome::Timeout:
            break;
        }
        return "time-out";
    }

    SmtpServer& server_;
};

} // namespace contoso

EDGE_AGENT_PLUGIN(contoso::DnsListAgent)
