#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/server/session/trace_headers.h>

namespace edge {
namespace {

// The word behind "by" in a Received value, or empty (RFC 5321 4.4).
std::string_view byWord(std::string_view value) {
    const auto words = split(value, ' ');
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
        if (iequals(words[i], "by"))
            return words[i + 1];
    return {};
}

} // namespace

std::string receivedValue(const ReceivedFacts& facts) {
    const std::string from = facts.heloDomain.empty() ? "unknown" : facts.heloDomain;
    return "from " + from + " (" + facts.client.toString() + ") by " + facts.fqdn + " (" +
           facts.local.toString() + ") with Microsoft SMTP Server id " +
           std::string(profile(facts.profile).build) + "; " + mailDate(facts.when, facts.utcOffset);
}

HopCount countHops(const HeaderList& headers, std::string_view fqdn) {
    HopCount count;
    for (const auto& header : headers) {
        if (!iequals(header.name(), "Received"))
            continue;
        ++count.all;
        if (iequals(byWord(header.value()), fqdn))
            ++count.local;
    }
    return count;
}

void addMissingHeaders(HeaderList& headers, const Guid& guid, std::string_view fqdn, UtcTime when,
                       std::chrono::minutes utcOffset) {
    if (!headers.contains("Message-ID"))
        headers.append("Message-ID", "<" + guid.toString() + "@" + std::string(fqdn) + ">");
    if (!headers.contains("Date"))
        headers.append("Date", mailDate(when, utcOffset));
}

} // namespace edge
