// Plays the session of an ExplainRequest in a Lab of its own: a plain client that says EHLO, MAIL, RCPT for
// each recipient, DATA and QUIT, and gives up where there is nothing left to do. Only here does an
// explanation touch a server.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/result.h>
#include <edge/testenv/explain/explain_request.h>
#include <edge/testenv/explain/explained_session.h>

namespace edge::testenv {

// `real` measures how long agents keep the processor. An error where the configuration or the zones are
// wrong; its message has a line for each problem.
Result<ExplainedSession> explainSession(const ExplainRequest& request, Clock& real);

} // namespace edge::testenv
