#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/logs/agent_log.h>
#include <edge/server/logs/csv.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace edge {
namespace {

// agents.md 13.2; the last three are from 2013 on.
constexpr std::array<std::string_view, 20> kFields{
    "Timestamp",  "SessionId",     "LocalEndpoint",   "RemoteEndpoint", "EnteredOrgFromIP",
    "MessageId",  "P1FromAddress", "P2FromAddresses", "Recipient",      "NumRecipients",
    "Agent",      "Event",         "Action",          "SmtpResponse",   "Reason",
    "ReasonData", "Diagnostics",   "NetworkMsgID",    "TenantID",       "Directionality"};
constexpr std::size_t kFieldsBefore2013 = 17;

// Agents of the Edge role that are documented not to write the log (agents.md 13.2), under their names
// of 1.1.
constexpr std::array<std::string_view, 5> kSilentAgents{
    "Address Rewriting Inbound Agent", "Address Rewriting Outbound Agent", "Attachment Filtering Agent",
    "FSE Routing Agent", "Protocol Analysis Agent"};

// Actions whose targets are recipients; ModifyHeaders' are header names.
bool actsOnRecipients(Action action) {
    return action == Action::DeleteRecipients || action == Action::QuarantineRecipients ||
           action == Action::RejectRecipients;
}

// Events that concern recipients of a message; the others concern the session, whatever message is under way.
bool concernsRecipients(AgentEvent event) {
    return event == AgentEvent::OnRcptCommand || event == AgentEvent::OnDataCommand ||
           event == AgentEvent::OnEndOfHeaders || event == AgentEvent::OnEndOfData;
}

// The message's own identity is logged once there is a message (the rows of agents.md 2.6 and 13.5).
bool messageExists(AgentEvent event) {
    return event == AgentEvent::OnEndOfHeaders || event == AgentEvent::OnEndOfData;
}

// Every address is followed by a semicolon, the last one too (agents.md 13.2).
std::string p2Text(const std::vector<std::string>& addresses) {
    std::string text;
    for (const auto& address : addresses)
        (text += address) += ';';
    return text;
}

// An act, and on whom; no recipients: on the session or command as such.
struct Act {
    Action action = Action::None;
    std::vector<std::string> recipients;
};

// What a decision did, in rows: recipients taken out first, then the act that counts on those that remain. A
// refusal that also closed the connection is one act, as it is one reply.
std::vector<Act> actsOf(const Decision& decision) {
    std::vector<Act> acts;
    auto remaining =
        concernsRecipients(decision.event) ? decision.step->recipients : std::vector<std::string>{};
    for (const auto& effect : decision.effects) {
        if (!actsOnRecipients(effect.action) || effect.targets.empty())
            continue;
        acts.push_back({effect.action, effect.targets});
        std::erase_if(remaining, [&](const std::string& recipient) {
            return std::find(effect.targets.begin(), effect.targets.end(), recipient) != effect.targets.end();
        });
    }
    const bool done = !acts.empty() && actsOnRecipients(decision.action);
    if (!done)
        acts.push_back({decision.action, std::move(remaining)});
    return acts;
}

std::array<std::string, kFields.size()> rowFields(const Decision& decision, Action action,
                                                  const std::string& recipient) {
    const auto& step = *decision.step;
    const bool exists = messageExists(decision.event);
    const bool counts = action == decision.action; // the reply belongs to the act that counts
    return {
        isoTime(decision.time),
        hex16(step.sessionId),
        step.localEndpoint.toString(),
        step.remoteEndpoint.toString(),
        step.enteredOrgFromIp.isUnspecified() ? std::string{} : step.enteredOrgFromIp.toString(),
        step.messageId,
        step.p1FromAddress,
        p2Text(step.p2FromAddresses),
        recipient,
        std::to_string(concernsRecipients(decision.event) ? step.recipients.size() : 0),
        decision.agent,
        std::string(toString(decision.event)),
        std::string(toString(action)),
        counts ? decision.response.toString() : std::string{},
        decision.reason,
        decision.reasonData,
        decision.diagnostics,
        exists && !step.networkMessageId.isEmpty() ? step.networkMessageId.toString() : std::string{},
        std::string{}, // TenantID: hosted Exchange only
        exists ? "Incoming" : "Undefined",
    };
}

LogFormat formatOf(const Profile& profile) {
    std::string fields;
    for (const auto field : agentLogFields(profile))
        (fields += fields.empty() ? "" : ",") += field;
    return {"AGENTLOG", "Agent Log", std::string(profile.logVersion), std::move(fields), LogPeriod::Day};
}

} // namespace

bool belongsInAgentLog(const Decision& decision) {
    const bool acted = decision.action != Action::None && decision.action != Action::Fault;
    const bool silent = std::find(kSilentAgents.begin(), kSilentAgents.end(),
                                  std::string_view(decision.agent)) != kSilentAgents.end();
    return acted && !decision.byServer() && !info(decision.event).routing && !silent;
}

std::span<const std::string_view> agentLogFields(const Profile& profile) {
    const std::span<const std::string_view> all(kFields);
    return profile.networkMessageId ? all : all.first(kFieldsBefore2013);
}

std::vector<std::string> agentLogRows(const Decision& decision, const Profile& profile) {
    std::vector<std::string> rows;
    for (auto& act : actsOf(decision)) {
        if (act.recipients.empty())
            act.recipients.emplace_back();
        for (const auto& recipient : act.recipients) {
            const auto fields = rowFields(decision, act.action, recipient);
            rows.push_back(csvRow(std::span(fields).first(agentLogFields(profile).size())));
        }
    }
    return rows;
}

AgentLog::AgentLog(const LogPlace& place, ProfileId profileId, const LogSettings& settings,
                   AgentLogFilter filter)
    : filter_(std::move(filter))
    , profile_(&profile(profileId))
    , file_(place, formatOf(*profile_), settings) {}

void AgentLog::record(const Decision& decision) {
    if (!decision.step || !filter_(decision))
        return;
    const std::shared_lock lock(mutex_);
    for (const auto& row : agentLogRows(decision, *profile_))
        file_.append(row);
}

void AgentLog::configure(ProfileId profileId, const LogSettings& settings) {
    const std::unique_lock lock(mutex_);
    profile_ = &profile(profileId);
    file_.configure(formatOf(*profile_), settings);
}

} // namespace edge
