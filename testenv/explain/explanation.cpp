#include <edge/base/text.h>
#include <edge/dns_types.h>
#include <edge/testenv/explain/explanation.h>
#include <edge/testenv/explain/session_player.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace edge::testenv {
namespace {

constexpr std::array<std::string_view, 5> kOutcomes{"answered", "no such record", "NXDOMAIN", "SERVFAIL",
                                                    "timeout"};

std::string recordText(const DnsRecord& record, DnsType type) {
    if (type == DnsType::A || type == DnsType::Aaaa)
        return record.address.toString();
    const auto text = type == DnsType::Txt ? "\"" + record.text + "\"" : record.text;
    return type == DnsType::Mx ? std::to_string(record.preference) + " " + text : text;
}

std::string withUnit(double value, const char* unit) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g %s", value, unit);
    return text.data();
}

std::size_t count(const ExplainedSession& session, Fate fate) {
    return static_cast<std::size_t>(
        std::count_if(session.recipients.begin(), session.recipients.end(),
                      [fate](const RecipientEnd& end) { return end.fate == fate; }));
}

} // namespace

Result<Explanation> explain(const ExplainRequest& request, Clock& real) {
    auto session = explainSession(request, real);
    if (!session)
        return session.error();
    Explanation explanation{request, std::move(*session), {}};
    const auto play = [&real](const ExplainRequest& changed) { return explainSession(changed, real); };
    explanation.nearest = findNearestChange(request, explanation.session, play, real);
    return explanation;
}

ExplainedVerdict verdictOf(const ExplainedSession& session) {
    const auto all = session.recipients.size();
    if (session.letThrough())
        return {"accepted", "It lies in Replay for every recipient."};
    const auto because = obstacleText(session) + ".";
    if (count(session, Fate::Refused) == all)
        return {"refused", because};
    if (count(session, Fate::Deleted) == all)
        return {"deleted", "The client was told 250; " + because};
    if (count(session, Fate::Quarantined) == all)
        return {"quarantined", "The client was told 250; " + because};
    return {"partly accepted", std::to_string(count(session, Fate::Delivered)) + " of " +
                                   std::to_string(all) + " recipients get it; " + because};
}

std::string evidenceText(const std::vector<ExplainedEvidence>& evidence) {
    std::string text;
    for (const auto& each : evidence)
        text += (text.empty() ? "" : ", ") + asciiLower(toString(each.kind)) + " " + each.evidence.toString();
    return text;
}

std::string spanText(Duration span) {
    const auto seconds = std::chrono::duration<double>(span).count();
    if (seconds >= 1)
        return withUnit(seconds, "s");
    return seconds >= 1e-3 ? withUnit(seconds * 1e3, "ms") : withUnit(seconds * 1e6, "us");
}

std::string questionText(const ExplainedLookup& lookup) {
    return lookup.name + " " + std::string(toString(lookup.type));
}

std::string answerText(const ExplainedLookup& lookup) {
    if (lookup.answer.outcome != DnsOutcome::Answered)
        return std::string(kOutcomes[static_cast<std::size_t>(lookup.answer.outcome)]);
    std::string text;
    for (const auto& record : lookup.answer.records)
        text += (text.empty() ? "" : ", ") + recordText(record, lookup.type);
    return text;
}

std::string pathText(std::string_view address) {
    return address.starts_with('<') ? std::string(address) : "<" + std::string(address) + ">";
}

} // namespace edge::testenv
