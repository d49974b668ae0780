// SmtpServer: what CreateAgent is given (platform.md 1.6): the accepted domains, the address book, the
// configuration as this session sees it, and the worlds an agent may ask. Everything an agent uses comes from
// here.
#pragma once

#include <edge/archive_lister.h>
#include <edge/base/clock.h>
#include <edge/base/random.h>
#include <edge/config/accepted_domain.h>
#include <edge/config/configuration.h>
#include <edge/content_classifier.h>
#include <edge/ip_lists.h>
#include <edge/recipient_directory.h>
#include <edge/resolver.h>
#include <edge/virus_scanner.h>

#include <string>
#include <string_view>

namespace edge {

class SmtpServer {
public:
    virtual ~SmtpServer() = default;

    // FQDN of this server.
    virtual std::string name() const = 0;
    // Build number of the profile: "15.2.1544.4".
    virtual std::string version() const = 0;
    // The snapshot the session began with; stays the same for the session's life.
    virtual const Configuration& configuration() const = 0;
    virtual RecipientDirectory& addressBook() = 0;
    virtual Resolver& resolver() = 0;
    virtual IpLists& ipLists() = 0;
    virtual ContentClassifier& contentClassifier() = 0;
    virtual ArchiveLister& archiveLister() = 0;
    virtual VirusScanner& virusScanner() = 0;
    virtual Clock& clock() = 0;
    virtual Random& random() = 0;

    // The accepted domain that `domain` falls into, or nullptr: the SDK's AcceptedDomains.Find. An exact
    // entry beats
    // "*." entries, a longer one a shorter one.
    const AcceptedDomain* findAcceptedDomain(std::string_view domain) const;
};

// The same search over any snapshot.
const AcceptedDomain* findAcceptedDomain(const Configuration& configuration, std::string_view domain);

} // namespace edge
