#include <edge/config/schema.h>
#include <edge/server/config/transport_server.h>

namespace edge {
namespace {

using P = Parameter<TransportServer>;

constexpr std::int64_t kMaxInt = 2147483647;
constexpr std::int64_t kMaxDirectorySize = std::int64_t{1}
                                           << 40;      // octets; far above any lab, far below overflow
constexpr Duration kMaxAge = std::chrono::days(24855); // the bound of the documented age parameters
constexpr std::size_t kMaxPath = 1024;

// The five settings that each log has (platform.md 6.1). `log` picks the log out of the server.
void addLog(std::vector<P>& rows, const std::string& prefix, const std::string& what,
            LogSettings TransportServer::*log) {
    rows.push_back(
        P(
            prefix + "Path", [log](TransportServer& server) -> std::string& { return (server.*log).path; },
            "Folder of the " + what + "; relative paths lie below the data directory, $null writes none.")
            .maxLength(kMaxPath));
    rows.push_back(P(
                       prefix + "MaxFileSize",
                       [log](TransportServer& server) -> std::uint64_t& { return (server.*log).maxFileSize; },
                       "Size at which the " + what + " begins its next file.")
                       .range(1, kMaxInt));
    rows.push_back(
        P(
            prefix + "MaxDirectorySize",
            [log](TransportServer& server) -> std::uint64_t& { return (server.*log).maxDirectorySize; },
            "Size of the folder at which the oldest files of the " + what + " are removed.")
            .range(1, kMaxDirectorySize));
    rows.push_back(P(
                       prefix + "MaxAge",
                       [log](TransportServer& server) -> Duration& { return (server.*log).maxAge; },
                       "Age at which files of the " + what + " are removed; 00:00:00 is never.")
                       .range(Duration::zero(), kMaxAge));
}

std::vector<P> rows() {
    std::vector<P> all{
        P("Name", &TransportServer::name, "The server's NetBIOS name.")
            .form(TextForm::Fqdn)
            .maxLength(15)
            .setBy("EdgeSimServer"),
        P("Fqdn", &TransportServer::fqdn, "The server's full name: banner, EHLO answer, Received.")
            .form(TextForm::Fqdn)
            .maxLength(255)
            .setBy("EdgeSimServer"),
        P("ExternalIPAddress", &TransportServer::externalIpAddress,
          "Address shown in Received instead of the local one; $null shows the local one.")
            .tagged("platform.md 2.9, documented"),
        P("MaxConnectionRatePerMinute", &TransportServer::maxConnectionRatePerMinute,
          "Most connections opened a minute, over all connectors.")
            .range(1, kMaxInt),
        P(
            "AgentLogEnabled", [](TransportServer& server) -> bool& { return server.agentLog.enabled; },
            "Writes the agent log."),
    };
    addLog(all, "AgentLog", "agent log", &TransportServer::agentLog);
    all.push_back(
        P("AgentChangesNeedRestart", &TransportServer::agentChangesNeedRestart,
          "Changes of transport agents wait for Restart-Service MSExchangeTransport, as in Exchange.")
            .setBy("EdgeSimServer"));
    addLog(all, "ReceiveProtocolLog", "SMTP receive protocol log", &TransportServer::receiveProtocolLog);
    return all;
}

std::vector<RefusedParameter> refused() {
    std::vector<RefusedParameter> all{
        {"ReplayDirectoryPath",
         "in Exchange it is a folder from which messages are read, which comes later; the folder "
         "to which accepted messages are written is Set-EdgeSimSubmission -ReplayDirectory"},
        {"PickupDirectoryPath", "the pickup directory, an input, comes later"},
        {"RootDropDirectoryPath", "drop directories come with the foreign connectors"},
    };
    const auto add = [&all](const char* reason, std::initializer_list<const char*> names) {
        for (const auto* name : names)
            all.push_back({name, reason});
    };
    add("comes with the DNS settings",
        {"ExternalDNSAdapterEnabled", "ExternalDNSAdapterGuid", "ExternalDNSProtocolOption",
         "ExternalDNSServers", "InternalDNSAdapterEnabled", "InternalDNSAdapterGuid",
         "InternalDNSProtocolOption", "InternalDNSServers"});
    add("comes with message tracking", {"MessageTrackingLogEnabled", "MessageTrackingLogMaxAge",
                                        "MessageTrackingLogMaxDirectorySize", "MessageTrackingLogMaxFileSize",
                                        "MessageTrackingLogPath", "MessageTrackingLogSubjectLoggingEnabled"});
    add("comes with connectivity logging",
        {"ConnectivityLogEnabled", "ConnectivityLogMaxAge", "ConnectivityLogPath",
         "ConnectivityLogMaxDirectorySize", "ConnectivityLogMaxFileSize"});
    add("comes with the send connectors",
        {"SendProtocolLogMaxAge", "SendProtocolLogMaxDirectorySize", "SendProtocolLogMaxFileSize",
         "SendProtocolLogPath", "IntraOrgConnectorProtocolLoggingLevel", "MaxOutboundConnections",
         "MaxPerDomainOutboundConnections", "OutboundConnectionFailureRetryInterval",
         "TransientFailureRetryCount", "TransientFailureRetryInterval"});
    add("comes with the routing side",
        {"DelayNotificationTimeout", "MessageExpirationTimeout", "MessageRetryInterval", "QueueMaxIdleTime",
         "MaxConcurrentMailboxDeliveries", "RoutingTableLogPath", "MaxConcurrentMailboxSubmissions",
         "PoisonMessageDetectionEnabled", "PoisonThreshold", "RoutingTableLogMaxAge",
         "RoutingTableLogMaxDirectorySize"});
    add("comes with the pickup directory",
        {"PickupDirectoryMaxHeaderSize", "PickupDirectoryMaxMessagesPerMinute",
         "PickupDirectoryMaxRecipientsPerMessage"});
    add("comes with pipeline tracing", {"ContentConversionTracingEnabled", "PipelineTracingEnabled",
                                        "PipelineTracingPath", "PipelineTracingSenderAddress"});
    add("agents are switched on and off by Enable-TransportAgent and Disable-TransportAgent",
        {"AntispamAgentsEnabled", "AntispamUpdatesEnabled"});
    return all;
}

} // namespace

TransportServer defaultTransportServer(ProfileId profileId) {
    const auto& version = profile(profileId);
    const std::string logs = version.edgeLogFolders ? "Logs/Edge/" : "Logs/"; // platform.md 6.1
    TransportServer server;
    server.name = kDefaultServerName;
    server.fqdn = "edge01.adventureworks.com"; // platform.md 7
    server.agentLog.path = logs + "AgentLog";
    server.agentLog.maxAge = std::chrono::days(version.agentLogMaxAgeDays);
    server.receiveProtocolLog.path = logs + "ProtocolLog/SmtpReceive";
    return server;
}

const NounSchema& transportServerSchema() {
    static const ObjectSchema<TransportServer> schema({
        .noun = "TransportServer",
        .sentence = "Settings of this server: its names, its connection rate, its logs.",
        .source = "platform.md 2.3, 6.1, documented",
        .identity = &TransportServer::name,
        .parameters = rows(),
        .refused = refused(),
        .defaults = defaultTransportServer,
    });
    return schema;
}

} // namespace edge
