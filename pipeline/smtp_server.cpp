#include <edge/smtp_server.h>

namespace edge {

const AcceptedDomain* findAcceptedDomain(const Configuration& configuration, std::string_view domain) {
    const AcceptedDomain* best = nullptr;
    for (const auto& candidate : configuration.all<AcceptedDomain>()) {
        if (!candidate->matches(domain))
            continue;
        const auto exact = [](const AcceptedDomain& d) { return !d.domainName.starts_with("*."); };
        if (!best || (exact(*candidate) && !exact(*best)) ||
            (exact(*candidate) == exact(*best) && candidate->domainName.size() > best->domainName.size()))
            best = candidate.get();
    }
    return best;
}

const AcceptedDomain* SmtpServer::findAcceptedDomain(std::string_view domain) const {
    return edge::findAcceptedDomain(configuration(), domain);
}

} // namespace edge
