// SmtpServer over one configuration snapshot: what the agents of a session, or of a routed message, are
// given.
#pragma once

#include <edge/server/config/transport_server.h>
#include <edge/server/session/session_services.h>
#include <edge/smtp_server.h>

namespace edge {

class SnapshotServer final : public SmtpServer {
public:
    // `services` outlives the object.
    SnapshotServer(const SessionServices& services, ConfigurationPtr configuration)
        : services_(services)
        , configuration_(std::move(configuration)) {}

    std::string name() const override { return configuration_->get<TransportServer>().fqdn; }
    std::string version() const override { return std::string(profile(configuration_->profile).build); }
    const Configuration& configuration() const override { return *configuration_; }
    RecipientDirectory& addressBook() override { return services_.recipients; }
    Resolver& resolver() override { return services_.resolver; }
    IpLists& ipLists() override { return services_.ipLists; }
    ContentClassifier& contentClassifier() override { return services_.contentClassifier; }
    ArchiveLister& archiveLister() override { return services_.archiveLister; }
    VirusScanner& virusScanner() override { return services_.virusScanner; }
    Clock& clock() override { return services_.clock; }
    Random& random() override { return services_.random; }

private:
    const SessionServices& services_;
    ConfigurationPtr configuration_;
};

} // namespace edge
