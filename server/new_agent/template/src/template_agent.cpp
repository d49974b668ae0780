#include "template_agent.h"

using namespace edge;

Task<> TemplateAgent::onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e) {
    const auto subject = e.headers.get("Subject").value_or("");
    source.addInput("Subject", subject); // what was looked at: seen in the trace, also where nothing is done
    if (subject == "foo")
        source.rejectMessage({550, "5.7.1", "No foo here"}, {"FooSubject", subject});
    co_return;
}

EDGE_AGENT_PLUGIN(TemplateAgent)
