#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/config/accepted_domain.h>
#include <edge/server/administration/cmdlet_service.h>
#include <edge/server/config/transport_server.h>
#include <edge/testenv/explain/session_player.h>
#include <edge/testenv/explain/session_watch.h>
#include <edge/testenv/header_history.h>
#include <edge/testenv/lab.h>
#include <edge/testenv/lab_setup.h>
#include <edge/testenv/observer_chain.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

namespace edge::testenv {
namespace {

constexpr std::size_t kMaxKnownRecipients = 1000; // looked through for what might have been meant

Result<> configure(Lab& lab, const ExplainRequest& request) {
    CmdletService cmdlets(lab.server());
    const LabSetup setup{request.config, request.configName, request.profile, request.zones};
    if (auto done = setUp(lab, cmdlets, setup); !done)
        return done;
    for (const auto& address : request.recipients) {
        const auto parsed = RoutingAddress::parse(address);
        if (!parsed)
            return Error{Errc::InvalidArgument, "--recipients: " + parsed.error().message};
        AddressBookEntry entry;
        entry.primarySmtpAddress = *parsed;
        const auto added = lab.server().recipients().add(std::move(entry));
        if (!added && added.error().code != Errc::AlreadyExists)
            return added.error();
    }
    for (const auto& change : request.changes)
        if (auto run = runSetupScript(cmdlets, change, "change"); !run)
            return run;
    return {};
}

MessageState stateAsSent(const ExplainRequest& request) {
    MessageState state;
    const auto end = request.message.find("\r\n\r\n");
    const auto block = std::string_view(request.message).substr(0, end == std::string::npos ? end : end + 2);
    state.headers = HeaderList::parse(request.message.starts_with("\r\n") ? std::string_view() : block);
    return state;
}

ExplainedChange changeBetween(const MessageState& before, const MessageState& after) {
    ExplainedChange change;
    change.headers = headerDifferences(before.headers, after.headers);
    if (before.recipients != after.recipients) {
        change.recipientsBefore = before.recipients;
        change.recipientsAfter = after.recipients;
    }
    if (before.contentRevision != after.contentRevision) {
        change.bodyBefore = before.bodySize;
        change.bodyAfter = after.bodySize;
    }
    return change;
}

// Whether it keeps a message, or the session, from going on. OnReject only hears of refusals.
bool isAgainst(const Decision& decision) {
    switch (decision.action) {
    case Action::None:
    case Action::AcceptMessage:
    case Action::ModifyHeaders:
        return false;
    case Action::Disconnect:
    case Action::Fault:
        return decision.event != AgentEvent::OnDisconnect && decision.event != AgentEvent::OnReject;
    default:
        return true;
    }
}

std::vector<ExplainedEvidence> evidenceOf(const Decision& decision) {
    std::vector<ExplainedEvidence> all;
    const auto add = [&all](EvidenceKind kind, const std::string& name) {
        const auto* row = name.empty() ? nullptr : findEvidence(kind, name);
        if (row)
            all.push_back({kind, row->evidence()});
    };
    add(EvidenceKind::Reply, decision.response.toString());
    add(EvidenceKind::Reason, decision.reason);
    return all;
}

// The session, command by command.
class Play {
public:
    Play(const ExplainRequest& request, Lab& lab, const SessionWatch& watch, const HeaderHistory& history)
        : request_(request)
        , lab_(lab)
        , watch_(watch)
        , history_(history)
        , begin_(lab.clock().steadyNow()) {}

    ExplainedSession run();

private:
    int exchange(const std::string& said, std::string_view bytes);
    void dialogue();
    bool offerRecipients();
    void takeDecisions();
    ExplainedCall explained(std::size_t index) const;
    void findServerChanges();
    void findEnds();
    Fate fateOf(const std::string& recipient, const std::vector<ReplayedMessage>& replay) const;
    bool isTarget(Action action, const std::string& recipient) const;
    void describeServer();
    std::string lastReply() const;

    const ExplainRequest& request_;
    Lab& lab_;
    const SessionWatch& watch_;
    const HeaderHistory& history_;
    const SteadyTime begin_;
    ExplainedSession session_;
    std::optional<LabClient> client_;
    std::size_t taken_ = 0;         // decisions
    std::vector<bool> accepted_;    // recipients, at RCPT
    std::vector<std::string> told_; // what the client heard of each recipient last
    bool stored_ = false;           // the dot was answered 250
};

ExplainedSession Play::run() {
    session_.start = lab_.clock().utcNow();
    accepted_.resize(request_.to.size());
    told_.resize(request_.to.size());
    dialogue();
    lab_.settle();
    takeDecisions();
    session_.took = lab_.clock().steadyNow() - begin_;
    findServerChanges();
    findEnds();
    session_.agentLog = lab_.agentLog();
    describeServer();
    return std::move(session_);
}

// The code of the reply; 0 where the server closed instead.
int Play::exchange(const std::string& said, std::string_view bytes) {
    auto& step = session_.steps.emplace_back();
    step.at = lab_.clock().steadyNow() - begin_;
    step.said = said;
    if (!bytes.empty())
        client_->raw(bytes);
    const auto reply = client_->read();
    step.waited = client_->waited();
    step.closed = client_->closed();
    if (!reply.isEmpty()) {
        const auto wire = reply.toWire();
        for (const auto line : split(trim(wire), '\n'))
            step.reply.emplace_back(trim(line));
    }
    takeDecisions();
    return reply.statusCode();
}

std::string Play::lastReply() const {
    const auto& step = session_.steps.back();
    return step.reply.empty() ? "the connection was closed" : step.reply.back();
}

void Play::dialogue() {
    client_.emplace(lab_.connectFrom(request_.ip.toString()));
    const auto command = [this](const std::string& line) { return exchange(line, line + "\r\n"); };
    const bool begun = exchange("", "") == 220 && command("EHLO " + request_.helo) == 250 &&
                       command("MAIL FROM:<" + request_.from + ">") == 250;
    if (!begun)
        told_.assign(told_.size(), lastReply());
    if (begun && offerRecipients()) {
        int code = command("DATA");
        if (code == 354)
            code = exchange("the message, " + std::to_string(request_.message.size()) + " octets",
                            dotStuffed(request_.message));
        stored_ = code == 250;
        for (std::size_t i = 0; i < told_.size(); ++i)
            if (accepted_[i])
                told_[i] = lastReply();
    }
    if (!session_.steps.back().closed)
        command("QUIT");
}

bool Play::offerRecipients() {
    bool any = false;
    for (std::size_t i = 0; i < request_.to.size(); ++i) {
        const auto line = "RCPT TO:<" + request_.to[i] + ">";
        accepted_[i] = !session_.steps.back().closed && exchange(line, line + "\r\n") == 250;
        told_[i] = lastReply();
        any = any || accepted_[i];
    }
    return any && !session_.steps.back().closed;
}

// Those that came since the last time, into the step they belong to.
void Play::takeDecisions() {
    const auto& all = lab_.decisions().all();
    for (; taken_ < all.size(); ++taken_) {
        auto call = explained(taken_);
        if (info(call.decision.event).routing) {
            session_.routing.push_back(std::move(call));
            continue;
        }
        auto& calls = session_.steps.back().calls;
        if (isAgainst(call.decision))
            session_.causes.push_back({session_.steps.size() - 1, calls.size()});
        calls.push_back(std::move(call));
    }
}

ExplainedCall Play::explained(std::size_t index) const {
    ExplainedCall call;
    call.decision = lab_.decisions().all()[index];
    call.evidence = evidenceOf(call.decision);
    const auto noted = watch_.calls().find(index);
    if (noted == watch_.calls().end())
        return call;
    call.realTime = noted->second.realTime;
    for (auto i = noted->second.firstQuestion; i < noted->second.endQuestion; ++i) {
        const auto& question = lab_.dns().questions()[i];
        call.lookups.push_back({question.name, question.type, {question.outcome, question.records}});
    }
    if (const auto* seen = history_.callOf(call.decision); seen && seen->changed())
        call.change = changeBetween(*seen->before, *seen->after);
    return call;
}

// Between what was sent and what the first agent saw, and between what the last one left and what lies in
// Replay.
void Play::findServerChanges() {
    const MessageCall* first = nullptr;
    const MessageCall* last = nullptr;
    for (const auto& call : history_.calls()) {
        if (call.event == AgentEvent::OnEndOfHeaders && !first)
            first = &call;
        if (call.event == AgentEvent::OnEndOfHeaders || call.event == AgentEvent::OnEndOfData)
            last = &call;
    }
    if (first)
        session_.server.atHeaders.headers =
            headerDifferences(stateAsSent(request_).headers, first->before->headers);
    const auto replay = lab_.replay();
    if (!last || replay.empty() || !session_.routing.empty())
        return; // routing agents had it in their hands afterwards
    for (const auto& message : replay)
        if (!message.file.sender.isNullReversePath() || request_.from.empty())
            session_.server.atAcceptance.headers =
                headerDifferences(last->after->headers, message.file.headers);
}

bool Play::isTarget(Action action, const std::string& recipient) const {
    for (const auto& decision : lab_.decisions().all())
        for (const auto& effect : decision.effects) {
            const bool named = std::any_of(effect.targets.begin(), effect.targets.end(),
                                           [&](const std::string& each) { return iequals(each, recipient); });
            if (effect.action == action && named)
                return true;
        }
    return false;
}

Fate Play::fateOf(const std::string& recipient, const std::vector<ReplayedMessage>& replay) const {
    if (!stored_)
        return Fate::Refused;
    const auto& all = lab_.decisions().all();
    const bool quarantined = std::any_of(all.begin(), all.end(), [](const Decision& decision) {
        return decision.byServer() && decision.reason == "Quarantined" &&
               decision.action == Action::QuarantineMessage;
    });
    if (quarantined || isTarget(Action::QuarantineRecipients, recipient))
        return Fate::Quarantined;
    for (const auto& message : replay)
        for (const auto& receiver : message.file.receivers)
            if (iequals(receiver.address.toString(), recipient))
                return Fate::Delivered;
    return Fate::Deleted;
}

void Play::findEnds() {
    const auto replay = lab_.replay();
    for (std::size_t i = 0; i < request_.to.size(); ++i) {
        RecipientEnd end{request_.to[i], Fate::Refused, told_[i]};
        if (accepted_[i])
            end.fate = fateOf(end.address, replay);
        if (end.fate != Fate::Refused)
            end.reply.clear();
        session_.recipients.push_back(std::move(end));
    }
    for (const auto& message : replay) {
        ExplainedFile file{message.name, message.file.sender.toString(), {}, message.bytes.size()};
        for (const auto& receiver : message.file.receivers)
            file.recipients.push_back(receiver.address.toString());
        session_.files.push_back(std::move(file));
    }
}

void Play::describeServer() {
    const auto configuration = lab_.server().configuration().current();
    session_.serverName = configuration->get<TransportServer>().name;
    session_.profile = profile(configuration->profile).name;
    for (const auto& entry : lab_.server().recipients().list()) {
        if (session_.knownRecipients.size() == kMaxKnownRecipients)
            break;
        session_.knownRecipients.push_back(entry.primarySmtpAddress.toString());
    }
    for (const auto& domain : configuration->all<AcceptedDomain>())
        session_.acceptedDomains.push_back(domain->domainName);
}

} // namespace

std::string_view toString(Fate fate) {
    static constexpr std::array<std::string_view, 4> kWords{"delivered", "refused", "deleted", "quarantined"};
    return kWords[static_cast<std::size_t>(fate)];
}

bool ExplainedSession::letThrough() const {
    return std::all_of(recipients.begin(), recipients.end(),
                       [](const RecipientEnd& end) { return end.fate == Fate::Delivered; });
}

const ExplainedCall* ExplainedSession::cause() const {
    return causes.empty() ? nullptr : &steps[causes.front().step].calls[causes.front().call];
}

Result<ExplainedSession> explainSession(const ExplainRequest& request, Clock& real) {
    SessionWatch watch(real);
    HeaderHistory history;
    ObserverChain observers({&watch, &history});
    try {
        Lab lab({.bare = true,
                 .start = request.at,
                 .observer = &observers,
                 .outside = request.files,
                 .agentFolders = {folderOf(request.configName)}});
        watch.attach(lab);
        if (auto configured = configure(lab, request); !configured)
            return configured.error();
        return Play(request, lab, watch, history).run();
    } catch (const std::runtime_error& error) { // the Lab's own trouble
        return Error{Errc::Unavailable, error.what()};
    }
}

} // namespace edge::testenv
