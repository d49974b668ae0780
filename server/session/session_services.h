// What a session is made of: the worlds it may touch, and the snapshot of configuration and pipeline it runs
// to its end.
#pragma once

#include <edge/archive_lister.h>
#include <edge/base/clock.h>
#include <edge/base/ip_range.h>
#include <edge/base/random.h>
#include <edge/config/configuration.h>
#include <edge/content_classifier.h>
#include <edge/decision.h>
#include <edge/dispatch_observer.h>
#include <edge/dispatcher.h>
#include <edge/ip_lists.h>
#include <edge/mail/spool.h>
#include <edge/pipeline_snapshot.h>
#include <edge/recipient_directory.h>
#include <edge/resolver.h>
#include <edge/server/config/receive_connector.h>
#include <edge/server/protocol_log.h>
#include <edge/server/session/message_submission.h>
#include <edge/server/session_limits.h>
#include <edge/virus_scanner.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace edge {

// Session ids grow with time and are never given twice: the 100 ns ticks since the year 1 at the start of the
// session, as the ids in published Exchange logs are (platform.md 6.2).
class SessionIds {
public:
    std::uint64_t next(UtcTime now);

private:
    std::atomic<std::uint64_t> last_{0};
};

// Shared by all sessions of a server; everything in it is thread-safe or belongs to the Lab's one thread.
struct SessionServices {
    Clock& clock;
    Random& random;
    Resolver& resolver;
    RecipientDirectory& recipients;
    IpLists& ipLists;
    ContentClassifier& contentClassifier;
    ArchiveLister& archiveLister;
    VirusScanner& virusScanner;
    DecisionSink& decisions;
    ProtocolLog& protocolLog;
    MessageSubmission& submission;
    SessionLimits& limits;
    SessionIds& ids;
    SpoolPlace spool;
    DispatchObserver* observer = nullptr;
    // Peers that may speak for other clients (XCLIENT); none: nobody may, and the verb is unknown.
    std::vector<IpRange> xclientPeers = {};
};

// What this session sees, whatever administrators do meanwhile.
struct SessionView {
    ConfigurationPtr configuration;
    PipelineSnapshotPtr pipeline;
    std::shared_ptr<const ReceiveConnector> connector;
    AgentTimeLimits agentTimeLimits;
};

} // namespace edge
