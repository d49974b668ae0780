#include <edge/config/schema.h>
#include <edge/config/transport_config.h>

namespace edge {

const NounSchema& transportConfigSchema() {
    using P = Parameter<TransportConfig>;
    constexpr std::int64_t kMaxSize =
        2147483647; // octets; the bound of all size parameters (platform.md 2.3)
    static const ObjectSchema<TransportConfig> schema({
        .noun = "TransportConfig",
        .sentence = "Settings of the whole organization that the receive side reads.",
        .source = "agents.md 2.1, documented",
        .parameters =
            {
                P("InternalSMTPServers", &TransportConfig::internalSmtpServers,
                  "Servers of our own in front of this one; skipped when the address is sought from which a "
                  "message "
                  "entered the organization."),
                P("MaxReceiveSize", &TransportConfig::maxReceiveSize,
                  "Largest message that the organization takes; the connector's limit counts as well.")
                    .unlimited()
                    .range(0, kMaxSize),
                P("MaxRecipientEnvelopeLimit", &TransportConfig::maxRecipientEnvelopeLimit,
                  "Most recipients of one message; the connector's limit counts as well.")
                    .unlimited()
                    .range(0, 2147483647),
            },
        .refused =
            {
                {"MaxSendSize", "comes with the send connectors"},
                {"TLSReceiveDomainSecureList", "comes with TLS"},
                {"TLSSendDomainSecureList", "comes with the send connectors"},
                {"GenerateCopyOfDSNFor", "comes with delivery status notifications"},
                {"ExternalPostmasterAddress", "comes with delivery status notifications"},
                {"ShadowRedundancyEnabled", "shadow redundancy belongs to Mailbox servers"},
                {"ClearCategories", "belongs to Mailbox servers"},
                {"MaxDumpsterSizePerDatabase", "belongs to Mailbox servers"},
                {"MaxDumpsterTime", "belongs to Mailbox servers"},
            },
    });
    return schema;
}

} // namespace edge
