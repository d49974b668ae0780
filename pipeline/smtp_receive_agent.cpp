#include <edge/routing_agent.h>
#include <edge/smtp_receive_agent.h>

namespace edge {

#define EDGE_DOES_NOTHING(agent, method, Source, Args)                                                       \
    Task<> agent::method(Source&, Args&) {                                                                   \
        co_return;                                                                                           \
    }

EDGE_DOES_NOTHING(SmtpReceiveAgent, onConnect, ConnectEventSource, const ConnectEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onHeloCommand, ReceiveCommandEventSource, const HeloCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onEhloCommand, ReceiveCommandEventSource, const EhloCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onStartTlsCommand, ReceiveCommandEventSource,
                  const StartTlsCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onAuthCommand, ReceiveCommandEventSource, const AuthCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onProcessAuthentication, ReceiveCommandEventSource,
                  const ProcessAuthenticationEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onEndOfAuthentication, EndOfAuthenticationEventSource,
                  const EndOfAuthenticationEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onMailCommand, ReceiveCommandEventSource, MailCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onRcptCommand, ReceiveCommandEventSource, RcptCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onDataCommand, ReceiveCommandEventSource, const DataCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onEndOfHeaders, ReceiveMessageEventSource, const EndOfHeadersEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onEndOfData, ReceiveMessageEventSource, const EndOfDataEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onHelpCommand, ReceiveCommandEventSource, const HelpCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onNoopCommand, ReceiveCommandEventSource, const NoopCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onReject, RejectEventSource, const RejectEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onRsetCommand, ReceiveCommandEventSource, const RsetCommandEventArgs)
EDGE_DOES_NOTHING(SmtpReceiveAgent, onDisconnect, DisconnectEventSource, const DisconnectEventArgs)

EDGE_DOES_NOTHING(RoutingAgent, onSubmittedMessage, QueuedMessageEventSource, const QueuedMessageEventArgs)
EDGE_DOES_NOTHING(RoutingAgent, onResolvedMessage, ResolvedMessageEventSource, const QueuedMessageEventArgs)
EDGE_DOES_NOTHING(RoutingAgent, onRoutedMessage, QueuedMessageEventSource, const QueuedMessageEventArgs)
EDGE_DOES_NOTHING(RoutingAgent, onCategorizedMessage, QueuedMessageEventSource, const QueuedMessageEventArgs)

} // namespace edge
